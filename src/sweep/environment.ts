/** Environment variables of the sweep's function: set by the construct, read by the handler, named once. */
export const SweepEnv = {
  TABLE_NAME: 'REGISTRY_TABLE_NAME',
  BUCKET_NAME: 'REPORTS_BUCKET_NAME',
  PERSISTENCE_WORKFLOW_ARN: 'PERSISTENCE_WORKFLOW_ARN',
  SWEEP_WORKFLOW_ARN: 'SWEEP_WORKFLOW_ARN',
  /** `arn:<partition>:iot:<region>:<account>`. */
  ARN_PREFIX: 'IOT_ARN_PREFIX',
  /** `true` or `false`. */
  HAS_ROUTER: 'HAS_ROUTER',
  READ_SHARE: 'REGISTRY_READ_SHARE',
  WRITE_SHARE: 'REGISTRY_WRITE_SHARE',
  /** Not set where the default applies. */
  MAX_DELETIONS: 'MAX_DELETIONS_PER_SWEEP',
  MAX_DELETIONS_PER_MINUTE: 'MAX_DELETIONS_PER_MINUTE',
} as const;
