import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { RegistryDestination } from '../../registry-destination';
import { ReplicationAlarm } from '../../replication-alarm';
import { MAX_DELAY_SECONDS } from '../../replicator/sizing';
import { MAX_RECORD_AGE } from '../../replicator/stream-source';
import { Settings } from '../../settings/settings';
import { MAX_LAG_MS, MISSED_CHECKS, MISSED_RUNS } from '../../status/limits';
import { intervalSeconds } from '../../status/proof';
import { silenceMinutes } from '../../status/silence';
import { Monitored } from '../monitored';
import { TopicRuleMetrics, droppedRecursionsOf, failuresOf, sumOf } from '../service-metrics';

const { BREACHING, NOT_BREACHING, IGNORE } = TreatMissingData;

/** The defaults of an alarm. */
export interface AlarmDefinition<Of> {
  readonly alarm: ReplicationAlarm;
  /** The meaning, in one or two sentences. */
  readonly description: string;
  readonly metric: (of: Of, options: { readonly period: Duration }) => IMetric;
  readonly threshold: (settings: Settings) => number;
  /** Whether the alarm is useful with these settings. None: with all. */
  readonly isFor?: (settings: Settings) => boolean;
  /** None: a value that reaches the threshold triggers it. */
  readonly comparison?: ComparisonOperator;
  readonly period: (settings: Settings) => Duration;
  /** With a shorter period it would trigger without a reason. None: any period that CloudWatch accepts. */
  readonly leastPeriod?: (settings: Settings) => Duration;
  readonly evaluationPeriods: number;
  /** The number of periods that have to reach the threshold. None: all. */
  readonly datapointsToAlarm?: number;
  readonly missingData: TreatMissingData;
  /** Whether a pause triggers it: that is intended and must notify nobody. */
  readonly isRaisedByPause?: boolean;
}

const FIVE_MINUTES = Duration.minutes(5);
const always = <T>(value: T) => () => value;

/** Common to alarms on events that must not happen at all. No heartbeat interval is longer than the period, or the alarm would clear between two heartbeats. */
const ANY = { threshold: always(1), period: always(FIVE_MINUTES), evaluationPeriods: 1 } as const;

/**
 * A queue that nobody has used for six hours has no metrics. The status reads the queues of destinations every minute.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const DEAD_LETTERS = { ...ANY, alarm: ReplicationAlarm.DEAD_LETTERS, missingData: NOT_BREACHING } as const;

/** Alarms of the source, in the Region of the source. */
export const SOURCE_ALARMS: readonly AlarmDefinition<Monitored>[] = [
  {
    ...DEAD_LETTERS,
    // Nothing reads this queue: once it is idle, CloudWatch has no values of it, and untouched letters would count as gone.
    missingData: IGNORE,
    description: 'Changes of the source registry could not be persisted and are in the dead-letter queue; no destination has them.',
    metric: ({ replication }, options) => replication.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options),
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.EVENTS_LOST,
    description: 'Executions of the persistence workflows failed or timed out: their changes are neither in the table nor in the dead-letter queue.',
    metric: ({ replication }, options) => failuresOf([replication.persistenceWorkflow, replication.observationWorkflow], options),
    // Without executions there are no values. Whether that is a fault, the heartbeat shows.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.RULES_THROTTLED,
    description: 'AWS IoT throttled messages of the topic rules: changes are lost.',
    metric: (monitored, options) => new TopicRuleMetrics(monitored).throttled(options),
    // Counted only when it happens.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.ERROR_ACTIONS_FAILED,
    description: 'Events that could not start the persistence workflow did not reach the dead-letter queue either: changes are lost.',
    metric: (monitored, options) => new TopicRuleMetrics(monitored).errorActionsFailed(options),
    // Counted only when it happens.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.REGISTRY_EVENTS_OFF,
    description: 'Required registry events are switched off in the account, or a topic rule that takes them is disabled or deleted: changes are not recorded.',
    metric: ({ replication }, options) => replication.metricRegistryEventsOff(options),
    // Heartbeats that find all events on emit nothing.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.REGISTRY_EVENTS_UNKNOWN,
    description: 'The settings of registry events or topic rules could not be read: AWS IoT does not answer, or a permission is missing.',
    metric: ({ replication }, { period }) => sumOf('kinds of events', [replication.metricRegistryEventsUnknown()], period),
    // The gaps are filled. A single missing answer is no fault.
    missingData: NOT_BREACHING,
    evaluationPeriods: 3,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.SWEEP_FAILED,
    description: 'A sweep failed or timed out: changes that no event reported stay undetected.',
    metric: ({ replication }, options) => failuresOf([replication.sweepWorkflow], options),
    // Sweeps are rare: between two of them there are no values.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.IDENTITY_SWEEP_FAILED,
    description: 'A sweep of identities failed or timed out: changed policies and attachments stay undetected.',
    metric: ({ replication }, options) => failuresOf(replication.identitySweepWorkflow ? [replication.identitySweepWorkflow] : [], options),
    isFor: ({ identities }) => identities !== undefined,
    // Sweeps are rare: between two of them there are no values.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.MASS_DEACTIVATION,
    description: 'The source does not have many certificates any more. None of them was deactivated in a destination: they stay active until somebody decides.',
    metric: ({ replication }, options) => replication.metricDeactivationsRefused(options),
    isFor: ({ identities }) => identities !== undefined,
    // Each check counts them again; with a shorter period the alarm would clear in between.
    period: ({ identities }) => Duration.minutes(Math.max(FIVE_MINUTES.toMinutes(), 2 * (identities?.certificateCheckInterval.toMinutes() ?? 0))),
    // Counted only when it happens.
    missingData: NOT_BREACHING,
  },
];

