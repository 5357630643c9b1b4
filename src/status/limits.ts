/**
 * A batch fails as a whole only while its keys can't be put on the retry queue either, and a destination that is deployed late finds old records.
 * An hour before the stream's 24 are over they are given up, with a dead letter each, rather than lost without a word.
 */
export const STREAM_MAX_AGE_HOURS = 23;

/** Longer than this, and changes are on their way: milliseconds. */
export const MAX_LAG_MS = 60_000;
