/** Readers of a queue at once: the fewest that an event source mapping can be limited to. */
export const READERS_OF_QUEUE = 2;

/** The smallest `registryReadShare`. */
const MIN_SHARE = 0.01;

/**
 * The share of the quotas that all readers together take: half of what a check or a sweep takes, and no more than it leaves.
 *
 * @param readShare that of checks and sweeps
 */
export function shareOfHints(readShare: number): number {
  return Math.max(MIN_SHARE, Math.min(readShare / 2, 1 - readShare));
}

/** Readings that a reader makes because of updates of things, at most. A quiet fleet has fewer; in a busy one most updates mean nothing. */
export const UPDATES_PER_MINUTE = 7;

export const READER_TIMEOUT_SECONDS = 120;

/** A batch that takes a minute at the default share. */
export const READER_BATCH_SIZE = 10;

/** Below `runs/`, where those who write records of certificates note them. */
export const CHANGED_KEYS = 'runs/changed-certificates/*';
