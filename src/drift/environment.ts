/** Environment variables of the drift check's function: set by the construct, read by the handler, named once. */
export const DriftEnv = {
  TABLE_NAME: 'REGISTRY_TABLE_NAME',
  BUCKET_NAME: 'REPORTS_BUCKET_NAME',
  RETRY_QUEUE_URL: 'RETRY_QUEUE_URL',
  WORKFLOW_ARN: 'DRIFT_WORKFLOW_ARN',
  /** The only Region whose records count. */
  SOURCE_REGION: 'SOURCE_REGION',
  /** A value of `DeletionMode`. */
  DELETION_MODE: 'DELETION_MODE',
  /** A value of `DriftMode`. */
  DRIFT_MODE: 'DRIFT_MODE',
  /** `true` or `false`. */
  IS_PAUSED: 'IS_PAUSED',
  READ_SHARE: 'REGISTRY_READ_SHARE',
  WRITE_SHARE: 'REGISTRY_WRITE_SHARE',
} as const;
