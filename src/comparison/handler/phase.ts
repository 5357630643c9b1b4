import { Entry, Journal, Unit } from './journal';
import { Counts } from '../counts';

/** One step of the workflow: where a phase continues. */
export interface Position {
  /** Units that the workflow knows to be done. The journal may contain more, from a step that died. */
  readonly page: number;
}

export interface Progress extends Position {
  readonly done: boolean;
  /** The counts of the phase, once it is done. */
  readonly counts?: Counts;
}

/** Does one unit of work, starting where the previous one ended. Repeating a unit must do no harm. */
export type Work = (cursor: unknown) => Promise<Unit>;

/** Differences in the output of a run; the report contains all of them. */
export const FIRST = 20;

/**
 * Works through a phase, unit by unit, until it is done or the time is over, and records each unit in the journal.
 *
 * Whatever ends it, the next call continues after the last recorded unit. At least one unit is done.
 */
export async function runPhase(name: string, work: Work, { page }: Position, journal: Journal, hasTime: () => boolean): Promise<Progress> {
  let number = await journal.lastNumber(name, page);
  let entry = number > 0 ? await journal.read(name, number) : undefined;
  let isFirst = true;
  while (!entry || entry.next !== undefined) {
    if (!isFirst && !hasTime()) return { page: number, done: false };
    isFirst = false;
    const unit = await work(entry?.next);
    number += 1;
    if (unit.differences?.length) await journal.writeReport(name, number, unit.differences);
    entry = noted(unit, entry);
    await journal.write(name, number, entry);
  }
  return { page: number, done: true, counts: entry.total };
}

function noted({ differences = [], ...unit }: Unit, before: Entry | undefined): Entry {
  return { ...unit, total: sum(before?.total, unit.counts), first: [...before?.first ?? [], ...differences].slice(0, FIRST) };
}

/** Both counts, outcome by outcome. */
export function sum(a: Counts = {}, b: Counts = {}): Counts {
  const total: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) total[name] = (total[name] ?? 0) + count;
  return total;
}

/** The number of each outcome among these. */
export function countsOf(outcomes: readonly string[]): Counts {
  return outcomes.reduce<Counts>((total, outcome) => sum(total, { [outcome]: 1 }), {});
}
