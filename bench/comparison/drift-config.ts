import { DeletionMode } from '../../src/deletion-mode';
import type { DriftConfig } from '../../src/drift/handler/context';
import { DriftMode } from '../../src/drift-mode';

/** A destination that repairs, and whose source is never silent. */
export function driftConfigOf({ tableName, sourceRegion }: Pick<DriftConfig, 'tableName' | 'sourceRegion'>): DriftConfig {
  return {
    tableName,
    sourceRegion,
    bucket: { name: 'reports', owner: '111122223333' },
    retryQueueUrl: 'retry',
    stateTableName: 'state',
    workflowArn: 'drift',
    deletionMode: DeletionMode.REPLICATE,
    driftMode: DriftMode.REPAIR,
    isPaused: false,
    silenceMs: Infinity,
    logPayloads: false,
  };
}
