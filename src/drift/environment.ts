import { DestinationEnv } from '../regional/environment';

/** Environment variables, besides `ComparisonEnv`, of the drift check's function: set by the construct, read by the handler, named once. */
export const DriftEnv = {
  ...DestinationEnv,
  /** A value of `DriftMode`. */
  DRIFT_MODE: 'DRIFT_MODE',
  HEARTBEAT_INTERVAL_MINUTES: 'HEARTBEAT_INTERVAL_MINUTES',
} as const;
