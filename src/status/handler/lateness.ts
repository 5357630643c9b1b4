import { MISSED_CHECKS, MISSED_RUNS } from '../limits';

/** The runs that schedules start. */
export const SCHEDULED_RUNS = ['sweep', 'driftCheck', 'identitySweep', 'identityDriftCheck', 'certificateCheck'] as const;
export type ScheduledRun = (typeof SCHEDULED_RUNS)[number];

/** Milliseconds between two scheduled runs; absent where none run. */
export interface RunIntervals {
  readonly sweepIntervalMs?: number;
  readonly driftIntervalMs?: number;
  /** Absent: identities are not replicated. */
  readonly identities?: {
    readonly sweepIntervalMs?: number;
    readonly driftIntervalMs?: number;
    readonly certificateCheckMs?: number;
  };
}

export function intervalOf(run: ScheduledRun, { sweepIntervalMs, driftIntervalMs, identities }: RunIntervals): number | undefined {
  switch (run) {
    case 'sweep': return sweepIntervalMs;
    case 'driftCheck': return driftIntervalMs;
    case 'identitySweep': return identities?.sweepIntervalMs;
    case 'identityDriftCheck': return identities?.driftIntervalMs;
    case 'certificateCheck': return identities?.certificateCheckMs;
  }
}

/** Milliseconds between the beginnings of two runs: one that is due while another one runs is skipped, so long runs begin after a multiple of the interval. */
export function rhythmMs(intervalMs: number, durationSeconds: number): number {
  return Math.max(1, Math.ceil(durationSeconds * 1000 / intervalMs)) * intervalMs;
}

/**
 * The age in milliseconds from which a run is late: the last one that has ended, if a next one should have ended since.
 *
 * The alarms, their metrics and the status share this rule: otherwise one of them would report what the other does not.
 *
 * @param durationSeconds of the last one that has ended; 0 if none has
 */
export function lateAfterMs(run: ScheduledRun, intervalMs: number, durationSeconds: number): number {
  return (run === 'certificateCheck' ? MISSED_CHECKS : MISSED_RUNS) * rhythmMs(intervalMs, durationSeconds);
}

/** Milliseconds by which runs that take longer than their interval are late later than others. */
export function graceMs(run: ScheduledRun, intervals: RunIntervals, durationSeconds: number): number {
  const intervalMs = intervalOf(run, intervals);
  return intervalMs === undefined ? 0 : lateAfterMs(run, intervalMs, durationSeconds) - lateAfterMs(run, intervalMs, 0);
}
