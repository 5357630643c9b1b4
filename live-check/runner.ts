import pMap from 'p-map';
import { Belief, Finding, NotLookable } from './belief';

export type OutcomeName = 'holds' | 'does not hold' | 'not looked at';

export interface Outcome {
  readonly belief: Belief;
  readonly outcome: OutcomeName;
  /** The result of the look, or why there was none. */
  readonly seen: string;
  readonly seconds: number;
}

export interface RunnerOptions {
  /** Ends looks at their next call or wait, and begins no more. */
  readonly signal: AbortSignal;
  readonly onOutcome?: (outcome: Outcome) => void;
}

type LookAt = (belief: Belief, signal: AbortSignal) => Promise<Finding>;

/** Concurrent looks: few enough to stay far below the registry's rate limits, of which the lowest is 10 calls per second. */
const AT_A_TIME = 6;

/**
 * Looks at beliefs, some at a time, the longest looks first.
 *
 * @param look may throw: its error is the reason why the belief was not looked at
 * @returns an outcome for each, in the order in which they are given
 */
export async function runBeliefs(
  beliefs: readonly Belief[], look: LookAt, options: RunnerOptions,
): Promise<Outcome[]> {
  const outcomes = new Map<Belief, Outcome>();
  const longestFirst = [...beliefs].sort((a, b) => b.boundSeconds - a.boundSeconds);
  await pMap(longestFirst, async (belief) => {
    const outcome = await outcomeOf(belief, look, options);
    outcomes.set(belief, outcome);
    options.onOutcome?.(outcome);
  }, { concurrency: AT_A_TIME });
  return beliefs.map((belief) => outcomes.get(belief)!);
}

async function outcomeOf(belief: Belief, look: LookAt, options: RunnerOptions): Promise<Outcome> {
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 100) / 10;
  const end = (outcome: OutcomeName, seen: string): Outcome => ({ belief, outcome, seen, seconds: seconds() });
  const bound = AbortSignal.timeout(belief.boundSeconds * 1_000);
  const signal = AbortSignal.any([options.signal, bound]);
  try {
    signal.throwIfAborted();
    const { holds, seen } = await look(belief, signal);
    return end(holds ? 'holds' : 'does not hold', seen);
  } catch (error) {
    if (options.signal.aborted) return end('not looked at', 'interrupted');
    if (bound.aborted) return end('not looked at', `it did not end within ${belief.boundSeconds} s`);
    return end('not looked at', error instanceof NotLookable ? error.message : `${(error as Error).name}: ${(error as Error).message}`);
  }
}
