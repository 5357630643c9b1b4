import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as ts from 'typescript';
import { IotRegistryReplication, IotRegistryReplicationProps, ReplicationAlarm } from '../../src';
import { StructName, namesOf } from '../../src/settings/prop-names';
import { DESTINATION, createStack, replicate } from '../apps';

const SRC = path.join(__dirname, '..', '..', 'src');
const ADVICE = 'correct it or leave it out; if a newer version of the library has it, upgrade to it';

/** As JavaScript passes it: with any name. */
const misspelt = (props: Record<string, unknown>) => props as unknown as IotRegistryReplicationProps;

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return 'did not fail';
}

describe('a prop that is misspelt fails, with the nearest name', () => {
  test.each<[string, unknown, string, string]>([
    ['pauseRegions', ['eu-west-1'], "['eu-west-1']", 'pausedRegions'],
    ['deletionsMode', 'RETAIN', "'RETAIN'", 'deletionMode'],
    ['namePrefix', { things: ['lamp'] }, 'an object', 'namePrefixes'],
    ['kind', ['THING'], "['THING']", 'kinds'],
    ['driftmode', 'REPORT', "'REPORT'", 'driftMode'],
    ['maxDeletionPerMinute', 1, '1', 'maxDeletionsPerMinute'],
    ['destinationRegion', DESTINATION, "'eu-west-1'", 'destinationRegions'],
    ['logPayload', false, 'false', 'logPayloads'],
    ['sweepEnable', null, 'null', 'sweepEnabled'],
  ])('%s', (name, value, got, near) => {
    expect(messageOf(() => replicate(misspelt({ [name]: value })))).toBe(
      `${name}: got ${got}, expected a property of \`IotRegistryReplicationProps\`, the nearest of which is '${near}'; ${ADVICE}`,
    );
  });

  test('in the prefixes of names', () => {
    expect(messageOf(() => replicate({ namePrefixes: { thingGroup: ['hall-'] } as never }))).toBe(
      `namePrefixes.thingGroup: got ['hall-'], expected a property of \`NamePrefixes\`, the nearest of which is 'thingGroups'; ${ADVICE}`,
    );
  });

  test('in the options of alarms, and of one alarm', () => {
    const replication = replicate();
    expect(messageOf(() => replication.addAlarms({ topic: [] } as never))).toBe(
      `topic: got [], expected a property of \`ReplicationAlarmsOptions\`, the nearest of which is 'topics'; ${ADVICE}`,
    );
    expect(messageOf(() => replication.addAlarms({ overrides: [{ alarm: ReplicationAlarm.THROTTLED, treshold: 5 } as never] }))).toBe(
      `overrides.treshold: got 5, expected a property of \`ReplicationAlarmOverride\`, the nearest of which is 'threshold'; ${ADVICE}`,
    );
  });

  test('in what was inherited too', () => {
    const defaults: object = { pauseRegions: [DESTINATION] };
    const props = Object.create(defaults) as Record<string, unknown>;
    props.destinationRegions = [DESTINATION];
    expect(messageOf(() => new IotRegistryReplication(createStack(), 'Replication', misspelt(props)))).toMatch(/^pauseRegions: got \['eu-west-1'\]/);
  });
});

describe('a prop that is misplaced fails, with its place', () => {
  test.each<[string, Record<string, unknown>, string, string, string, string]>([
    ['policies of identities', { identities: { policies: ['lamp-'] } }, 'identities.policies', "['lamp-']", 'IdentityReplicationOptions', '`namePrefixes`'],
    ['prefixes of identities', { identities: { namePrefixes: { policies: ['lamp-'] } } }, 'identities.namePrefixes', 'an object', 'IdentityReplicationOptions', 'the replication itself'],
    ['sweeps of identities', { identities: { sweepEnabled: false } }, 'identities.sweepEnabled', 'false', 'IdentityReplicationOptions', 'the replication itself'],
    ['adoption of prefixes', { namePrefixes: { adoptPolicies: true } }, 'namePrefixes.adoptPolicies', 'true', 'NamePrefixes', '`identities`'],
    ['deactivations of the replication', { maxDeactivationsPerSweep: 5 }, 'maxDeactivationsPerSweep', '5', 'IotRegistryReplicationProps', '`identities`'],
    ['domain names of the replication', { domainNames: {} }, 'domainNames', 'an object', 'IotRegistryReplicationProps', '`identities`'],
    ['certificate checks of the replication', { certificateCheckInterval: Duration.minutes(5) }, 'certificateCheckInterval', 'an object', 'IotRegistryReplicationProps', '`identities`'],
    ['things of the replication', { things: ['lamp-'] }, 'things', "['lamp-']", 'IotRegistryReplicationProps', '`namePrefixes`'],
    ['a schedule of prefixes, which has two places', { namePrefixes: { sweepSchedule: 1 } }, 'namePrefixes.sweepSchedule', '1', 'NamePrefixes', 'the replication itself or `identities`'],
  ])('%s', (_, props, name, got, struct, place) => {
    expect(messageOf(() => replicate(misspelt(props)))).toBe(`${name}: got ${got}, expected a property of \`${struct}\`; it belongs to ${place}: move it there`);
  });

  test('in the options of alarms', () => {
    const replication = replicate();
    expect(messageOf(() => replication.addAlarms({ threshold: 5 } as never))).toBe(
      'threshold: got 5, expected a property of `ReplicationAlarmsOptions`; it belongs to `overrides`: move it there',
    );
    expect(messageOf(() => replication.addAlarms({ overrides: [{ alarm: ReplicationAlarm.THROTTLED, topics: [] } as never] }))).toBe(
      'overrides.topics: got [], expected a property of `ReplicationAlarmOverride`; it belongs to `addAlarms` itself: move it there',
    );
  });
});

