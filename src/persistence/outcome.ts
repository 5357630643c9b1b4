/** What an execution ends with; its output is `{ "outcome": … }` and nothing of the customer's. */
export const Outcome = {
  PERSISTED: 'persisted',
  /** Older than what is stored, or seen before. */
  STALE: 'stale',
  FILTERED: 'filtered',
  IGNORED: 'ignored',
  DEAD_LETTERED: 'dead-lettered',
  /** A signal of the pipeline itself that could not be persisted; its absence is noticed. */
  MISSED: 'missed',
} as const;
