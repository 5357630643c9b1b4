import {
  AddThingToThingGroupCommand, CreateThingCommand, CreateThingGroupCommand, CreateThingTypeCommand, DeleteThingCommand,
  DeleteThingGroupCommand, DeleteThingTypeCommand, DeprecateThingTypeCommand, DescribeThingCommand, DescribeThingCommandOutput,
  DescribeThingGroupCommand, DescribeThingGroupCommandOutput, DescribeThingTypeCommand, DescribeThingTypeCommandOutput, IoTClient,
  ListThingGroupsForThingCommand, PropagatingAttribute, RemoveThingFromThingGroupCommand, ResourceNotFoundException, UpdateThingCommand,
  UpdateThingGroupCommand, UpdateThingTypeCommand,
} from '@aws-sdk/client-iot';
import pMap from 'p-map';
import { waitFor } from '../emulator/waiting';

/** One change of the registry, like that of an administrator. */
export interface Step {
  readonly what: string;
  /** Makes the change. */
  change(source: IoTClient): Promise<unknown>;
  /** Whether the change has arrived. */
  isVisible(destination: IoTClient): Promise<boolean>;
}

/** Changes that don't depend on each other, and touch each entity once. */
export interface Phase {
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface ScenarioOptions {
  /** Prefix of every name, so that scenarios can share a registry. Default none. */
  readonly prefix?: string;
  /** Whether the unused type is deleted at the end. AWS allows that five minutes after its deprecation, the emulator at once. Default false. */
  readonly deleteType?: boolean;
}

export interface CreationOptions {
  /** Prefix of every name. Default none. */
  readonly prefix?: string;
  /** Number of things, four or more. Default 25. */
  readonly things?: number;
}

const TYPES = ['sensor', 'gateway', 'legacy'] as const;
/** The second level of the group tree, and its sites. */
const CONTINENTS = { europe: ['paris', 'berlin'], america: ['austin', 'denver'] } as const;
const SITES = Object.values(CONTINENTS).flat();
const THING_COUNT = 25;

/** The creation of a small fleet: types, a group tree of three levels, things and their memberships. */
export function fleetCreation(options: CreationOptions = {}): Phase[] {
  const { name, things, thing } = fleetOf(options);
  const sensorProperty = { userPropertyKey: 'model', thingAttribute: 'model' };
  return [
    {
      title: 'create thing types',
      steps: [
        createType(name('sensor'), 'measures', ['model', 'firmware'], [sensorProperty]),
        createType(name('gateway'), 'connects sensors', ['model'], []),
        createType(name('legacy'), undefined, [], []),
      ],
    },
    { title: 'create the root groups', steps: [createGroup(name('fleet'), undefined, 'all of it'), createGroup(name('maintenance'))] },
    { title: 'create the second level', steps: Object.keys(CONTINENTS).map((each) => createGroup(name(each), name('fleet'), undefined, { level: 'continent' })) },
    {
      title: 'create the third level',
      steps: Object.entries(CONTINENTS).flatMap(([continent, sites]) => sites.map((site) => createGroup(name(site), name(continent), `site ${site}`))),
    },
    { title: `create ${things.length} things`, steps: things.map((each) => createThing(each.name, each.type, each.attributes)) },
    {
      title: 'add things to groups',
      steps: [
        ...things.map((each, i) => addToGroup(each.name, name(SITES[i % SITES.length]))),
        ...[0, 1, 2, 3].map((i) => addToGroup(thing(i), name('maintenance'))),
      ],
    },
  ];
}

/** The life of such a fleet with 25 things: its creation, then updates, removals, a re-creation and deletions. */
export function fleetScenario(options: ScenarioOptions = {}): Phase[] {
  const { prefix } = options;
  const { name, things, thing } = fleetOf({ prefix });
  return [
    ...fleetCreation({ prefix }),
    {
      title: 'update',
      steps: [
        ...[0, 1, 2, 3].map((i) => updateThing(`set an attribute of ${thing(i)}`, thing(i), { ...things[i].attributes, firmware: '2.0.0' })),
        ...[4, 5].map((i) => updateThing(`remove an attribute of ${thing(i)}`, thing(i), { model: things[i].attributes.model })),
        clearAttributes(thing(6), Object.keys(things[6].attributes)),
        changeType(thing(7), name('gateway')),
        changeType(thing(8), name('gateway')),
        removeType(thing(9)),
        updateGroup(name('fleet'), 'all of it, worldwide', { owner: 'operations' }),
        updateGroup(name('paris'), 'site Paris', { floor: '3' }),
        propagate(name('gateway'), [{ userPropertyKey: 'client', connectionAttribute: 'iot:ClientId' }]),
      ],
    },
    {
      title: 'remove things from groups',
      steps: [0, 1, 10, 11, 12].map((i) => removeFromGroup(thing(i), name(i < 2 ? 'maintenance' : SITES[i % SITES.length]))),
    },
    {
      title: 're-create under the same name',
      steps: [13, 14].map((i) => recreateThing(thing(i), name('gateway'), { model: 'second-life' }, name('maintenance'))),
    },
    {
      title: 'remove the old type of its things',
      steps: things.filter((each) => each.type === name('legacy')).map((each) => changeType(each.name, name('sensor'))),
    },
    {
      title: 'delete',
      steps: [
        ...[21, 22, 23, 24].map((i) => deleteThing(thing(i))),
        // While it still has members.
        deleteGroup(name('denver')),
        deprecateType(name('legacy')),
      ],
    },
    ...options.deleteType ? [{ title: 'delete the old type', steps: [deleteType(name('legacy'))] }] : [],
  ];
}

function fleetOf({ prefix = '', things: count = THING_COUNT }: CreationOptions) {
  const name = (plain: string) => `${prefix}${plain}`;
  const things = Array.from({ length: count }, (_, i) => fleetThing(i, name));
  return { name, things, thing: (i: number) => things[i].name };
}

function fleetThing(i: number, name: (plain: string) => string) {
  const type = i < 15 ? TYPES[0] : i < 21 ? TYPES[1] : TYPES[2];
  const attributes: Record<string, string> = { model: `m${i % 3}`, firmware: '1.0.0' };
  return { name: name(`${type}-${String(i + 1).padStart(2, '0')}`), type: name(type), attributes };
}

/** How long one change took. */
export interface Latency {
  readonly what: string;
  readonly millis: number;
}

export interface PlayOptions {
  /** Concurrent steps of a phase. Default 4. */
  readonly concurrency?: number;
  /** How long a change may take to arrive. Default 30 seconds. */
  readonly boundMillis?: number;
  readonly onPhase?: (phase: Phase, latencies: readonly Latency[]) => void;
}

/**
 * Makes the changes phase by phase, waits for each to arrive, and returns how long that took since the answer of the source's API.
 *
 * @throws Error that names a change that has not arrived in time
 */
export async function play(phases: readonly Phase[], source: IoTClient, destination: IoTClient, options: PlayOptions = {}): Promise<Latency[]> {
  const all: Latency[] = [];
  for (const phase of phases) {
    const one = (step: Step) => playStep(step, source, destination, options.boundMillis ?? 30_000);
    const latencies = await pMap(phase.steps, one, { concurrency: options.concurrency ?? 4 });
    all.push(...latencies);
    options.onPhase?.(phase, latencies);
  }
  return all;
}

/** Makes the changes phase by phase, without waiting for them to arrive. */
export async function make(phases: readonly Phase[], source: IoTClient): Promise<void> {
  for (const { steps } of phases) await pMap(steps, (step) => step.change(source), { concurrency: 4 });
}

/** The changes that have not arrived, one sentence each. */
export async function missing(phases: readonly Phase[], destination: IoTClient): Promise<string[]> {
  const steps = phases.flatMap((phase) => phase.steps);
  const arrived = await pMap(steps, (step) => step.isVisible(destination), { concurrency: 4 });
  return steps.filter((_, i) => !arrived[i]).map(({ what }) => `${what}: not visible in the destination`);
}

async function playStep(step: Step, source: IoTClient, destination: IoTClient, boundMillis: number): Promise<Latency> {
  await step.change(source);
  const changed = performance.now();
  const visible = await waitFor(async () => await step.isVisible(destination) || undefined, { boundMillis, intervalMillis: 10 });
  if (!visible) throw new Error(`${step.what}: not visible in the destination after ${boundMillis / 1000} s`);
  return { what: step.what, millis: performance.now() - changed };
}

function createType(
  thingTypeName: string, description: string | undefined, searchableAttributes: string[], propagatingAttributes: PropagatingAttribute[],
): Step {
  const thingTypeProperties = {
    thingTypeDescription: description,
    searchableAttributes,
    ...propagatingAttributes.length > 0 ? { mqtt5Configuration: { propagatingAttributes } } : {},
  };
  return {
    what: `create type ${thingTypeName}`,
    change: (source) => source.send(new CreateThingTypeCommand({ thingTypeName, thingTypeProperties })),
    isVisible: async (destination) => await describeType(destination, thingTypeName) !== undefined,
  };
}

function propagate(thingTypeName: string, propagatingAttributes: PropagatingAttribute[]): Step {
  return {
    what: `set the propagating attributes of type ${thingTypeName}`,
    change: (source) => source.send(new UpdateThingTypeCommand({
      thingTypeName,
      thingTypeProperties: { mqtt5Configuration: { propagatingAttributes } },
    })),
    isVisible: async (destination) => {
      const found = (await describeType(destination, thingTypeName))?.thingTypeProperties?.mqtt5Configuration?.propagatingAttributes ?? [];
      const keys = (of: PropagatingAttribute[]) => of.map((each) => each.userPropertyKey).join();
      return keys(found) === keys(propagatingAttributes);
    },
  };
}

function deprecateType(thingTypeName: string): Step {
  return {
    what: `deprecate type ${thingTypeName}`,
    change: (source) => source.send(new DeprecateThingTypeCommand({ thingTypeName })),
    isVisible: async (destination) => (await describeType(destination, thingTypeName))?.thingTypeMetadata?.deprecated === true,
  };
}

function deleteType(thingTypeName: string): Step {
  return {
    what: `delete type ${thingTypeName}`,
    change: (source) => source.send(new DeleteThingTypeCommand({ thingTypeName })),
    isVisible: async (destination) => await describeType(destination, thingTypeName) === undefined,
  };
}

function createGroup(
  thingGroupName: string, parentGroupName?: string, description?: string, attributes?: Record<string, string>,
): Step {
  const thingGroupProperties = { thingGroupDescription: description, attributePayload: { attributes } };
  return {
    what: `create group ${thingGroupName}`,
    change: (source) => source.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName, thingGroupProperties })),
    isVisible: async (destination) => {
      const group = await describeGroup(destination, thingGroupName);
      return group !== undefined && group.thingGroupMetadata?.parentGroupName === parentGroupName;
    },
  };
}

