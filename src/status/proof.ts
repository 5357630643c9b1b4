import { Token } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

const DAYS = { minute: 1 / 1440, hour: 1 / 24, day: 1 } as const;

/**
 * Days for which a sweep or a drift check counts as a proof: two of the intervals in which it runs by itself, and a day for its own duration.
 *
 * Of a cron expression the interval is taken to be what its coarsest field says: a year, a month, a week or a day. One that is not known at synthesis is
 * taken to be a day.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function proofDays(schedule: ScheduleExpression): number {
  return Math.ceil(2 * intervalDays(schedule)) + 1;
}

/** Seconds between two runs of a schedule, taken as above. */
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
  if (isGiven(dayOfMonth)) return 31;
  return isGiven(dayOfWeek) ? 7 : 1;
}
