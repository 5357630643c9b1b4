import type { TableDescription } from 'dynalite/db';
import { drawConditions, type Conditions } from './conditions';
import { synthesizeTable, synthesizeWorkflow } from './definition';
import { drawCast, generateHistory } from './generator';
import { emit, START, type History } from './history';
import { Pipeline } from './pipeline';
import { Random } from './random';
import { difference } from './registry';
import { Scheduler } from './scheduler';
import type { StateMachineDefinition } from './workflow';

/** A history, what is true of the world that it runs in, and the seed of everything else. */
export interface Scenario {
  readonly history: History;
  readonly conditions: Conditions;
  readonly seed: number;
}

export interface SimulationOptions {
  readonly onTrace?: (line: () => string) => void;
}

export interface Result {
  /** What is wrong; nothing if all is well. */
  readonly failures: readonly string[];
  readonly events: number;
  readonly steps: number;
  readonly calls: number;
  readonly outcomes: Partial<Record<string, number>>;
}

/** Far more than a run takes in which nothing goes round in circles. */
const MAX_STEPS = 100_000;
/** From then on without faults. */
const MAX_FAULTY_STEPS = 6_000;
const DAY = 24 * 3_600_000;

let synthesized: { readonly definition: StateMachineDefinition; readonly table: TableDescription } | undefined;

/** The workflow and the table as they are deployed; synthesized once. */
export function deployed() {
  return synthesized ??= { definition: synthesizeWorkflow(), table: synthesizeTable() };
}

/** The scenario of a seed. */
export function scenarioOf(seed: number, operations: number): Scenario {
  const random = new Random(seed);
  const conditions = drawConditions(random.fork());
  // Without the mapping id nothing in a dynamic group's events tells it from a static one.
  const dynamicGroups = conditions.facts.dynamicGroupMappingIdInEvents && random.chance(0.3);
  const cast = drawCast(random, dynamicGroups);
  return { history: generateHistory(random.fork(), operations, cast, conditions), conditions, seed };
}

/** Runs a scenario to its end and looks at what came of it. */
export async function simulate({ history, conditions, seed }: Scenario, options: SimulationOptions = {}): Promise<Result> {
  const random = new Random(seed);
  const { events, snapshot } = emit(history, conditions);
  const pipeline = new Pipeline({ ...deployed(), conditions, events, random: random.fork(), ...options });
  const scheduler = new Scheduler(pipeline, conditions, random.fork());
  const end = START + (events.length > 0 ? events[events.length - 1].at - START : 0);
  await scheduler.run(MAX_FAULTY_STEPS, end + 2 * DAY);
  pipeline.calm = true;
  const isQuiet = await scheduler.run(MAX_STEPS, end + 9 * DAY);
  const failures = [...pipeline.violations];
  if (!isQuiet) failures.push(`it never gets quiet: ${scheduler.steps} steps, ${pipeline.retryQueue.messages.map((message) => message.body).join(' ')}`);
  failures.push(...pipeline.deadLetters.map((letter) => `a dead letter: ${letter}`), ...pipeline.sourceDeadLetters.map((letter) => `a dead letter in the source: ${letter}`));
  failures.push(...difference(snapshot, pipeline.snapshot()).map((line) => `source and destination differ: ${line}`));
  const calls = Object.values(pipeline.registry.calls).reduce((sum, each) => sum + each, 0);
  return { failures, events: events.length, steps: scheduler.steps, calls, outcomes: pipeline.outcomes };
}
