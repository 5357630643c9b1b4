import type { StatusInputs } from './facts';
import type { Measurement } from '../../metrics/handler/meter';
import { DestinationMetrics as M } from '../../metrics/metric-names';
import type { Environment } from '../../settings/environment';
import { IntervalsEnv } from '../environment';

/** Milliseconds between two scheduled runs; undefined if there are none. */
export interface Intervals {
  readonly sweepMs?: number;
  readonly driftMs?: number;
}

/**
 * The age of the last completed runs that are older than the interval of their schedule: another run should have begun.
 *
 * Workflows don't report it: a run that never starts does not fail, one that hangs has not failed yet, and a run that is skipped because of it succeeds. Nothing is
 * emitted before a run is late, because CloudWatch charges for the hours in which a metric has values.
 */
export function overdueRuns(
  { lastSweep, lastDrift, arrived, watchedSince }: StatusInputs, now: number, { sweepMs, driftMs }: Intervals,
): Measurement[] {
  // A silent source can't sweep: no sweep is expected after its last heartbeat.
  const ageOfSweep = age(lastSweep?.startedAt ?? watchedSince, arrived === undefined ? now : Date.parse(arrived));
  const ageOfCheck = age(lastDrift?.startedAt ?? watchedSince, now);
  return [
    ...isOverdue(ageOfSweep, sweepMs) ? [[M.SWEEP_AGE, ageOfSweep / 1000] as const] : [],
    ...isOverdue(ageOfCheck, driftMs) ? [[M.DRIFT_CHECK_AGE, ageOfCheck / 1000] as const] : [],
  ];
}

function age(since: string | undefined, now: number): number {
  return since === undefined ? 0 : now - Date.parse(since);
}

function isOverdue(ageMs: number, intervalMs: number | undefined): boolean {
  return intervalMs !== undefined && ageMs > intervalMs;
}

export function intervalsFrom(env: Environment): Intervals {
  const { sweepSeconds, driftSeconds } = IntervalsEnv.read(env);
  return { sweepMs: sweepSeconds && sweepSeconds * 1000, driftMs: driftSeconds && driftSeconds * 1000 };
}
