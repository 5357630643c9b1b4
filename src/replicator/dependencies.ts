import { Logger } from '@aws-lambda-powertools/logger';
import { DeletionMode } from '../deletion-mode';
import { classify } from './failures';
import { Queues, SqsSender } from './queues';
import { Reconciler } from './reconciler';
import { DynamoDbSender, Records } from './records';
import { IotSender, Registry } from './registry';

export interface ReplicatorConfig {
  readonly tableName: string;
  readonly sourceRegion: string;
  readonly retryQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly deletionMode: DeletionMode;
}

/** What a consumer works with: the clients of the destination Region, its settings, a log and a clock. */
export interface Dependencies {
  readonly iot: IotSender;
  readonly dynamodb: DynamoDbSender;
  readonly sqs: SqsSender;
  readonly config: ReplicatorConfig;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The part of Lambda's context that is used. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** Kept back of an invocation's time to give away what is left undone. */
const RESERVE_MS = 10_000;

/** Whether there is time left to begin with another key. */
export function hasTime(context: InvocationContext): boolean {
  return context.getRemainingTimeInMillis() > RESERVE_MS;
}

export function queuesOf({ sqs, config }: Dependencies): Queues {
  return new Queues(sqs, { retry: config.retryQueueUrl, deadLetter: config.deadLetterQueueUrl });
}

export function reconcilerOf(dependencies: Dependencies): Reconciler {
  const { iot, dynamodb, config, logger } = dependencies;
  return new Reconciler({
    records: new Records(dynamodb, config.tableName),
    registry: new Registry(iot),
    queues: queuesOf(dependencies),
    deletionMode: config.deletionMode,
    sourceRegion: config.sourceRegion,
    onPostponed: (error) => logger.warn('a key was left to the retry queue', describe(error)),
  });
}

/** What may be logged of an error: its message can name things and certificates, so it stays out. */
export function describe(error: unknown): { class: string; error: string } {
  return { class: classify(error), error: error instanceof Error ? error.name : typeof error };
}
