import { SweepRun } from './begin';
import { SweepDependencies } from './dependencies';
import { FAILED } from './persister';
import { SWEEP_PHASES } from './phases';
import { Difference, named, NamedDifference } from '../convergence/comparison';
import { Mode } from '../convergence/input';
import { Counts, Journal } from '../convergence/journal';
import { Count, outcomesIn } from '../convergence/listing';
import { PermanentError } from '../convergence/permanent-error';
import { FIRST, sum } from '../convergence/phase';

/** The output of an execution. */
export interface SweepSummary {
  readonly mode: Mode;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Seconds from the start to the summary. */
  readonly durationSeconds: number;
  /** Whether nothing was found to differ. */
  readonly inSync: boolean;
  readonly counts: Counts;
  /** The first of what was found to differ, without the fields. */
  readonly first: readonly NamedDifference[];
  /** Where all of it is. */
  readonly report: string;
}

/** Some events could not be persisted, not even as dead letters. */
export class IncompleteSweepError extends PermanentError {
  public readonly name = 'IncompleteSweep';
}

/** Every count of a sweep, so that each is there when it is 0. */
const COUNTS: Counts = {
  ...{ [Count.LISTED]: 0, [Count.RECORDS]: 0, missing: 0, different: 0, gone: 0, equal: 0, left: 0 },
  ...{ 'persisted': 0, 'stale': 0, 'filtered': 0, 'dead-lettered': 0, [FAILED]: 0 },
};

/** @throws IncompleteSweepError if an event failed to be persisted */
export async function summarize({ mode, startedAt }: SweepRun, journal: Journal, { now, logger }: SweepDependencies): Promise<SweepSummary> {
  let counts = COUNTS;
  const first: Difference[] = [];
  for (const phase of SWEEP_PHASES) {
    const totals = await journal.totalsOf(phase);
    counts = sum(counts, totals.total);
    first.push(...totals.first);
  }
  const outcomes = outcomesIn(counts);
  const summary: SweepSummary = {
    mode,
    startedAt: new Date(startedAt).toISOString(),
    durationSeconds: Math.round((now() - startedAt) / 1000),
    inSync: counts.missing + counts.different + counts.gone === 0,
    counts: outcomes,
    first: first.slice(0, FIRST).map(named),
    report: journal.reportUri,
  };
  await journal.writeSummary(summary);
  logger.info('sweep done', { mode, durationSeconds: summary.durationSeconds, counts: outcomes });
  if (counts[FAILED] > 0) {
    throw new IncompleteSweepError(`${counts[FAILED]} entities could not be persisted: look at the failed executions of the persistence workflow, then sweep again; the report is in ${journal.reportUri}`);
  }
  return summary;
}
