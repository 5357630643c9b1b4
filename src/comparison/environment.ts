/** Environment variables that the functions of sweeps and drift checks have in common: set by the construct, read by the handlers, named once. */
export const ComparisonEnv = {
  TABLE_NAME: 'REGISTRY_TABLE_NAME',
  BUCKET_NAME: 'REPORTS_BUCKET_NAME',
  /** Id of the account that the bucket has to belong to. */
  BUCKET_OWNER: 'REPORTS_BUCKET_OWNER',
  /** The workflow whose steps the function does. */
  WORKFLOW_ARN: 'WORKFLOW_ARN',
  READ_SHARE: 'REGISTRY_READ_SHARE',
  WRITE_SHARE: 'REGISTRY_WRITE_SHARE',
} as const;
