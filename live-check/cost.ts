import type { Belief, Use } from './belief';
import { PRICES } from '../src/estimate/prices';

/** An execution is billed by 100 ms and 64 MB, at least one step of each; a function by its time, with 128 MB at most a second. */
const EXPRESS_GIGABYTE_SECONDS = 0.1 * 64 / 1024;
const FUNCTION_GIGABYTE_SECONDS = 128 / 1024;

/** A key, by the hour until its deletion is scheduled: https://aws.amazon.com/kms/pricing/ */
const KEY_MONTH = 1;
const HOURS_A_MONTH = 730;

/** Calls of queues for each message: sent, received, deleted, and receives that find nothing. */
const REQUESTS_PER_MESSAGE = 10;

const PRICE_OF: Record<keyof Use, number> = {
  registryOperations: PRICES.registryOperation,
  // A rule, an action, and a message.
  events: PRICES.ruleTriggered + PRICES.ruleAction + REQUESTS_PER_MESSAGE * PRICES.sqsRequest,
  messages: REQUESTS_PER_MESSAGE * PRICES.sqsRequest,
  executions: PRICES.expressRequest + EXPRESS_GIGABYTE_SECONDS * PRICES.expressGigabyteSecond,
  transitions: PRICES.standardTransition,
  invocations: PRICES.lambdaRequest + FUNCTION_GIGABYTE_SECONDS * PRICES.lambdaGigabyteSecond,
  tableWrites: PRICES.writeUnit + PRICES.readUnit,
  keyHours: KEY_MONTH / HOURS_A_MONTH,
};

/** The usage of all beliefs together, including removal. */
export function usesOf(beliefs: readonly Belief[]): Required<Use> {
  const sum = (use: keyof Use) => beliefs.reduce((total, { uses }) => total + (uses[use] ?? 0), 0);
  return Object.fromEntries(Object.keys(PRICE_OF).map((use) => [use, sum(use as keyof Use)])) as unknown as Required<Use>;
}

/** Dollars, at list prices of us-east-1, without any free tier. */
export function costOf(uses: Use): number {
  return Object.entries(uses).reduce((total, [use, count]) => total + PRICE_OF[use as keyof Use] * (count as number), 0);
}

/** `less than a cent`, or `$0.12`. */
export function shownCost(dollars: number): string {
  return dollars < 0.01 ? 'less than a cent' : `$${dollars.toFixed(2)}`;
}
