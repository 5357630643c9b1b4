/** A field of a JSON object, what it has to be in words, and the JSONata that tells whether it is. */
export interface Expectation {
  readonly field: string;
  readonly expected: string;
  readonly test: string;
}

/**
 * Expectations about the fields of the object in a JSONata variable.
 *
 * They need `$absent` in scope (`ABSENT`). An expression tests without ever raising an error, whatever the value is.
 */
export function expectationsOf(variable: string) {
  const at = (field: string) => `${variable}.${field}`;
  return {
    text: (field: string): Expectation => ({ field, expected: 'a text', test: `$type(${at(field)}) = 'string'` }),
    name: (field: string): Expectation => ({ field, expected: 'a name', test: `$type(${at(field)}) = 'string' and ${at(field)} != ''` }),
    number: (field: string): Expectation => ({ field, expected: 'a number', test: `$type(${at(field)}) = 'number'` }),
    flag: (field: string): Expectation => ({ field, expected: 'true or false', test: `$type(${at(field)}) = 'boolean'` }),
    oneOf: (field: string, ...values: string[]): Expectation => ({
      field, expected: `one of ${values.join(', ')}`, test: `${at(field)} in ${JSON.stringify(values)}`,
    }),
    strings: (field: string): Expectation => ({
      field, expected: 'a map of strings', test: `$type(${at(field)}) = 'object' and $count([$each(${at(field)}, function($v) { $type($v) != 'string' ? 1 })]) = 0`,
    }),
    listOf: (field: string, expected: string, test: string): Expectation => ({
      field, expected: `a list of ${expected}`, test: `$type(${at(field)}) = 'array' and $count([$map(${at(field)}, function($v) { $not(${test}) ? 1 })]) = 0`,
    }),
    optional: ({ field, expected, test }: Expectation): Expectation => ({ field, expected: `${expected} or null`, test: `$absent(${at(field)}) or (${test})` }),
  };
}

/** AWS leaves some fields out and sends others as null; both mean that there is nothing. */
export const ABSENT = '$absent := function($value) { $exists($value) ? $type($value) = \'null\' : true };';

/** Calls of `$check(field, expected, asExpected)`, which the expression around them defines. */
export function renderChecks(expectations: readonly Expectation[]): string {
  return expectations.map(({ field, expected, test }) => `$check('${field}', '${expected}', ${test})`).join(', ');
}

/** `$check` for the object in a variable: nothing when the field is as expected, else a sentence that keeps the value to itself: it is the customer's. */
export function checkFunction(variable: string): string {
  return `$check := function($field, $expected, $asExpected) {(
      $value := $lookup(${variable}, $field);
      $not($asExpected = true) ? $field & ': expected ' & $expected & ', got ' & ($exists($value) ? 'one of type ' & $type($value) : 'nothing')
    )};`;
}
