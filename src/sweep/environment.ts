/** Environment variables, besides `ComparisonEnv`, of the sweep's function: set by the construct, read by the handler, named once. */
export const SweepEnv = {
  OBSERVATION_WORKFLOW_ARN: 'OBSERVATION_WORKFLOW_ARN',
  /** Not set without a router. */
  ROUTER_VERSION: 'ROUTER_VERSION',
  /** Not set where the default applies. */
  MAX_DELETIONS: 'MAX_DELETIONS_PER_SWEEP',
  MAX_DELETIONS_PER_MINUTE: 'MAX_DELETIONS_PER_MINUTE',
} as const;
