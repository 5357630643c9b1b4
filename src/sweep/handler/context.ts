import { Bucket } from '../../comparison/handler/objects';
import type { Log } from '../../metrics/handler/log';
import type { Meter } from '../../metrics/handler/meter';
import { Gate, Pace } from '../../runtime/pace';
import { DynamoDbSender, IotSender, S3Sender, SfnSender } from '../../runtime/senders';

export interface SweepConfig {
  readonly tableName: string;
  /** The bucket of the journal and the reports. */
  readonly bucket: Bucket;
  /** The Express workflow that persists what observers of the registry send. */
  readonly observationWorkflowArn: string;
  /** The workflow whose steps these are. */
  readonly sweepWorkflowArn: string;
  /** Version of the router, if there is one. */
  readonly routerVersion?: string;
  /** Absent: the larger of 50 entities and 5 % of them. */
  readonly maxDeletions?: number;
  /** Absent: the larger of 50 certificates and 5 % of them. */
  readonly maxDeactivations?: number;
  /** Whether logs may name things. */
  readonly logPayloads: boolean;
}

/** The context of a step of the sweep: the clients of the source Region, its settings, its paces, a log and a clock. */
export interface SweepContext {
  readonly iot: IotSender;
  readonly dynamodb: DynamoDbSender;
  readonly s3: S3Sender;
  readonly sfn: SfnSender;
  readonly config: SweepConfig;
  /** Pace of the reads of the source registry. */
  readonly readPace: Pace;
  /** Pace of the writes in the destinations. */
  readonly writePace: Pace;
  /** Of tombstones. */
  readonly deletionPace: Gate;
  readonly logger: Log;
  readonly meter: Meter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
