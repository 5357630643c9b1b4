import { environmentOf, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of the reader of hints: written by the construct, read by the handler. */
export const HintsEnv = environmentOf({
  tableName: Variables.tableName,
  /** The bucket of the sweeps of identities, which has what certificate checks know. */
  bucketName: Variables.bucketName,
  bucketOwner: Variables.bucketOwner,
  observationWorkflowArn: Variables.observationWorkflowArn,
  routerVersion: Variables.routerVersion,
  onlyReferred: Variables.onlyReferred,
  queueUrl: text('HINT_QUEUE_URL'),
  readShare: Variables.readShare,
  arnPrefix: Variables.arnPrefix,
});
