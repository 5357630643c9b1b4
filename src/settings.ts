import { Duration, IReusableStackSynthesizer, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DeletionMode } from './deletion-mode';
import { invalid } from './errors';
import { IotRegistryReplicationProps } from './iot-registry-replication-props';
import { concreteRegion, defaultReplicationName } from './naming';
import { RegistryEventType } from './registry-event-type';
import { validated } from './validation';

/** What a name has to start with, for each kind; absent means any name. */
export interface NamePrefixes {
  readonly thing?: string[];
  readonly group?: string[];
  readonly type?: string[];
}

/** The props with every default filled in, and found to be possible. */
export interface Settings {
  readonly sourceRegion: string;
  readonly destinationRegions: string[];
  readonly replicationName: string;
  readonly tableName: string;
  readonly eventTypes: RegistryEventType[];
  readonly enableRegistryEvents: boolean;
  readonly prefixes: NamePrefixes;
  readonly router?: IFunction;
  readonly deletionMode: DeletionMode;
  readonly tombstoneRetention: Duration;
  readonly removalPolicy: RemovalPolicy;
  readonly pointInTimeRecovery: boolean;
  readonly logRetention: RetentionDays;
  readonly stackSynthesizer?: IReusableStackSynthesizer;
}

/**
 * @throws Error if a prop can't be met; the message says what was given, what is expected and what to do
 */
export function settingsOf(scope: Construct, props: IotRegistryReplicationProps): Settings {
  const sourceRegion = props.sourceRegion ?? concreteRegion(scope);
  if (sourceRegion === undefined) {
    throw invalid('sourceRegion', `none in the environment-agnostic stack '${Stack.of(scope).node.path}'`, 'a Region that is known at synthesis',
      "set `env: { region: '…' }` on the stack or pass `sourceRegion`");
  }
  const replicationName = props.replicationName ?? defaultReplicationName(scope, sourceRegion);
  return validated({
    sourceRegion,
    destinationRegions: [...props.destinationRegions ?? []],
    replicationName,
    tableName: props.tableName ?? replicationName,
    eventTypes: [...props.eventTypes ?? Object.values(RegistryEventType)],
    enableRegistryEvents: props.enableRegistryEvents ?? true,
    prefixes: { thing: props.thingNamePrefixes, group: props.thingGroupNamePrefixes, type: props.thingTypeNamePrefixes },
    router: props.router,
    deletionMode: props.deletionMode ?? DeletionMode.REPLICATE,
    tombstoneRetention: props.tombstoneRetention ?? Duration.days(30),
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    pointInTimeRecovery: props.pointInTimeRecovery ?? true,
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    stackSynthesizer: props.stackSynthesizer,
  });
}
