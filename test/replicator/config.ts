import { DeletionMode } from '../../src/deletion-mode';
import { ReplicatorConfig } from '../../src/replicator/handler/context';

/** The settings of a replicator whose names do not matter, but for what somebody says otherwise. */
export function replicatorConfig(otherwise: Partial<ReplicatorConfig> = {}): ReplicatorConfig {
  return {
    tableName: 't',
    sourceRegion: 'us-east-1',
    retryQueueUrl: 'r',
    deadLetterQueueUrl: 'd',
    deletionMode: DeletionMode.REPLICATE,
    stateTableName: 's',
    maxDeletionsPerMinute: Infinity,
    logPayloads: false,
    logsCalls: false,
    ...otherwise,
  };
}
