import type { EntityKind } from '..';
import type { Pace } from '../../runtime/pace';
import { kindOf, QUOTAS } from '../register';

/** The difference of an entity in a destination, as the engine names it. */
export type QuotaUse = 'missing' | 'different' | 'gone';

/** Calls a second by default. @throws Error if no kind has one for the call */
export function quotaOf(call: string): number {
  const quota = QUOTAS[call];
  if (quota === undefined) throw new Error(`quotas: got the call ${call}, expected one that a kind has a quota for; see \`quotas\` of the kinds`);
  return quota;
}

/** The calls that repair a difference in a destination, with their quotas. */
export function writesOf(kind: EntityKind, difference: QuotaUse): string[] {
  return Object.keys(kindOf(kind).quotas[difference]);
}

/** How many entities of a kind can be repaired per second whatever their difference, by the slowest call. */
export function writeRateOf(pace: Pace, kind: EntityKind, ...differences: readonly QuotaUse[]): number {
  const all = differences.length > 0 ? differences : ['missing', 'different', 'gone'] as const;
  return Math.min(...all.flatMap((each) => writesOf(kind, each)).map((call) => pace.rateOf(call)));
}

/** How many entities of a kind can be read directly per second. */
export function readRateOf(pace: Pace, kind: EntityKind): number {
  return Math.min(...Object.keys(kindOf(kind).quotas.read).map((call) => pace.rateOf(call)));
}

/** Resolves when all calls that repair a difference may start. */
export async function passWrites(pace: Pace, kind: EntityKind, difference: QuotaUse): Promise<void> {
  await Promise.all(writesOf(kind, difference).map((call) => pace.pass(call)));
}

/** The kind with the fewest direct reads per second. */
export function slowestToRead(pace: Pace, kinds: readonly EntityKind[]): number {
  return Math.min(...kinds.map((kind) => readRateOf(pace, kind)));
}
