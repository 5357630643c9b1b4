import { Token } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

/** As EventBridge counts them, from 1. */
const WEEK = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTH = 31;
const DAYS = { minute: 1 / 1440, hour: 1 / 24, day: 1 } as const;

/**
 * Days for which a sweep or a drift check counts as a proof: two intervals of its schedule, and a day for its own duration.
 *
 * The interval of a cron expression is that of its coarsest field: a year, a month, the longest time between two days of the week, or a
 * day. A schedule that is unknown at synthesis counts as daily.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function proofDays(schedule: ScheduleExpression): number {
  return Math.ceil(2 * intervalDays(schedule)) + 1;
}

/** Seconds between two runs of a schedule, as above. */
export function intervalSeconds(schedule: ScheduleExpression): number {
  return Math.round(intervalDays(schedule) * 24 * 3600);
}

function intervalDays({ expressionString }: ScheduleExpression): number {
  return Token.isUnresolved(expressionString) ? 1 : intervalOf(expressionString);
}

function intervalOf(expression: string): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return Number(rate[1]) * DAYS[rate[2] as keyof typeof DAYS];
  const [, , dayOfMonth, month, dayOfWeek] = expression.replace(/^cron\(|\)$/g, '').trim().split(/\s+/);
  const isGiven = (field: string | undefined) => field !== undefined && !['*', '?'].includes(field);
  if (isGiven(month)) return 366;
  if (isGiven(dayOfMonth)) return MONTH;
  return isGiven(dayOfWeek) ? daysBetween(dayOfWeek!) : 1;
}

/** The maximum number of days between two of the given days of the week: names or numbers, lists and ranges of them. A day of a month, such as `6L`, occurs once in it. */
function daysBetween(days: string): number {
  if (/[#L]/.test(days)) return MONTH;
  const given = new Set(days.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(indexOfDay);
    return Number.isNaN(from + to) ? [] : Array.from({ length: (to - from + 7) % 7 + 1 }, (_, i) => (from + i) % 7);
  }));
  const gaps = [...given].map((day) => Array.from({ length: 7 }, (_, i) => i + 1).find((gap) => given.has((day + gap) % 7))!);
  return Math.max(...gaps.length > 0 ? gaps : [7]);
}

function indexOfDay(day: string): number {
  const index = WEEK.indexOf(day.toUpperCase());
  return index < 0 ? Number(day) - 1 : index;
}
