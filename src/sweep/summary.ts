import { SweepRun } from './begin';
import { SweepDependencies } from './dependencies';
import { FAILED } from './persister';
import { SWEEP_PHASES } from './phases';
import { Counts, Journal } from '../convergence/journal';
import { Count } from '../convergence/listing';
import { PermanentError } from '../convergence/permanent-error';
import { RunSummary, summaryOf } from '../convergence/summary';

/** Some events could not be persisted, not even as dead letters. */
export class IncompleteSweepError extends PermanentError {
  public readonly name = 'IncompleteSweep';
}

/** Every count of a sweep. */
const ZEROS: Counts = {
  ...{ [Count.LISTED]: 0, [Count.RECORDS]: 0, missing: 0, different: 0, gone: 0, equal: 0, left: 0 },
  ...{ 'persisted': 0, 'stale': 0, 'filtered': 0, 'dead-lettered': 0, [FAILED]: 0 },
};

const OUT_OF_SYNC = ['missing', 'different', 'gone'];

/** @throws IncompleteSweepError if an event failed to be persisted */
export async function summarize(run: SweepRun, journal: Journal, { now, logger }: SweepDependencies): Promise<RunSummary> {
  const summary = await summaryOf(run, journal, { phases: SWEEP_PHASES, zeros: ZEROS, outOfSync: OUT_OF_SYNC, now: now() });
  const { mode, durationSeconds, counts, report } = summary;
  logger.info('sweep done', { mode, durationSeconds, counts });
  if (counts[FAILED] > 0) {
    throw new IncompleteSweepError(`${counts[FAILED]} entities could not be persisted: look at the failed executions of the persistence workflow, then sweep again; the report is in ${report}`);
  }
  return summary;
}