function updateGroup(thingGroupName: string, description: string, attributes: Record<string, string>): Step {
  const thingGroupProperties = { thingGroupDescription: description, attributePayload: { attributes } };
  return {
    what: `update group ${thingGroupName}`,
    change: (source) => source.send(new UpdateThingGroupCommand({ thingGroupName, thingGroupProperties })),
    isVisible: async (destination) => {
      const properties = (await describeGroup(destination, thingGroupName))?.thingGroupProperties;
      return properties?.thingGroupDescription === description && sameMap(properties.attributePayload?.attributes, attributes);
    },
  };
}

function deleteGroup(thingGroupName: string): Step {
  return {
    what: `delete group ${thingGroupName}`,
    change: (source) => source.send(new DeleteThingGroupCommand({ thingGroupName })),
    isVisible: async (destination) => await describeGroup(destination, thingGroupName) === undefined,
  };
}

function createThing(thingName: string, thingTypeName: string, attributes: Record<string, string>): Step {
  return {
    what: `create ${thingName}`,
    change: (source) => source.send(new CreateThingCommand({ thingName, thingTypeName, attributePayload: { attributes } })),
    isVisible: async (destination) => {
      const thing = await describeThing(destination, thingName);
      return thing?.thingTypeName === thingTypeName && sameMap(thing.attributes, attributes);
    },
  };
}

