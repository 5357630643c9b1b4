/** The alarms of a replication. The alarm is named `<replicationName>-<value>`; its runbook section has the same ending. */
export enum ReplicationAlarm {
  /** A dead-letter queue contains a message. In the source and in each destination; threshold: 1 message. */
  DEAD_LETTERS = 'dead-letters',
  /** Executions of the persistence workflow failed or timed out. In the source; threshold: 1 execution in 5 minutes. */
  EVENTS_LOST = 'events-lost',
  /** AWS IoT throttled messages of the topic rules. In the source; threshold: 1 message in 5 minutes. */
  RULES_THROTTLED = 'rules-throttled',
  /** Messages of the topic rules reached neither the workflow nor the dead-letter queue. In the source; threshold: 1 message in 5 minutes. */
  ERROR_ACTIONS_FAILED = 'error-actions-failed',
  /** Required registry events are switched off, or a topic rule that takes them is disabled or deleted. In the source; threshold: 1 event type or rule. */
  REGISTRY_EVENTS_OFF = 'registry-events-off',
  /** Heartbeats could not read whether registry events and topic rules are on, for 15 minutes. In the source; threshold: 1 event type or rule in each of three periods. */
  REGISTRY_EVENTS_UNKNOWN = 'registry-events-unknown',
  /** A sweep failed or timed out. In the source; threshold: 1 execution in 5 minutes. */
  SWEEP_FAILED = 'sweep-failed',
  /**
   * No heartbeat has arrived for 5 minutes, or for five times `heartbeatInterval` if that is longer. In each destination; fewer heartbeats than the
   * threshold, which is 1, trigger it.
   */
  NO_HEARTBEAT = 'no-heartbeat',
  /**
   * The 95th percentile of the replication lag exceeds the threshold, 60,000 milliseconds, in 3 of 5 periods of `heartbeatInterval`. In each
   * destination.
   */
  REPLICATION_LAG = 'replication-lag',
  /** A drift check still found differences at its second look at what it had repaired. In each destination; threshold: 1 difference. */
  DRIFT_AFTER_REPAIR = 'drift-after-repair',
  /** A drift check failed or timed out. In each destination; threshold: 1 execution in 5 minutes. */
  DRIFT_CHECK_FAILED = 'drift-check-failed',
  /**
   * The last completed sweep of the source began too long ago: none starts any more, one hangs, or one takes that long. In each destination, which
   * can measure it even while the source Region fails; threshold: two intervals of `sweepSchedule`, in seconds. Not created with
   * `sweepEnabled: false`.
   */
  SWEEP_OVERDUE = 'sweep-overdue',
  /**
   * The last completed drift check began too long ago: none starts any more, one hangs, or one takes that long. In each destination; threshold: two
   * intervals of `driftSchedule`, in seconds. Not created with `driftEnabled: false`.
   */
  DRIFT_CHECK_OVERDUE = 'drift-check-overdue',
  /**
   * AWS has throttled or failed calls of the registry for more than 15 minutes. In each destination; threshold: one throttled attempt in 2 of 3
   * periods of 15 minutes, the longest retry interval.
   */
  THROTTLED = 'throttled',
  /** Lambda stopped keys of the retry queue as a recursive loop. In each destination; threshold: 1 invocation in 5 minutes. */
  RETRIES_DROPPED = 'retries-dropped',
  /**
   * Another replication may write to the registry, or replicates it back to the source, and is not in `acknowledgedReplications`. In each destination; threshold:
   * 1 replication.
   */
  OTHER_REPLICATION = 'other-replication',
  /** A sweep of identities failed or timed out. In the source, with `identities`; threshold: 1 execution in 5 minutes. */
  IDENTITY_SWEEP_FAILED = 'identity-sweep-failed',
  /**
   * The source does not have many certificates any more: a check or a sweep deactivated none of them and failed. In the source, with `identities`; threshold:
   * 1 certificate in two intervals of `certificateCheckInterval`, or in 5 minutes if that is longer.
   */
  MASS_DEACTIVATION = 'mass-deactivation',
  /**
   * The last completed sweep of identities began too long ago. In each destination, with `identities`; threshold: two intervals of their `sweepSchedule`, in
   * seconds. Not created with `sweepEnabled: false`.
   */
  IDENTITY_SWEEP_OVERDUE = 'identity-sweep-overdue',
  /**
   * The last completed drift check of identities began too long ago. In each destination, with `identities`; threshold: two intervals of their `driftSchedule`,
   * in seconds. Not created with `driftEnabled: false`.
   */
  IDENTITY_DRIFT_CHECK_OVERDUE = 'identity-drift-check-overdue',
  /**
   * The last certificate check that has ended began too long ago: certificates that were revoked since may be active. In each destination, with `identities`;
   * threshold: three times `certificateCheckInterval`, in seconds. Not created with `sweepEnabled: false`.
   */
  OLD_CERTIFICATE_CHECK = 'old-certificate-check',
  /** A drift check of identities still found differences at its second look at what it had repaired. In each destination, with `identities`; threshold: 1 difference. */
  IDENTITY_DRIFT_AFTER_REPAIR = 'identity-drift-after-repair',
  /** A policy of somebody else has the name of a replicated one. In each destination, with `identities`; threshold: 1 attempt to write it in 5 minutes. */
  FOREIGN_POLICY = 'foreign-policy',
  /** Changes are getting too old for the stream, which discards them after 23 hours. In each destination; threshold: 18.4 hours, in milliseconds. */
  ITERATOR_AGE = 'iterator-age',
}
