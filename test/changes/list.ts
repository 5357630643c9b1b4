/** Every tested change of an app, what it does, and what the documentation says about it. The table in docs/upgrading.md is generated from this list. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ApplicationLogLevel, Function } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Effect } from './comparison';
import { Fleet } from './fleet';
import {
  CertificateSelection, DeletionMode, DriftMode, IdentityReplicationOptions, IotRegistryReplication, IotRegistryReplicationProps, NamePrefixes, RegistryKind, ReplicationAlarm,
  ReplicationAlarmOverride, ReplicationAlarmsOptions, ReplicationDashboardOptions,
} from '../../src';
import { ACCOUNT, DESTINATION, OTHER, SOURCE } from '../apps';

/** What the documentation says that a change does. */
export const Verdict = {
  NOTHING: 'nothing',
  IN_PLACE: 'in place',
  REPLACED: 'replaced without loss',
  REFUSED: 'refused at synthesis',
  DOCUMENTED: 'not by a deployment alone',
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** The effects that a verdict may stand for. */
export const EFFECTS: Readonly<Record<Verdict, readonly Effect[]>> = {
  [Verdict.NOTHING]: [Effect.NOTHING],
  [Verdict.IN_PLACE]: [Effect.IN_PLACE],
  [Verdict.REPLACED]: [Effect.REPLACED],
  [Verdict.REFUSED]: [],
  // In place for CloudFormation is not enough where the service itself may refuse, or may not, which no documentation says.
  [Verdict.DOCUMENTED]: [Effect.LEFT_BEHIND, Effect.COLLIDES, Effect.IN_PLACE],
};

/** What three deployments in a row do, by a prop: without it, with a first value, with a second, without it again. */
export interface PropChanges {
  readonly without: Fleet;
  readonly first: Fleet;
  readonly second: Fleet;
  readonly set: Verdict;
  readonly changed: Verdict;
  readonly removed: Verdict;
  /** What happens, and what to do. */
  readonly told: string;
}

type Verdicts = Partial<Pick<PropChanges, 'set' | 'changed' | 'removed'>>;

export const BASE: Fleet = {};

const { IN_PLACE, NOTHING, REPLACED, DOCUMENTED, REFUSED } = Verdict;

function changes(without: Fleet, first: Fleet, second: Fleet, told: string, { set = IN_PLACE, changed = IN_PLACE, removed = IN_PLACE }: Verdicts = {}): PropChanges {
  return { without, first, second, told, set, changed, removed };
}

type Given<P extends keyof IotRegistryReplicationProps> = IotRegistryReplicationProps[P] | ((stack: Stack) => IotRegistryReplicationProps[P]);

function withProp<P extends keyof IotRegistryReplicationProps>(prop: P, value: Given<P>): Fleet {
  return { props: (stack) => ({ [prop]: typeof value === 'function' ? (value as (stack: Stack) => IotRegistryReplicationProps[P])(stack) : value }) };
}

function propChanges<P extends keyof IotRegistryReplicationProps>(name: P, first: Given<P>, second: Given<P>, told: string, verdicts?: Verdicts): PropChanges {
  return changes(BASE, withProp(name, first), withProp(name, second), told, verdicts);
}

const FUNCTION_ARN = `arn:aws:lambda:${SOURCE}:${ACCOUNT}:function`;

function encrypted(id: string) {
  return (stack: Stack) => TableEncryptionV2.customerManagedKey(new Key(stack, id), { [DESTINATION]: `arn:aws:kms:${DESTINATION}:${ACCOUNT}:key/${id.toLowerCase()}` });
}

const PREFIXES_TOLD = 'a sweep and a drift check start when the deployment ends; entities that no longer match stay as they are, and each sweep reports them';
/** A change of one list of prefixes, beside another that stays. */
function prefixChanges(name: keyof NamePrefixes): PropChanges {
  return propChanges('namePrefixes', { [name]: ['a-'] }, { [name]: ['a-', 'b-'] }, PREFIXES_TOLD);
}

const RUNS_TOLD = 'applies from the next run';

export const PROP_CHANGES: { readonly [P in keyof Required<IotRegistryReplicationProps>]: PropChanges } = {
  destinationRegions: changes(
    withProp('destinationRegions', [DESTINATION]), withProp('destinationRegions', [DESTINATION, OTHER]), withProp('destinationRegions', [OTHER, DESTINATION]),
    'add or remove one Region per deployment, and destroy the stack of a Region before you remove it; if you did not, [putting the Region back](operations.md#put-a-region-back) switches to the new stream automatically; the order is irrelevant', { removed: DOCUMENTED },
  ),
  sourceRegion: propChanges('sourceRegion', SOURCE, OTHER, '[swap source and destination](#swap-source-and-destination), or start a new replication', { set: NOTHING, changed: DOCUMENTED, removed: DOCUMENTED }),
  regionsWithIotCore: propChanges('regionsWithIotCore', ['ca-west-1'], ['ca-west-1', 'eu-central-2'], 'which Regions may be source and destination; no resource contains it', {
    set: NOTHING, changed: NOTHING, removed: NOTHING,
  }),
  replicationName: changes(
    withProp('replicationName', undefined), BASE, withProp('replicationName', 'devices'),
    '[rename a replication](#rename-a-replication)', { set: DOCUMENTED, changed: DOCUMENTED, removed: DOCUMENTED },
  ),
  tableName: propChanges('tableName', 'devices', 'registry', 'CloudFormation creates a new table; a sweep and a drift check start when the deployment ends, and the sweep fills the table; until both have ended the destination is not ready, because what was known of the old table proves nothing; the old one stays, so that returning to its name fails until you delete it', {
    set: REPLACED, changed: REPLACED, removed: REPLACED,
  }),
  kinds: propChanges('kinds', [RegistryKind.THING], [RegistryKind.THING, RegistryKind.THING_TYPE, RegistryKind.THING_GROUP],
    'topic rules are created and deleted; a sweep and a drift check start when the deployment ends, and the sweep finds earlier changes of a kind that is selected again, the drift check what destinations [passed by](operations.md#take-out-what-is-selected-no-more)'),
  enableRegistryEvents: propChanges('enableRegistryEvents', true, false, 'event types that are on stay on', { set: NOTHING }),
  namePrefixes: propChanges('namePrefixes', { things: ['a-'] }, { things: ['a-', 'b-'] }, PREFIXES_TOLD),
  identities: propChanges('identities', {}, { adoptPolicies: true }, 'a sweep and a drift check of certificates and policies start when the deployment ends. Without it, those in the destinations stay as they are, and **nothing revokes them any more**: see [switch it off](identities.md#switch-it-off); its reports are deleted', { removed: REPLACED }),
  router: propChanges('router', (stack) => Function.fromFunctionArn(stack, 'Router', `${FUNCTION_ARN}:router`), (stack) => Function.fromFunctionArn(stack, 'Router', `${FUNCTION_ARN}:filter`),
    'a sweep starts when the deployment ends, and invokes the new router for every entity'),
  routerVersion: changes(
    withRouter(), withRouter('1'), withRouter('2'), 'a sweep starts when the deployment ends, and invokes the router for every entity',
  ),
  confirmDeletions: propChanges('confirmDeletions', false, true, 'applies from the next deletion', { set: NOTHING }),
  deletionMode: propChanges('deletionMode', DeletionMode.REPLICATE, DeletionMode.RETAIN, 'to `RETAIN`: applies from the next deletion. To `REPLICATE`: applies to deletions five minutes later; retained entities stay until you start a drift check with `{ "mode": "repair", "deleteRetained": true }`', { set: NOTHING }),
  maxDeletionsPerMinute: propChanges('maxDeletionsPerMinute', 500, 100, 'applies from the next minute', { set: NOTHING }),
  pausedRegions: propChanges('pausedRegions', [], [DESTINATION], 'the functions stop; when a pause ends, a drift check starts', { set: NOTHING }),
  sweepEnabled: propChanges('sweepEnabled', true, false, 'the workflow stays, so that you can start it; a sweep starts when it is enabled again; with `identities`, so it is with certificate checks', { set: NOTHING }),
  sweepSchedule: propChanges('sweepSchedule', ScheduleExpression.rate(Duration.hours(12)), ScheduleExpression.cron({ minute: '0', hour: '3' }), 'the status and its alarms follow the schedule'),
  maxDeletionsPerSweep: propChanges('maxDeletionsPerSweep', 10, 1000, RUNS_TOLD),
  registryReadShare: propChanges('registryReadShare', 0.5, 0.25, RUNS_TOLD, { set: NOTHING }),
  registryWriteShare: propChanges('registryWriteShare', 0.5, 0.25, RUNS_TOLD, { set: NOTHING }),
  driftEnabled: propChanges('driftEnabled', true, false, 'the workflow stays, so that you can start it; a drift check starts when it is enabled again', { set: NOTHING }),
  driftSchedule: propChanges('driftSchedule', ScheduleExpression.rate(Duration.hours(12)), ScheduleExpression.cron({ minute: '0', hour: '3' }), 'the status and its alarms follow the schedule'),
  driftMode: propChanges('driftMode', DriftMode.REPAIR, DriftMode.REPORT, RUNS_TOLD, { set: NOTHING }),
  heartbeatInterval: propChanges('heartbeatInterval', Duration.minutes(1), Duration.minutes(5), 'alarms and status use it; while one stack has it and the other does not, they can report silence', { set: NOTHING }),
  logPayloads: propChanges('logPayloads', false, true, 'existing logs stay as they are', { set: NOTHING }),
  logLevel: propChanges('logLevel', ApplicationLogLevel.INFO, ApplicationLogLevel.DEBUG, 'applies from the next line', { set: NOTHING }),
  tracing: propChanges('tracing', false, true, 'applies from the next invocation', { set: NOTHING }),
  tombstoneRetention: propChanges('tombstoneRetention', Duration.days(30), Duration.days(60), 'applies to later deletions', { set: NOTHING }),
  removalPolicy: propChanges('removalPolicy', RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.DESTROY, 'applies when the table is removed from the stack', { set: NOTHING }),
  pointInTimeRecovery: propChanges('pointInTimeRecovery', true, false, 'switching it off removes the recovery points; switched on again, the 35 days start from zero', { set: NOTHING }),
  encryption: propChanges('encryption', encrypted('One'), encrypted('Two'), '**decide at the first deployment**: see [add or change encryption](#add-or-change-encryption)', {
    set: DOCUMENTED, changed: DOCUMENTED, removed: DOCUMENTED,
  }),
  logRetention: propChanges('logRetention', RetentionDays.ONE_MONTH, RetentionDays.ONE_YEAR, 'applies to existing logs too', { set: NOTHING }),
  acknowledgedReplications: propChanges('acknowledgedReplications', ['archive'], ['archive', 'devices'], 'applies from the next minute'),
  acknowledgeNagRules: propChanges('acknowledgeNagRules', true, false, 'determines what cdk-nag reports; no template contains it', { set: NOTHING, changed: NOTHING, removed: NOTHING }),
  stackSynthesizer: propChanges('stackSynthesizer', undefined, undefined, 'determines where assets are uploaded; no resource contains it', { set: NOTHING, changed: NOTHING, removed: NOTHING }),
};

function withRouter(routerVersion?: string): Fleet {
  return { props: (stack) => ({ router: Function.fromFunctionArn(stack, 'Router', `${FUNCTION_ARN}:router`), routerVersion }) };
}

function withIdentities(identities: IdentityReplicationOptions = {}, policies?: string[]): Fleet {
  return { props: { identities, namePrefixes: { policies } } };
}

function withAlarms(options?: (stack: Stack) => ReplicationAlarmsOptions): Fleet {
  return { then: (replication, stack) => replication.addAlarms(options?.(stack)) };
}

function overridden(...overrides: Omit<ReplicationAlarmOverride, 'alarm'>[]): Fleet[] {
  return overrides.map((override) => withAlarms(() => ({ overrides: [{ alarm: ReplicationAlarm.REPLICATION_LAG, ...override }] })));
}

function overrideChanges(name: keyof ReplicationAlarmOverride, first: Omit<ReplicationAlarmOverride, 'alarm'>, second: Omit<ReplicationAlarmOverride, 'alarm'>, verdicts?: Verdicts): PropChanges {
  const [one, other] = overridden(first, second);
  return changes(withAlarms(), one, other, name === 'enabled' ? 'an alarm is created or deleted, with its history' : 'the alarm and its history stay', verdicts);
}

function topic(name: string) {
  return (stack: Stack) => ({ topics: [Topic.fromTopicArn(stack, name, `arn:aws:sns:${SOURCE}:${ACCOUNT}:${name}`)] });
}

/** The same for the options of `addAlarms` and `addDashboard`. */
export const OPTION_CHANGES: {
  readonly NamePrefixes: { readonly [P in keyof Required<NamePrefixes>]: PropChanges };
  readonly IdentityReplicationOptions: { readonly [P in keyof Required<IdentityReplicationOptions>]: PropChanges };
  readonly ReplicationAlarmsOptions: { readonly [P in keyof Required<ReplicationAlarmsOptions>]: PropChanges };
  readonly ReplicationAlarmOverride: { readonly [P in keyof Required<ReplicationAlarmOverride>]: PropChanges };
  readonly ReplicationDashboardOptions: { readonly [P in keyof Required<ReplicationDashboardOptions>]: PropChanges };
} = {
  NamePrefixes: {
    things: prefixChanges('things'),
    thingGroups: prefixChanges('thingGroups'),
    thingTypes: prefixChanges('thingTypes'),
    policies: changes(withIdentities(), withIdentities({}, ['a-']), withIdentities({}, ['a-', 'b-']), 'a sweep and a drift check of certificates and policies start when the deployment ends, and those of the registry with them; attachments of policies that no longer match stay as they are'),
  },
  IdentityReplicationOptions: {
    certificates: changes(withIdentities(), withIdentities({ certificates: CertificateSelection.ALL }), withIdentities({ certificates: CertificateSelection.OF_REPLICATED_THINGS }),
      'a sweep and a drift check of certificates and policies start when the deployment ends; certificates that were replicated before stay, and continue to follow the source', { set: NOTHING }),
    caCertificates: changes(withIdentities(), withIdentities({ caCertificates: false }), withIdentities({ caCertificates: true }),
      'a sweep and a drift check of certificates and policies start when the deployment ends; without it, copies stay as they are and no longer follow the source', { set: NOTHING }),
    adoptPolicies: changes(withIdentities(), withIdentities({ adoptPolicies: false }), withIdentities({ adoptPolicies: true }), 'a drift check of certificates and policies starts when the deployment ends, and with `true` adopts policies that differ; redrive the dead letters `ForeignPolicy`', { set: NOTHING }),
    sweepSchedule: changes(withIdentities(), withIdentities({ sweepSchedule: ScheduleExpression.rate(Duration.hours(12)) }), withIdentities({ sweepSchedule: ScheduleExpression.cron({ minute: '0', hour: '3' }) }), RUNS_TOLD),
    driftSchedule: changes(withIdentities(), withIdentities({ driftSchedule: ScheduleExpression.rate(Duration.days(1)) }), withIdentities({ driftSchedule: ScheduleExpression.cron({ minute: '0', hour: '3' }) }), 'the status follows the schedule'),
    certificateCheckInterval: changes(
      withIdentities(), withIdentities({ certificateCheckInterval: Duration.minutes(15) }), withIdentities({ certificateCheckInterval: Duration.minutes(5) }), RUNS_TOLD, { set: NOTHING },
    ),
    maxDeactivationsPerSweep: changes(withIdentities(), withIdentities({ maxDeactivationsPerSweep: 10 }), withIdentities({ maxDeactivationsPerSweep: 1000 }), RUNS_TOLD),
    cloudTrailHints: changes(withIdentities(), withIdentities({ cloudTrailHints: true }), withIdentities({ cloudTrailHints: false }),
      'two rules of EventBridge and a queue are created or deleted; checks and sweeps find what messages in the queue were about', { set: NOTHING, changed: REPLACED }),
    domainNames: changes(withIdentities(), withIdentities({ domainNames: { [DESTINATION]: { 'a.example.com': 'b.example.com' } } }), withIdentities({ domainNames: { [DESTINATION]: { 'a.example.com': 'c.example.com' } } }),
      'a drift check of certificates and policies starts when the deployment ends, and has policies rewritten that differ now; redrive the dead letters `UnfaithfulPolicy`'),
  },
  ReplicationAlarmsOptions: {
    topics: changes(withAlarms(), withAlarms(topic('one')), withAlarms(topic('two')), 'the alarms notify other topics'),
    overrides: changes(withAlarms(), ...overridden({ threshold: 1000 }, { threshold: 2000 }) as [Fleet, Fleet], 'see below'),
  },
  ReplicationAlarmOverride: {
    alarm: changes(withAlarms(), withAlarms(() => ({ overrides: [{ alarm: ReplicationAlarm.REPLICATION_LAG, enabled: false }] })),
      withAlarms(() => ({ overrides: [{ alarm: ReplicationAlarm.NO_HEARTBEAT, enabled: false }] })), 'an alarm is created or deleted, with its history'),
    enabled: overrideChanges('enabled', { enabled: true }, { enabled: false }, { set: NOTHING }),
    threshold: overrideChanges('threshold', { threshold: 1000 }, { threshold: 2000 }),
    period: overrideChanges('period', { period: Duration.minutes(5) }, { period: Duration.minutes(15) }),
    evaluationPeriods: overrideChanges('evaluationPeriods', { evaluationPeriods: 3 }, { evaluationPeriods: 4 }),
  },
  ReplicationDashboardOptions: {
    dashboardName: changes(withDashboard(), withDashboard({ dashboardName: 'one' }), withDashboard({ dashboardName: 'two' }), 'the dashboard is created again with the other name; it contains no data',
      { set: REPLACED, changed: REPLACED, removed: REPLACED }),
    defaultInterval: changes(withDashboard(), withDashboard({ defaultInterval: Duration.hours(1) }), withDashboard({ defaultInterval: Duration.days(1) }), 'the period that the dashboard shows at first'),
  },
};

function withDashboard(options?: ReplicationDashboardOptions): Fleet {
  return { then: (replication: IotRegistryReplication) => replication.addDashboard(options) };
}

/** A change of the app around the props. */
export interface Change {
  readonly what: string;
  readonly before: Fleet;
  readonly after: Fleet;
  readonly verdict: Verdict;
  readonly told: string;
  /** Of the error, if it is refused. */
  readonly error?: RegExp;
}

const DEFAULT_NAME = { replicationName: undefined };
const MOVE = '[move a replication](#move-a-replication)';
const RENAME = 'the default name changes with the path: [rename a replication](#rename-a-replication)';
const PINNED: Fleet = { stack: { stackName: 'Registry' } };

export const CHANGES: readonly Change[] = [
  {
    what: 'a Region is exchanged for another',
    before: BASE,
    after: withProp('destinationRegions', [OTHER]),
    verdict: DOCUMENTED,
    told: 'AWS accepts one replica more or less at a time: add, deploy, then remove',
  },
  {
    what: '`replicationName`, with the old name as `tableName`: the way to rename',
    before: BASE,
    after: { props: { replicationName: 'devices', tableName: 'fleet' } },
    verdict: DOCUMENTED,
    told: 'the table stays as it is; see [rename a replication](#rename-a-replication)',
  },
  {
    what: 'the construct moves into another construct, with another `replicationName`: the way to move',
    before: BASE,
    after: { wrapper: 'Wrapper', props: { replicationName: 'devices' } },
    verdict: DOCUMENTED,
    told: MOVE,
  },
  {
    what: '`encryption` with another `tableName`: the way to add or change it',
    before: BASE,
    after: { props: (stack) => ({ encryption: encrypted('One')(stack), tableName: 'encrypted' }) },
    verdict: REPLACED,
    told: 'a sweep fills the new table; queues, buckets, logs and `-state` tables are encrypted in place',
  },
  {
    what: 'the stack gets another id and keeps its `stackName`, with `replicationName`',
    before: PINNED,
    after: { ...PINNED, stackId: 'IotRegistry' },
    verdict: IN_PLACE,
    told: 'no name and no logical id of another stack contains the path of a construct',
  },
  {
    what: 'the same with the default name',
    before: { ...PINNED, props: DEFAULT_NAME },
    after: { ...PINNED, stackId: 'IotRegistry', props: DEFAULT_NAME },
    verdict: DOCUMENTED,
    told: RENAME,
  },
  {
    what: 'the stack gets another name, with `replicationName`',
    before: BASE,
    after: { stack: { stackName: 'IotRegistry' } },
    verdict: DOCUMENTED,
    told: MOVE,
  },
  {
    what: 'the same with the default name',
    before: { props: DEFAULT_NAME },
    after: { stackId: 'IotRegistry', props: DEFAULT_NAME },
    verdict: DOCUMENTED,
    told: RENAME,
  },
  {
    what: 'the construct gets another id, with `replicationName`',
    before: BASE,
    after: { id: 'Fleet' },
    verdict: DOCUMENTED,
    told: MOVE,
  },
  {
    what: 'the same with the default name',
    before: { props: DEFAULT_NAME },
    after: { id: 'Fleet', props: DEFAULT_NAME },
    verdict: DOCUMENTED,
    told: RENAME,
  },
  {
    what: 'the construct moves into another construct, with `replicationName`',
    before: BASE,
    after: { wrapper: 'Wrapper' },
    verdict: DOCUMENTED,
    told: MOVE,
  },
  {
    what: 'the same with the default name',
    before: { props: DEFAULT_NAME },
    after: { wrapper: 'Wrapper', props: DEFAULT_NAME },
    verdict: DOCUMENTED,
    told: RENAME,
  },
  {
    what: 'the stack moves into a Stage, with `replicationName` and `stackName`',
    before: PINNED,
    after: { ...PINNED, stage: 'Prod' },
    verdict: IN_PLACE,
    told: 'give the stack its old name in the Stage (`stackName: \'Registry\'`): the same stacks are deployed from there',
  },
  {
    what: 'the stack moves into a Stage, with `replicationName`',
    before: BASE,
    after: { stage: 'Prod' },
    verdict: DOCUMENTED,
    told: 'the Stage gives the stack another name; keep the old name, as above',
  },
  {
    what: 'the same with the default name',
    before: { props: DEFAULT_NAME },
    after: { stage: 'Prod', props: DEFAULT_NAME },
    verdict: DOCUMENTED,
    told: RENAME,
  },
  {
    what: 'the construct moves into a nested stack, with `replicationName`',
    before: BASE,
    after: { nested: 'Nested' },
    verdict: DOCUMENTED,
    told: MOVE,
  },
  {
    what: 'the source moves into a stack of its own, for an environment-agnostic app',
    before: BASE,
    after: { stack: { env: {} }, props: { sourceRegion: SOURCE } },
    verdict: DOCUMENTED,
    told: MOVE,
  },
  {
    what: 'source and destination are swapped',
    before: BASE,
    after: { stack: { env: { account: ACCOUNT, region: DESTINATION } }, props: { destinationRegions: [SOURCE] } },
    verdict: DOCUMENTED,
    told: '[swap source and destination](#swap-source-and-destination)',
  },
  {
    what: 'the source is one of its destinations',
    before: BASE,
    after: withProp('destinationRegions', [SOURCE]),
    verdict: REFUSED,
    error: /^destinationRegions: /,
    told: 'a registry is no replica of itself',
  },
  {
    what: 'no destination',
    before: BASE,
    after: withProp('destinationRegions', []),
    verdict: REFUSED,
    error: /^destinationRegions: /,
    told: 'destroy the stacks instead',
  },
  {
    what: 'alarms and a dashboard are added or removed',
    before: BASE,
    after: { then: (replication) => { replication.addAlarms(); replication.addDashboard(); } },
    verdict: IN_PLACE,
    told: 'they are created or deleted; nothing else changes',
  },
  {
    what: 'prefixes are reordered',
    before: withProp('namePrefixes', { things: ['a-', 'b-'] }),
    after: withProp('namePrefixes', { things: ['b-', 'a-'] }),
    verdict: IN_PLACE,
    told: 'has no effect',
  },
  {
    what: 'tags and termination protection of the stack change',
    before: BASE,
    after: { stack: { tags: { team: 'fleet' }, terminationProtection: true } },
    verdict: IN_PLACE,
    told: 'apply to every stack, and to the replicas',
  },
];
