/**
 * Milliseconds within which two clocks, or two reports of one change, may disagree. Events from this long before a sweep's listing on are newer than the
 * sweep: listings lag, and events are pending. An event whose time is further in the future than this is refused. AWS gives no figure
 * for any of these; all are seconds where they were measured.
 */
export const MARGIN_MS = 5 * 60 * 1000;

/** Whether a change is so recent that events about it, or about what followed, may still be pending. With a clock that is ahead, it is a little after now. */
export function isRecent(timestamp: number, now: number): boolean {
  return Math.abs(now - timestamp) < MARGIN_MS;
}

/** Whether a time is later than any clock can be. A record with such a time comes from no registry event, and makes the guard refuse real events. */
export function isFromTheFuture(timestamp: number, now: number): boolean {
  return timestamp >= now + MARGIN_MS;
}
