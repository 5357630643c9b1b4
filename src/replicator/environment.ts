import { DestinationEnv } from '../regional/environment';

/** Environment variables of the replicator's functions: set by the construct, read by the handlers, named once. */
export const Env = {
  ...DestinationEnv,
  MAX_DELETIONS_PER_MINUTE: 'MAX_DELETIONS_PER_MINUTE',
} as const;
