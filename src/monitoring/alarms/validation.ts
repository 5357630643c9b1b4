import { Duration, Token } from 'aws-cdk-lib';
import { ReplicationAlarm } from '../../replication-alarm';
import { ReplicationAlarmOverride, ReplicationAlarmsOptions } from '../../replication-alarms-options';
import { expectList, expectMinutes } from '../../settings/checks';
import { invalid, shown } from '../../settings/errors';
import { expectStruct } from '../../settings/prop-names';

/** The longest evaluation range of an alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_RANGE = { ofShortPeriods: Duration.days(1), ofLongPeriods: Duration.days(7), longPeriod: Duration.hours(1) } as const;

/** @throws Error if an option is invalid */
export function validateOptions(options: ReplicationAlarmsOptions): void {
  expectStruct('ReplicationAlarmsOptions', options, 'options');
  const { topics = [], overrides = [] } = options;
  expectList('topics', topics);
  const noTopic: unknown = topics.find((topic) => typeof topic !== 'object' || topic === null || !('topicArn' in topic));
  if (noTopic !== undefined) {
    throw invalid('topics', shown(noTopic), 'topics of aws-cdk-lib/aws-sns', 'write `new Topic(…)` or `Topic.fromTopicArn(…)`');
  }
  expectList('overrides', overrides);
  for (const override of overrides) validateOverride(override);
  const alarms = overrides.map(({ alarm }) => alarm);
  const twice = alarms.find((alarm, i) => alarms.indexOf(alarm) !== i);
  if (twice) throw invalid('overrides', shown(alarms), 'each alarm once', `merge the overrides of '${twice}'`);
}

function validateOverride(override: ReplicationAlarmOverride): void {
  if (typeof override !== 'object' || override === null) {
    throw invalid('overrides', shown(override), 'an object with an `alarm` and the options to override',
      'write `{ alarm: ReplicationAlarm.…, threshold: … }`');
  }
  expectStruct('ReplicationAlarmOverride', override, 'overrides');
  const { alarm, enabled, threshold, period, evaluationPeriods } = override;
  const all = Object.values(ReplicationAlarm);
  if (!all.includes(alarm)) throw invalid('overrides', shown(alarm), `one of ${all.join(', ')}`, 'use a member of `ReplicationAlarm`');
  const advice = 'choose such a number, or leave it out for the default';
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    throw invalid(`enabled of '${alarm}'`, shown(enabled), 'true or false, known at synthesis', 'write one of them, or leave it out for the default');
  }
  if (threshold !== undefined && !(isKnownNumber(threshold) && threshold > 0)) {
    throw invalid(`threshold of '${alarm}'`, shown(threshold), 'a number above 0, known at synthesis', advice);
  }
  // CloudWatch accepts 10, 20 and 30 seconds as well, but no metric here has values that often: most periods would be empty.
  if (period !== undefined) expectMinutes(`period of '${alarm}'`, period, 'write `Duration.minutes(…)`, or leave it out for the default');
  if (evaluationPeriods !== undefined && !(isKnownNumber(evaluationPeriods) && Number.isSafeInteger(evaluationPeriods) && evaluationPeriods >= 1)) {
    throw invalid(`evaluationPeriods of '${alarm}'`, shown(evaluationPeriods), 'a whole number, at least 1, known at synthesis', advice);
  }
}

function isKnownNumber(value: unknown): boolean {
  return Number.isFinite(value) && !Token.isUnresolved(value);
}

/** @throws Error if the evaluation range is longer than CloudWatch allows */
export function validateRange(alarm: ReplicationAlarm, period: Duration, evaluationPeriods: number): void {
  const isLong = period.toMilliseconds() >= MAX_RANGE.longPeriod.toMilliseconds();
  const most = isLong ? MAX_RANGE.ofLongPeriods : MAX_RANGE.ofShortPeriods;
  if (evaluationPeriods * period.toMilliseconds() > most.toMilliseconds()) {
    throw invalid('overrides', `${evaluationPeriods} periods of ${period.toHumanString()} for '${alarm}'`,
      `at most ${most.toHumanString()} in all, ${isLong ? 'where' : 'unless'} a period is ${MAX_RANGE.longPeriod.toHumanString()} or longer`,
      'choose fewer or shorter periods');
  }
}

/** @throws Error if the alarm would trigger without a reason */
export function validateLeast(alarm: ReplicationAlarm, period: Duration, least?: Duration): void {
  if (!least || period.toMilliseconds() >= least.toMilliseconds()) return;
  throw invalid(`period of '${alarm}'`, period.toHumanString(), `at least ${least.toHumanString()}, two times \`heartbeatInterval\``,
    'choose a longer period, or a shorter `heartbeatInterval`');
}
