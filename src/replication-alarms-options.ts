import { Duration } from 'aws-cdk-lib';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { ReplicationAlarm } from './replication-alarm';

/** Which alarms to create and which topics they notify. */
export interface ReplicationAlarmsOptions {
  /**
   * Topics that an alarm notifies when it triggers and when it clears. At most five per Region.
   *
   * An alarm can only notify topics of its own Region: each topic receives the alarms of its Region. Therefore pass one for the source and one for
   * each destination; a Region without one causes a warning. Create a destination's topic in its `stack`, or in any other stack of its Region.
   *
   * @default - the alarms notify nobody; you can add actions to them
   */
  readonly topics?: ITopic[];

  /**
   * Overrides of single alarms, each alarm at most once.
   *
   * @default - all alarms with their defaults
   */
  readonly overrides?: ReplicationAlarmOverride[];
}

/** Overrides the defaults of one alarm, in every Region where it exists. */
export interface ReplicationAlarmOverride {
  /** The alarm. */
  readonly alarm: ReplicationAlarm;

  /**
   * Whether the alarm is created.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The threshold: a number above 0, in the unit of the alarm. A value that reaches it triggers the alarm; for `REPLICATION_LAG` a value above it,
   * and for `NO_HEARTBEAT` a value below it.
   *
   * @default - see `ReplicationAlarm`
   */
  readonly threshold?: number;

  /**
   * Period over which the metric is aggregated, in whole minutes: no metric has a finer resolution.
   *
   * @default - see `ReplicationAlarm`
   */
  readonly period?: Duration;

  /**
   * The number of consecutive periods in which the threshold has to be reached: a whole number, at least 1.
   *
   * All periods together last a day at most, or seven days if a period is an hour or longer.
   *
   * @default - see `ReplicationAlarm`
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  readonly evaluationPeriods?: number;
}
