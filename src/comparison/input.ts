import { PermanentError } from './permanent-error';

/** What a run does with differences. */
export const Mode = {
  /** Mends it. */
  REPAIR: 'repair',
  /** Reports them, and writes only the report. */
  REPORT: 'report',
} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** The input field that marks an execution started by the schedule. It is internal, so no message mentions it. */
export const SCHEDULED = 'scheduled';

/** Characters of the input that a message repeats: an input can be larger than the message of a failed execution. */
const SHOWN = 200;

/** The input of an execution is invalid. */
export class InvalidInputError extends PermanentError {
  public readonly name = 'InvalidInput';

  constructor(field: string, got: unknown, expected: string, advice: string) {
    super(`${field}: got ${shown(got)}, expected ${expected}; ${advice}`);
  }
}

function shown(value: unknown): string {
  const text = String(JSON.stringify(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/**
 * The fields of an execution's input; an input that is absent has none.
 *
 * @throws InvalidInputError if it is no object, or contains a field of another name: a misspelt one would silently be ignored
 */
export function fieldsOf<Name extends string>(input: unknown, names: readonly Name[]): Partial<Record<Name | typeof SCHEDULED, unknown>> {
  const value = input ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidInputError('input', input, 'a JSON object', `start the execution with {} or with ${names.join(', ')}`);
  }
  const unknown = Object.keys(value).find((name) => name !== SCHEDULED && !names.includes(name as Name));
  if (unknown !== undefined) throw new InvalidInputError('input', { [unknown]: (value as Record<string, unknown>)[unknown] }, `only the fields ${names.join(', ')}`, 'check the spelling');
  return value as Partial<Record<Name | typeof SCHEDULED, unknown>>;
}

/** @throws InvalidInputError */
export function isScheduled(value: unknown): boolean {
  if (value !== undefined && value !== true) throw new InvalidInputError(SCHEDULED, value, 'true', 'leave it out: only the schedule sets it');
  return value === true;
}

/** @throws InvalidInputError */
export function modeOf(value: unknown, otherwise: Mode): Mode {
  if (value === undefined) return otherwise;
  if (value !== Mode.REPAIR && value !== Mode.REPORT) throw new InvalidInputError('mode', value, `"${Mode.REPAIR}" or "${Mode.REPORT}"`, 'leave it out for the default');
  return value;
}
