import type { MappingSettings } from '../record/mapping-settings';
import { environmentOf, json, list, number, optional, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of the functions that write the status: written by the construct, read by the handlers. */
export const StatusEnv = environmentOf({
  tableName: Variables.tableName,
  sourceRegion: Variables.sourceRegion,
  deletionMode: Variables.deletionMode,
  stateTableName: Variables.stateTableName,
  retryQueueUrl: Variables.retryQueueUrl,
  deadLetterQueueUrl: Variables.deadLetterQueueUrl,
  isPaused: Variables.isPaused,
  heartbeatIntervalMinutes: Variables.heartbeatIntervalMinutes,
  /** Days for which a sweep counts as proof. */
  sweepProofDays: number('SWEEP_PROOF_DAYS'),
  /** The same for a drift check. */
  driftProofDays: number('DRIFT_PROOF_DAYS'),
  /** Days for which a sweep of identities counts as proof; absent where they are not replicated. */
  identitySweepProofDays: optional(number('IDENTITY_SWEEP_PROOF_DAYS')),
  /** The same for a drift check of them. */
  identityDriftProofDays: optional(number('IDENTITY_DRIFT_PROOF_DAYS')),
  /** A digest of how policies are to be written; absent with the defaults. */
  rewriting: optional(text('IDENTITY_REWRITING')),
  /** Seconds between two scheduled runs; absent where none run automatically. */
  sweepSeconds: optional(number('SWEEP_INTERVAL_SECONDS')),
  driftSeconds: optional(number('DRIFT_INTERVAL_SECONDS')),
  identitySweepSeconds: optional(number('IDENTITY_SWEEP_INTERVAL_SECONDS')),
  identityDriftSeconds: optional(number('IDENTITY_DRIFT_INTERVAL_SECONDS')),
  /** Minutes between two certificate checks. */
  certificateCheckMinutes: optional(number('CERTIFICATE_CHECK_MINUTES')),
});

/** What the status function has besides. */
export const WatchEnv = environmentOf({
  /** The event source mapping of the stream. */
  streamMapping: json<MappingSettings>('STREAM_MAPPING'),
  /** The workflow of drift checks; absent where none run automatically. */
  driftWorkflowArn: optional(text('DRIFT_WORKFLOW_ARN')),
  /** The same for certificates and policies. */
  identityDriftWorkflowArn: optional(text('IDENTITY_DRIFT_WORKFLOW_ARN')),
});

/** What distinguishes this replication from others of the account. */
export const OwnReplicationEnv = environmentOf({
  replicationName: Variables.replicationName,
  sourceRegion: Variables.sourceRegion,
  /** Names of acknowledged replications. */
  acknowledged: list('ACKNOWLEDGED_REPLICATIONS'),
});
