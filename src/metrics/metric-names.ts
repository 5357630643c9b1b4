/** The namespace of all metrics that the functions and the workflow emit. */
export const NAMESPACE = 'IotRegistryReplication';

/**
 * The dimensions of every metric, and no others: each combination of values is a separate metric with a separate price. A dimension for kinds would
 * cost more than the pipeline.
 */
export const Dimension = { REPLICATION_NAME: 'ReplicationName', REGION: 'Region' } as const;

/** The name of a metric, its unit as CloudWatch names it, and its most useful statistic. */
export interface MetricDefinition {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  readonly statistic: 'Sum' | 'Maximum' | 'p95';
}

const sumOf = (name: string) => ({ name, unit: 'Count', statistic: 'Sum' }) as const;
const maximumOf = (name: string) => ({ name, unit: 'Count', statistic: 'Maximum' }) as const;

/** Metrics of a destination. */
export const DestinationMetrics = {
  /** From a change in the source, or a heartbeat, to the end of its application. */
  REPLICATION_LAG: { name: 'ReplicationLag', unit: 'Milliseconds', statistic: 'p95' },
  HEARTBEATS: sumOf('Heartbeats'),
  RECORDS_APPLIED: sumOf('RecordsApplied'),
  REGISTRY_CALLS: sumOf('RegistryCalls'),
  UNCHANGED: sumOf('Unchanged'),
  WAITING: sumOf('Waiting'),
  REJECTED: sumOf('Rejected'),
  THROTTLED: sumOf('Throttled'),
  DELETIONS_PAUSED: sumOf('DeletionsPaused'),
  DRIFT_FOUND: maximumOf('DriftFound'),
  DRIFT_REPAIRED: maximumOf('DriftRepaired'),
  /** Differences that were repaired and still exist at the second look. */
  DRIFT_AFTER_REPAIR: maximumOf('DriftAfterRepair'),
  /** From the start of the last completed sweep; nothing is emitted until it is late. */
  SWEEP_AGE: { name: 'SweepAge', unit: 'Seconds', statistic: 'Maximum' },
  /** The same of the last drift check. */
  DRIFT_CHECK_AGE: { name: 'DriftCheckAge', unit: 'Seconds', statistic: 'Maximum' },
  /** Unacknowledged replications; nothing is emitted while there are none. */
  OTHER_REPLICATIONS: maximumOf('OtherReplications'),
} as const satisfies Record<string, MetricDefinition>;

/** Metrics of the source. */
export const SourceMetrics = {
  SWEEP_DURATION: { name: 'SweepDuration', unit: 'Seconds', statistic: 'Maximum' },
  SWEEP_RECORDS_WRITTEN: sumOf('SweepRecordsWritten'),
  /** Required event types that are switched off, at each heartbeat; nothing is emitted while all are on. */
  REGISTRY_EVENTS_OFF: maximumOf('RegistryEventsOff'),
  /** Event types whose setting a heartbeat could not read; nothing is emitted while it can. */
  REGISTRY_EVENTS_UNKNOWN: maximumOf('RegistryEventsUnknown'),
} as const satisfies Record<string, MetricDefinition>;

/** Metrics that only a replication of identities emits: of its source, and of its destinations. */
export const IdentityMetrics = {
  SOURCE: {
    IDENTITY_SWEEP_DURATION: { name: 'IdentitySweepDuration', unit: 'Seconds', statistic: 'Maximum' },
    IDENTITY_SWEEP_RECORDS_WRITTEN: sumOf('IdentitySweepRecordsWritten'),
    CERTIFICATE_CHECK_DURATION: { name: 'CertificateCheckDuration', unit: 'Seconds', statistic: 'Maximum' },
    /** Certificates whose record became that of one that is not active, deleted ones included, as checks and hints have found. */
    CERTIFICATES_DEACTIVATED: sumOf('CertificatesDeactivated'),
    /** Certificates that a check or a sweep left active though the source does not have them: they are too many. Nothing is emitted unless that happens. */
    DEACTIVATIONS_REFUSED: maximumOf('DeactivationsRefused'),
  },
  DESTINATION: {
    /** From the reading of a certificate that is not active, in the source, to the end of its application. */
    REVOCATION_LAG: { name: 'RevocationLag', unit: 'Milliseconds', statistic: 'p95' },
    /** Attempts to write a policy of the same name as one that somebody else has created. */
    FOREIGN_POLICIES: sumOf('ForeignPolicies'),
    /** As of the registry. */
    IDENTITY_DRIFT_FOUND: maximumOf('IdentityDriftFound'),
    IDENTITY_DRIFT_REPAIRED: maximumOf('IdentityDriftRepaired'),
    IDENTITY_DRIFT_AFTER_REPAIR: maximumOf('IdentityDriftAfterRepair'),
    IDENTITY_DRIFT_CHECK_AGE: { name: 'IdentityDriftCheckAge', unit: 'Seconds', statistic: 'Maximum' },
    IDENTITY_SWEEP_AGE: { name: 'IdentitySweepAge', unit: 'Seconds', statistic: 'Maximum' },
    CERTIFICATE_CHECK_AGE: { name: 'CertificateCheckAge', unit: 'Seconds', statistic: 'Maximum' },
  },
} as const satisfies Record<string, Record<string, MetricDefinition>>;

type ValueOf<T> = T[keyof T];

/** A metric of either side. */
export type EmittedMetric =
  | ValueOf<(typeof IdentityMetrics)['SOURCE']>
  | ValueOf<(typeof IdentityMetrics)['DESTINATION']>
  | (typeof DestinationMetrics)[keyof typeof DestinationMetrics]
  | (typeof SourceMetrics)[keyof typeof SourceMetrics];
