import { DriftRun, reasonToHoldBack } from './begin';
import { DriftCount, OUT_OF_SYNC } from '../counts';
import { DriftContext } from './context';
import { Count, Counts } from '../../comparison/counts';
import { Journal } from '../../comparison/handler/journal';
import { RunSummary, summaryOf } from '../../comparison/handler/summary';
import type { Plan } from '../../comparison/phases';
import { driftPhases } from '../phases';

/** The counts of every drift check. */
const ZEROS: Counts = Object.fromEntries(
  [Count.LISTED, Count.RECORDS, ...Object.values(DriftCount)].filter((name) => name !== DriftCount.REJECTED).map((name) => [name, 0]),
);

export async function summarize(
  run: DriftRun, plan: Plan, journal: Journal, selection: string | undefined, context: DriftContext,
): Promise<RunSummary> {
  const { now, logger, config: { logPayloads } } = context;
  const otherReplications = await context.otherReplications();
  const reason = run.heldBack ?? await reasonToHoldBack(run, context);
  const summary = await summaryOf(run, journal, {
    phases: driftPhases(plan), zeros: ZEROS, outOfSync: OUT_OF_SYNC, now: now(), selection, reason, otherReplications,
  });
  const { mode, durationSeconds, inSync, counts, first } = summary;
  const others = otherReplications.length > 0 ? { otherReplications } : {};
  logger.info('drift check done', { mode, ...reason === undefined ? {} : { reason }, ...others, durationSeconds, inSync, counts, ...logPayloads ? { first } : {} });
  return summary;
}
