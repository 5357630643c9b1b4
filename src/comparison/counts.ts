import type { EntityKind } from '../kinds';

/** The number of each outcome, by name. */
export type Counts = Readonly<Record<string, number>>;

/** Names of the counts of the phases. */
export const Count = { LISTED: 'listed', CANDIDATES: 'candidates', RECORDS: 'records', OUTSIDE: 'outside' } as const;

/** The name of the count of candidates of a kind, for a phase with several kinds. */
export function candidatesOf(kind?: EntityKind): string {
  return kind ? `${Count.CANDIDATES}.${kind}` : Count.CANDIDATES;
}

/** Counts for readers, without those of candidates, which only show what had to be read twice. */
export function outcomesIn(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => !name.startsWith(Count.CANDIDATES)));
}

/** The sum of some counts. */
export function sumOf(counts: Counts, names: readonly string[]): number {
  return names.reduce((total, name) => total + counts[name], 0);
}