/** Alarms of a destination, in its Region. */
export const DESTINATION_ALARMS: readonly AlarmDefinition<RegistryDestination>[] = [
  {
    alarm: ReplicationAlarm.NO_HEARTBEAT,
    description: 'No heartbeat of the source arrives here: something between the source and this registry is broken, or the source Region is down. Until then, drift checks only report.',
    // With the gaps filled, each period has a value. Otherwise an alarm uses older values as long as it finds some, and reports silence late:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    metric: (destination, { period }) => sumOf('heartbeats', [destination.metricHeartbeats()], period),
    threshold: always(1),
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    period: ({ heartbeatInterval }) => Duration.minutes(silenceMinutes(heartbeatInterval.toMinutes())),
    // One may be late.
    leastPeriod: ({ heartbeatInterval }) => Duration.minutes(2 * heartbeatInterval.toMinutes()),
    evaluationPeriods: 1,
    // The alarm is about silence, including a metric that never had a value.
    missingData: BREACHING,
    isRaisedByPause: true,
  },
  {
    alarm: ReplicationAlarm.REPLICATION_LAG,
    description: 'Changes arrive late: the 95th percentile of the replication lag exceeds the threshold.',
    metric: (destination, options) => destination.metricReplicationLag(options),
    threshold: always(MAX_LAG_MS),
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    period: ({ heartbeatInterval }) => heartbeatInterval,
    evaluationPeriods: 5,
    // With few changes, one slow change is the percentile of its minute. A minute may have two heartbeats and the next none.
    datapointsToAlarm: 3,
    // The alarm `no-heartbeat` covers the case that nothing arrives.
    missingData: NOT_BREACHING,
    isRaisedByPause: true,
  },
  {
    ...DEAD_LETTERS,
    description: 'Changes could not be applied to this registry; their keys are in the dead-letter queue.',
    metric: (destination, options) => destination.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options),
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.DRIFT_AFTER_REPAIR,
    description: 'Entities that a drift check repaired still differ: this registry is not equal to its records.',
    metric: (destination, options) => destination.metricDriftAfterRepair(options),
    // Each check emits a value, also 0. The last value holds until the next check.
    missingData: IGNORE,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.DRIFT_CHECK_FAILED,
    description: 'A drift check failed or timed out: it is unknown whether this registry is equal to its records.',
    metric: ({ driftWorkflow, identityDriftWorkflow: other }, options) => failuresOf([driftWorkflow, ...other ? [other] : []], options),
    // Checks are rare: between two of them there are no values.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.SWEEP_OVERDUE,
    description: 'The last completed sweep of the source began more than two intervals of its schedule ago: changes that no event reported stay undetected.',
    metric: (destination, options) => destination.metricSweepAge(options),
    threshold: ({ sweepSchedule }) => MISSED_RUNS * intervalSeconds(sweepSchedule),
    isFor: ({ sweepEnabled }) => sweepEnabled,
    // Nothing is emitted before a run is late.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.DRIFT_CHECK_OVERDUE,
    description: 'The last completed drift check began more than two intervals of its schedule ago: it is unknown whether this registry is equal to its records.',
    metric: (destination, options) => destination.metricDriftCheckAge(options),
    threshold: ({ driftSchedule }) => MISSED_RUNS * intervalSeconds(driftSchedule),
    isFor: ({ driftEnabled }) => driftEnabled,
    // Nothing is emitted before a run is late.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.THROTTLED,
    description: 'AWS has throttled or failed calls of this registry for more than 15 minutes: changes are late.',
    // With the gaps filled: otherwise an alarm uses older values for missing ones, and its three periods may lie days apart.
    metric: (destination, { period }) => sumOf('throttled', [destination.metricThrottled()], period),
    // A throttled key is retried after this time at the latest: in a quiet fleet, shorter periods would contain no attempt.
    period: always(Duration.seconds(MAX_DELAY_SECONDS)),
    evaluationPeriods: 3,
    // An attempt may fall just after the end of a period.
    datapointsToAlarm: 2,
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.RETRIES_DROPPED,
    description: 'Lambda stopped retries as a recursive loop: waiting keys go to the dead-letter queue without being applied.',
    metric: (destination, options) => droppedRecursionsOf(destination, options),
    // Emitted only when it happens.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.OTHER_REPLICATION,
    description: 'Another replication may write to this registry and undo changes of this one: it has a stack in this Region and is not acknowledged.',
    metric: (destination, options) => destination.metricOtherReplications(options),
    // Emitted every minute while there is one.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.IDENTITY_SWEEP_OVERDUE,
    description: 'The last completed sweep of identities began more than two intervals of its schedule ago: changed policies and attachments stay undetected.',
    metric: (destination, options) => destination.metricIdentitySweepAge(options),
    threshold: ({ identities, sweepSchedule }) => MISSED_RUNS * intervalSeconds(identities?.sweepSchedule ?? sweepSchedule),
    isFor: ({ identities, sweepEnabled }) => identities !== undefined && sweepEnabled,
    // Nothing is emitted before a run is late.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.IDENTITY_DRIFT_CHECK_OVERDUE,
    description: 'The last completed drift check of identities began more than two intervals of its schedule ago: it is unknown whether certificates and policies are equal to their records.',
    metric: (destination, options) => destination.metricIdentityDriftCheckAge(options),
    threshold: ({ identities, driftSchedule }) => MISSED_RUNS * intervalSeconds(identities?.driftSchedule ?? driftSchedule),
    isFor: ({ identities, driftEnabled }) => identities !== undefined && driftEnabled,
    // Nothing is emitted before a run is late.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.OLD_CERTIFICATE_CHECK,
    description: 'No certificate check has ended for a long time: certificates that were deactivated or revoked in the source since may be active here.',
    metric: (destination, options) => destination.metricCertificateCheckAge(options),
    threshold: ({ identities }) => MISSED_CHECKS * (identities?.certificateCheckInterval.toSeconds() ?? 1),
    isFor: ({ identities, sweepEnabled }) => identities !== undefined && sweepEnabled,
    // Nothing is emitted before a run is late.
    missingData: NOT_BREACHING,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.IDENTITY_DRIFT_AFTER_REPAIR,
    description: 'Certificates, policies or attachments that a drift check repaired still differ: they are not equal to their records.',
    metric: (destination, options) => destination.metricIdentityDriftAfterRepair(options),
    isFor: ({ identities }) => identities !== undefined,
    // Each check emits a value, also 0. The last value holds until the next check.
    missingData: IGNORE,
  },
  {
    ...ANY,
    alarm: ReplicationAlarm.FOREIGN_POLICY,
    description: 'A policy that somebody else created has the name of a replicated one: it was left alone, and certificates that need the policy stay inactive.',
    metric: (destination, options) => destination.metricForeignPolicies(options),
    isFor: ({ identities }) => identities !== undefined,
    // Counted only when it happens.
    missingData: NOT_BREACHING,
  },
  {
    alarm: ReplicationAlarm.ITERATOR_AGE,
    description: 'Changes have been waiting in the stream for most of a day: after 23 hours they are discarded, with a dead letter for each batch.',
    metric: ({ replicator }, { period }) => replicator.metric('IteratorAge', { statistic: Stats.MAXIMUM, period }),
    // Leaves several hours to do something about it.
    threshold: always(0.8 * MAX_RECORD_AGE.toMilliseconds()),
    period: always(FIVE_MINUTES),
    evaluationPeriods: 1,
    // Emitted by invocations: there is no value while nothing changes.
    missingData: NOT_BREACHING,
    isRaisedByPause: true,
  },
];
