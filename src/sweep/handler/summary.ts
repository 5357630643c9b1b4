import { SweepRun } from './begin';
import { SweepContext } from './context';
import { OUT_OF_SYNC, remainingOf, ZEROS } from './counts';
import { LeftBefore } from './left';
import { RecheckOutcome } from './persist';
import { FAILED, Persister } from './persistence-client';
import { sumOf, Counts } from '../../comparison/counts';
import { Journal } from '../../comparison/handler/journal';
import { RunSummary, summaryOf } from '../../comparison/handler/summary';
import { PermanentError } from '../../comparison/permanent-error';
import { planFor } from '../../comparison/phases';
import type { Selection } from '../../comparison/selection';
import { IdentityMetrics, SourceMetrics as M } from '../../metrics/metric-names';
import { Outcome } from '../../persistence/outcome';
import type { Replicated } from '../../record/signal';
import { counted } from '../../runtime/counted';
import { sweepPhases } from '../phases';

/** Some events could not be persisted, not even as dead letters. */
export class IncompleteSweepError extends PermanentError {
  public readonly name = 'IncompleteSweep';
}

/** @throws IncompleteSweepError if an event failed to be persisted */
export async function summarize(
  run: SweepRun, scope: Selection, journal: Journal, leftBefore: LeftBefore, replicated: Replicated, context: SweepContext,
): Promise<RunSummary> {
  const { now, logger, meter, config: { logPayloads } } = context;
  const { selection } = replicated;
  const plan = planFor(scope);
  const phases = sweepPhases(plan);
  const summary = await summaryOf(run, journal, {
    phases, zeros: ZEROS, outOfSync: OUT_OF_SYNC, now: now(), selection,
  });
  const { mode, durationSeconds, inSync, counts, first, report } = summary;
  logger.info('sweep done', { mode, durationSeconds, counts, ...logPayloads ? { first } : {} });
  const [found, persisted] = [sumOf(counts, OUT_OF_SYNC), counts[Outcome.PERSISTED]];
  const remaining = remainingOf(counts) + await forgotten(counts, phases, journal, leftBefore, now());
  const result = { mode, inSync, durationSeconds, found, persisted, remaining, ...replicated };
  await new Persister(context, run).result(result, run.startedAt, plan.feature);
  // Last, because all of this is repeated if the workflow can't be started.
  const { IDENTITY_SWEEP_DURATION, IDENTITY_SWEEP_RECORDS_WRITTEN } = IdentityMetrics.SOURCE;
  meter.publish(plan.feature === 'identities'
    ? [[IDENTITY_SWEEP_DURATION, durationSeconds], [IDENTITY_SWEEP_RECORDS_WRITTEN, persisted]]
    : [[M.SWEEP_DURATION, durationSeconds], [M.SWEEP_RECORDS_WRITTEN, persisted]]);
  if (counts[FAILED] > 0) {
    throw new IncompleteSweepError(`${counted(counts[FAILED], 'entity', 'entities')} could not be persisted: look at the failed executions of the persistence workflow, then sweep again; the report is in ${report}`);
  }
  return summary;
}

/** Stores for the next sweep what this one deferred. What can't be stored counts as remaining; otherwise it could be deferred silently forever. */
async function forgotten(counts: Counts, phases: readonly string[], journal: Journal, leftBefore: LeftBefore, now: number): Promise<number> {
  const hasLeft = sumOf(counts, [RecheckOutcome.DEFERRED, RecheckOutcome.DEFERRED_AGAIN]) > 0;
  const left = hasLeft ? (await Promise.all(phases.map((phase) => journal.collect(phase, (entry) => entry.left ?? [])))).flat(2) : [];
  return leftBefore.replace(left, now);
}
