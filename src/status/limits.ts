/**
 * A batch fails as a whole only while its keys can't be sent to the retry queue either, or if a destination that is deployed late finds old records.
 * An hour before the stream's 24 hours end they are discarded with a dead letter each, rather than lost silently.
 */
export const STREAM_MAX_AGE_HOURS = 23;

/** Intervals after which a sweep or a drift check is late: the next one should have ended. */
export const MISSED_RUNS = 2;

/** Intervals after which a certificate check is late: the next one is running, and one may fail. */
export const MISSED_CHECKS = 3;

/** With a longer lag, changes are pending: milliseconds. */
export const MAX_LAG_MS = 60_000;
