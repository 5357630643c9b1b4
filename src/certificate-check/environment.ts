import { environmentOf, number, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of the function of certificate checks besides `ComparisonEnv`: written by the construct, read by the handler. */
export const CertificateCheckEnv = environmentOf({
  observationWorkflowArn: Variables.observationWorkflowArn,
  /** The workflow that sweeps identities. */
  sweepWorkflowArn: text('SWEEP_WORKFLOW_ARN'),
  routerVersion: Variables.routerVersion,
  maxDeactivations: Variables.maxDeactivations,
  onlyReferred: Variables.onlyReferred,
  intervalSeconds: number('CERTIFICATE_CHECK_INTERVAL_SECONDS'),
  arnPrefix: Variables.arnPrefix,
});