function updateThing(what: string, thingName: string, attributes: Record<string, string>): Step {
  return {
    what,
    change: (source) => source.send(new UpdateThingCommand({ thingName, attributePayload: { attributes, merge: false } })),
    isVisible: async (destination) => sameMap((await describeThing(destination, thingName))?.attributes, attributes),
  };
}

function clearAttributes(thingName: string, names: readonly string[]): Step {
  const attributes = Object.fromEntries(names.map((each) => [each, '']));
  return {
    what: `clear the attributes of ${thingName}`,
    change: (source) => source.send(new UpdateThingCommand({ thingName, attributePayload: { attributes, merge: false } })),
    isVisible: async (destination) => sameMap((await describeThing(destination, thingName))?.attributes, {}),
  };
}

function changeType(thingName: string, thingTypeName: string): Step {
  return {
    what: `change the type of ${thingName}`,
    change: (source) => source.send(new UpdateThingCommand({ thingName, thingTypeName })),
    isVisible: async (destination) => (await describeThing(destination, thingName))?.thingTypeName === thingTypeName,
  };
}

function removeType(thingName: string): Step {
  return {
    what: `remove the type of ${thingName}`,
    change: (source) => source.send(new UpdateThingCommand({ thingName, removeThingType: true })),
    isVisible: async (destination) => {
      const thing = await describeThing(destination, thingName);
      return thing !== undefined && !thing.thingTypeName;
    },
  };
}

