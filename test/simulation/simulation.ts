import type { TableDescription } from 'dynalite/db';
import { drawConditions, type Conditions } from './conditions';
import { synthesizeRetryLoop, synthesizeTable, synthesizeWorkflow, type Definitions } from './definition';
import { drawCast, generateHistory, type Cast } from './generator';
import { emit, START, type EmittedEvent, type History } from './history';
import { drawIdentityCast, withIdentities } from './identity-operations';
import { Pipeline, type PipelineOptions } from './pipeline';
import { Random } from './random';
import { difference, type Snapshot } from './registry';
import { Scheduler } from './scheduler';
import { drawIdPrefix, Vocabulary } from './vocabulary';

/** A history, what is true of the world that it runs in, and the seed of everything else. */
export interface Scenario {
  readonly history: History;
  readonly conditions: Conditions;
  readonly seed: number;
}

/** What is different from the pipeline as it is deployed by default. */
export interface SimulationOptions extends Partial<Pick<PipelineOptions, 'definition' | 'deletionMode' | 'router' | 'onTrace'>> {
  /** Events that no registry emits, on top of those of the history. */
  readonly strayEvents?: readonly EmittedEvent[];
  /** Called before anything has happened. */
  readonly prepare?: (pipeline: Pipeline) => void;
  /** What is wrong with what came of it; by default everything has to be equal. */
  readonly compare?: (source: Snapshot, destination: Snapshot) => string[];
  /** Whether a dead letter is what ought to become of something; by default nothing ought to. */
  readonly expectsDeadLetter?: (letter: string) => boolean;
}

export interface Result {
  /** What is wrong; nothing if all is well. */
  readonly failures: readonly string[];
  readonly events: number;
  readonly steps: number;
  readonly calls: number;
  readonly outcomes: Partial<Record<string, number>>;
  readonly pipeline: Pipeline;
}

/** Far more than a run takes in which nothing goes round in circles. */
const MAX_STEPS = 100_000;
/** From then on without faults. */
const MAX_FAULTY_STEPS = 6_000;
/**
 * The same for a short history. Where a third of all calls fails, messages become more rather than fewer: long after each event has done what it does, they go round
 * until the faults end, and each of them mends what went wrong before.
 */
const FAULTY_STEPS_PER_EVENT = 100;
const DAY = 24 * 3_600_000;

let synthesized: { readonly definition: Definitions; readonly table: TableDescription; readonly mayLoop: boolean } | undefined;

/** Workflow, table and retry function as they are deployed; synthesized once. */
export function deployed() {
  return synthesized ??= { definition: synthesizeWorkflow(), table: synthesizeTable(), mayLoop: synthesizeRetryLoop() };
}

/**
 * The scenario of a seed.
 *
 * @param fixed.identities whether certificates and policies are part of it. By default they are not
 * @param fixed.isPlain whether names are those of the generator, `t0`, `g0`, `x0`: for what goes by names. By default they are whatever is allowed
 */
export function scenarioOf(
  seed: number, operations: number, fixed: { readonly cast?: Partial<Cast>; readonly conditions?: Partial<Conditions>; readonly identities?: boolean; readonly isPlain?: boolean } = {},
): Scenario {
  const random = new Random(seed);
  const drawn = drawConditions(random.fork());
  const conditions = { ...fixed.identities ? withIdentities(drawn, random.fork()) : drawn, ...fixed.conditions };
  // Without the mapping id nothing in a dynamic group's events tells it from a static one.
  const dynamicGroups = conditions.facts.dynamicGroupMappingIdInEvents && random.chance(0.3);
  const cast = { ...drawCast(random, dynamicGroups), ...fixed.identities ? { identities: drawIdentityCast(random) } : {}, ...fixed.cast };
  const history = generateHistory(random.fork(), operations, cast, conditions);
  if (fixed.isPlain) return { history, conditions, seed };
  const vocabulary = new Vocabulary(random.fork());
  return { history: vocabulary.of(history), conditions: { ...conditions, idPrefix: drawIdPrefix(random) }, seed };
}

/** Runs a scenario to its end and looks at what came of it. */
export async function simulate({ history, conditions, seed }: Scenario, options: SimulationOptions = {}): Promise<Result> {
  const { strayEvents = [], prepare, compare = difference, expectsDeadLetter = () => false, ...differences } = options;
  const random = new Random(seed);
  const { events, snapshot } = emit(history, conditions);
  const pipeline = new Pipeline({ ...deployed(), conditions, events: [...events, ...strayEvents], random: random.fork(), ...differences });
  prepare?.(pipeline);
  const scheduler = new Scheduler(pipeline, conditions, random.fork());
  const end = events.length > 0 ? events[events.length - 1].at : START;
  await scheduler.run(Math.min(MAX_FAULTY_STEPS, FAULTY_STEPS_PER_EVENT * events.length), end + 2 * DAY);
  pipeline.stopFaults();
  const isQuiet = await scheduler.run(MAX_STEPS, end + 9 * DAY);

  const failures = [...pipeline.violations];
  if (!isQuiet) failures.push(`it never gets quiet: ${scheduler.steps} steps, ${pipeline.retryQueue.messages.map((message) => message.body).join(' ')}`);
  failures.push(...pipeline.deadLetters.filter((letter) => !expectsDeadLetter(letter)).map((letter) => `a dead letter: ${letter}`));
  failures.push(...pipeline.sourceDeadLetters.filter((letter) => !expectsDeadLetter(letter)).map((letter) => `a dead letter in the source: ${letter}`));
  failures.push(...compare(snapshot, pipeline.snapshot()).map((line) => `source and destination differ: ${line}`));
  failures.push(...unaccounted(pipeline));
  const calls = Object.values(pipeline.registry.calls).reduce((sum, each) => sum + each, 0);
  return { failures, events: events.length, steps: scheduler.steps, calls, outcomes: pipeline.outcomes, pipeline };
}

/** Each delivery of an event has exactly one outcome, and each that is dead-lettered is a letter. */
function unaccounted({ outcomes, delivered, sourceDeadLetters }: Pipeline): string[] {
  const accounted = Object.values(outcomes).reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const failures = accounted === delivered ? [] : [`${delivered} events were delivered, ${accounted} have an outcome`];
  const letters = outcomes['dead-lettered'] ?? 0;
  return letters === sourceDeadLetters.length ? failures : [...failures, `${letters} events were dead-lettered, there are ${sourceDeadLetters.length} letters`];
}
