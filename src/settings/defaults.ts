import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { invalid } from './errors';
import { concreteRegion, defaultReplicationName } from './naming';
import { Settings } from './settings';
import { validated } from './validation';
import { DeletionMode } from '../deletion-mode';
import { IotRegistryReplicationProps } from '../iot-registry-replication-props';
import { RegistryEventType } from '../registry-event-type';

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
