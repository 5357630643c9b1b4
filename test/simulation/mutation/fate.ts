import { patternOf, type Run } from './jest-run';
import type { Killer } from '../mutants/mutant';

/**
 * What became of a mutant. Only the first is what a rule wants; each of the others is an error:
 *
 * - `killed`: a test that passes without the mutant looked at something and found it wrong;
 * - `survived`: its tests pass;
 * - `timeout`: its tests take too long, which says nothing: they may be slow;
 * - `error`: its tests end by an error that is no assertion: the code broke, and nobody looked at what the rule is about;
 * - `broken`: nothing can be said, because its tests can't be run, or don't pass and end without it.
 */
export const FATES = ['killed', 'survived', 'timeout', 'error', 'broken'] as const;
export type Fate = typeof FATES[number];

export interface Verdict {
  readonly fate: Fate;
  readonly note?: string;
}

/** @returns what is wrong with tests that have to pass and to end before they can kill anything; nothing if they are fit */
export function unfitness(run: Run, { testName }: Killer): string | undefined {
  if (run.loadError !== undefined) return `its test file does not load: ${firstLineOf(run.loadError)}`;
  const named = namedOf(run, testName);
  const failed = named.find(({ ending }) => ending !== 'passed');
  if (failed) return `without the mutant "${failed.fullName}" ends by ${failed.ending}`;
  if (!run.ended) return 'without the mutant its test file never ends: something keeps a timer or a handle';
  return named.length > 0 ? undefined : 'no test has this name';
}

/** @param run of tests that are fit, with the mutant */
export function verdictOf(run: Run, { testName }: Killer): Verdict {
  if (run.loadError !== undefined) return { fate: 'broken', note: `its tests do not load: ${firstLineOf(run.loadError)}` };
  const endings = new Set(namedOf(run, testName).map(({ ending }) => ending));
  if (endings.has('assertion')) return { fate: 'killed' };
  if (endings.has('timeout')) return { fate: 'timeout', note: 'a test ran into its limit' };
  if (endings.has('error')) return { fate: 'error', note: 'a test ended by an error that is no assertion' };
  if (!run.ended) return { fate: 'timeout', note: 'the tests did not end' };
  return endings.has('passed') ? { fate: 'survived' } : { fate: 'broken', note: 'its tests did not run' };
}

function namedOf({ tests }: Run, testName: string | undefined): Run['tests'] {
  return testName === undefined ? tests : tests.filter(({ fullName }) => patternOf([testName]).test(fullName));
}

function firstLineOf(text: string): string {
  return text.split('\n').map((line) => line.trim()).find((line) => /error|cannot|unexpected/i.test(line)) ?? text.trim().split('\n')[0];
}
