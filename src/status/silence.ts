/** The minimum duration of silence, because with short intervals some heartbeats may be late. */
const MIN_SILENCE_MINUTES = 5;

/** Consecutive missing heartbeats that count as silence. */
const MISSED_HEARTBEATS = 5;

/** Minutes without a heartbeat after which the source counts as silent: for the status, and for the alarm. */
export function silenceMinutes(heartbeatIntervalMinutes: number): number {
  return Math.max(MIN_SILENCE_MINUTES, MISSED_HEARTBEATS * heartbeatIntervalMinutes);
}
