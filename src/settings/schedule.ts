import { Token } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { fieldsOf, isCron, longestIntervalDays } from './cron';
import { invalid, shown } from './errors';

/** Both forms accept one and several, as the service does. */
const RATE = /^rate\([1-9]\d* (minute|hour|day)s?\)$/;

/** @throws Error unless the schedule recurs without end and, as far as it is known at synthesis, EventBridge Scheduler accepts it */
export function expectSchedule(prop: string, schedule: ScheduleExpression): void {
  const { expressionString } = schedule;
  const advice = 'write `ScheduleExpression.rate(…)` or `ScheduleExpression.cron(…)`';
  if (typeof expressionString !== 'string') throw invalid(prop, shown(schedule), 'a `ScheduleExpression` of aws-cdk-lib/aws-scheduler', advice);
  if (expressionString.startsWith('at(')) throw invalid(prop, shown(expressionString), 'a schedule that recurs', `${advice}: a single run is started by hand`);
  if (Token.isUnresolved(expressionString)) return;
  const [, kind, inside] = /^(rate|cron)\((.+)\)$/.exec(expressionString) ?? [];
  if (kind === undefined) throw invalid(prop, shown(expressionString), "'rate(…)' or 'cron(…)'", advice);
  if (kind === 'rate' && !RATE.test(expressionString)) {
    throw invalid(prop, shown(expressionString), 'a whole number above 0 and minutes, hours or days', "write it as in 'rate(12 hours)'");
  }
  if (kind === 'cron') expectCron(prop, inside);
}

function expectCron(prop: string, inside: string): void {
  const given = shown(`cron(${inside})`);
  if (!isCron(inside)) {
    throw invalid(prop, given, "six fields, minutes, hours, day of month, month, day of week and year, with '?' in exactly one of the two days",
      "write it as in 'cron(0 3 * * ? *)'");
  }
  const fields = fieldsOf(inside);
  // After its last year it would never start again.
  if (fields.pop() !== '*') {
    throw invalid(prop, given, "a schedule that recurs without end, with '*' for the year", `write 'cron(${fields.join(' ')} *)': a single run is started by hand`);
  }
  if (longestIntervalDays(inside) === Infinity) throw invalid(prop, given, 'a schedule that recurs, on days that exist', 'choose a day that one of its months has');
}
