import { Stack } from 'aws-cdk-lib';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

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
   * It runs by itself after the destination's first deployment, when a pause ends, and on `driftSchedule`. Start it with `{}`, with
   * `{ "mode": "report" }` to write nothing but the report, or with `{ "mode": "repair" }` where `driftMode` is `REPORT`; a paused Region is
   * never repaired. Its output has `inSync`, the counts and the first differences. It needs nothing of the source Region.
   */
  public abstract readonly driftWorkflow: IStateMachine;

  /** Reports of the drift checks, under `reports/<execution>/`: a difference a line, for 90 days. They name things. */
  public abstract readonly driftReportsBucket: IBucket;

  protected constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}
