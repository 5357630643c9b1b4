/**
 * The alarms of a replication. Each value is the end of the alarm's name, after the name of the replication, and of its section in the README.
 */
export enum ReplicationAlarm {
  /** A message is in a dead-letter queue. In the source and in each destination; threshold: 1 message. */
  DEAD_LETTERS = 'dead-letters',
  /** Executions of the persistence workflow failed or timed out. In the source; threshold: 1 execution in 5 minutes. */
  EVENTS_LOST = 'events-lost',
  /** AWS IoT throttled messages of the topic rules. In the source; threshold: 1 message in 5 minutes. */
  RULES_THROTTLED = 'rules-throttled',
  /** Messages of the topic rules reached neither the workflow nor the dead-letter queue. In the source; threshold: 1 message in 5 minutes. */
  ERROR_ACTIONS_FAILED = 'error-actions-failed',
  /** Registry events that are needed were found to be switched off. In the source; threshold: 1 kind of events. */
  REGISTRY_EVENTS_OFF = 'registry-events-off',
  /**
   * Heartbeats could not find out whether registry events are on, for 15 minutes. In the source; threshold: 1 kind of events in each of three
   * periods.
   */
  REGISTRY_EVENTS_UNKNOWN = 'registry-events-unknown',
  /** A sweep failed or timed out. In the source; threshold: 1 execution in 5 minutes. */
  SWEEP_FAILED = 'sweep-failed',
  /**
   * No heartbeat has arrived for 5 minutes, or for five times `heartbeatInterval` if that is longer. In each destination; fewer heartbeats than the
   * threshold, which is 1, raise it.
   */
  NO_HEARTBEAT = 'no-heartbeat',
  /**
   * The replication lag's 95th percentile is over the threshold, 60,000 milliseconds, in 3 of 5 times `heartbeatInterval`. In each destination.
   */
  REPLICATION_LAG = 'replication-lag',
  /** Differences were still there when a drift check looked again at what it had repaired. In each destination; threshold: 1 difference. */
  DRIFT_AFTER_REPAIR = 'drift-after-repair',
  /** A drift check failed or timed out. In each destination; threshold: 1 execution in 5 minutes. */
  DRIFT_CHECK_FAILED = 'drift-check-failed',
  /**
   * The last sweep of the source that ended began too long ago: none starts any more, one hangs, or takes that long. In each destination, because it knows
   * also while the source Region fails; threshold: two intervals of `sweepSchedule`, in seconds. None with `sweepEnabled: false`.
   */
  SWEEP_OVERDUE = 'sweep-overdue',
  /**
   * The last drift check that ended began too long ago: none starts any more, one hangs, or takes that long. In each destination; threshold: two intervals
   * of `driftSchedule`, in seconds. None with `driftEnabled: false`.
   */
  DRIFT_CHECK_OVERDUE = 'drift-check-overdue',
  /**
   * AWS has been throttling or failing calls of the registry for more than 15 minutes. In each destination; threshold: 1 try in two of three quarters of an
   * hour, because what is throttled is tried again after a quarter of an hour at the latest.
   */
  THROTTLED = 'throttled',
  /** Lambda stopped keys of the retry queue as a recursive loop. In each destination; threshold: 1 invocation in 5 minutes. */
  RETRIES_DROPPED = 'retries-dropped',
  /**
   * Another replication may write to the registry, or replicates it back to the source, and is not in `acknowledgedReplications`. In each destination; threshold:
   * 1 replication.
   */
  OTHER_REPLICATION = 'other-replication',
  /** Changes are getting too old for the stream, where 23 hours are the end. In each destination; threshold: 18.4 hours, in milliseconds. */
  ITERATOR_AGE = 'iterator-age',
}
