import { classify, DeletionsPausedError, FailureClass, isUnexplained, UnsettledError } from './failures';
import { backOffSeconds, DeadLetter, DelayedMessage, RetryMessage } from './queues';
import { Premise } from '../../kinds/handler/apply-context';
import { Progress } from '../../kinds/handler/walk';
import { RecordKey } from '../../record/record';
import { UnfinishedError, WaitingError } from '../../runtime/answers';

/** How long a key may wait before it becomes a dead letter: three days, in milliseconds. */
export const MAX_WAIT_MS = 3 * 24 * 60 * 60 * 1000;

/**
 * How long a refusal after a read of the registry may last before it counts, in milliseconds: much longer than any read is known to lag,
 * and at least six attempts.
 */
export const UNSETTLED_MS = 10 * 60 * 1000;

/** A key that could not be applied. */
export interface Failure {
  readonly key: RecordKey;
  readonly error: unknown;
  readonly eventId?: string;
  /** Milliseconds since the epoch: when the source made the change; undefined if the change is not fresh. */
  readonly changedAt?: number;
  /** The message that brought the key; none on the stream path. */
  readonly previous?: RetryMessage;
  /** Revision of the record whose deletion was admitted. */
  readonly admitted?: string;
  /** The premise of the next attempt. */
  readonly premise?: Premise;
  /** The progress of work that takes more than one attempt. */
  readonly progress?: Progress;
}

/** Sends each key that could not be applied to the retry queue or to the dead-letter queue: every failure ends in exactly one of them. */
export type Route =
  | { readonly to: 'retryQueue'; readonly class: FailureClass; readonly delayed: DelayedMessage }
  | { readonly to: 'deadLetterQueue'; readonly class: FailureClass; readonly letter: DeadLetter };

/**
 * Waiting backs off from one second to fifteen minutes, for three days at most. Throttling backs off likewise but without an end: it proves
 * nothing about the record. A deletion over the limit returns when its turn may come; it has not been attempted, and the time until then
 * does not count as waiting. A refusal after a read of the registry waits during the first minutes, and is rejected if it lasts. Everything else that is
 * rejected at once.
 *
 * A change that has progressed since the previous attempt continues: its waiting and its attempts count from now. If it only lacked time, it
 * continues at once. Without progress, a lack of time counts as waiting.
 *
 * A deletion that has begun and waits, or continues, keeps its place. One without an answer from the registry returns its place: otherwise all deletions of an outage would
 * pass at its end.
 */
export function routeOf(failure: Failure, now: number): Route {
  const { key: { pk, sk }, error, previous, progress } = failure;
  const failureClass = classify(error);
  const goesOn = progress?.hasMoved ?? false;
  const attempt = goesOn ? 0 : previous?.attempt ?? 0;
  const waitedBefore = goesOn ? undefined : previous?.waitingSince;
  const waitingSince = failureClass === 'waiting' ? waitedBefore ?? now : waitedBefore;
  const waitedTooLong = failureClass === 'waiting' && waitingSince !== undefined && now - waitingSince > MAX_WAIT_MS;
  const refusedSince = refusedSinceOf(failure, failureClass, now);
  const refusedTooLong = error instanceof UnsettledError && refusedSince !== undefined && now - refusedSince > UNSETTLED_MS;
  if (failureClass === 'rejected' || waitedTooLong || refusedTooLong) {
    const letterClass = refusedTooLong ? 'rejected' : failureClass;
    return { to: 'deadLetterQueue', class: letterClass, letter: letterOf(failure, letterClass, now) };
  }
  const isPaused = error instanceof DeletionsPausedError;
  const isHeldUp = failureClass === 'throttled' && !isPaused;
  return {
    to: 'retryQueue',
    class: failureClass,
    delayed: {
      message: {
        pk,
        sk,
        membersAfter: previous?.membersAfter,
        isNew: previous?.isNew,
        isReplayed: previous?.isReplayed,
        isRestored: previous?.isRestored,
        isOpen: previous?.isOpen,
        deleteRetained: previous?.deleteRetained,
        premise: isUnexplained(error) ? undefined : failure.premise,
        walk: progress?.at,
        attempt: isPaused ? attempt : attempt + 1,
        waitingSince: isPaused && waitingSince !== undefined ? waitingSince + error.delaySeconds * 1000 : waitingSince,
        refusedSince,
        // Another message would count as superfluous, and be ignored.
        revision: previous?.revision,
        supersedes: previous?.supersedes,
        admitted: error instanceof WaitingError || goesOn ? failure.admitted : previous?.admitted,
        sentAt: now,
        eventId: failure.eventId,
        changedAt: isHeldUp ? failure.changedAt : undefined,
      },
      delaySeconds: isPaused ? error.delaySeconds : goesOn && error instanceof UnfinishedError ? 0 : backOffSeconds(attempt),
    },
  };
}

/** Since when the registry has refused it. Throttling in between does not reset it; waiting for something else does. */
function refusedSinceOf({ error, previous }: Failure, failureClass: FailureClass, now: number): number | undefined {
  if (error instanceof UnsettledError) return previous?.refusedSince ?? now;
  return failureClass === 'throttled' ? previous?.refusedSince : undefined;
}

function letterOf({ key: { pk, sk }, error: thrown, eventId, previous, progress }: Failure, failureClass: FailureClass, now: number): DeadLetter {
  const error = thrown instanceof UnsettledError ? thrown.refusal : thrown;
  return {
    pk,
    sk,
    class: failureClass,
    error: error instanceof Error ? error.name : typeof error,
    reason: error instanceof Error ? error.message : String(error),
    time: new Date(now).toISOString(),
    eventId,
    attempts: (previous?.attempt ?? 0) + 1,
    walk: progress?.at && { phase: progress.at.phase },
    deleteRetained: previous?.deleteRetained,
  };
}
