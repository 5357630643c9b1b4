/** Environment variables of the replicator's functions: set by the construct, read by the handlers, named once. */
export const Env = {
  /** Name of the registry table, the same in every Region. */
  TABLE_NAME: 'REGISTRY_TABLE_NAME',
  /** The only Region whose records are applied. */
  SOURCE_REGION: 'SOURCE_REGION',
  RETRY_QUEUE_URL: 'RETRY_QUEUE_URL',
  DEAD_LETTER_QUEUE_URL: 'DEAD_LETTER_QUEUE_URL',
  /** A value of `DeletionMode`. */
  DELETION_MODE: 'DELETION_MODE',
  /** Name of the destination's table of state. */
  STATE_TABLE_NAME: 'STATE_TABLE_NAME',
  MAX_DELETIONS_PER_MINUTE: 'MAX_DELETIONS_PER_MINUTE',
} as const;
