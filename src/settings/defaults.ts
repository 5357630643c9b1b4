import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ApplicationLogLevel } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { expectList } from './checks';
import { DefaultIntervalSeconds } from './default-intervals';
import { invalid } from './errors';
import { concreteRegion, defaultReplicationName } from './naming';
import { expectStruct } from './prop-names';
import { routerVersionOf } from './router-version';
import { IdentitySettings, PrefixesByKind, Settings } from './settings';
import { isFunction, validateRegion, validated } from './validation';
import { CertificateSelection } from '../certificate-selection';
import { DeletionMode } from '../deletion-mode';
import { DriftMode } from '../drift-mode';
import { IdentityReplicationOptions } from '../identity-replication-options';
import { IotRegistryReplicationProps } from '../iot-registry-replication-props';
import { NamePrefixes } from '../name-prefixes';
import { RegistryKind } from '../registry-kind';

/**
 * @throws Error if a prop is invalid; the message contains what was given, what is expected and what to do
 */
export function settingsOf(scope: Construct, props: IotRegistryReplicationProps): Settings {
  expectStruct('IotRegistryReplicationProps', props, 'props');
  const sourceRegion = props.sourceRegion ?? concreteRegion(scope);
  if (sourceRegion === undefined) {
    throw invalid('sourceRegion', `none in the environment-agnostic stack '${Stack.of(scope).node.path}'`, 'a Region that is known at synthesis',
      "set `env: { region: '…' }` on the stack or pass `sourceRegion`");
  }
  validateRegion('sourceRegion', sourceRegion);
  const identities = identitySettingsOf(props.identities);
  const replicationName = props.replicationName ?? defaultReplicationName(scope, sourceRegion);
  return validated({
    sourceRegion,
    destinationRegions: listOf('destinationRegions', props.destinationRegions) ?? [],
    regionsWithIotCore: listOf('regionsWithIotCore', props.regionsWithIotCore) ?? [],
    replicationName,
    tableName: props.tableName ?? replicationName,
    kinds: listOf('kinds', props.kinds) ?? Object.values(RegistryKind),
    identities,
    features: identities ? ['identities', ...identities.caCertificates ? ['caCertificates' as const] : []] : [],
    enableRegistryEvents: props.enableRegistryEvents ?? true,
    prefixes: prefixesOf(props.namePrefixes ?? {}),
    router: props.router ?? undefined,
    routerVersion: props.routerVersion ?? (isFunction(props.router) ? routerVersionOf(props.router) : undefined),
    confirmDeletions: props.confirmDeletions ?? false,
    deletionMode: props.deletionMode ?? DeletionMode.REPLICATE,
    maxDeletionsPerMinute: props.maxDeletionsPerMinute ?? 500,
    pausedRegions: listOf('pausedRegions', props.pausedRegions) ?? [],
    sweepEnabled: props.sweepEnabled ?? true,
    sweepSchedule: props.sweepSchedule ?? every(DefaultIntervalSeconds.SWEEP),
    maxDeletionsPerSweep: props.maxDeletionsPerSweep ?? undefined,
    registryReadShare: props.registryReadShare ?? 0.5,
    registryWriteShare: props.registryWriteShare ?? 0.5,
    driftEnabled: props.driftEnabled ?? true,
    driftSchedule: props.driftSchedule ?? every(DefaultIntervalSeconds.DRIFT_CHECK),
    driftMode: props.driftMode ?? DriftMode.REPAIR,
    heartbeatInterval: props.heartbeatInterval ?? Duration.minutes(1),
    logPayloads: props.logPayloads ?? false,
    logLevel: props.logLevel ?? ApplicationLogLevel.INFO,
    tracing: props.tracing ?? false,
    tombstoneRetention: props.tombstoneRetention ?? Duration.days(30),
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    pointInTimeRecovery: props.pointInTimeRecovery ?? true,
    encryption: props.encryption ?? undefined,
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    acknowledgedReplications: listOf('acknowledgedReplications', props.acknowledgedReplications) ?? [],
    acknowledgeNagRules: props.acknowledgeNagRules ?? true,
    stackSynthesizer: props.stackSynthesizer ?? undefined,
  });
}

function prefixesOf(given: NamePrefixes): PrefixesByKind {
  expectStruct('NamePrefixes', given, 'namePrefixes');
  const { things, thingGroups, thingTypes, policies } = given;
  return {
    thing: listOf('namePrefixes.things', things),
    group: listOf('namePrefixes.thingGroups', thingGroups),
    type: listOf('namePrefixes.thingTypes', thingTypes),
    policy: listOf('namePrefixes.policies', policies),
  };
}

function identitySettingsOf(given?: IdentityReplicationOptions): IdentitySettings | undefined {
  if (given === undefined || given === null) return undefined;
  expectStruct('IdentityReplicationOptions', given, 'identities');
  return {
    certificates: given.certificates ?? CertificateSelection.ALL,
    caCertificates: given.caCertificates ?? false,
    adoptPolicies: given.adoptPolicies ?? false,
    sweepSchedule: given.sweepSchedule ?? every(DefaultIntervalSeconds.IDENTITY_SWEEP),
    driftSchedule: given.driftSchedule ?? every(DefaultIntervalSeconds.IDENTITY_DRIFT_CHECK),
    certificateCheckInterval: given.certificateCheckInterval ?? Duration.seconds(DefaultIntervalSeconds.CERTIFICATE_CHECK),
    maxDeactivationsPerSweep: given.maxDeactivationsPerSweep ?? undefined,
    cloudTrailHints: given.cloudTrailHints ?? true,
    domainNames: given.domainNames ?? {},
  };
}

function every(seconds: number): ScheduleExpression {
  return ScheduleExpression.rate(Duration.seconds(seconds));
}

/** A copy of a list. */
function listOf<T extends string>(prop: string, given?: T[]): T[] | undefined {
  if (given === undefined || given === null) return undefined;
  expectList(prop, given);
  return [...given];
}
