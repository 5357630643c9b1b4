/** Environment variables, besides `ConvergenceEnv`, of the drift check's function: set by the construct, read by the handler, named once. */
export const DriftEnv = {
  RETRY_QUEUE_URL: 'RETRY_QUEUE_URL',
  /** The only Region whose records count. */
  SOURCE_REGION: 'SOURCE_REGION',
  /** A value of `DeletionMode`. */
  DELETION_MODE: 'DELETION_MODE',
  /** A value of `DriftMode`. */
  DRIFT_MODE: 'DRIFT_MODE',
  /** `true` or `false`. */
  IS_PAUSED: 'IS_PAUSED',
} as const;