describe('a prop that is like no other fails, with all names', () => {
  const OF_IDENTITIES = 'certificates, caCertificates, adoptPolicies, sweepSchedule, driftSchedule, certificateCheckInterval, maxDeactivationsPerSweep, cloudTrailHints, domainNames';
  test.each(['enabled', 'adopt', 'ca', 'x'])('identities.%s', (name) => {
    expect(messageOf(() => replicate(misspelt({ identities: { [name]: true } })))).toBe(
      `identities.${name}: got true, expected a property of \`IdentityReplicationOptions\`, one of ${OF_IDENTITIES}; ${ADVICE}`,
    );
  });

  test('in the options of the dashboard, also if alarms have it', () => {
    const replication = replicate();
    for (const name of ['name', 'topics']) {
      expect(messageOf(() => replication.addDashboard({ [name]: 'fleet' }))).toBe(
        `${name}: got 'fleet', expected a property of \`ReplicationDashboardOptions\`, one of dashboardName, defaultInterval; ${ADVICE}`,
      );
    }
  });
});

test('a name without a value does nothing', () => {
  expect(() => replicate(misspelt({ pauseRegions: undefined }))).not.toThrow();
});

describe('a value that is no object fails', () => {
  const wanted = 'expected an object, a `IotRegistryReplicationProps`; write `{ destinationRegions: … }`';
  test.each<[unknown, string]>([[undefined, 'undefined'], [null, 'null'], ['eu-west-1', "'eu-west-1'"], [['eu-west-1'], "['eu-west-1']"], [5, '5']])('%p', (props, got) => {
    expect(messageOf(() => new IotRegistryReplication(createStack(), 'Replication', props as never))).toBe(`props: got ${got}, ${wanted}`);
  });

  test('the prefixes of names', () => {
    expect(messageOf(() => replicate({ namePrefixes: ['lamp-'] as never }))).toBe("namePrefixes: got ['lamp-'], expected an object, a `NamePrefixes`; write `{ things: … }`");
  });

  test('the options of alarms and of the dashboard', () => {
    const replication = replicate();
    expect(messageOf(() => replication.addAlarms('all' as never))).toMatch(/^options: got 'all', expected an object, a `ReplicationAlarmsOptions`; /);
    expect(messageOf(() => replication.addDashboard(Duration.hours(1).toSeconds() as never))).toMatch(/^options: got 3600, expected an object/);
  });
});

/** The names of an interface, as its source has them. */
function declaredIn(file: string, struct: string): string[] {
  const source = ts.createSourceFile(file, fs.readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.Latest);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === struct);
  return found!.members.map((member) => (member.name as ts.Identifier).text);
}

test.each<[string, StructName]>([
  ['iot-registry-replication-props.ts', 'IotRegistryReplicationProps'],
  ['name-prefixes.ts', 'NamePrefixes'],
  ['identity-replication-options.ts', 'IdentityReplicationOptions'],
  ['replication-alarms-options.ts', 'ReplicationAlarmsOptions'],
  ['replication-alarms-options.ts', 'ReplicationAlarmOverride'],
  ['replication-dashboard-options.ts', 'ReplicationDashboardOptions'],
])('the names that are taken are those that are declared: %s, %s', (file, struct) => {
  const declared = declaredIn(file, struct);
  expect(declared.length).toBeGreaterThan(1);
  expect([...namesOf(struct)].sort()).toEqual([...declared].sort());
});
