import { drawConditions } from './conditions';
import { DriftChecks } from './drift';
import type { Reading } from './executions';
import { drawCast, generateHistory, type Cast } from './generator';
import { perform, type History, type Step } from './history';
import { Pipeline } from './pipeline';
import { Random } from './random';
import { difference, type Snapshot } from './registry';
import { Scheduler } from './scheduler';
import { deployed, type Scenario } from './simulation';
import { drawReading, MARGIN, passTime, withSweeps } from './sweeping';
import { Vocabulary } from './vocabulary';
import { keyString } from '../../src/record/record';
import { keyOf } from '../kinds/keys';

export interface DriftScenario extends Scenario {
  readonly reading: Reading;
  /** Checks while events are pending. */
  readonly checks: number;
  readonly eagerness: number;
  /** What somebody does to the destination, once all is quiet. */
  readonly byHand: History;
}

export interface DriftResult {
  readonly failures: readonly string[];
  /** Lines of the report on what was made by hand. */
  readonly reported: number;
  readonly pipeline: Pipeline;
}

/** Operations of a history, and of what is made by hand. */
export const DRIFT_OPERATIONS = 40;
export const MADE_BY_HAND = 20;

const DAY = 24 * 3_600_000;
const MAX_FAULTY_STEPS = 8_000;
const MAX_STEPS = 100_000;

/** The scenario of a seed. */
export function driftScenarioOf(seed: number, operations: number, manual: number): DriftScenario {
  const random = new Random(seed);
  const drawn = drawConditions(random.fork());
  const reading = drawReading(random.fork());
  const eagerness = random.pick([0.02, 0.1, 0.5]);
  const conditions = withSweeps(drawn, { eagerness, pageSize: reading.pageSize });
  // What nobody manages takes places in groups, and there is nobody to free them.
  const roomy = { ...conditions, limits: { ...conditions.limits, groupsPerThing: 10, oneGroupPerHierarchy: false, attributesWithoutType: 10 } };
  const cast: Cast = { ...drawCast(random, random.chance(0.2)) };
  const history = generateHistory(random.fork(), operations, cast, roomy);
  const byHand = [...generateHistory(random.fork(), manual, { ...cast, dynamicGroups: false }, roomy), ...UNMANAGED.filter(() => random.chance(0.5))];
  const checks = random.pick([0, 1, 3]);
  const vocabulary = new Vocabulary(random.fork());
  return { history: vocabulary.of(history), conditions: roomy, reading, checks, eagerness, byHand: vocabulary.of(byHand), seed };
}

/** Entities that no record describes. */
const UNMANAGED: History = ([
  ['CreateThing', { thingName: 'unmanaged' }],
  ['CreateThingGroup', { thingGroupName: 'unmanaged' }],
  ['CreateThingType', { thingTypeName: 'unmanaged' }],
  ['AddThingToThingGroup', { thingName: 'unmanaged', thingGroupName: 'unmanaged' }],
  ['AddThingToThingGroup', { thingName: 't0', thingGroupName: 'unmanaged' }],
  ['AddThingToThingGroup', { thingName: 'unmanaged', thingGroupName: 'g0' }],
] as const).map(([call, input]): Step => ({ after: 1, call, input }));

