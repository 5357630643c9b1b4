import { Duration, Lazy } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { intervalSeconds, proofDays } from '../../src/status/proof';

test.each<[ScheduleExpression, number]>([
  [ScheduleExpression.rate(Duration.days(1)), 3],
  [ScheduleExpression.rate(Duration.hours(1)), 2],
  [ScheduleExpression.rate(Duration.minutes(30)), 2],
  [ScheduleExpression.rate(Duration.days(7)), 15],
  [ScheduleExpression.cron({ minute: '0', hour: '4' }), 3],
  [ScheduleExpression.cron({ minute: '0', hour: '4', weekDay: 'SUN' }), 15],
  [ScheduleExpression.cron({ minute: '0', hour: '4', day: '1' }), 63],
  [ScheduleExpression.cron({ minute: '0', hour: '4', day: '1', month: '1,7' }), 369],
  [ScheduleExpression.cron({ minute: '0', hour: '4', day: '1', month: '1' }), 733],
  [ScheduleExpression.expression('cron(0 3 * 1-12 ? *)'), 3],
  [ScheduleExpression.expression('cron(0 3 * */1 ? *)'), 3],
  [ScheduleExpression.expression('cron(0 3 1/2 * ? *)'), 5],
  [ScheduleExpression.expression('cron(0 4 ? * MON-FRI *)'), 7],
  [ScheduleExpression.expression('cron(0 4 ? * 2-6 *)'), 7],
  [ScheduleExpression.expression('cron(0 4 ? * MON,thu *)'), 9],
  [ScheduleExpression.expression('cron(0 4 ? * FRI-MON *)'), 9],
  [ScheduleExpression.expression('cron(0 4 ? * SUN-SAT *)'), 3],
  [ScheduleExpression.expression('cron(0 4 ? * 6L *)'), 71],
  [ScheduleExpression.expression('cron(0 4 ? * 2#1 *)'), 71],
  [ScheduleExpression.expression('cron(0 4 ? * 2/2 *)'), 7],
  [ScheduleExpression.expression(Lazy.string({ produce: () => 'rate(1 day)' })), 3],
])('what runs by %p proves something for %i days', (schedule, days) => {
  expect(proofDays(schedule)).toBe(days);
});

test.each<[ScheduleExpression, number]>([
  [ScheduleExpression.rate(Duration.days(1)), 86_400],
  [ScheduleExpression.rate(Duration.minutes(30)), 1800],
  [ScheduleExpression.cron({ minute: '0', hour: '4', weekDay: 'SUN' }), 7 * 86_400],
  [ScheduleExpression.expression(Lazy.string({ produce: () => 'rate(2 days)' })), 86_400],
])('what runs by %p runs every %i seconds', (schedule, seconds) => {
  expect(intervalSeconds(schedule)).toBe(seconds);
});
