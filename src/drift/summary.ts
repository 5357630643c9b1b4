import { DriftRun } from './begin';
import { DriftDependencies } from './dependencies';
import { DRIFT_PHASES } from './phases';
import { DriftCount } from './settle';
import { DriftKind } from './verdict';
import { Counts, Journal } from '../convergence/journal';
import { Count } from '../convergence/listing';
import { RunSummary, summaryOf } from '../convergence/summary';

/** Every count of a drift check. */
const ZEROS: Counts = Object.fromEntries([Count.LISTED, Count.RECORDS, ...Object.values(DriftCount)].map((name) => [name, 0]));

/** Not what is changing, what nobody manages, and what is kept on purpose. */
const OUT_OF_SYNC = [DriftCount[DriftKind.MISSING], DriftCount[DriftKind.DIFFERENT], DriftCount[DriftKind.SHOULD_BE_GONE]];

export async function summarize(run: DriftRun, journal: Journal, { now, logger }: DriftDependencies): Promise<RunSummary> {
  const summary = await summaryOf(run, journal, { phases: DRIFT_PHASES, zeros: ZEROS, outOfSync: OUT_OF_SYNC, now: now() });
  const { mode, durationSeconds, inSync, counts } = summary;
  logger.info('drift check done', { mode, durationSeconds, inSync, counts });
  return summary;
}