function deleteThing(thingName: string): Step {
  return {
    what: `delete ${thingName}`,
    change: (source) => source.send(new DeleteThingCommand({ thingName })),
    isVisible: async (destination) => await describeThing(destination, thingName) === undefined,
  };
}

/** Without a pause between the two lives, so that their events overtake each other. */
function recreateThing(thingName: string, thingTypeName: string, attributes: Record<string, string>, thingGroupName: string): Step {
  return {
    what: `re-create ${thingName}`,
    change: async (source) => {
      await source.send(new DeleteThingCommand({ thingName }));
      await source.send(new CreateThingCommand({ thingName, thingTypeName, attributePayload: { attributes } }));
      await source.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
    },
    isVisible: async (destination) => {
      const thing = await describeThing(destination, thingName);
      return sameMap(thing?.attributes, attributes) && (await groupsOf(destination, thingName)).join() === thingGroupName;
    },
  };
}

function addToGroup(thingName: string, thingGroupName: string): Step {
  return {
    what: `add ${thingName} to ${thingGroupName}`,
    change: (source) => source.send(new AddThingToThingGroupCommand({ thingName, thingGroupName })),
    isVisible: async (destination) => (await groupsOf(destination, thingName)).includes(thingGroupName),
  };
}

function removeFromGroup(thingName: string, thingGroupName: string): Step {
  return {
    what: `remove ${thingName} from ${thingGroupName}`,
    change: (source) => source.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName })),
    isVisible: async (destination) => !(await groupsOf(destination, thingName)).includes(thingGroupName),
  };
}

function describeThing(iot: IoTClient, thingName: string): Promise<DescribeThingCommandOutput | undefined> {
  return orUndefined(iot.send(new DescribeThingCommand({ thingName })));
}

function describeGroup(iot: IoTClient, thingGroupName: string): Promise<DescribeThingGroupCommandOutput | undefined> {
  return orUndefined(iot.send(new DescribeThingGroupCommand({ thingGroupName })));
}

function describeType(iot: IoTClient, thingTypeName: string): Promise<DescribeThingTypeCommandOutput | undefined> {
  return orUndefined(iot.send(new DescribeThingTypeCommand({ thingTypeName })));
}

async function groupsOf(iot: IoTClient, thingName: string): Promise<string[]> {
  const found = await orUndefined(iot.send(new ListThingGroupsForThingCommand({ thingName })));
  return (found?.thingGroups ?? []).map((group) => group.groupName!);
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function sameMap(a: Record<string, string> | undefined, b: Record<string, string>): boolean {
  return a !== undefined && Object.keys(a).length === Object.keys(b).length && Object.entries(b).every(([key, value]) => a[key] === value);
}
