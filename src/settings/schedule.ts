import { Token } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { invalid, shown } from './errors';

/** Both forms accept one and several, as the service does. */
const RATE = /^rate\([1-9]\d* (minute|hour|day)s?\)$/;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A field of a cron expression: its numbers, alternative names, and other allowed values. */
interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
  readonly others?: RegExp;
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
const CRON_FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31, others: /^(\?|L(-\d+)?|\d+W|LW)$/ },
  { least: 1, most: 12, names: MONTHS },
  { least: 1, most: 7, names: WEEKDAYS, others: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { least: 1970, most: 2199 },
];
const [DAY_OF_MONTH, DAY_OF_WEEK] = [2, 4];

/** @throws Error unless the schedule recurs and, as far as it is known at synthesis, EventBridge Scheduler accepts it */
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
  if (kind === 'cron' && !isCron(inside)) {
    throw invalid(prop, shown(expressionString), "six fields, minutes, hours, day of month, month, day of week and year, with '?' in exactly one of the two days",
      "write it as in 'cron(0 3 * * ? *)'");
  }
}

function isCron(text: string): boolean {
  const fields = text.split(/\s+/);
  return fields.length === CRON_FIELDS.length && fields.every((field, i) => isOf(field, CRON_FIELDS[i]))
    && (fields[DAY_OF_MONTH] === '?') !== (fields[DAY_OF_WEEK] === '?');
}

function isOf(field: string, { least, most, names = [], others }: Field): boolean {
  const isValue = (text: string) => names.includes(text.toUpperCase()) || /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
  return field.split(',').every((part) => {
    if (others?.test(part.toUpperCase())) return true;
    const [range, step, ...more] = part.split('/');
    const ends = range.split('-');
    return more.length === 0 && (step === undefined || /^[1-9]\d*$/.test(step)) && (range === '*' || ends.length <= 2 && ends.every(isValue));
  });
}
