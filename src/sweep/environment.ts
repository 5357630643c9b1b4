import { environmentOf, number, optional, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of the sweep's function besides `ComparisonEnv`: written by the construct, read by the handler. */
export const SweepEnv = environmentOf({
  observationWorkflowArn: text('OBSERVATION_WORKFLOW_ARN'),
  /** Absent without a router. */
  routerVersion: optional(text('ROUTER_VERSION')),
  /** Absent where the default applies. */
  maxDeletions: optional(number('MAX_DELETIONS_PER_SWEEP')),
  /** Of certificates; absent where the default applies, and for sweeps of other kinds. */
  maxDeactivations: optional(number('MAX_DEACTIVATIONS_PER_SWEEP')),
  maxDeletionsPerMinute: Variables.maxDeletionsPerMinute,
  /** What the ARNs of the registry begin with, for a sweep that reads what is attached: `arn:<partition>:iot:<region>:<account>:`. */
  arnPrefix: optional(text('REGISTRY_ARN_PREFIX')),
});
