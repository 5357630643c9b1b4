/**
 * Milliseconds within which two clocks, or two ways to learn of one change, may disagree. Events know better than a sweep from this long before its
 * listing on: listings are behind, and events are under way. An event whose time is further in the future than this is refused. AWS gives no figure
 * for any of it; all are seconds where they were measured.
 */
export const MARGIN_MS = 5 * 60 * 1000;

/** Whether a change is so recent that events about it, or about what followed, may still be pending. A clock that is ahead puts it a little after now. */
export function isRecent(timestamp: number, now: number): boolean {
  return Math.abs(now - timestamp) < MARGIN_MS;
}

/** Whether a time is later than any clock can be ahead. A record with such a time comes from no registry event, and the guard refuses what is real because of it. */
export function isFromTheFuture(timestamp: number, now: number): boolean {
  return timestamp >= now + MARGIN_MS;
}
