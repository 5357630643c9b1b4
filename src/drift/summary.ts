import { DriftRun } from './begin';
import { DriftDependencies } from './dependencies';
import { DRIFT_PHASES, SETTLE_PHASE } from './phases';
import { DriftCount } from './settle';
import { DriftKind } from './verdict';
import { named, NamedDifference } from '../convergence/comparison';
import { Mode } from '../convergence/input';
import { Counts, Journal } from '../convergence/journal';
import { Count, outcomesIn } from '../convergence/listing';
import { sum } from '../convergence/phase';

/** The output of an execution. */
export interface DriftSummary {
  readonly mode: Mode;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Seconds from the start to the summary. */
  readonly durationSeconds: number;
  /** Whether all that is replicated was found to be as its record says, but for what was changing. */
  readonly inSync: boolean;
  readonly counts: Counts;
  /** The first differences; the report has their fields too, which could be more than an output may hold. */
  readonly first: readonly NamedDifference[];
  /** Where all of them are. */
  readonly report: string;
}

/** Every count of a drift check, so that each is there when it is 0. */
const COUNTS: Counts = Object.fromEntries([Count.LISTED, Count.RECORDS, ...Object.values(DriftCount)].map((name) => [name, 0]));

const OUT_OF_SYNC = [DriftCount[DriftKind.MISSING], DriftCount[DriftKind.DIFFERENT], DriftCount[DriftKind.SHOULD_BE_GONE]];

export async function summarize({ mode, startedAt }: DriftRun, journal: Journal, { now, logger }: DriftDependencies): Promise<DriftSummary> {
  const totals = await Promise.all(DRIFT_PHASES.map((phase) => journal.totalsOf(phase)));
  const counts = outcomesIn(totals.reduce((all, { total }) => sum(all, total), COUNTS));
  const { first } = totals[DRIFT_PHASES.indexOf(SETTLE_PHASE)];
  const summary: DriftSummary = {
    mode,
    startedAt: new Date(startedAt).toISOString(),
    durationSeconds: Math.round((now() - startedAt) / 1000),
    inSync: OUT_OF_SYNC.every((name) => counts[name] === 0),
    counts,
    first: first.map(named),
    report: journal.reportUri,
  };
  await journal.writeSummary(summary);
  logger.info('drift check done', { mode, durationSeconds: summary.durationSeconds, inSync: summary.inSync, counts });
  return summary;
}
