/** Checks that several options have in common. Callers in untyped languages can pass anything. */
import { Duration, Lazy, Token } from 'aws-cdk-lib';
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

/** Whether it is a string, known at synthesis, in this form; a regular expression alone accepts numbers. */
export function isText(given: unknown, form: RegExp): given is string {
  return typeof given === 'string' && !Token.isUnresolved(given) && form.test(given);
}

/** The elements of a list; for a list that is a token, a token. */
export function each(list: string[]): string[] {
  return Token.isUnresolved(list) ? [Lazy.string({ produce: () => '' })] : list;
}

/** Untyped languages accept any string as a member of an enum. */
export function expectMember(prop: string, value: string | number, name: string, members: Record<string, string | number>): void {
  // An enum of numbers has its numbers as keys too.
  const names = Object.keys(members).filter((key) => Number.isNaN(Number(key)));
  if (names.some((key) => members[key] === value)) return;
  throw invalid(prop, shown(value), `a member of \`${name}\``, `write \`${name}.${names[0]}\` or another one`);
}

/** @throws Error unless it is a whole number, known at synthesis */
export function expectWhole(prop: string, value: number, least: number, advice: string): void {
  if (Token.isUnresolved(value) || !Number.isSafeInteger(value) || value < least) {
    throw invalid(prop, shown(value), `a whole number, at least ${least}, known at synthesis`, advice);
  }
}

/** @throws Error unless it is true or false: any non-empty string is truthy, 'false' included */
export function expectSwitch(prop: string, value: unknown): void {
  if (typeof value !== 'boolean') throw invalid(prop, shown(value), 'true or false, known at synthesis', 'write one of them, or leave it out for the default');
}
