import { BrokenInvariantError } from './broken-invariant';
import { CALM, drawWeights, possibleFacts, type Conditions } from './conditions';
import { describeHistory, type History } from './history';
import { Random } from './random';
import { DEFAULT_FACTS, drawFacts } from './registry';
import { simulate, type Scenario, type SimulationOptions } from './simulation';

export interface Exploration extends SimulationOptions {
  readonly history: History;
  /** What is fixed; all else is drawn. Facts that are not mentioned are drawn. */
  readonly conditions?: Partial<Omit<Conditions, 'facts'>> & { readonly facts?: Partial<Conditions['facts']> };
  readonly seeds: number;
}

/** Worlds that the runs share: drawn again for each run, no event would be like one that was seen before, and all would be slower. */
const WORLDS = 6;

/**
 * Runs a short history in many orders of events, batches, calls, crashes and retries.
 *
 * @throws BrokenInvariantError with the history and all that happened, at the first order in which something is wrong
 */
export async function explore(exploration: Exploration): Promise<void> {
  const { history, conditions: _, seeds: __, ...options } = exploration;
  for (const scenario of scenariosOf(exploration)) {
    const { failures } = await simulate(scenario, options);
    if (failures.length === 0) continue;
    const trace: string[] = [];
    await simulate(scenario, { ...options, onTrace: (line) => trace.push(line()) });
    throw new BrokenInvariantError([`in the order of seed ${scenario.seed}:`, ...failures, ...describeHistory(history), ...trace]);
  }
}

/** The scenarios of an exploration, one for each seed. */
export function* scenariosOf({ history, conditions = {}, seeds }: Pick<Exploration, 'history' | 'conditions' | 'seeds'>): Generator<Scenario> {
  for (let seed = 1; seed <= seeds; seed++) yield { history, conditions: conditionsOf(seed, conditions), seed };
}

function conditionsOf(seed: number, { facts, ...fixed }: NonNullable<Exploration['conditions']>): Conditions {
  const random = new Random(seed);
  const world = random.below(WORLDS);
  const ofWorld = new Random(world);
  return {
    ...CALM,
    maxStreamBatch: random.pick([1, 2, 5]),
    disorder: random.pick([0, 0.1, 1]),
    coalescing: random.pick([0, 0, 0.5]),
    duplicates: random.pick([0, 0.2]),
    crashes: random.pick([0, 1, 2]),
    redrives: random.pick([0, 3, 10]),
    stickiness: random.pick([0, 0.5, 0.9]),
    slowness: random.pick([0, 0.3, 0.7]),
    weights: { ...drawWeights(random), redrive: random.pick([0.3, 1, 4]) },
    ...fixed,
    facts: possibleFacts({ ...(world === 0 ? DEFAULT_FACTS : drawFacts((outcomes) => ofWorld.below(outcomes))), dynamicGroupMappingIdInEvents: true, ...facts }),
  };
}
