import { fieldsOf, InvalidInputError, Mode, modeOf } from '../../src/comparison/input';

const read = (input: unknown) => fieldsOf(input, ['mode', 'maxDeletions']);

test.each([[undefined], [null], [{}]])('%j has no fields', (input) => {
  expect(read(input)).toEqual({});
});

test('fields come as they were given', () => {
  expect(read({ mode: 7, maxDeletions: null })).toEqual({ mode: 7, maxDeletions: null });
});

test.each([
  [[], 'input: got [], expected a JSON object; start the execution with {} or with mode, maxDeletions'],
  ['report', 'input: got "report", expected a JSON object; start the execution with {} or with mode, maxDeletions'],
  [7, 'input: got 7, expected a JSON object; start the execution with {} or with mode, maxDeletions'],
  [false, 'input: got false, expected a JSON object; start the execution with {} or with mode, maxDeletions'],
  [{ mode: 'report', maxDeletion: 7 }, 'input: got {"maxDeletion":7}, expected only the fields mode, maxDeletions; check the spelling'],
  [{ constructor: 1 }, 'input: got {"constructor":1}, expected only the fields mode, maxDeletions; check the spelling'],
])('%j is refused with what to do', (input, message) => {
  expect(() => read(input)).toThrow(InvalidInputError);
  expect(() => read(input)).toThrow(message);
});

test('the name of the error is the one by which the workflow ends at once', () => {
  expect(new InvalidInputError('a', 1, 'b', 'c').name).toBe('InvalidInput');
});

test('a mode that is left out is the default', () => {
  expect(modeOf(undefined, Mode.REPORT)).toBe('report');
  expect(modeOf(undefined, Mode.REPAIR)).toBe('repair');
});

test('a mode that is given is taken', () => {
  expect(modeOf('repair', Mode.REPORT)).toBe('repair');
  expect(modeOf('report', Mode.REPAIR)).toBe('report');
});

test.each([['Report'], [''], [null], [true], [['report']]])('%j is no mode', (value) => {
  expect(() => modeOf(value, Mode.REPAIR)).toThrow(`mode: got ${JSON.stringify(value)}, expected "repair" or "report"; leave it out for the default`);
});

test('the message contains only a part of the input, so that it fits into what fails an execution', () => {
  const message = (input: unknown) => {
    try {
      return JSON.stringify(read(input)).slice(0, 600);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message({ other: 'x'.repeat(100_000) })).toMatch(/^input: got \{"other":"x+…, expected only the fields mode, maxDeletions; check the spelling$/);
  expect(message('y'.repeat(100_000)).length).toBeLessThan(500);
});
