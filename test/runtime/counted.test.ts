import { counted } from '../../src/runtime/counted';

test.each<[number, string]>([[0, '0 changes'], [1, '1 change'], [2, '2 changes'], [1.5, '1.5 changes']])('%s has its noun', (count, text) => {
  expect(counted(count, 'change')).toBe(text);
});

test.each<[number, string]>([[1, '1 policy waits'], [3, '3 policies wait']])('%s has the plural that it is given', (count, text) => {
  expect(counted(count, 'policy waits', 'policies wait')).toBe(text);
});
