import { DestinationEnv } from '../regional/environment';

/** Environment variables of the functions that write the status: set by the construct, read by the handlers, named once. */
export const StatusEnv = {
  ...DestinationEnv,
  HEARTBEAT_INTERVAL_MINUTES: 'HEARTBEAT_INTERVAL_MINUTES',
} as const;
