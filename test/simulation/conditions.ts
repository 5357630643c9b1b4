import type { Random } from './random';
import { DEFAULT_FACTS, drawFacts, type RegistryFacts, type RegistryLimits } from './registry';

/** All that a seed decides about a run beside its history. */
export interface Conditions {
  readonly facts: RegistryFacts;
  readonly limits: Partial<RegistryLimits>;
  /** What each id of the source begins with. @default ids are UUIDs */
  readonly idPrefix?: string;
  /** Shards of the replica's stream, each with a consumer of its own. */
  readonly shards: number;
  /** Whether keys of one partition can be in different shards, as after a split. */
  readonly splitPartitions: boolean;
  readonly retryConsumers: number;
  readonly maxStreamBatch: number;
  readonly maxRetryBatch: number;
  /** How far events stray from their order: 0 not at all, 1 completely. */
  readonly disorder: number;
  readonly duplicates: number;
  /** Whether the events that are not subscribed arrive nevertheless, as another's rule could see to. */
  readonly unsubscribedEvents: boolean;
  /** How often the retry queue delivers a message twice. */
  readonly redeliveries: number;
  /** The probability that waiting writes of a key are folded when they arrive at the replica. */
  readonly coalescing: number;
  /** The probability that a call fails. */
  readonly faults: number;
  readonly crashes: number;
  /** Keys that a person or a sweep puts on the retry queue. */
  readonly redrives: number;
  /** The probability that an invocation runs out of time on its way. */
  readonly shortOfTime: number;
  /** Milliseconds, at most, until the members index shows a new key. */
  readonly indexLag: number;
  /** Milliseconds, at most, by which a call that reads the destination's registry is behind: AWS documents for none that it sees the write before it. */
  readonly destinationLag: number;
  /** Items of a page of a query. */
  readonly pageSize: number;
  /** Principals that somebody attaches in the destination. */
  readonly principals: number;
  /** The probability that the invocation that made the last call makes the next one too. */
  readonly stickiness: number;
  /** The probability that an invocation is slow: between two of its calls others get much done. */
  readonly slowness: number;
  /** Deletions beyond it wait. */
  readonly maxDeletionsPerMinute: number;
  /** How readily each kind of move is made; see the scheduler. */
  readonly weights: Weights;
}

export type MoveKind = 'call' | 'deliver' | 'replicate' | 'stream' | 'retry' | 'wait' | 'crash' | 'attach' | 'redrive' | 'begin';
export type Weights = Readonly<Record<MoveKind, number>>;

export const EVEN_WEIGHTS: Weights = { call: 8, deliver: 2, replicate: 2, stream: 2, retry: 2, wait: 0.5, crash: 0.1, attach: 0.2, redrive: 0.3, begin: 0.1 };

/** No faults, nothing odd: where a regression starts from. */
export const CALM: Conditions = {
  facts: DEFAULT_FACTS,
  limits: {},
  shards: 2,
  splitPartitions: true,
  retryConsumers: 2,
  maxStreamBatch: 3,
  maxRetryBatch: 2,
  disorder: 1,
  duplicates: 0.1,
  unsubscribedEvents: false,
  redeliveries: 1,
  coalescing: 0.3,
  faults: 0,
  crashes: 0,
  redrives: 0,
  shortOfTime: 0,
  indexLag: 0,
  destinationLag: 0,
  pageSize: 10,
  principals: 0,
  stickiness: 0.3,
  slowness: 0.3,
  maxDeletionsPerMinute: 500,
  weights: EVEN_WEIGHTS,
};

export function drawConditions(random: Random): Conditions {
  return {
    facts: possibleFacts(drawFacts((outcomes) => random.below(outcomes))),
    limits: {
      groupsPerThing: random.pick([1, 2, 3, 10]),
      oneGroupPerHierarchy: random.chance(0.5),
      groupDepth: random.pick([3, 7]),
      attributesWithoutType: random.pick([1, 2, 3]),
      pageSize: random.pick([1, 2, 25]),
    },
    shards: 1 + random.below(3),
    splitPartitions: random.chance(0.5),
    retryConsumers: 1 + random.below(3),
    maxStreamBatch: random.pick([1, 3, 10, 100]),
    maxRetryBatch: random.pick([1, 3, 10]),
    disorder: random.pick([0, 0.1, 0.5, 1]),
    duplicates: random.pick([0, 0.05, 0.3]),
    unsubscribedEvents: random.chance(0.2),
    redeliveries: random.pick([0, 2, 10]),
    coalescing: random.pick([0, 0.3, 0.8]),
    faults: random.pick([0, 0, 0.01, 0.05, 0.15]),
    crashes: random.pick([0, 0, 2, 6]),
    redrives: random.pick([0, 0, 3, 20]),
    shortOfTime: random.pick([0, 0, 0.1]),
    pageSize: random.pick([1, 2, 10]),
    principals: random.pick([0, 0, 3, 10]),
    stickiness: random.pick([0, 0.3, 0.8, 0.95]),
    slowness: random.pick([0, 0.2, 0.6]),
    weights: drawWeights(random),
    maxDeletionsPerMinute: random.pick([1, 4, 500]),
    indexLag: random.pick([0, 100, 2_000]),
    destinationLag: random.pick([0, 20, 100, 2_000]),
  };
}

/** There has to be a way to clear a description, or no destination could follow a source that re-creates a group without one. */
export function possibleFacts(facts: RegistryFacts): RegistryFacts {
  return facts.emptyDescriptionClears || facts.absentDescriptionClears ? facts : { ...facts, emptyDescriptionClears: true };
}

/** Sometimes all is slow but the events, sometimes the stream is quick and the retries lag, and so on. */
export function drawWeights(random: Random): Weights {
  const draw = () => random.pick([0.2, 1, 2, 5]);
  return {
    call: 4 * draw(),
    deliver: draw(),
    replicate: draw(),
    stream: draw(),
    retry: draw(),
    wait: random.pick([0.05, 0.5, 2]),
    crash: random.pick([0.05, 0.3]),
    attach: 0.3,
    redrive: random.pick([0.1, 1]),
    begin: 0.1,
  };
}
