import { environmentOf, number, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment that the functions of sweeps and drift checks have in common: written by the construct, read by the handlers. */
export const ComparisonEnv = environmentOf({
  tableName: Variables.tableName,
  bucketName: text('REPORTS_BUCKET_NAME'),
  /** Id of the account that the bucket has to belong to. */
  bucketOwner: text('REPORTS_BUCKET_OWNER'),
  /** The workflow whose steps the function does. */
  workflowArn: text('WORKFLOW_ARN'),
  readShare: number('REGISTRY_READ_SHARE'),
  writeShare: number('REGISTRY_WRITE_SHARE'),
});
