import type { EntityKind } from '../kinds';

/** How often each outcome was met, by name. */
export type Counts = Readonly<Record<string, number>>;

/** Names of what the phases count. */
export const Count = { LISTED: 'listed', CANDIDATES: 'candidates', RECORDS: 'records', OUTSIDE: 'outside' } as const;

/** The name under which candidates of a kind are counted, where a phase has several. */
export function candidatesOf(kind?: EntityKind): string {
  return kind ? `${Count.CANDIDATES}.${kind}` : Count.CANDIDATES;
}

/** Counts for readers: without those of candidates, which only show what had to be checked twice. */
export function outcomesIn(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => !name.startsWith(Count.CANDIDATES)));
}

/** How many there are under some names together. */
export function sumOf(counts: Counts, names: readonly string[]): number {
  return names.reduce((total, name) => total + counts[name], 0);
}
