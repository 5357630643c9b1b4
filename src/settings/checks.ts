/** Checks that several options have in common. Callers in untyped languages can pass anything. */
import type { Duration } from 'aws-cdk-lib';
import { invalid, shown } from './errors';

const MINUTE_MS = 60_000;

/** @throws Error if it is no list: a single string would be treated as a list of its letters */
export function expectList(option: string, given: unknown): void {
  if (!Array.isArray(given)) throw invalid(option, shown(given), 'a list', 'write it as a list, even a single one');
}

/** The milliseconds of a duration that is known at synthesis; NaN for everything else. */
export function millisecondsOf(given: Duration): number {
  return isDuration(given) && !given.isUnresolved() ? given.toMilliseconds() : NaN;
}

/** A duration in human-readable form, and anything else as it was written. */
export function shownDuration(given: Duration): string {
  if (!isDuration(given)) return shown(given);
  return given.isUnresolved() ? 'a token' : given.toHumanString();
}

/** @throws Error unless it is a number of whole minutes, at least one and at most `most`, known at synthesis */
export function expectMinutes(option: string, given: Duration, advice: string, most = Infinity): void {
  const minutes = millisecondsOf(given) / MINUTE_MS;
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= most) return;
  throw invalid(option, shownDuration(given), `whole minutes${most < Infinity ? `, 1 to ${most}` : ''}, known at synthesis`, advice);
}

/** By its methods, because an app may have several copies of aws-cdk-lib. */
function isDuration(given: unknown): given is Duration {
  return typeof given === 'object' && given !== null && 'toMilliseconds' in given;
}
