import { Logger } from '@aws-lambda-powertools/logger';
import { DeletionMode } from '../deletion-mode';
import { DeletionBreaker } from './deletion-breaker';
import { classify, DeletionCounterError, DeletionsPausedError } from './failures';
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
  readonly stateTableName: string;
  readonly maxDeletionsPerMinute: number;
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
  /** A number from 0 up to, not including, 1; Math.random unless given. */
  readonly random?: () => number;
  /** A signal that aborts after that many milliseconds; without it calls are never aborted. */
  readonly abortAfter?: (milliseconds: number) => AbortSignal;
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

export function reconcilerOf(dependencies: Dependencies, context: InvocationContext): Reconciler {
  const { dynamodb, config, logger, now, random = Math.random } = dependencies;
  return new Reconciler({
    records: new Records(dynamodb, config.tableName),
    registry: new Registry(abortingIot(dependencies, context)),
    queues: queuesOf(dependencies),
    deletionMode: config.deletionMode,
    breaker: new DeletionBreaker({ dynamodb, tableName: config.stateTableName, maxPerMinute: config.maxDeletionsPerMinute, now, random }),
    sourceRegion: config.sourceRegion,
    onPostponed: (error) => logger.warn('a key was left to the retry queue', describe(error)),
  });
}

/**
 * A call that outlives its invocation would go on when the process is thawed, minutes later, and write what is old by then. So all calls to
 * the registry end in time, waits of the SDK between its attempts included.
 */
function abortingIot({ iot, abortAfter }: Dependencies, context: InvocationContext): IotSender {
  const abortSignal = abortAfter?.(Math.max(context.getRemainingTimeInMillis() - RESERVE_MS / 2, 0));
  if (!abortSignal) return iot;
  const send = (command: Parameters<IotSender['send']>[0]) => iot.send(command, { abortSignal });
  return { send: send as IotSender['send'] };
}

/** What may be logged of an error: its message can name things and certificates, so it stays out. */
export function describe(error: unknown): { class: string; error: string } {
  return { class: classify(error), error: nameOf(error) };
}

/** Tells of the deletions among what an invocation could not apply that wait for their turn, in one line. */
export function warnOfWaitingDeletions(errors: readonly unknown[], { logger, config: { maxDeletionsPerMinute } }: Dependencies): void {
  const overLimit = errors.filter((error) => error instanceof DeletionsPausedError).length;
  const uncounted = errors.filter((error) => error instanceof DeletionCounterError);
  if (overLimit + uncounted.length === 0) return;
  const why = uncounted.length > 0 ? { uncounted: uncounted.length, error: nameOf(uncounted[0].cause) } : {};
  logger.warn('deletions wait', { overLimit, maxDeletionsPerMinute, ...why });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
