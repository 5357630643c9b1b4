import { Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITable, ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DestinationMetrics as M, EmittedMetric, IdentityMetrics } from './metrics/metric-names';
import { metricOf } from './metrics/metrics';

/**
 * One destination of an `IotRegistryReplication`: the resources in one Region whose registry is made to match the source's.
 *
 * `IotRegistryReplication` creates it; see its `destinations` and `destination(region)`.
 *
 * The attributes refer to the resources by ARN, so you can use them in every stack of the app without a reference between stacks. Create alarms in
 * `stack`: CloudWatch has no alarms on the metrics of another Region.
 */
export abstract class RegistryDestination extends Construct {
  /** The Region. */
  public abstract readonly region: string;

  /** Name of the replication that the destination belongs to. */
  public abstract readonly replicationName: string;

  /** The stack that contains the destination. Deploy it alone with `cdk deploy --exclusively` while the source Region is down. */
  public abstract readonly stack: Stack;

  /**
   * The replica of the registry table in this Region. You can read it freely; **whatever you write to it is written to the registry of every
   * destination.**
   */
  public abstract readonly table: ITableV2;

  /** The function that consumes the replica's stream and makes the registry match the records. */
  public abstract readonly replicator: IFunction;

  /** Keys of records that could not be applied yet. For each key that you send here, the record is read and applied. */
  public abstract readonly retryQueue: IQueue;

  /** Keys of changes that could not be applied, with the reason, for 14 days. */
  public abstract readonly deadLetterQueue: IQueue;

  /**
   * The workflow that compares the registry of this Region with its replica of the table, and sends the keys of the differences to `retryQueue`.
   *
   * It runs automatically after the destination's first deployment, when a pause ends, and on `driftSchedule`. Start it with `{}`, or with
   *
   * - `{ "mode": "report" }` to write only the report
   * - `{ "mode": "repair" }` to repair where `driftMode` is `REPORT`, or while the source is silent
   * - `{ "mode": "repair", "deleteRetained": true }` to also delete what the source deleted while `deletionMode` was `RETAIN`, once it is
   *   `REPLICATE`
   *
   * While no heartbeat has arrived from the source for five minutes, or for five times `heartbeatInterval`, a check that starts automatically, or
   * with `{}`, only reports, and its output contains the `reason` `SOURCE_SILENT`. A paused Region is never repaired; other input fails the
   * execution. The output contains `inSync`, the counts and the first differences. The workflow needs nothing from the source Region.
   */
  public abstract readonly driftWorkflow: IStateMachine;

  /** Reports of the drift checks, under `reports/<execution>/`: one difference per line, for 90 days. They contain names of things. */
  public abstract readonly driftReportsBucket: IBucket;

  /**
   * The workflow that compares certificates, policies and their attachments of this Region with the replica of the table, as `driftWorkflow` does for the
   * registry, with the same input, on the same schedule. Undefined without `identities`.
   */
  public abstract readonly identityDriftWorkflow?: IStateMachine;

  /**
   * Reports of the drift checks of identities, under `reports/<execution>/`, for 90 days. They contain ids of certificates and names of policies and
   * things. Undefined without `identities`.
   */
  public abstract readonly identityReportsBucket?: IBucket;

