import { DestinationEnv } from '../regional/environment';

/** Environment variables of the functions that write the status: set by the construct, read by the handlers, named once. */
export const StatusEnv = {
  ...DestinationEnv,
  HEARTBEAT_INTERVAL_MINUTES: 'HEARTBEAT_INTERVAL_MINUTES',
  /** `MappingSettings` of the stream, as JSON. */
  STREAM_MAPPING: 'STREAM_MAPPING',
  /** The workflow of drift checks; not set where none run automatically. */
  DRIFT_WORKFLOW_ARN: 'DRIFT_WORKFLOW_ARN',
  /** Days for which a sweep counts as proof. */
  SWEEP_PROOF_DAYS: 'SWEEP_PROOF_DAYS',
  /** The same for a drift check. */
  DRIFT_PROOF_DAYS: 'DRIFT_PROOF_DAYS',
  /** Seconds between two scheduled sweeps; not set if there are none. */
  SWEEP_INTERVAL_SECONDS: 'SWEEP_INTERVAL_SECONDS',
  /** The same for drift checks. */
  DRIFT_INTERVAL_SECONDS: 'DRIFT_INTERVAL_SECONDS',
  /** Names of acknowledged replications, separated by commas; not set if there are none. */
  ACKNOWLEDGED_REPLICATIONS: 'ACKNOWLEDGED_REPLICATIONS',
} as const;
