import { environmentOf, number, optional } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of the sweep's function besides `ComparisonEnv`: written by the construct, read by the handler. */
export const SweepEnv = environmentOf({
  observationWorkflowArn: Variables.observationWorkflowArn,
  routerVersion: Variables.routerVersion,
  /** Absent where the default applies. */
  maxDeletions: optional(number('MAX_DELETIONS_PER_SWEEP')),
  /** Of certificates; absent for sweeps of other kinds. */
  maxDeactivations: Variables.maxDeactivations,
  maxDeletionsPerMinute: Variables.maxDeletionsPerMinute,
  /** Only of a sweep that reads what is attached. */
  arnPrefix: optional(Variables.arnPrefix),
});
