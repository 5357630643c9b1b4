import { Duration } from 'aws-cdk-lib';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { ReplicationAlarm } from './replication-alarm';

/** What alarms there are, and who is told. */
export interface ReplicationAlarmsOptions {
  /**
   * Topics that are told when an alarm is raised, and when it is over. At most five of a Region.
   *
   * An alarm can only tell topics of its own Region: each topic gets the alarms of the Region that it is in. So there has to be one for the source
   * and for each destination; Regions without one are a warning. Make a destination's topic in its `stack`, or any other stack of its Region.
   *
   * @default - nobody is told; the alarms can be given actions of their own
   */
  readonly topics?: ITopic[];

  /**
   * Alarms that are to be otherwise than by default, each named once.
   *
   * @default - all alarms, as they are by default
   */
  readonly overrides?: ReplicationAlarmOverride[];
}

/** In which way an alarm is other than by default, in every Region that has it. */
export interface ReplicationAlarmOverride {
  /** The alarm. */
  readonly alarm: ReplicationAlarm;

  /**
   * Whether there is such an alarm.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The value that it is about: a number above 0, in the unit of the alarm. It is raised by values that reach it; `REPLICATION_LAG` by values above it,
   * and `NO_HEARTBEAT` by values below it.
   *
   * @default - see `ReplicationAlarm`
   */
  readonly threshold?: number;

  /**
   * What a value is of: whole minutes, because no metric is finer.
   *
   * @default - see `ReplicationAlarm`
   */
  readonly period?: Duration;

  /**
   * In how many periods in a row the threshold has to be reached: a whole number, at least 1.
   *
   * All periods together are a day at most, or seven if a period is an hour or longer.
   *
   * @default - see `ReplicationAlarm`
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  readonly evaluationPeriods?: number;
}
