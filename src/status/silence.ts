/** Silence that is none yet, with heartbeats so close that some may be late. */
const MIN_SILENCE_MINUTES = 5;

/** Heartbeats in a row whose absence is silence. */
const MISSED_HEARTBEATS = 5;

/** Minutes without a heartbeat after which the source counts as silent: for the status, and for the alarm. */
export function silenceMinutes(heartbeatIntervalMinutes: number): number {
  return Math.max(MIN_SILENCE_MINUTES, MISSED_HEARTBEATS * heartbeatIntervalMinutes);
}
