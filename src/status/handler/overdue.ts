import type { StatusInputs, SweepFacts } from './facts';
import { intervalOf, lateAfterMs, RunIntervals, ScheduledRun, SCHEDULED_RUNS } from './lateness';
import type { Measurement } from '../../metrics/handler/meter';
import { DestinationMetrics as M, EmittedMetric, IdentityMetrics } from '../../metrics/metric-names';

const { IDENTITY_SWEEP_AGE, IDENTITY_DRIFT_CHECK_AGE, CERTIFICATE_CHECK_AGE } = IdentityMetrics.DESTINATION;

const METRICS: Readonly<Record<ScheduledRun, EmittedMetric>> = {
  sweep: M.SWEEP_AGE,
  driftCheck: M.DRIFT_CHECK_AGE,
  identitySweep: IDENTITY_SWEEP_AGE,
  identityDriftCheck: IDENTITY_DRIFT_CHECK_AGE,
  certificateCheck: CERTIFICATE_CHECK_AGE,
};

/**
 * The ages of runs that are late: of the last one that has ended, since its beginning, or since runs were first expected if that is later.
 *
 * Workflows don't report it: a run that never starts does not fail, one that hangs has not failed yet, and a run that is skipped because of it succeeds. Nothing is
 * emitted before a run is late, because CloudWatch charges for the hours in which a metric has values.
 */
export function overdueRuns(facts: StatusInputs, now: number, intervals: RunIntervals): Measurement[] {
  return SCHEDULED_RUNS.flatMap((run): Measurement[] => {
    const intervalMs = intervalOf(run, intervals);
    const since = facts.expected?.[run]?.since;
    if (intervalMs === undefined || since === undefined) return [];
    const last = lastOf(run, facts);
    const ageMs = untilOf(run, facts, now) - Math.max(Date.parse(since), last ? Date.parse(last.startedAt) : 0);
    return ageMs > lateAfterMs(run, intervalMs, last?.durationSeconds ?? 0) ? [[METRICS[run], ageMs / 1000]] : [];
  });
}

function lastOf(run: ScheduledRun, { lastSweep, lastDrift, identities }: StatusInputs): Pick<SweepFacts, 'startedAt' | 'durationSeconds'> | undefined {
  switch (run) {
    case 'sweep': return lastSweep;
    case 'driftCheck': return lastDrift;
    case 'identitySweep': return identities?.lastSweep;
    case 'identityDriftCheck': return identities?.lastDrift;
    case 'certificateCheck': return identities?.lastCertificateCheck;
  }
}

/** A silent source can't run anything: no sweep and no certificate check is expected after its last heartbeat. */
function untilOf(run: ScheduledRun, { arrived }: StatusInputs, now: number): number {
  const isOfDestination = run === 'driftCheck' || run === 'identityDriftCheck';
  return isOfDestination || arrived === undefined ? now : Date.parse(arrived);
}
