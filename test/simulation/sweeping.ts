import { drawConditions, type Conditions } from './conditions';
import type { Reading } from './executions';
import { drawCast, generateHistory, type Cast } from './generator';
import type { EmittedEvent } from './history';
import { Pipeline } from './pipeline';
import { Random } from './random';
import { difference } from './registry';
import { ROUTERS, routingsOf, type RouterHistory, type Routing } from './routers';
import { Scheduler } from './scheduler';
import { deployed, type Scenario } from './simulation';
import { Sweeps } from './sweep';
import { drawIdPrefix, Vocabulary } from './vocabulary';
import { NOT_DELETED } from '../../src/persistence/deletion-states';

/** What a seed decides of a run in which sweeps take part. */
export interface SweepConditions extends Reading {
  /** The probability that an event is lost. */
  readonly losses: number;
  /** Sweeps while events are pending. */
  readonly sweeps: number;
  /** How readily a sweep begins. */
  readonly eagerness: number;
  readonly router: RouterHistory;
  /** Whether the source registry is asked before a deletion is believed. */
  readonly confirmDeletions: boolean;
}

export interface SweepScenario extends Scenario {
  readonly sweeping: SweepConditions;
}

export interface SweepResult {
  readonly failures: readonly string[];
  readonly steps: number;
  readonly pipeline: Pipeline;
  readonly sweeps: Sweeps;
}

export interface SweepOptions {
  readonly onTrace?: (line: () => string) => void;
  /** Events that are lost besides those of the conditions. */
  readonly lost?: (event: EmittedEvent) => boolean;
}

/** Operations of a history. */
export const SWEEP_OPERATIONS = 60;

/** Listings, events and reads of the table have settled by then. */
export const MARGIN = 5 * 60_000;
const DAY = 24 * 3_600_000;
const MAX_FAULTY_STEPS = 8_000;
const MAX_STEPS = 100_000;

export function drawReading(random: Random): Reading {
  return {
    listingLag: random.pick([0, 50, 5_000, MARGIN - 1_000]),
    directReadsLag: random.chance(0.3),
    tableLag: random.pick([0, 20, 1_000]),
    pageSize: random.pick([1, 2, 250]),
    unprocessed: random.pick([0, 0.3]),
    slices: random.pick([0, 0.3, 1]),
  };
}

export function drawSweepConditions(random: Random): SweepConditions {
  return {
    losses: random.pick([0, 0, 0.05, 0.3, 1]),
    sweeps: random.pick([1, 2, 4]),
    eagerness: random.pick([0.02, 0.1, 0.5]),
    ...drawReading(random),
    // Half of all worlds have none.
    router: random.chance(0.5) ? 'none' : random.pick(ROUTERS.slice(1)),
    // Last, so that it shifts nothing else.
    confirmDeletions: random.chance(0.25),
  };
}

/** Conditions of a world in which sweeps take part. */
export function withSweeps(conditions: Conditions, { eagerness, pageSize }: Pick<SweepConditions, 'eagerness' | 'pageSize'>): Conditions {
  return {
    ...conditions,
    limits: { ...conditions.limits, maxPageSize: pageSize },
    // Without the mapping id nothing in a dynamic group's events tells it from a static one, though a reading does.
    facts: { ...conditions.facts, dynamicGroupMappingIdInEvents: true },
    weights: { ...conditions.weights, begin: eagerness },
  };
}

/** The scenario of a seed. */
export function sweepScenarioOf(seed: number, operations: number, fixed: { readonly cast?: Partial<Cast>; readonly sweeping?: Partial<SweepConditions> } = {}): SweepScenario {
  const random = new Random(seed);
  const drawn = drawConditions(random.fork());
  const sweeping = { ...drawSweepConditions(random.fork()), ...fixed.sweeping };
  const conditions = withSweeps(drawn, sweeping);
  const cast = { ...drawCast(random, random.chance(0.3)), ...fixed.cast };
  const history = generateHistory(random.fork(), operations, cast, conditions);
  const vocabulary = new Vocabulary(random.fork());
  return { history: vocabulary.of(history), conditions: { ...conditions, idPrefix: drawIdPrefix(random) }, sweeping, seed };
}

