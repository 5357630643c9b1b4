/** The outcome of an execution; its output is `{ "outcome": … }` and contains nothing of the customer's. */
export const Outcome = {
  PERSISTED: 'persisted',
  /** Older than the stored record, or a duplicate. */
  STALE: 'stale',
  FILTERED: 'filtered',
  IGNORED: 'ignored',
  DEAD_LETTERED: 'dead-lettered',
  /** A signal of the pipeline itself that could not be persisted; destinations notice its absence. */
  MISSED: 'missed',
} as const;
