import { DriftFacts, StatusInputs, FailedLook, OtherReplicationsFacts, PartFacts, partOf } from './facts';
import { mayCheckCopy } from './gaps';
import type { RunIntervals } from './lateness';
import { overdueRuns } from './overdue';
import { Part, PARTS } from './part';
import type { StatusWriter } from './status-store';
import type { StreamWatch } from './stream-watch';
import type { Measurement, Meter } from '../../metrics/handler/meter';
import { DestinationMetrics as M, EmittedMetric, IdentityMetrics } from '../../metrics/metric-names';
import { COPY_PREFIX } from '../check-names';
import { DIFFERENCES, DriftCheck, StatusRequest } from '../status-request';

export interface StatusContext {
  readonly status: StatusWriter;
  readonly meter: Meter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly intervals: RunIntervals;
  readonly lookForOthers: () => Promise<OtherReplicationsFacts | FailedLook>;
  /** Ensures that the stream of the replica is read. */
  readonly stream: Pick<StreamWatch, 'look'>;
  /** Starts the drift check of a part, if they run automatically. A name starts one at most. */
  readonly startCheck?: (part: Part, name: string) => Promise<void>;
}

/**
 * Writes the status again, with the result of a drift check if there was one.
 *
 * Nothing else does it once the source is silent, and a status that is never written again would report a destination in sync forever.
 *
 * On the schedule it also ensures that the current stream of the replica is read, and that copied changes are checked. The status is written first, whatever
 * happens to the rest.
 *
 * @throws whatever prevents the status from being written, or the stream from being read: then a workflow retries, and a schedule runs again
 */
export function statusHandler({ status, meter, now, intervals, lookForOthers, stream, startCheck }: StatusContext) {
  /** Each part has its own gap: the check of one can have ended before that of the other could begin. */
  const checkCopy = async (part: Part, known: PartFacts): Promise<void> => {
    if (known.destinationGap && mayCheckCopy(known, now())) await startCheck?.(part, `${COPY_PREFIX}${Date.parse(known.destinationGap.until)}`);
  };
  return async ({ driftCheck, identityDriftCheck }: StatusRequest): Promise<void> => {
    const lastDrift = driftCheck && factsOf(driftCheck);
    const lastIdentityDrift = identityDriftCheck && factsOf(identityDriftCheck);
    const isScheduled = !driftCheck && !identityDriftCheck;
    const [looked] = await Promise.allSettled(isScheduled ? [stream.look()] : []);
    const finding = looked?.status === 'fulfilled' ? looked.value : undefined;
    const facts = await status.refresh({ lastDrift, lastIdentityDrift, destinationGap: finding?.gap, otherReplications: await lookForOthers() });
    meter.publish([...overdueRuns(facts, now(), intervals), ...othersOf(facts)]);
    if (isScheduled) {
      if (looked?.status === 'rejected') throw looked.reason;
      await finding?.follow();
      await Promise.all(PARTS.map((part) => checkCopy(part, partOf(facts, part))));
      return;
    }
    if (driftCheck && lastDrift) meter.publish(countsOf(lastDrift, driftCheck, [M.DRIFT_FOUND, M.DRIFT_REPAIRED, M.DRIFT_AFTER_REPAIR]));
    if (!identityDriftCheck || !lastIdentityDrift) return;
    const { IDENTITY_DRIFT_FOUND, IDENTITY_DRIFT_REPAIRED, IDENTITY_DRIFT_AFTER_REPAIR } = IdentityMetrics.DESTINATION;
    meter.publish(countsOf(lastIdentityDrift, identityDriftCheck, [IDENTITY_DRIFT_FOUND, IDENTITY_DRIFT_REPAIRED, IDENTITY_DRIFT_AFTER_REPAIR]));
  };
}

type CountMetrics = readonly [found: EmittedMetric, repaired: EmittedMetric, afterRepair: EmittedMetric];

/** What a check has found, repaired and found again. */
function countsOf({ mode, found, repaired }: DriftFacts, { counts }: DriftCheck, [ofFound, ofRepaired, ofAfterRepair]: CountMetrics): Measurement[] {
  // A check that repairs nothing emits no count of repairs: a zero would clear an alarm although nothing was repaired.
  const afterRepair = mode === 'repair' ? [[ofAfterRepair, counts.notRepaired] as const] : [];
  return [[ofFound, found], [ofRepaired, repaired], ...afterRepair];
}

/** The number of unacknowledged replications. Nothing is emitted while there are none: CloudWatch charges for the hours in which a metric has values. */
function othersOf({ otherReplications }: StatusInputs): Measurement[] {
  const others = otherReplications?.found.filter(({ isAcknowledged }) => !isAcknowledged) ?? [];
  return others.length > 0 ? [[M.OTHER_REPLICATIONS, others.length]] : [];
}

function factsOf({ startedAt, selection, rewriting, mode, durationSeconds, counts }: DriftCheck): DriftFacts {
  const found = DIFFERENCES.reduce((sum, name) => sum + counts[name], 0);
  const { repaired, unmanaged, notRepaired, rejected } = counts;
  return { startedAt, selection, rewriting, mode, durationSeconds, found, repaired, remaining: found - repaired + notRepaired, unmanaged, rejected };
}
