import { Duration, Stack } from 'aws-cdk-lib';
import { ITable, ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionOptions, IFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ReplicatorEnv } from './environment';
import { identitiesConfigOf } from './identities-config-of';
import { registryPermissions } from './registry-permissions';
import { RetryFunction } from './retry-function';
import { selectionConfigOf } from './selection-config-of';
import { Sizing } from './sizing';
import { StreamFunction } from './stream-function';
import { StreamSource } from './stream-source';
import { PhysicalNames } from '../record/physical-names';
import { MembersIndex } from '../record/record';
import { DELETIONS_KEY_PREFIX, FENCE_KEY_PREFIX, OMISSION_KEY_PREFIX, REVOCATION_KEY_PREFIX, WAITING_KEY_PREFIX, WaitingIndex, WATCH_KEY_PREFIX } from '../record/state-keys';
import { keyPermissions } from '../regional/customer-key';
import { DEAD_LETTER_RETENTION, DeadLetterQueue } from '../regional/dead-letter-queue';
import { EncryptedQueue } from '../regional/encrypted-queue';
import { monitoredHandlerOptions } from '../regional/handler-options';
import { MemorySize } from '../settings/memory-sizes';
import { Settings } from '../settings/settings';
import { statusEnvironment, statusPermissions, statusReading } from '../status/status-access';
import { StateTable } from '../table/destination-table';

/** Attempts at a message whose function died or was refused by the queue: two hours of them. Waiting and throttled keys are sent as new messages, and don't count. */
const MAX_RECEIVE_COUNT = 10;

export interface ReplicatorProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  /** The local replica. */
  readonly table: ITableV2;
}

/**
 * Makes the registry of its Region match the records of the local replica.
 *
 * The stream's consumer applies changes. Those that can't be applied yet wait on the retry queue, which has its own consumer, so that no
 * record blocks a shard. Those that can never be applied go to the dead-letter queue with the reason.
 */
export class Replicator extends Construct {
  /** The local replica. */
  public readonly table: ITableV2;
  /** Keys of records to apply. */
  public readonly retryQueue: IQueue;
  public readonly deadLetterQueue: IQueue;
  /** State that the consumers of the destination share, and the status. */
  public readonly stateTable: ITable;
  /** Applies the records of the stream. */
  public readonly streamConsumer: IFunction;
  /** Applies the records of the keys in the retry queue. */
  public readonly retryConsumer: IFunction;
  /** Connects it with the stream. */
  public readonly streamSource: StreamSource;

  constructor(scope: Construct, id: string, private readonly props: ReplicatorProps) {
    super(scope, id);
    this.table = props.table;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetterQueue', props.names.deadLetterQueue);
    this.retryQueue = this.createRetryQueue();
    this.stateTable = new StateTable(this, 'State', props.names.stateTable, props.settings.encryption);
    this.streamConsumer = this.createStreamConsumer();
    this.streamSource = this.createStreamSource();
    this.retryConsumer = this.createRetryConsumer();
  }

  private createRetryQueue(): EncryptedQueue {
    return new EncryptedQueue(this, 'RetryQueue', {
      queueName: this.props.names.retryQueue,
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
      visibilityTimeout: Duration.seconds(6 * Sizing.RETRY_TIMEOUT_SECONDS),
      retentionPeriod: DEAD_LETTER_RETENTION,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }

  private createStreamConsumer(): IFunction {
    const consumer = new StreamFunction(this, 'Stream', {
      ...this.handlerOptions('StreamIdentity', statusPermissions(this), statusEnvironment(this, this.props.settings)),
      functionName: this.props.names.replicator,
      description: 'Applies changed records to the registry of AWS IoT',
      timeout: Duration.seconds(Sizing.STREAM_TIMEOUT_SECONDS),
    });
    this.table.grantStreamRead(consumer);
    return consumer;
  }

  private createStreamSource(): StreamSource {
    const { streamConsumer: consumer, isPaused, props: { settings, names } } = this;
    return new StreamSource(this, 'StreamSource', { settings, sources: this, consumer, consumerName: names.replicator, isPaused });
  }

  private createRetryConsumer(): IFunction {
    const consumer = new RetryFunction(this, 'Retry', {
      ...this.handlerOptions('RetryIdentity', [statusReading(this.stateTable)]),
      functionName: this.props.names.retryFunction,
      description: 'Applies the records of the keys in the retry queue',
      timeout: Duration.seconds(Sizing.RETRY_TIMEOUT_SECONDS),
      // The function sends keys that it could not apply yet to the queue that invokes it, which Lambda detects as a recursive loop: by default it stops a
      // chain of messages after about 16 invocations, less than two hours of back-off. Each chain ends after three days of waiting.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    // Not as an event source: CDK gives that an id with the whole path of the queue in it, so that a construct renamed further up would replace it,
    // and Lambda refuses a second one for the same function and queue.
    consumer.addEventSourceMapping('Source', {
      eventSourceArn: this.retryQueue.queueArn,
      batchSize: Sizing.RETRY_BATCH_SIZE,
      maxConcurrency: Sizing.RETRY_MAX_CONCURRENCY,
      enabled: !this.isPaused,
      reportBatchItemFailures: true,
    });
    this.retryQueue.grantConsumeMessages(consumer);
    return consumer;
  }

  /** A destination that has been promoted is not written to. */
  private get isPaused(): boolean {
    return this.props.settings.pausedRegions.includes(Stack.of(this).region);
  }

  /** Each function has further permissions, and may have further variables. */
  private handlerOptions(identityId: string, permissions: PolicyStatement[], variables: Record<string, string> = {}): FunctionOptions {
    const { settings } = this.props;
    const identities = identitiesConfigOf(this, settings);
    const environment = ReplicatorEnv.write({
      tableName: settings.tableName,
      sourceRegion: settings.sourceRegion,
      retryQueueUrl: this.retryQueue.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueue.queueUrl,
      deletionMode: settings.deletionMode,
      stateTableName: this.stateTable.tableName,
      maxDeletionsPerMinute: settings.maxDeletionsPerMinute,
      identities,
      selection: selectionConfigOf(settings, identities),
    });
    return {
      ...monitoredHandlerOptions(this, settings, {
        identityId, permissions: [...this.permissions(), ...permissions], environment: { ...environment, ...variables },
      }),
      memorySize: MemorySize.REPLICATOR,
    };
  }

  /** The permissions of both functions; the event source mappings add those to read the stream and the queue. */
  private permissions(): PolicyStatement[] {
    const { tableArn } = this.props.table;
    return [
      new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [tableArn] }),
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [tableArn, `${tableArn}/index/${MembersIndex.NAME}`] }),
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [this.stateTable.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${DELETIONS_KEY_PREFIX}*`] } },
      }),
      new PolicyStatement({
        actions: ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [this.stateTable.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${WAITING_KEY_PREFIX}*`, `${WATCH_KEY_PREFIX}*`] } },
      }),
      ...this.props.settings.identities ? [new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [this.stateTable.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${FENCE_KEY_PREFIX}*`, `${REVOCATION_KEY_PREFIX}*`] } },
      }), new PolicyStatement({
        actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [this.stateTable.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${OMISSION_KEY_PREFIX}*`] } },
      })] : [],
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${this.stateTable.tableArn}/index/${WaitingIndex.NAME}`] }),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.retryQueue.queueArn, this.deadLetterQueue.queueArn] }),
      ...keyPermissions(this, { decrypt: ['dynamodb', 'sqs'], generate: ['sqs'] }),
      ...registryPermissions(Stack.of(this), this.props.settings),
    ];
  }
}
