import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { UnfinishedError, WaitingError } from '../../runtime/answers';
import { isResourceLimit } from '../../runtime/paced-iot';

/** The four classes of failures. The consumers decide what happens with each; only this file decides which class a failure has. */
export type FailureClass =
  /** The work is done already: success. */
  | 'benign'
  /** A rate limit, or a fault of the service or the network. The SDK has already retried; the retry queue retries again. */
  | 'throttled'
  /** Something else has to happen first: retried with back-off for a limited time, then dead-lettered. */
  | 'waiting'
  /** A retry can't help: dead-lettered at once. */
  | 'rejected';

/** The retry queue refused a key. */
export class RetryQueueError extends Error {
  public readonly name = 'RetryQueueUnavailable';
}

/**
 * The registry refused a call that depends on a read of it. AWS documents for no Describe or List call that it sees earlier writes, so the
 * read may have lagged, and the refusal may be temporary.
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
    super('the invocation had no time left');
  }
}

/** The minute has reached its limit of deletions; nothing is wrong with the record. */
export class DeletionsPausedError extends Error {
  public readonly name = 'DeletionsPaused';

  /** @param delaySeconds seconds until its turn */
  constructor(public readonly delaySeconds: number) {
    super('the minute has reached its limit of deletions');
  }
}

/** The number of deletions is unknown; nothing is wrong with the record. */
export class DeletionCounterError extends Error {
  public readonly name = 'DeletionCounterUnavailable';
  constructor(cause: unknown) {
    super('deletions could not be counted', { cause });
  }
}

/** Another actor changes the same resource at this moment. */
const CONFLICTS = ['ConflictException', 'ConflictingResourceUpdateException', 'VersionConflictException', 'DeleteConflictException', 'TransactionConflictException'];

/**
 * A missing permission: a destination is deployed after its source, and IAM needs time. If it never arrives, the key ends in the
 * dead-letter queue, like every key that waits in vain.
 */
const DENIALS = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'ForbiddenException'];

/** Names of AWS IoT's internal faults, whatever the status code. */
const SERVICE_FAULTS = ['InternalException', 'InternalFailureException', 'InternalServerException', 'ServiceUnavailableException'];

/**
 * The class of a failure that no apply rule has handled. Never benign: whether a failure is benign depends on the call, so the rules
 * handle it with {@link answerTo} before it gets here.
 */
export function classify(error: unknown): Exclude<FailureClass, 'benign'> {
  if (!isError(error)) return 'rejected';
  if (error instanceof WaitingError || error instanceof UnsettledError || error instanceof UnfinishedError) return 'waiting';
  if (CONFLICTS.includes(error.name) || DENIALS.includes(error.name)) return 'waiting';
  // HTTP 410: a quota of the resource, not a rate. The SDK treats it as throttling, so it has to be checked first.
  if (isResourceLimit(error)) return 'waiting';
  if (error instanceof DeletionsPausedError || error instanceof DeletionCounterError) return 'throttled';
  // The queue may accept the key the next time; nothing is wrong with the record.
  if (error instanceof OutOfTimeError || error instanceof RetryQueueError || error.name === 'AbortError' || SERVICE_FAULTS.includes(error.name)) return 'throttled';
  if (isUnresolved(error)) return 'waiting';
  if (isThrottlingError(error) || isTransientError(error) || isServerError(error)) return 'throttled';
  return 'rejected';
}

/** Whether it is a fault of the service or the network rather than throttling: the effect of the call is unknown. */
export function isUnexplained(error: unknown): boolean {
  return isError(error) && (isServerError(error) || isTransientError(error)) && !isThrottlingError(error);
}

/**
 * Whether the host does not exist, as in a Region without the service: without an end, it would stay unnoticed. A resolver that does not answer says
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
