import { Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITable, ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DestinationMetrics as M, EmittedMetric } from './metrics/metric-names';
import { metricOf } from './metrics/metrics';

/**
 * One destination of an `IotRegistryReplication`: what is deployed in one Region whose registry is made to match the source's.
 *
 * It is made by `IotRegistryReplication`; see its `destinations` and `destination(region)`.
 *
 * Its resources are referred to by ARN, so they can be used from every stack of the app without a reference between stacks. Alarms have to
 * be made in `stack`: CloudWatch has none on the metrics of another Region.
 */
export abstract class RegistryDestination extends Construct {
  /** The Region. */
  public abstract readonly region: string;

  /** Name of the replication that the destination belongs to. */
  public abstract readonly replicationName: string;

  /** The stack that holds the destination. Deploy it alone with `cdk deploy --exclusively` while the source Region is down. */
  public abstract readonly stack: Stack;

  /** The replica of the registry table in this Region. Read it as you like; **what is written to it is written to the registry of every destination.** */
  public abstract readonly table: ITableV2;

  /** The function that consumes the replica's stream and makes the registry match the records. */
  public abstract readonly replicator: IFunction;

  /** Keys of records that could not be applied yet. A key that is sent here has its record read and applied. */
  public abstract readonly retryQueue: IQueue;

  /** Keys that were given up, with the reason, for 14 days. */
  public abstract readonly deadLetterQueue: IQueue;

  /**
   * The workflow that compares the registry of this Region with its replica of the table, and puts the keys of what differs on `retryQueue`.
   *
   * It runs by itself after the destination's first deployment, when a pause ends, and on `driftSchedule`. Start it with `{}`, or with
   *
   * - `{ "mode": "report" }` to write nothing but the report
   * - `{ "mode": "repair" }` to repair where `driftMode` is `REPORT`, or while the source is silent
   * - `{ "mode": "repair", "deleteRetained": true }` to delete also what the source deleted while `deletionMode` was `RETAIN`, once it is
   *   `REPLICATE`
   *
   * While no heartbeat has come from the source for five minutes, or five times `heartbeatInterval`, a check that starts by itself, or with `{}`,
   * only reports, and its output has the `reason` `SOURCE_SILENT`. A paused Region is never repaired; other input fails the execution. Its output has `inSync`, the counts and the first differences. It needs nothing of the source Region.
   */
  public abstract readonly driftWorkflow: IStateMachine;

  /** Reports of the drift checks, under `reports/<execution>/`: a difference a line, for 90 days. They name things. */
  public abstract readonly driftReportsBucket: IBucket;

  /**
   * A small table of this Region alone. Its item `{ "pk": "status" }` tells whether the registry can be relied on: `state` (`IN_SYNC`, `CATCHING_UP`,
   * `DEGRADED`, `UNKNOWN`), `registryInSync`, the `reasons` why not, and what these rest on. One read answers, whether the source Region is up or not.
   *
   * The other items count deletions. See `grantReadStatus`.
   */
  public abstract readonly statusTable: ITable;

  protected constructor(scope: Construct, id: string) {
    super(scope, id);
  }

  /**
   * Lets somebody read the status, and nothing else of the table: `dynamodb:GetItem` with the key `{ "pk": "status" }`.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  public abstract grantReadStatus(grantee: IGrantable): Grant;

  /**
   * Milliseconds from a change in the source, or a heartbeat, to the end of its application here; p95 unless stated otherwise.
   *
   * What is backfilled, repaired, redriven, or had to wait for something else, does not count. An invocation tells ten values at most, of the middles of the tenths
   * of its changes: percentiles are right, the minimum and the maximum are not quite.
   */
  public metricReplicationLag(options?: MetricOptions): Metric {
    return this.metric(M.REPLICATION_LAG, options);
  }

  /** Heartbeats of the source that have arrived and are in the status, one each `heartbeatInterval`; their sum unless stated otherwise. Silence tells that something is broken. */
  public metricHeartbeats(options?: MetricOptions): Metric {
    return this.metric(M.HEARTBEATS, options);
  }

  /** Records that were applied, from the stream and from the retry queue; their sum unless stated otherwise. */
  public metricRecordsApplied(options?: MetricOptions): Metric {
    return this.metric(M.RECORDS_APPLIED, options);
  }

  /** Calls of the registry, each attempt of the SDK among them; their sum unless stated otherwise. */
  public metricRegistryCalls(options?: MetricOptions): Metric {
    return this.metric(M.REGISTRY_CALLS, options);
  }

  /** Records of the stream that took no call, because nothing that is replicated had changed; their sum unless stated otherwise. */
  public metricUnchanged(options?: MetricOptions): Metric {
    return this.metric(M.UNCHANGED, options);
  }

  /** Tries that ended with waiting for something else, such as a type or five minutes; their sum unless stated otherwise. */
  public metricWaiting(options?: MetricOptions): Metric {
    return this.metric(M.WAITING, options);
  }

  /** Dead letters that the functions wrote: what can't be applied, or waited for three days; their sum unless stated otherwise. */
  public metricRejected(options?: MetricOptions): Metric {
    return this.metric(M.REJECTED, options);
  }

  /** Tries that AWS throttled or failed, after all attempts of the SDK, or that the time did not suffice for; their sum unless stated otherwise. */
  public metricThrottled(options?: MetricOptions): Metric {
    return this.metric(M.THROTTLED, options);
  }

  /** Tries of deletions that were put off because the minute has had `maxDeletionsPerMinute`, or because they could not be counted; their sum unless stated otherwise. */
  public metricDeletionsPaused(options?: MetricOptions): Metric {
    return this.metric(M.DELETIONS_PAUSED, options);
  }

  /** Differences that a drift check found: missing, different, or to be gone; the maximum unless stated otherwise. One value a check, 0 among them. */
  public metricDriftFound(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_FOUND, options);
  }

  /** Differences that a drift check has put on `retryQueue`; the maximum unless stated otherwise. One value a check, 0 among them. */
  public metricDriftRepaired(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_REPAIRED, options);
  }

  /**
   * Differences that were still there when a drift check looked again at what it had repaired; the maximum unless stated otherwise. One value a check that
   * repairs, 0 among them; none of one that only reports.
   */
  public metricDriftAfterRepair(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_AFTER_REPAIR, options);
  }

  /**
   * Seconds since the beginning of the last sweep of the source that has ended, as this destination knows; the maximum unless stated otherwise. A value a minute
   * once that is longer than the interval of `sweepSchedule`; none before, and none with `sweepEnabled: false`. It does not grow while the source is silent.
   */
  public metricSweepAge(options?: MetricOptions): Metric {
    return this.metric(M.SWEEP_AGE, options);
  }

  /**
   * Seconds since the beginning of the last drift check that has ended; the maximum unless stated otherwise. A value a minute once that is longer than
   * the interval of `driftSchedule`; none before, and none with `driftEnabled: false`.
   */
  public metricDriftCheckAge(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_CHECK_AGE, options);
  }

  /**
   * Other replications that may write to this registry, or replicate it back to the source, and are not in `acknowledgedReplications`; the maximum unless stated
   * otherwise. A value a minute while there are any; none else.
   */
  public metricOtherReplications(options?: MetricOptions): Metric {
    return this.metric(M.OTHER_REPLICATIONS, options);
  }

  private metric(metric: EmittedMetric, options?: MetricOptions): Metric {
    return metricOf(metric, this, options);
  }
}
