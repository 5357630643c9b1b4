/**
 * Milliseconds within which two clocks, or two ways to learn of one change, may disagree. Events know better than a sweep from this long before its
 * listing on: listings are behind, and events are under way. An event whose time is further in the future than this is refused. AWS gives no figure
 * for any of it; all are seconds where they were measured.
 */
export const MARGIN_MS = 5 * 60 * 1000;
