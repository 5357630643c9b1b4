import type { DriftFacts, Facts, FailedLook, OtherReplicationsFacts } from './facts';
import { Intervals, overdueRuns } from './overdue';
import type { StatusWriter } from './status-store';
import { sumOf } from '../convergence/counts';
import { Mode } from '../convergence/input';
import type { RunSummary } from '../convergence/summary';
import { DriftCount, OUT_OF_SYNC } from '../drift/counts';
import type { Measurement, Meter } from '../monitoring/meter';
import { DestinationMetrics as M } from '../monitoring/metric-names';

/** What the function is invoked with: nothing by a schedule, the summary of a check by the drift workflow. */
export interface StatusRequest {
  readonly driftCheck?: Pick<RunSummary, 'startedAt' | 'mode' | 'durationSeconds' | 'counts'>;
}

export interface StatusDependencies {
  readonly status: StatusWriter;
  readonly meter: Meter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly intervals: Intervals;
  readonly lookForOthers: () => Promise<OtherReplicationsFacts | FailedLook>;
}

/**
 * Writes the status anew, with what a drift check came to if there was one.
 *
 * Nobody else does it when nothing comes from the source any more, and a status that is not written anew would call a destination in sync for ever.
 *
 * @throws whatever keeps the status from being written: a workflow tries again then, and a schedule comes back
 */
export function statusHandler({ status, meter, now, intervals, lookForOthers }: StatusDependencies) {
  return async ({ driftCheck }: StatusRequest): Promise<void> => {
    const lastDrift = driftCheck && factsOf(driftCheck);
    const facts = await status.refresh({ lastDrift, otherReplications: await lookForOthers() });
    meter.publish([...overdueRuns(facts, now(), intervals), ...othersOf(facts)]);
    if (!driftCheck || !lastDrift) return;
    const { mode, found, repaired } = lastDrift;
    // A check that repairs nothing has nothing to say of what was repaired: a zero would end an alarm although nothing was mended.
    const afterRepair = mode === Mode.REPAIR ? [[M.DRIFT_AFTER_REPAIR, driftCheck.counts[DriftCount.AFTER_REPAIR]] as const] : [];
    meter.publish([[M.DRIFT_FOUND, found], [M.DRIFT_REPAIRED, repaired], ...afterRepair]);
  };
}

/** How many there are that nobody has acknowledged. Nothing is measured while there are none: a metric is paid for by the hours that it has values in. */
function othersOf({ otherReplications }: Facts): Measurement[] {
  const others = otherReplications?.found.filter(({ isAcknowledged }) => !isAcknowledged) ?? [];
  return others.length > 0 ? [[M.OTHER_REPLICATIONS, others.length]] : [];
}

function factsOf({ startedAt, mode, durationSeconds, counts }: NonNullable<StatusRequest['driftCheck']>): DriftFacts {
  const found = sumOf(counts, OUT_OF_SYNC);
  const { repaired, unmanaged } = counts;
  return { startedAt, mode, durationSeconds, found, repaired, remaining: found - repaired + counts[DriftCount.AFTER_REPAIR], unmanaged };
}
