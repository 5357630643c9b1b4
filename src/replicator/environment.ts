import type { IdentitiesConfig } from './identities-config';
import type { SelectionConfig } from './selection-config';
import { environmentOf, json, optional } from '../settings/environment';
import { Variables } from '../settings/variables';

/** Absent where identities are not replicated. */
export const IDENTITIES = optional(json<IdentitiesConfig>('IDENTITIES'));

/** The environment of the consumers: written by the construct, read by the handlers. */
export const ReplicatorEnv = environmentOf({
  tableName: Variables.tableName,
  sourceRegion: Variables.sourceRegion,
  retryQueueUrl: Variables.retryQueueUrl,
  deadLetterQueueUrl: Variables.deadLetterQueueUrl,
  deletionMode: Variables.deletionMode,
  stateTableName: Variables.stateTableName,
  maxDeletionsPerMinute: Variables.maxDeletionsPerMinute,
  identities: IDENTITIES,
  /** Absent where everything is selected, and where nothing would apply later what is passed by. */
  selection: optional(json<SelectionConfig>('SELECTION')),
});
