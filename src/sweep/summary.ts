import { SweepRun } from './begin';
import { SweepDependencies } from './dependencies';
import { FAILED, Persister } from './persister';
import { SWEEP_PHASES } from './phases';
import { Mode } from '../convergence/input';
import { Counts, Journal } from '../convergence/journal';
import { Count } from '../convergence/listing';
import { PermanentError } from '../convergence/permanent-error';
import { RunSummary, summaryOf } from '../convergence/summary';
import { SourceMetrics as M } from '../monitoring/metric-names';
import { Outcome } from '../persistence/outcome';

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
export async function summarize(run: SweepRun, journal: Journal, dependencies: SweepDependencies): Promise<RunSummary> {
  const { now, logger, meter, config: { logPayloads } } = dependencies;
  const summary = await summaryOf(run, journal, { phases: SWEEP_PHASES, zeros: ZEROS, outOfSync: OUT_OF_SYNC, now: now() });
  const { mode, durationSeconds, inSync, counts, first, report } = summary;
  const persisted = counts[Outcome.PERSISTED];
  meter.publish([[M.SWEEP_DURATION, durationSeconds], [M.SWEEP_RECORDS_WRITTEN, persisted]]);
  logger.info('sweep done', { mode, durationSeconds, counts, ...logPayloads ? { first } : {} });
  if (counts[FAILED] > 0) {
    throw new IncompleteSweepError(`${counts[FAILED]} entities could not be persisted: look at the failed executions of the persistence workflow, then sweep again; the report is in ${report}`);
  }
  const found = OUT_OF_SYNC.reduce((sum, name) => sum + counts[name], 0);
  const remaining = mode === Mode.REPORT ? found : counts[Outcome.DEAD_LETTERED];
  const told = await new Persister(dependencies, run).result({ mode, inSync, durationSeconds, found, persisted, remaining }, run.startedAt);
  // The destinations go on with what they know of an earlier one.
  if (told !== Outcome.PERSISTED && told !== Outcome.STALE) logger.warn('the destinations were not told of the sweep', { outcome: told });
  return summary;
}
