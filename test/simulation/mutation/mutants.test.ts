import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../emulator/paths';
import { MUTANTS } from '../mutants/index';

// Whoever changes the code that a mutant changes learns it here, and not when all mutants run.
test('the text of every mutant is in its file once', () => {
  const misplaced = MUTANTS.map(({ name, file, find }) => ({ name, file, times: readFileSync(join(ROOT, file), 'utf8').split(find).length - 1 }));
  expect(misplaced.filter(({ times }) => times !== 1)).toEqual([]);
});

test('every mutant changes something, and has a name of its own and a test file', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(MUTANTS.filter(({ find, replace }) => find === replace)).toEqual([]);
  expect(MUTANTS.filter(({ killedBy }) => !existsSync(join(ROOT, killedBy.testFile)))).toEqual([]);
});
