import { Bucket } from '../../comparison/handler/objects';
import { DeletionMode } from '../../deletion-mode';
import { DriftMode } from '../../drift-mode';
import type { Log } from '../../metrics/handler/log';
import type { IdentitiesConfig } from '../../replicator/identities-config';
import { Pace } from '../../runtime/pace';
import { DynamoDbSender, IotSender, S3Sender, SfnSender, SqsSender } from '../../runtime/senders';

export interface DriftConfig {
  readonly tableName: string;
  /** The bucket of the journal and the reports. */
  readonly bucket: Bucket;
  readonly retryQueueUrl: string;
  /** The destination's state table, which contains the pending keys. */
  readonly stateTableName: string;
  /** The workflow whose steps these are. */
  readonly workflowArn: string;
  readonly sourceRegion: string;
  readonly deletionMode: DeletionMode;
  readonly driftMode: DriftMode;
  /** Whether the replication must not write to the destination. */
  readonly isPaused: boolean;
  /** Milliseconds without a heartbeat after which the source is silent. */
  readonly silenceMs: number;
  /** Absent in checks of things, groups, types and memberships. */
  readonly identities?: IdentitiesConfig;
  /** Whether logs may name things. */
  readonly logPayloads: boolean;
}

/** The context of a step of the drift check: the clients of the destination Region, its settings, its paces, a log and a clock. */
export interface DriftContext {
  readonly iot: IotSender;
  readonly dynamodb: DynamoDbSender;
  readonly s3: S3Sender;
  readonly sqs: SqsSender;
  readonly sfn: SfnSender;
  /** Until when deletions were not replicated, in milliseconds since the epoch; undefined if they have always been replicated. */
  readonly retainedUntil: () => Promise<number | undefined>;
  /** Names of other replications that may write to this registry, and that nobody has acknowledged. */
  readonly otherReplications: () => Promise<readonly string[]>;
  readonly config: DriftConfig;
  /** Pace of the reads of the destination's registry. */
  readonly readPace: Pace;
  /** Pace of the writes that repairs cause. */
  readonly writePace: Pace;
  readonly logger: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}
