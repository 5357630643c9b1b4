import { environmentOf, number, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment that the functions of sweeps and drift checks have in common: written by the construct, read by the handlers. */
export const ComparisonEnv = environmentOf({
  tableName: Variables.tableName,
  bucketName: Variables.bucketName,
  bucketOwner: Variables.bucketOwner,
  /** The workflow whose steps the function does. */
  workflowArn: text('WORKFLOW_ARN'),
  readShare: Variables.readShare,
  writeShare: number('REGISTRY_WRITE_SHARE'),
});
