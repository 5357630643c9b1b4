/** The names of props, for languages that accept any name: a misspelt option would be ignored. */
import { Token } from 'aws-cdk-lib';
import { invalid, shown } from './errors';
import type { IdentityReplicationOptions } from '../identity-replication-options';
import type { IotRegistryReplicationProps } from '../iot-registry-replication-props';
import type { NamePrefixes } from '../name-prefixes';
import type { ReplicationAlarmOverride, ReplicationAlarmsOptions } from '../replication-alarms-options';
import type { ReplicationDashboardOptions } from '../replication-dashboard-options';

/** Exactly the names of a struct: the compiler refuses a table with another name, or without one. */
type NamesOf<Struct> = Readonly<Record<keyof Required<Struct>, true>>;

/** What to write instead of something that is no object, where a name with a value is not it. */
const ADVICE: Readonly<Partial<Record<string, string>>> = {
  IdentityReplicationOptions: 'write `{}` for the defaults, or leave it out to replicate none',
};

/** By the name of the struct. */
const STRUCTS = {
  IotRegistryReplicationProps: {
    destinationRegions: true,
    sourceRegion: true,
    regionsWithIotCore: true,
    replicationName: true,
    tableName: true,
    kinds: true,
    enableRegistryEvents: true,
    namePrefixes: true,
    identities: true,
    router: true,
    routerVersion: true,
    confirmDeletions: true,
    deletionMode: true,
    maxDeletionsPerMinute: true,
    pausedRegions: true,
    sweepEnabled: true,
    sweepSchedule: true,
    maxDeletionsPerSweep: true,
    registryReadShare: true,
    registryWriteShare: true,
    driftEnabled: true,
    driftSchedule: true,
    driftMode: true,
    heartbeatInterval: true,
    logPayloads: true,
    logLevel: true,
    tracing: true,
    tombstoneRetention: true,
    removalPolicy: true,
    pointInTimeRecovery: true,
    encryption: true,
    logRetention: true,
    acknowledgedReplications: true,
    acknowledgeNagRules: true,
    stackSynthesizer: true,
  } satisfies NamesOf<IotRegistryReplicationProps>,
  NamePrefixes: { things: true, thingGroups: true, thingTypes: true, policies: true } satisfies NamesOf<NamePrefixes>,
  IdentityReplicationOptions: {
    certificates: true,
    caCertificates: true,
    adoptPolicies: true,
    sweepSchedule: true,
    driftSchedule: true,
    certificateCheckInterval: true,
    maxDeactivationsPerSweep: true,
    cloudTrailHints: true,
    domainNames: true,
  } satisfies NamesOf<IdentityReplicationOptions>,
  ReplicationAlarmsOptions: { topics: true, overrides: true } satisfies NamesOf<ReplicationAlarmsOptions>,
  ReplicationAlarmOverride: {
    alarm: true, enabled: true, threshold: true, period: true, evaluationPeriods: true,
  } satisfies NamesOf<ReplicationAlarmOverride>,
  ReplicationDashboardOptions: { dashboardName: true, defaultInterval: true } satisfies NamesOf<ReplicationDashboardOptions>,
} as const;

export type StructName = keyof typeof STRUCTS;

/** Where a struct is written: in what, and in which of its options unless it is the whole of it. */
interface Place {
  readonly whole: string;
  readonly option?: string;
}

const PLACES: Readonly<Record<StructName, Place>> = {
  IotRegistryReplicationProps: { whole: 'the replication' },
  NamePrefixes: { whole: 'the replication', option: 'namePrefixes' },
  IdentityReplicationOptions: { whole: 'the replication', option: 'identities' },
  ReplicationAlarmsOptions: { whole: '`addAlarms`' },
  ReplicationAlarmOverride: { whole: '`addAlarms`', option: 'overrides' },
  ReplicationDashboardOptions: { whole: '`addDashboard`' },
};

/** The names that a struct has. */
export function namesOf(struct: StructName): string[] {
  return Object.keys(STRUCTS[struct]);
}

/**
 * @param what the option that contains the struct, for errors
 * @throws Error unless it is an object whose every name is one of the struct's; a name without a value has no effect
 */
export function expectStruct(struct: StructName, given: unknown, what: string): void {
  const isToken = Token.isUnresolved(given);
  if (typeof given !== 'object' || given === null || Array.isArray(given) || isToken) {
    throw invalid(what, shown(given), `an object, a \`${struct}\`${isToken ? ', known at synthesis' : ''}`, ADVICE[struct] ?? `write \`{ ${namesOf(struct)[0]}: … }\``);
  }
  const names = namesOf(struct);
  // Including inherited names: defaults may be in the prototype.
  for (const name in given) {
    const value: unknown = Reflect.get(given, name);
    if (names.includes(name) || value === undefined) continue;
    const { option } = PLACES[struct];
    throw invalid(option === undefined ? name : `${option}.${name}`, shown(value), ...hint(struct, name));
  }
}

/**
 * What is expected in place of an unknown name, and what to do. Its own place is said first, then a name that is almost the same. A name that
 * is only somewhat like it is not: it could do something else than was meant, as `adoptPolicies` for `policies`.
 */
function hint(struct: StructName, name: string): [expected: string, advice: string] {
  const expected = `a property of \`${struct}\``;
  const places = placesOf(name, struct);
  if (places.length > 0) return [expected, `it belongs to ${places.join(' or ')}: move it there`];
  const names = namesOf(struct);
  const near = nearest(name, names);
  return [
    `${expected}, ${near === undefined ? `one of ${names.join(', ')}` : `the nearest of which is '${near}'`}`,
    'correct it or leave it out; if a newer version of the library has it, upgrade to it',
  ];
}

/** Where a property of this name is in the same whole: `enabled` of an alarm is nothing that a replication could want. */
function placesOf(name: string, struct: StructName): string[] {
  return (Object.keys(PLACES) as StructName[])
    .filter((each) => PLACES[each].whole === PLACES[struct].whole && namesOf(each).includes(name))
    .map((each) => PLACES[each].option === undefined ? `${PLACES[each].whole} itself` : `\`${PLACES[each].option}\``);
}

/** The name with the fewest changes, the first of several, if no more than a third of the letters change; letter case is ignored. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const distances = names.map((each) => changesBetween(name.toLowerCase(), each.toLowerCase()));
  const least = Math.min(...distances);
  const near = names[distances.indexOf(least)];
  return 3 * least <= Math.max(name.length, near.length) ? near : undefined;
}

/** The number of letters to insert, delete or replace to turn one into the other. */
function changesBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 0; i < one.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < other.length; j++) {
      row.push(Math.min(above[j + 1] + 1, row[j] + 1, above[j] + (one[i] === other[j] ? 0 : 1)));
    }
    above = row;
  }
  return above[other.length];
}
