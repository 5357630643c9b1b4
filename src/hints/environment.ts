import { environmentOf, json, list, optional } from '../settings/environment';
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
  /** What may be read: hints of other kinds are ignored. */
  kinds: list('HINT_KINDS'),
  /** The queues that hints come from, and go back to. */
  queueUrls: list('HINT_QUEUE_URLS'),
  readShare: Variables.readShare,
  arnPrefix: Variables.arnPrefix,
});
