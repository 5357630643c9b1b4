import type { StatusInputs } from './facts';
import type { Measurement } from '../../metrics/handler/meter';
import { DestinationMetrics as M, EmittedMetric, IdentityMetrics } from '../../metrics/metric-names';
import type { Environment } from '../../settings/environment';
import { IntervalsEnv } from '../environment';

/** Milliseconds between two scheduled runs; undefined if there are none. */
export interface Intervals {
  readonly sweepMs?: number;
  readonly driftMs?: number;
  readonly identitySweepMs?: number;
  readonly identityDriftMs?: number;
  readonly certificateCheckMs?: number;
}

/**
 * The age of the last completed runs that are older than the interval of their schedule: another run should have begun.
 *
 * Workflows don't report it: a run that never starts does not fail, one that hangs has not failed yet, and a run that is skipped because of it succeeds. Nothing is
 * emitted before a run is late, because CloudWatch charges for the hours in which a metric has values.
 */
export function overdueRuns(
  { lastSweep, lastDrift, arrived, watchedSince, identities }: StatusInputs, now: number, intervals: Intervals,
): Measurement[] {
  const { sweepMs, driftMs, identitySweepMs, identityDriftMs, certificateCheckMs } = intervals;
  const { IDENTITY_SWEEP_AGE, IDENTITY_DRIFT_CHECK_AGE, CERTIFICATE_CHECK_AGE } = IdentityMetrics.DESTINATION;
  // A silent source can't sweep: no sweep is expected after its last heartbeat.
  const heard = arrived === undefined ? now : Date.parse(arrived);
  const ageOf = (run: { readonly startedAt: string } | undefined, until: number) => age(run?.startedAt ?? watchedSince, until);
  const runs: readonly (readonly [EmittedMetric, number, number | undefined])[] = [
    [M.SWEEP_AGE, ageOf(lastSweep, heard), sweepMs],
    [M.DRIFT_CHECK_AGE, ageOf(lastDrift, now), driftMs],
    [IDENTITY_SWEEP_AGE, ageOf(identities?.lastSweep, heard), identitySweepMs],
    [IDENTITY_DRIFT_CHECK_AGE, ageOf(identities?.lastDrift, now), identityDriftMs],
    [CERTIFICATE_CHECK_AGE, ageOf(identities?.lastCertificateCheck, heard), certificateCheckMs],
  ];
  return runs.flatMap(([metric, ageMs, intervalMs]) => (isOverdue(ageMs, intervalMs) ? [[metric, ageMs / 1000] as const] : []));
}

function age(since: string | undefined, now: number): number {
  return since === undefined ? 0 : now - Date.parse(since);
}

function isOverdue(ageMs: number, intervalMs: number | undefined): boolean {
  return intervalMs !== undefined && ageMs > intervalMs;
}

export function intervalsFrom(env: Environment): Intervals {
  const { sweepSeconds, driftSeconds, identitySweepSeconds, identityDriftSeconds, certificateCheckMinutes } = IntervalsEnv.read(env);
  return {
    sweepMs: sweepSeconds && sweepSeconds * 1000,
    driftMs: driftSeconds && driftSeconds * 1000,
    identitySweepMs: identitySweepSeconds && identitySweepSeconds * 1000,
    identityDriftMs: identityDriftSeconds && identityDriftSeconds * 1000,
    certificateCheckMs: certificateCheckMinutes && certificateCheckMinutes * 60_000,
  };
}
