import type { EntityKind } from '..';
import type { Pace } from '../../runtime/pace';
import { kindOf, QUOTAS } from '../register';

/** What is wrong with an entity of a destination, as the engine calls it. */
export type QuotaUse = 'missing' | 'different' | 'gone';

/** Calls a second by default. @throws Error if no kind has one for the call */
export function quotaOf(call: string): number {
  const quota = QUOTAS[call];
  if (quota === undefined) throw new Error(`quotas: got the call ${call}, expected one that a kind has a quota for; see \`quotas\` of the kinds`);
  return quota;
}

/** The calls of a destination that a difference leads to, with quotas of their own. */
export function writesOf(kind: EntityKind, difference: QuotaUse): string[] {
  return Object.keys(kindOf(kind).quotas[difference]);
}

/** How many of a kind get by in a second whatever is wrong with them, by the slowest call. */
export function writeRateOf(pace: Pace, kind: EntityKind, ...differences: readonly QuotaUse[]): number {
  const all = differences.length > 0 ? differences : ['missing', 'different', 'gone'] as const;
  return Math.min(...all.flatMap((each) => writesOf(kind, each)).map((call) => pace.rateOf(call)));
}

/** How many of a kind can be read directly in a second. */
export function readRateOf(pace: Pace, kind: EntityKind): number {
  return Math.min(...Object.keys(kindOf(kind).quotas.read).map((call) => pace.rateOf(call)));
}

/** Resolves when it is the turn of all calls that a difference leads to. */
export async function passWrites(pace: Pace, kind: EntityKind, difference: QuotaUse): Promise<void> {
  await Promise.all(writesOf(kind, difference).map((call) => pace.pass(call)));
}

/** The kind of which the fewest can be read in a second. */
export function slowestToRead(pace: Pace, kinds: readonly EntityKind[]): number {
  return Math.min(...kinds.map((kind) => readRateOf(pace, kind)));
}
