import { Token } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { longestIntervalDays } from '../settings/cron';

const DAYS = { minute: 1 / 1440, hour: 1 / 24, day: 1 } as const;

/**
 * Days for which a sweep or a drift check counts as a proof: two intervals of its schedule, and a day for its own duration.
 *
 * The interval of a cron expression is the longest time between two of its days, at least a day. A schedule that is unknown at synthesis
 * counts as daily.
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
  return longestIntervalDays(expression.replace(/^cron\(|\)$/g, ''));
}
