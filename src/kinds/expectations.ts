import { MARGIN_MS } from '../record/margin';
import { RegistryName } from '../record/record';

/** A field of a JSON object, the expectation in words, and the JSONata that checks it. */
export interface Expectation {
  readonly field: string;
  readonly expected: string;
  readonly test: string;
}

const NAME_CHARACTERS = `1 to ${RegistryName.MAX_LENGTH} letters, digits, colons, underscores and hyphens`;

/** The latest time that can be true: milliseconds since the epoch. */
export const LATEST = `$toMillis($states.context.Execution.StartTime) + ${MARGIN_MS}`;

/** Whether a value is a name of the registry. No anchors: in some engines `$` matches before a line break as well. */
export function isName(value: string, characters: string = RegistryName.CHARACTERS): string {
  return `($type(${value}) = 'string' and $length(${value}) > 0 and $length(${value}) <= ${RegistryName.MAX_LENGTH} and $not($contains(${value}, /[^${characters}]/)))`;
}

/** Whether a value is a whole number from 0 to a limit that JSONata computes. */
function isWhole(value: string, limit: string): string {
  return `$type(${value}) = 'number' and ${value} >= 0 and $floor(${value}) = ${value} and ${value} <= ${limit}`;
}

/**
 * Expectations about the fields of the object in a JSONata variable.
 *
 * They need `$absent` in scope (`ABSENT`). An expression never raises an error, whatever the value is.
 */
export function expectationsOf(variable: string) {
  const at = (field: string) => `${variable}.${field}`;
  return {
    text: (field: string): Expectation => ({ field, expected: 'a text', test: `$type(${at(field)}) = 'string'` }),
    name: (field: string): Expectation => ({ field, expected: `a name of ${NAME_CHARACTERS}`, test: isName(at(field)) }),
    /** AWS documents the characters of a group's id only, which are fewer than those of a name. */
    id: (field: string): Expectation => ({ field, expected: `an id of ${NAME_CHARACTERS}`, test: isName(at(field)) }),
    /** A double can't represent larger ones exactly. */
    count: (field: string): Expectation => ({ field, expected: `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`, test: isWhole(at(field), String(Number.MAX_SAFE_INTEGER)) }),
    /** A later time than now would win over all true events for as long. */
    time: (field: string): Expectation => ({
      field,
      expected: `a whole number of milliseconds from 0 to ${MARGIN_MS / 60_000} minutes after the start of the execution`,
      test: isWhole(at(field), LATEST),
    }),
    flag: (field: string): Expectation => ({ field, expected: 'true or false', test: `$type(${at(field)}) = 'boolean'` }),
    oneOf: (field: string, ...values: string[]): Expectation => ({
      field, expected: `one of ${values.join(', ')}`, test: `${at(field)} in ${JSON.stringify(values)}`,
    }),
    // Where an engine has no type for null, `!=` is false for it.
    strings: (field: string): Expectation => ({
      field, expected: 'a map of strings', test: `$type(${at(field)}) = 'object' and $count([$each(${at(field)}, function($v) { $not($type($v) = 'string') ? 1 })]) = 0`,
    }),
    listOf: (field: string, expected: string, test: string): Expectation => ({
      field, expected: `a list of ${expected}`, test: `$type(${at(field)}) = 'array' and $count([$map(${at(field)}, function($v) { $not(${test}) ? 1 })]) = 0`,
    }),
    optional: ({ field, expected, test }: Expectation): Expectation => ({ field, expected: `${expected} or null`, test: `$absent(${at(field)}) or (${test})` }),
  };
}

/** AWS omits some fields and sends others as null; both mean that the field is absent. */
export const ABSENT = '$absent := function($value) { $exists($value) ? $type($value) = \'null\' : true };';

/** Calls of `$check(field, expected, asExpected)`, which the expression around them defines. */
export function renderChecks(expectations: readonly Expectation[]): string {
  return expectations.map(({ field, expected, test }) => `$check('${field}', '${expected}', ${test})`).join(', ');
}

/** `$check` for the object in a variable: nothing if the field is as expected, otherwise a sentence without the value, which is the customer's. */
export function checkFunction(variable: string): string {
  return `$check := function($field, $expected, $asExpected) {(
      $value := $lookup(${variable}, $field);
      $not($asExpected = true) ? $field & ': expected ' & $expected & ', got ' & ($exists($value) ? 'one of type ' & $type($value) : 'nothing')
    )};`;
}
