import type { DeletionMode } from '../deletion-mode';
import { flag, list, number, optional, text } from './environment';

/** Environment variables that functions of several rooms have: each is defined once. */
export const Variables = {
  replicationName: text('REPLICATION_NAME'),
  /** Name of the registry table, the same in every Region. */
  tableName: text('REGISTRY_TABLE_NAME'),
  /** The only Region whose records and signals count. */
  sourceRegion: text('SOURCE_REGION'),
  /** Name of the destination's state table. */
  stateTableName: text('STATE_TABLE_NAME'),
  retryQueueUrl: text('RETRY_QUEUE_URL'),
  deadLetterQueueUrl: text('DEAD_LETTER_QUEUE_URL'),
  deletionMode: text<DeletionMode>('DELETION_MODE'),
  /** Whether the replication must not write to the destination. */
  isPaused: flag('IS_PAUSED'),
  heartbeatIntervalMinutes: number('HEARTBEAT_INTERVAL_MINUTES'),
  maxDeletionsPerMinute: number('MAX_DELETIONS_PER_MINUTE'),
  /** The bucket of reports and journals. */
  bucketName: text('REPORTS_BUCKET_NAME'),
  /** Id of the account that the bucket has to belong to. */
  bucketOwner: text('REPORTS_BUCKET_OWNER'),
  readShare: number('REGISTRY_READ_SHARE'),
  observationWorkflowArn: text('OBSERVATION_WORKFLOW_ARN'),
  /** Absent without a router. */
  routerVersion: optional(text('ROUTER_VERSION')),
  /** Of one run; absent where the default applies. */
  maxDeactivations: optional(number('MAX_DEACTIVATIONS_PER_SWEEP')),
  /** See `Selection.onlyReferred`. */
  onlyReferred: list('ONLY_REFERRED_KINDS'),
  /** What the ARNs of the registry begin with: `arn:<partition>:iot:<region>:<account>:`. */
  arnPrefix: text('REGISTRY_ARN_PREFIX'),
};
