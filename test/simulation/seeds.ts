import { BrokenInvariantError } from './broken-invariant';
import type { Conditions } from './conditions';
import type { Cast } from './generator';
import { scenarioOf, simulate, type Result, type SimulationOptions } from './simulation';

/** Operations of a history. */
export const OPERATIONS = 100;

/** Histories of one test: few enough for its time, enough to share its start-up. */
export const HISTORIES_PER_TEST = 25;

export interface Seeds extends SimulationOptions {
  readonly from: number;
  readonly histories: number;
  readonly cast?: Partial<Cast>;
  readonly conditions?: Partial<Conditions>;
  /** Whether names are those of the generator. */
  readonly isPlain?: boolean;
  /** More that has to be true of each run; returns what is wrong. */
  readonly check?: (result: Result) => string[];
}

/**
 * Simulates a range of seeds.
 *
 * @throws BrokenInvariantError with the first seed that goes wrong, what is wrong, and how to replay it
 */
export async function expectConvergence({ from, histories, cast, conditions, isPlain, check = () => [], ...options }: Seeds): Promise<Result[]> {
  const results: Result[] = [];
  for (let seed = from; seed < from + histories; seed++) {
    const result = await simulate(scenarioOf(seed, OPERATIONS, { cast, conditions, isPlain }), options);
    const failures = [...result.failures, ...check(result)];
    if (failures.length > 0) {
      throw new BrokenInvariantError([`seed ${seed} goes wrong; replay and shrink it with: npm run simulate -- --seed ${seed}`, ...failures]);
    }
    results.push(result);
  }
  return results;
}

/** Starts of the tests' ranges within a file's. */
export function rangesOf(from: number, histories: number): number[] {
  return Array.from({ length: Math.ceil(histories / HISTORIES_PER_TEST) }, (_, i) => from + i * HISTORIES_PER_TEST);
}
