import { environmentOf, number, optional, text } from '../settings/environment';

/** The environment of the function of certificate checks besides `ComparisonEnv`: written by the construct, read by the handler. */
export const CertificateCheckEnv = environmentOf({
  observationWorkflowArn: text('OBSERVATION_WORKFLOW_ARN'),
  /** The workflow that sweeps identities. */
  sweepWorkflowArn: text('SWEEP_WORKFLOW_ARN'),
  /** Absent without a router. */
  routerVersion: optional(text('ROUTER_VERSION')),
  /** Absent where the default applies. */
  maxDeactivations: optional(number('MAX_DEACTIVATIONS_PER_SWEEP')),
  intervalSeconds: number('CERTIFICATE_CHECK_INTERVAL_SECONDS'),
  /** What the ARNs of the registry begin with: `arn:<partition>:iot:<region>:<account>:`. */
  arnPrefix: text('REGISTRY_ARN_PREFIX'),
});
