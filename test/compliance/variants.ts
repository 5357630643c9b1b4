/** The apps whose templates are held against the rules of others: every option and every place is in one of them. */
import { Duration, NestedStack, PermissionsBoundary, RemovalPolicy } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ApplicationLogLevel, Function } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DeletionMode, DriftMode, IotRegistryReplication, IotRegistryReplicationProps } from '../../src';
import { DESTINATION, OTHER, SOURCE, createStack, replicate } from '../apps';

const REPLICA_KEYS = Object.fromEntries([DESTINATION, OTHER].map((region) => [region, `arn:aws:kms:${region}:111122223333:key/mrk-0123456789abcdef0123456789abcdef`]));

/** As most have it. */
type Props = Partial<IotRegistryReplicationProps>;

export function typical(props: Props = {}): IotRegistryReplication {
  return replicate({ ...props, replicationName: 'fleet', destinationRegions: [DESTINATION, OTHER] });
}

/** With every option, and with everything that can be added. */
export function fullyConfigured(props: Props = {}): IotRegistryReplication {
  const stack = createStack({ tags: { team: 'fleet' }, permissionsBoundary: PermissionsBoundary.fromName('boundary') });
  const replication = replicate({
    ...props,
    replicationName: 'fleet',
    tableName: 'devices',
    destinationRegions: [DESTINATION, OTHER],
    pausedRegions: [OTHER],
    namePrefixes: { things: ['factory-', 'office-'], thingGroups: ['factory-'], thingTypes: ['factory-'], policies: ['factory-'] },
    identities: { caCertificates: true, adoptPolicies: true, certificateCheckInterval: Duration.minutes(5), maxDeactivationsPerSweep: 10, domainNames: { [DESTINATION]: { 'a.example.com': 'b.example.com' } } },
    router: Function.fromFunctionArn(stack, 'Router', `arn:aws:lambda:${SOURCE}:111122223333:function:router`),
    deletionMode: DeletionMode.RETAIN,
    maxDeletionsPerMinute: 100,
    maxDeletionsPerSweep: 10,
    sweepSchedule: ScheduleExpression.cron({ minute: '0', hour: '3' }),
    driftSchedule: ScheduleExpression.rate(Duration.hours(6)),
    driftMode: DriftMode.REPORT,
    registryReadShare: 0.25,
    registryWriteShare: 0.25,
    tombstoneRetention: Duration.days(60),
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_YEAR,
    heartbeatInterval: Duration.minutes(5),
    logLevel: ApplicationLogLevel.DEBUG,
    logPayloads: true,
    tracing: true,
    encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key', { enableKeyRotation: true }), REPLICA_KEYS),
  }, stack);
  replication.addAlarms({ topics: [SOURCE, DESTINATION, OTHER].map((region) => Topic.fromTopicArn(stack, `Topic-${region}`, `arn:aws:sns:${region}:111122223333:operators`)) });
  replication.addDashboard();
  return replication;
}

/** In a nested stack. */
export function nested(props: Props = {}): IotRegistryReplication {
  return new IotRegistryReplication(new NestedStack(createStack(), 'Nested'), 'Replication', { ...props, destinationRegions: [DESTINATION] });
}

/** In a stack that may be deployed anywhere, the source in a stack of its own. */
export function environmentAgnostic(props: Props = {}): IotRegistryReplication {
  return replicate({ ...props, replicationName: 'fleet', sourceRegion: SOURCE }, createStack({ env: {} }));
}

export const VARIANTS: readonly [string, (props?: Props) => IotRegistryReplication][] = [
  ['a typical app', typical],
  ['a fully configured app', fullyConfigured],
  ['a nested stack', nested],
  ['an environment-agnostic stack', environmentAgnostic],
];