  /**
   * A small table of this Region alone. Its item `{ "pk": "status" }` contains whether you can rely on this Region: `state` (`IN_SYNC`,
   * `CATCHING_UP`, `DEGRADED`, `UNKNOWN`), `readyToFailOver`, which is true if `registryInSync` is, and with `identities` also `identitiesInSync`,
   * the `reasons` why not, and the facts behind them. One read answers, whether the source
   * Region is up or not.
   *
   * The other items count deletions and contain waiting changes. See `grantReadStatus`.
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
   * Milliseconds from the moment at which a certificate was read in the source, and was not active, to the end of the application of its record here; p95 by
   * default. The change itself was earlier: by `certificateCheckInterval` at most, in a check that is not delayed. Records that had to be retried are not counted.
   */
  public metricRevocationLag(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.REVOCATION_LAG, options);
  }

  /**
   * Milliseconds from a change in the source, or a heartbeat, to the end of its application here; p95 by default.
   *
   * Backfilled, repaired and redriven changes, and changes that waited for something else, are not counted. Each invocation emits at most ten values,
   * one per decile. Percentiles are accurate, minimum and maximum approximate.
   */
  public metricReplicationLag(options?: MetricOptions): Metric {
    return this.metric(M.REPLICATION_LAG, options);
  }

  /**
   * Heartbeats of the source that have arrived and are in the status, one per `heartbeatInterval`; sum by default. If heartbeats stop, something
   * between source and destination is broken.
   */
  public metricHeartbeats(options?: MetricOptions): Metric {
    return this.metric(M.HEARTBEATS, options);
  }

  /** Records that were applied, from the stream and from the retry queue; sum by default. */
  public metricRecordsApplied(options?: MetricOptions): Metric {
    return this.metric(M.RECORDS_APPLIED, options);
  }

  /** Calls of the registry, including each attempt of the SDK; sum by default. */
  public metricRegistryCalls(options?: MetricOptions): Metric {
    return this.metric(M.REGISTRY_CALLS, options);
  }

  /** Records of the stream that needed no call, because nothing replicated had changed; sum by default. */
  public metricUnchanged(options?: MetricOptions): Metric {
    return this.metric(M.UNCHANGED, options);
  }

  /** Attempts after which a change waits for something else, such as a type or five minutes; sum by default. */
  public metricWaiting(options?: MetricOptions): Metric {
    return this.metric(M.WAITING, options);
  }

  /** Dead letters that the functions wrote: changes that can't be applied, or waited for three days; sum by default. */
  public metricRejected(options?: MetricOptions): Metric {
    return this.metric(M.REJECTED, options);
  }

  /** Attempts that AWS throttled or failed, after all attempts of the SDK, or that ran out of time; sum by default. */
  public metricThrottled(options?: MetricOptions): Metric {
    return this.metric(M.THROTTLED, options);
  }

  /** Deletions postponed because `maxDeletionsPerMinute` was reached or the counter was unavailable; sum by default. */
  public metricDeletionsPaused(options?: MetricOptions): Metric {
    return this.metric(M.DELETIONS_PAUSED, options);
  }

  /** Differences that a drift check found: missing, different, or to be deleted; maximum by default. One value per check, 0 included. */
  public metricDriftFound(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_FOUND, options);
  }

  /** Differences that a drift check sent to `retryQueue`; maximum by default. One value per check, 0 included. */
  public metricDriftRepaired(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_REPAIRED, options);
  }

  /**
   * Repaired differences that a drift check still found at its second look; maximum by default. One value per check that repairs, 0 included; none
   * for a check that only reports.
   */
  public metricDriftAfterRepair(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_AFTER_REPAIR, options);
  }

  /**
   * Seconds since the start of the last completed sweep of the source that this destination knows; maximum by default. One value per minute once
   * the next sweep should have ended, after two intervals of `sweepSchedule` or more if sweeps take longer than one; none before, and none with `sweepEnabled: false`. The age
   * does not grow while the source is silent, and begins anew where the interval changes.
   */
  public metricSweepAge(options?: MetricOptions): Metric {
    return this.metric(M.SWEEP_AGE, options);
  }

  /**
   * Seconds since the start of the last completed drift check; maximum by default. One value per minute once the next one should have ended,
   * after two intervals of `driftSchedule` or more if checks take longer than one; none before, and none with `driftEnabled: false`. The age begins anew where the interval changes.
   */
  public metricDriftCheckAge(options?: MetricOptions): Metric {
    return this.metric(M.DRIFT_CHECK_AGE, options);
  }

  /**
   * Number of other replications that may write to this registry, or replicate it back to the source, and are not in `acknowledgedReplications`;
   * maximum by default. One value per minute while any exists.
   */
  public metricOtherReplications(options?: MetricOptions): Metric {
    return this.metric(M.OTHER_REPLICATIONS, options);
  }

  /**
   * Attempts to write a policy whose name a policy of somebody else has here, which leaves both as they are; sum by default. See `adoptPolicies` of
   * `identities`.
   */
  public metricForeignPolicies(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.FOREIGN_POLICIES, options);
  }

  /** As `metricDriftFound`, of the drift checks of identities. Nothing is emitted without `identities`. */
  public metricIdentityDriftFound(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.IDENTITY_DRIFT_FOUND, options);
  }

  /** As `metricDriftRepaired`, of the drift checks of identities. Nothing is emitted without `identities`. */
  public metricIdentityDriftRepaired(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.IDENTITY_DRIFT_REPAIRED, options);
  }

  /** As `metricDriftAfterRepair`, of the drift checks of identities. Nothing is emitted without `identities`. */
  public metricIdentityDriftAfterRepair(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.IDENTITY_DRIFT_AFTER_REPAIR, options);
  }

  /** As `metricDriftCheckAge`, of the drift checks of identities and their schedule, and none without `identities`. */
  public metricIdentityDriftCheckAge(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.IDENTITY_DRIFT_CHECK_AGE, options);
  }

  /** As `metricSweepAge`, of the sweeps of identities and their schedule, and none without `identities`. */
  public metricIdentitySweepAge(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.IDENTITY_SWEEP_AGE, options);
  }

  /**
   * Seconds since the start of the last certificate check of the source that has ended and that this destination knows; maximum by default. One value per minute
   * after three times `certificateCheckInterval`, or more if checks take longer than one; none before, none with `sweepEnabled: false`, and none without `identities`. The
   * age does not grow while the source is silent, and begins anew where the interval changes.
   */
  public metricCertificateCheckAge(options?: MetricOptions): Metric {
    return this.metric(IdentityMetrics.DESTINATION.CERTIFICATE_CHECK_AGE, options);
  }

  private metric(metric: EmittedMetric, options?: MetricOptions): Metric {
    return metricOf(metric, this, options);
  }
}
