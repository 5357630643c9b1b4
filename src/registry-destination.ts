import { Stack } from 'aws-cdk-lib';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
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

  protected constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}
