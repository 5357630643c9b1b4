import { environmentOf, json, optional, text } from '../settings/environment';
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
  /** Absent: policies of any name. They may contain commas. */
  policyPrefixes: optional(json<readonly string[]>('POLICY_PREFIXES')),
  queueUrl: text('HINT_QUEUE_URL'),
  readShare: Variables.readShare,
  arnPrefix: Variables.arnPrefix,
});
