import type { DriftMode } from '../drift-mode';
import { IDENTITIES } from '../replicator/environment';
import { environmentOf, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of the drift check's function besides `ComparisonEnv`: written by the construct, read by the handler. */
export const DriftEnv = environmentOf({
  retryQueueUrl: Variables.retryQueueUrl,
  stateTableName: Variables.stateTableName,
  sourceRegion: Variables.sourceRegion,
  deletionMode: Variables.deletionMode,
  driftMode: text<DriftMode>('DRIFT_MODE'),
  isPaused: Variables.isPaused,
  heartbeatIntervalMinutes: Variables.heartbeatIntervalMinutes,
  /** Only of checks of certificates and policies. */
  identities: IDENTITIES,
});
