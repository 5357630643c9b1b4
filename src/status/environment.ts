/** Environment variables of the functions that write the status: set by the construct, read by the handlers, named once. */
export const StatusEnv = {
  /** Name of the registry table, the same in every Region. */
  TABLE_NAME: 'REGISTRY_TABLE_NAME',
  /** Name of the destination's table of state. */
  STATE_TABLE_NAME: 'STATE_TABLE_NAME',
  RETRY_QUEUE_URL: 'RETRY_QUEUE_URL',
  DEAD_LETTER_QUEUE_URL: 'DEAD_LETTER_QUEUE_URL',
  HEARTBEAT_INTERVAL_MINUTES: 'HEARTBEAT_INTERVAL_MINUTES',
  /** `true` or `false`. */
  IS_PAUSED: 'IS_PAUSED',
} as const;
