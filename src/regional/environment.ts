/** Environment variables of functions of several rooms: set by the construct, read by the handlers, named once. */
export const DestinationEnv = {
  /** Name of the registry table, the same in every Region. */
  TABLE_NAME: 'REGISTRY_TABLE_NAME',
  /** The only Region whose records and signals count. */
  SOURCE_REGION: 'SOURCE_REGION',
  /** Name of the destination's state table. */
  STATE_TABLE_NAME: 'STATE_TABLE_NAME',
  RETRY_QUEUE_URL: 'RETRY_QUEUE_URL',
  DEAD_LETTER_QUEUE_URL: 'DEAD_LETTER_QUEUE_URL',
  /** A value of `DeletionMode`. */
  DELETION_MODE: 'DELETION_MODE',
  /** Whether the replication must not write to the destination: `true` or `false`. */
  IS_PAUSED: 'IS_PAUSED',
} as const;

