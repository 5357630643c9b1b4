import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { RecordKey } from '../../record/record';

/** The four classes of failures. What happens with each is decided by the consumers; which is which is decided here and nowhere else. */
export type FailureClass =
  /** What was to be done is done already: success. */
  | 'benign'
  /** A rate, a fault of the service or the network. The SDK has tried already; the retry queue tries again. */
  | 'throttled'
  /** Something else has to happen first: back off, bounded, then dead-letter. */
  | 'waiting'
  /** Trying again can't help: dead-letter at once. */
  | 'rejected';

/** The retry queue did not take a key. */
export class RetryQueueError extends Error {
  public readonly name = 'RetryQueueUnavailable';
}

/** Something else has to happen first: a prerequisite is on its way, children or things have to go, AWS asks for five minutes. */
export class WaitingError extends Error {
  public readonly name = 'Waiting';

  /** @param prerequisites what may be missing, where that has a record key: the key is parked until one of them comes. What most keys share goes first. */
  constructor(message: string, public readonly prerequisites: readonly RecordKey[] = []) {
    super(message);
  }
}

/**
 * The registry refused a call that rests on a read of it. AWS documents for no Describe or List call that it sees the write before it, so the
 * read may have been behind and the refusal may pass.
 */
export class UnsettledError extends Error {
  public readonly name = 'Unsettled';
  constructor(public readonly refusal: Error) {
    super(refusal.message, { cause: refusal });
  }
}

/** No time is left in this invocation; nothing is wrong with the record. */
export class OutOfTimeError extends Error {
  public readonly name = 'OutOfTime';
  constructor() {
    super('the invocation had no time left for it');
  }
}

/** The invocation's time was over before what it had begun was done. Without any progress that can't go on for ever. */
export class UnfinishedError extends Error {
  public readonly name = 'Unfinished';
  constructor(cause?: unknown) {
    super('the time of an invocation was not enough for it', { cause });
  }
}

/** The minute has had as many deletions as it may have; nothing is wrong with the record. */
export class DeletionsPausedError extends Error {
  public readonly name = 'DeletionsPaused';

  /** @param delaySeconds when its turn comes */
  constructor(public readonly delaySeconds: number) {
    super('the minute has had as many deletions as it may have');
  }
}

/** It can't be told how many deletions there were; nothing is wrong with the record. */
export class DeletionCounterError extends Error {
  public readonly name = 'DeletionCounterUnavailable';
  constructor(cause: unknown) {
    super('deletions can not be counted', { cause });
  }
}

/** The name that the adapter gives to a LimitExceededException, lest the SDK retries it and slows down for it. */
export const RESOURCE_LIMIT = 'ResourceLimitExceeded';

/** Another actor changes the same resource at this moment. */
const CONFLICTS = ['ConflictException', 'ConflictingResourceUpdateException', 'VersionConflictException', 'DeleteConflictException', 'TransactionConflictException'];

/**
 * A permission that is not there yet: a destination is deployed after its source, and IAM takes its time. One that never comes ends in the
 * dead-letter queue, as whatever waits in vain does.
 */
const DENIALS = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'ForbiddenException'];

/** Names under which AWS IoT reports faults of its own, whatever the status code. */
const SERVICE_FAULTS = ['InternalException', 'InternalFailureException', 'InternalServerException', 'ServiceUnavailableException'];

/**
 * The class of a failure that no apply rule has dealt with. Never benign: what is benign depends on what was asked for, so the rules
 * settle it with {@link Answer}s before it gets here.
 */
export function classify(error: unknown): Exclude<FailureClass, 'benign'> {
  if (!isError(error)) return 'rejected';
  if (error instanceof WaitingError || error instanceof UnsettledError || error instanceof UnfinishedError) return 'waiting';
  if (CONFLICTS.includes(error.name) || DENIALS.includes(error.name)) return 'waiting';
  // HTTP 410: a quota of the resource, not a rate. The SDK takes it for throttling, so it has to be asked about first.
  if (error.name === RESOURCE_LIMIT || error.name === 'LimitExceededException') return 'waiting';
  if (error instanceof DeletionsPausedError || error instanceof DeletionCounterError) return 'throttled';
  // The queue that did not take a key now may take it the next time; nothing is wrong with the record.
  if (error instanceof OutOfTimeError || error instanceof RetryQueueError || error.name === 'AbortError' || SERVICE_FAULTS.includes(error.name)) return 'throttled';
  if (isUnresolved(error)) return 'waiting';
  if (isThrottlingError(error) || isTransientError(error) || isServerError(error)) return 'throttled';
  return 'rejected';
}

/** Whether it is a fault of the service or the network, and no throttling: nobody knows what the call has done. */
export function isUnexplained(error: unknown): boolean {
  return isError(error) && (isServerError(error) || isTransientError(error)) && !isThrottlingError(error);
}

/**
 * Whether there is no such host, as where a Region does not have the service: without an end, nobody would learn of it. A resolver that does not answer says
 * `EAI_AGAIN` instead.
 *
 * @see https://nodejs.org/api/dns.html#error-codes
 */
function isUnresolved(error: unknown): boolean {
  if (!isError(error)) return false;
  return 'code' in error && error.code === 'ENOTFOUND' || isUnresolved(error.cause);
}

/** An error of the SDK, or any other. */
function isError(error: unknown): error is Error & Parameters<typeof isThrottlingError>[0] {
  return error instanceof Error;
}

/** What the registry said, where a rule has a use for more than success. */
export interface Answer<T = void> {
  readonly is: 'done' | 'exists' | 'notFound' | 'refused';
  readonly output?: T;
  /** Set unless done. */
  readonly error?: Error;
}

const ANSWERS: Readonly<Record<string, 'exists' | 'notFound' | 'refused'>> = {
  ResourceAlreadyExistsException: 'exists',
  ResourceNotFoundException: 'notFound',
  InvalidRequestException: 'refused',
};

/**
 * Waits for a registry call and turns the errors that name a state of the registry into answers.
 *
 * @throws whatever else the call throws
 */
export async function answerTo<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { is: 'done', output: await call };
  } catch (error) {
    const is = error instanceof Error ? ANSWERS[error.name] : undefined;
    if (!is) throw error;
    return { is, error: error as Error };
  }
}

/** The error of an answer that a rule can do nothing with. */
export function errorOf(answer: Answer<unknown>): Error {
  return answer.error ?? new Error(`unexpected answer of the registry: ${answer.is}`);
}
