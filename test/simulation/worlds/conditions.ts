import { drawConditions, type Conditions } from '../conditions';
import type { Reading } from '../executions';
import type { Random } from '../random';
import { drawReading } from '../sweeping';

/** What can be the matter in a world. Each is drawn on its own, and can be switched off. */
export const TROUBLES = [
  /** Events of the source that never arrive. */
  'lostEvents',
  /** Registry events that are switched off, and on again. */
  'eventsOff',
  /** A source that can't say whether its events are on, and loses them. */
  'eventsUnknown',
  /** A source of which nothing comes, heartbeats neither. */
  'darkSource',
  /** Functions without concurrency, by a deployment that pauses, by hand, or by nobody's will. */
  'pauses',
  /** Changes by hand in the destination. */
  'byHand',
  /** Sweeps and drift checks that fail on their way, and continue later. */
  'failingRuns',
  /** Letters that are redriven, and letters that are deleted. */
  'letters',
  /** Prefixes that get narrower and wider. */
  'prefixes',
  /** A router that comes, goes, and drops something else. */
  'router',
  /** Deletions that are not replicated. */
  'retain',
  /** Time in which tombstones expire. */
  'expiry',
  /** A Region whose clock is some seconds ahead or behind. */
  'clocks',
  /** A clock that is wrong by years, for a while: that of a Region, or of its AWS IoT alone. */
  'wrongClock',
  /** Events that no registry has made. */
  'forgery',
  /** Two sweeps at once, or two drift checks. */
  'twoRuns',
  /** Things that are updated so often that each sweep finds their records moving. */
  'busyThings',
  /** Reads of the destination's registry that are behind. */
  'destinationLag',
  /** A members index that is behind. */
  'indexLag',
  /** Calls of the destination's registry that take seconds each, for a while. */
  'slowRegistry',
  /** Another replication that writes to the destination too, with its marker or, as another program does, without one. */
  'rival',
  /** A destination that is added while the others are years old, or whose table of state is a new one: it has only the table, and what arrives from then on. */
  'newDestination',
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Those that the code stands today: what a seed draws from unless it is told otherwise. */
export const STOOD: readonly Trouble[] = [
  'lostEvents', 'eventsOff', 'eventsUnknown', 'darkSource', 'pauses', 'byHand', 'failingRuns', 'letters', 'prefixes', 'router', 'retain', 'expiry', 'clocks', 'busyThings',
  'destinationLag', 'indexLag', 'slowRegistry', 'wrongClock', 'forgery', 'twoRuns', 'rival', 'newDestination',
];

/** Drawn last, one after the other, so that seeds without them are the worlds that they were before these were thought of. */
const DRAWN_LAST: readonly Trouble[] = ['rival', 'newDestination'];

export interface WorldConditions {
  readonly pipeline: Conditions;
  readonly troubles: ReadonlySet<Trouble>;
  readonly reading: Reading;
  /** Minutes between two heartbeats. */
  readonly interval: number;
  /** Milliseconds by which the source's clock is ahead of the destination's. */
  readonly ahead: number;
  /** Whether the source's registry is asked before an event deletes anything. */
  readonly confirmDeletions: boolean;
  /** Milliseconds, at most, by which a list call of the destination is behind. */
  readonly destinationListingLag: number;
  /** The longest that passes at once while there is work, in milliseconds. */
  readonly longestWait: number;
}

/** How the steps of sweeps and checks read, in a world. */
export function drawWorldReading(random: Random): Reading {
  return { ...drawReading(random.fork()), listingLag: random.pick([0, 50, 5_000]), tableLag: random.pick([0, 20, 1_000]) };
}

/** What of the pipeline a world leaves to its troubles: it is off, or seldom on. */
export function drawCalmPipeline(random: Random) {
  return {
    unsubscribedEvents: false,
    disorder: random.pick([0, 0.1]),
    faults: random.pick([0, 0, 0, 0.01]),
    crashes: random.pick([0, 0, 2]),
    redrives: 0,
    principals: 0,
    shortOfTime: 0,
    maxDeletionsPerMinute: 500,
    destinationLag: 0,
  };
}

export function drawWorldConditions(random: Random, from: readonly Trouble[]): WorldConditions {
  const drawn = drawConditions(random.fork());
  const troubles = new Set(from.filter((trouble) => !DRAWN_LAST.includes(trouble) && random.chance(0.4)));
  const reading = drawWorldReading(random);
  const conditions: WorldConditions = {
    pipeline: {
      ...drawn,
      facts: { ...drawn.facts, dynamicGroupMappingIdInEvents: true },
      // Roomy: what takes places in groups by hand, or stays by RETAIN, would hold up what is replicated.
      limits: { ...drawn.limits, maxPageSize: reading.pageSize, groupsPerThing: 10, oneGroupPerHierarchy: false, attributesWithoutType: 10, groupDepth: 7 },
      ...drawCalmPipeline(random),
      indexLag: troubles.has('indexLag') ? random.pick([100, 2_000]) : 0,
      weights: { ...drawn.weights, call: 16, wait: random.pick([0.05, 0.3]) },
    } as Conditions,
    troubles,
    reading,
    interval: random.pick([1, 5]),
    ahead: troubles.has('clocks') ? random.pick([-5_000, -500, 500, 5_000]) : 0,
    confirmDeletions: troubles.has('forgery') && random.chance(0.5),
    destinationListingLag: random.pick([0, 0, 50, 5_000]),
    longestWait: random.pick([200, 5_000, 20_000]),
  };
  for (const trouble of DRAWN_LAST) if (from.includes(trouble) && random.chance(0.4)) troubles.add(trouble);
  return conditions;
}