/** Runs a history with drift checks in between, changes the destination by hand, has that reported, then repaired, then reported again. */
export async function simulateDrift({ history, conditions, reading, checks, byHand, seed }: DriftScenario, onTrace?: (line: () => string) => void): Promise<DriftResult> {
  const random = new Random(seed);
  const [ofPipeline, ofScheduler, ofLag, ofChecks] = [random.fork(), random.fork(), random.fork(), random.fork()];
  let lag = reading.listingLag;
  let directLag = conditions.destinationLag;
  const pipeline = new Pipeline({
    ...deployed(),
    conditions,
    events: [],
    random: ofPipeline,
    onTrace,
    source: { history, loses: () => false, readLag: () => 0 },
    // What is read directly, by checks and by the replicator, is behind by what the conditions allow.
    destinationLag: (operation) => ofLag.below((operation.startsWith('List') ? Math.max(lag, directLag) : directLag) + 1),
  });
  const drift = new DriftChecks({ pipeline, random: ofChecks, reading, atWork: checks, input: () => (ofChecks.chance(0.3) ? { mode: 'report' } : {}) });
  pipeline.jobs.push(drift);
  const scheduler = new Scheduler(pipeline, conditions, ofScheduler);
  const failures: string[] = [];
  const settle = async (what: string) => {
    if (!await scheduler.run(MAX_STEPS, pipeline.source!.end + 30 * DAY)) failures.push(`${what}: it never gets quiet, ${scheduler.steps} steps`);
  };
  const check = async (what: string, mode: 'report' | 'repair') => {
    passTime(pipeline, MARGIN);
    drift.begin({ mode });
    await settle(what);
    const { summary, error } = drift.ended.at(-1)!;
    if (!summary) failures.push(`${what}: ${error?.message ?? 'skipped'}`);
    return summary;
  };
  const differences = () => difference(pipeline.source!.snapshot(), managed(pipeline));

  await scheduler.run(MAX_FAULTY_STEPS, pipeline.source!.end + 2 * DAY);
  pipeline.stopFaults();
  await settle('at the end of the history');
  failures.push(...differences().map((line) => `before anything is made by hand: ${line}`));
  lag = 0;
  directLag = 0;

  for (const step of byHand) {
    if (!isManageable(step, pipeline)) continue;
    passTime(pipeline, step.after);
    pipeline.trace(() => `by hand: ${step.call} ${JSON.stringify(step.input)}`);
    perform(pipeline.registry, step);
  }
  const [made, before] = [differences(), JSON.stringify(pipeline.snapshot())];
  const report = await check('while what was made by hand is reported', 'report');
  if (JSON.stringify(pipeline.snapshot()) !== before) failures.push('a report changes the destination');
  const reported = report ? drift.lastReport() : [];
  if (report) failures.push(...unreported(made, reported));
  if (report && made.length === 0 && !report.inSync && !reported.every(isOfPathOrUnmanaged)) failures.push(`nothing differs, yet the report says: ${JSON.stringify(reported)}`);

  const unmanaged = JSON.stringify(unmanagedOf(pipeline));
  await check('while what was made by hand is repaired', 'repair');
  failures.push(...differences().map((line) => `after the repair: ${line}`));
  if (JSON.stringify(unmanagedOf(pipeline)) !== unmanaged) failures.push(`what nobody manages was ${unmanaged} and is ${JSON.stringify(unmanagedOf(pipeline))}`);
  const last = await check('in the last report', 'report');
  if (last && !last.inSync) failures.push(`after the repair the report says: ${JSON.stringify(drift.lastReport())}`);
  failures.push(...pipeline.violations, ...pipeline.deadLetters.map((letter) => `a dead letter: ${letter}`));
  return { failures, reported: reported.length, pipeline };
}

/** Whether each entity that a step names has a record: what is made of others nobody repairs, and it can be in the way of a repair. */
function isManageable({ input }: Step, { replica }: Pipeline): boolean {
  const { thingName, thingGroupName, parentGroupName, thingTypeName } = input as Readonly<Record<string, string | undefined>>;
  if ([thingName, thingGroupName, thingTypeName].includes('unmanaged')) return true;
  const keys = [
    thingName && keyOf.thing(thingName), thingGroupName && keyOf.group(thingGroupName), parentGroupName && keyOf.group(parentGroupName), thingTypeName && keyOf.type(thingTypeName),
  ];
  return keys.every((key) => !key || replica.get(keyString(key)));
}

/** The destination without what no record describes. */
function managed({ registry, replica }: Pipeline): Snapshot {
  const { things, groups, types } = registry.snapshot();
  const has = (key: ReturnType<typeof keyOf.thing>) => replica.get(keyString(key)) !== undefined;
  const only = (entities: Snapshot['things'], keyOfName: (name: string) => ReturnType<typeof keyOf.thing>) => Object.entries(entities).filter(([name]) => has(keyOfName(name)));
  return {
    things: Object.fromEntries(only(things, keyOf.thing).map(([name, fields]) => [name, { ...fields, groups: (fields.groups as string[]).filter((group) => has(keyOf.membership(name, group))) }])),
    groups: Object.fromEntries(only(groups, keyOf.group)),
    types: Object.fromEntries(only(types, keyOf.type)),
  };
}

/** What no record describes, but for memberships of entities that a record describes: they can end with those. */
function unmanagedOf({ registry }: Pipeline): unknown {
  const { things, groups, types } = registry.snapshot();
  return [things.unmanaged && { ...things.unmanaged, groups: (things.unmanaged.groups as string[]).filter((name) => name === 'unmanaged') }, groups.unmanaged, types.unmanaged];
}

/** Entities that differ and of which no line of the report tells. */
function unreported(made: readonly string[], report: ReturnType<DriftChecks['lastReport']>): string[] {
  const told = report.map(({ pk }) => pk.replace('#', ' '));
  const groups = told.filter((each) => each.startsWith('group ')).map((each) => JSON.stringify(each.slice('group '.length)));
  // A static group that has taken a dynamic one's name takes its members with it. Names may have colons, but no blanks.
  const isTold = (line: string) => told.some((each) => line.startsWith(`${each}: `)) || groups.some((name) => line.includes(name));
  return made.filter((line) => !isTold(line)).map((line) => `the report does not tell of ${line}`);
}

/** A path differs in all groups below the one that is misplaced; the snapshots only compare parents. */
function isOfPathOrUnmanaged({ difference: kind, fields = [] }: ReturnType<DriftChecks['lastReport']>[number]): boolean {
  return kind === 'unmanaged' || (kind === 'different' && fields.every(({ field }) => field === 'path'));
}
