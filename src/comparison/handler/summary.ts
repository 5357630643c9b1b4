import { Difference, named, NamedDifference } from './differences';
import { Count, outcomesIn, sumOf, Counts } from '../counts';
import { Mode } from '../input';
import { Journal } from './journal';
import { FIRST, sum } from './phase';

/** The output of an execution. */
export interface RunSummary {
  readonly mode: Mode;
  /** Why it only reports, if it would repair otherwise: a code, a colon, a sentence. */
  readonly reason?: string;
  /** Names of other replications that may write to the registry too, if any: an entity in sync may soon differ. */
  readonly otherReplications?: readonly string[];
  /** A digest of the kinds and prefixes that were compared. */
  readonly selection?: string;
  /** Of a drift check of policies: a digest of how they were to be written. */
  readonly rewriting?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Seconds from the start to the summary. */
  readonly durationSeconds: number;
  /** Whether nothing was found to be out of sync. */
  readonly inSync: boolean;
  readonly counts: Counts;
  /** The first differences; the report also contains their fields, which could exceed the size of an output. */
  readonly first: readonly NamedDifference[];
  /** Where all of them are. */
  readonly report: string;
}

export interface SummaryOptions {
  readonly phases: readonly string[];
  /** Every count, starting at 0, so that a count of 0 is present. */
  readonly zeros: Counts;
  /** The counts that are out of sync. */
  readonly outOfSync: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly selection?: string;
  readonly reason?: string;
  readonly otherReplications?: readonly string[];
}

/** What the phases of a run have recorded so far: counts of outcomes, and the first differences of each. */
export async function totalsOf(
  journal: Journal, phases: readonly string[], zeros: Counts,
): Promise<{ readonly counts: Counts; readonly first: readonly Difference[] }> {
  const totals = await Promise.all(phases.map((phase) => journal.totalsOf(phase)));
  return { counts: outcomesIn(totals.reduce((all, { total }) => sum(all, total), zeros)), first: totals.flatMap(({ first }) => first) };
}

/** Sums up what the phases of a run have recorded, and writes it beside the report. */
export async function summaryOf(
  { mode, startedAt, rewriting }: { readonly mode: Mode; readonly startedAt: number; readonly rewriting?: string },
  journal: Journal,
  { phases, zeros, outOfSync, now, selection, reason, otherReplications = [] }: SummaryOptions,
): Promise<RunSummary> {
  const { counts, first } = await totalsOf(journal, phases, zeros);
  const summary: RunSummary = {
    mode,
    ...reason === undefined ? {} : { reason },
    ...otherReplications.length > 0 ? { otherReplications } : {},
    ...selection === undefined ? {} : { selection },
    ...rewriting === undefined ? {} : { rewriting },
    startedAt: new Date(startedAt).toISOString(),
    durationSeconds: Math.round((now - startedAt) / 1000),
    inSync: sumOf(counts, outOfSync) === 0,
    counts,
    // Thousands of records can be outside of the selection, in every sweep; they are no differences.
    first: [...first.filter((each) => !isOutside(each)), ...first.filter(isOutside)].slice(0, FIRST).map(named),
    report: journal.reportUri,
  };
  await journal.writeSummary(summary);
  return summary;
}

function isOutside({ difference }: Difference): boolean {
  return difference === Count.OUTSIDE;
}