/** Runs a history with sweeps in between, then one more, undisturbed sweep, and looks at what came of it. */
export async function simulateSweeps({ history, conditions, sweeping, seed }: SweepScenario, { onTrace, lost }: SweepOptions = {}): Promise<SweepResult> {
  const random = new Random(seed);
  const [ofPipeline, ofScheduler, ofSource, ofSweeps] = [random.fork(), random.fork(), random.fork(), random.fork()];
  // A deletion that a registry which is behind does not confirm is a dead letter, and is found by a sweep.
  const losesNothing = sweeping.losses === 0 && !lost && !sweeping.confirmDeletions;
  let lag = sweeping.listingLag;
  const routings = routingsOf(sweeping.router, sweeping.confirmDeletions);
  let routing: Routing = routings.first;
  const pipeline = new Pipeline({
    ...deployed(),
    ...routings.first,
    conditions,
    events: [],
    random: ofPipeline,
    onTrace,
    source: {
      history,
      loses: (event) => ofSource.chance(sweeping.losses) || (lost?.(event) ?? false),
      readLag: (operation) => (sweeping.directReadsLag || operation.startsWith('List') ? ofSource.below(lag + 1) : 0),
    },
  });
  const sweeps = new Sweeps({ pipeline, random: ofSweeps, reading: sweeping, atWork: sweeping.sweeps }, () => ({ routerVersion: routing.version }));
  pipeline.jobs.push(sweeps);
  const scheduler = new Scheduler(pipeline, conditions, ofScheduler);
  const { end } = pipeline.source!;
  await scheduler.run(MAX_FAULTY_STEPS, end + 2 * DAY);
  pipeline.stopFaults();
  const failures: string[] = [];
  const settle = async (what: string, isOver?: (pipeline: Pipeline) => boolean) => {
    if (!await scheduler.run(MAX_STEPS, end + 20 * DAY, isOver)) failures.push(`${what}: it never gets quiet, ${scheduler.steps} steps`);
  };
  // What waits for an event that was lost waits for the sweep, and longer than that only for a dead letter.
  const isDelivered = (all: Pipeline) => all.isDelivered && !sweeps.isRunning;
  await settle('at the end of the history', losesNothing ? undefined : isDelivered);
  const source = () => routing.seen(pipeline.source!.snapshot());
  if (losesNothing) failures.push(...difference(source(), pipeline.snapshot()).map((line) => `before the last sweep source and destination differ: ${line}`));

  lag = 0;
  routing = routings.last;
  pipeline.redeploy({ ...deployed(), ...routing });
  const sweepOnce = async (what: string, input?: object, isOver?: (pipeline: Pipeline) => boolean) => {
    passTime(pipeline, MARGIN + 1);
    sweeps.begin(input);
    await settle(what, isOver);
    const last = sweeps.ended.at(-1)!;
    if (!last.summary) failures.push(`${what}: ${last.error?.message ?? last.skipped}`);
    return last.summary;
  };
  const events = writesOf(sweeps);
  const report = await sweepOnce('in a report', { mode: 'report' }, isDelivered);
  if (writesOf(sweeps) > events) failures.push('a report has events persisted');
  const repair = await sweepOnce('in the last sweep');
  if (report && repair && report.inSync && !repair.inSync) failures.push(`a report missed what was found afterwards: ${JSON.stringify(repair.first)}`);
  failures.push(...difference(source(), pipeline.snapshot()).map((line) => `source and destination differ: ${line}`));
  // What was replaced unheard is ended by the sweep after the one that put its memberships right, and by that nothing else changes.
  await sweepOnce('in the sweep after the last');
  failures.push(...difference(source(), pipeline.snapshot()).map((line) => `source and destination differ once nothing is replaced: ${line}`));
  const { items } = pipeline.sourceTable;
  failures.push(...items.keys().filter((key) => items.get(key)?.replaces).map((key) => `${key} still says what it has replaced`));
  const before = writesOf(sweeps);
  const summary = await sweepOnce('in a sweep of equals');
  if (summary && !summary.inSync) failures.push(`a sweep of equals finds differences: ${JSON.stringify(summary.first)}`);
  if (writesOf(sweeps) > before) failures.push(`a sweep of equals has ${writesOf(sweeps) - before} events persisted`);

  failures.push(...pipeline.violations, ...pipeline.deadLetters.map((letter) => `a dead letter: ${letter}`), ...pipeline.sourceDeadLetters.filter((letter) => !sweeping.confirmDeletions || !isUnconfirmed(letter)).map((letter) => `a dead letter in the source: ${letter}`));
  return { failures, steps: scheduler.steps, pipeline, sweeps };
}

function isUnconfirmed(letter: string): boolean {
  return (JSON.parse(letter) as { readonly error: string }).error === NOT_DELETED;
}

export function passTime({ clock }: Pipeline, milliseconds: number): void {
  const until = clock.now() + milliseconds;
  clock.at(until, () => undefined);
  while (clock.now() < until) clock.advance();
}

function writesOf({ outcomes }: Sweeps): number {
  return Object.values(outcomes).reduce<number>((sum, each) => sum + (each ?? 0), 0);
}
