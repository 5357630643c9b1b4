import {
  AddThingToThingGroupCommand, CreateThingCommand, CreateThingGroupCommand, CreateThingTypeCommand, DeleteThingCommand, DeleteThingGroupCommand,
  DeleteThingTypeCommand, DeprecateThingTypeCommand, IoTClient, RemoveThingFromThingGroupCommand, UpdateThingCommand, UpdateThingGroupCommand,
} from '@aws-sdk/client-iot';
import { commandsBelow } from './documentation';
import { PLAIN, ROUTED } from './names';
import { World } from './world';
import { Execution, firstExecution } from '../../demo/executions';
import { waitFor } from '../../emulator/waiting';

const DRIFT = `${PLAIN.name}-drift`;

/** What a drift check finds and does, and what becomes of a destination that is paused. */
export function driftTests(world: () => World): void {
  const check = (input: object = {}) => world().destination.execute(DRIFT, input);

  /** A check that is not skipped: one that a deployment has started may still look at what it has repaired. */
  const checkAlone = () => waitFor(async () => {
    const execution = await check();
    return 'skipped' in outputOf(execution) ? undefined : execution;
  }, { boundMillis: 60_000 });

  /** Reports until all that is replicated is as it should be, or until nobody can expect that any more. */
  const reportInSync = async () => {
    let last: Execution | undefined;
    await waitFor(async () => {
      last = await check({ mode: 'report' });
      return outputOf(last).inSync || undefined;
    }, { boundMillis: 30_000 });
    return last!;
  };

  test('the first check runs automatically', async () => {
    const { destination } = world();
    expect(await firstExecution(destination.sfn, destination.workflowArn(DRIFT))).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'repair' } });
  });

  test('drift of every kind is reported by entity and field, repaired, and then reported no more', async () => {
    const { source, destination } = world();
    await makeFleet(source.iot);
    expect(await world().differences()).toEqual([]);
    await source.iot.send(new DeleteThingCommand({ thingName: 'drift-deleted' }));
    await source.iot.send(new RemoveThingFromThingGroupCommand({ thingName: 'drift-thing', thingGroupName: 'drift-other' }));
    expect(await world().differences()).toEqual([]);
    await makeDrift(destination.iot);
    const drifted = await destination.registry();

    const report = await check({ mode: 'report' });
    expect(report).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'report', inSync: false, counts: { missing: 4, different: 6, shouldBeGone: 2, unmanaged: 5, repaired: 0 } } });
    expect((await linesOf(world(), report)).sort()).toEqual(DRIFTED);
    expect(await destination.registry()).toEqual(drifted);

    const repair = await check();
    expect(repair).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'repair', inSync: false } });
    const { missing, different, shouldBeGone, repaired, waiting } = outputOf(repair).counts;
    expect(repaired + waiting).toBe(missing + different + shouldBeGone);
    // A type that is made again gives its things back, so one of them may be level before it is looked at.
    expect(repaired).toBeGreaterThanOrEqual(11);
    expect(await reportInSync()).toMatchObject({ output: { inSync: true, counts: { missing: 0, different: 0, shouldBeGone: 0, unmanaged: 5 } } });
    // Nobody but their maker removes what is unmanaged.
    await removeUnmanaged(destination.iot);
    expect(await world().differences()).toEqual([]);
    expect(await check()).toMatchObject({ output: { inSync: true, counts: { unmanaged: 0 }, first: [] } });
  }, 240_000);

  test('is found and repaired while the source Region can\'t be reached', async () => {
    const { source, destination, emulator } = world();
    const thingName = 'drift-in-the-dark';
    await source.iot.send(new CreateThingCommand({ thingName }));
    await destination.registryOnce((registry) => thingName in registry.things);
    await emulator.isolate(PLAIN.source);
    try {
      await expect(source.registry()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
      await destination.iot.send(new DeleteThingCommand({ thingName }));
      expect(await check()).toMatchObject({ status: 'SUCCEEDED', output: { inSync: false, counts: { missing: 1, repaired: 1 } } });
      expect((await destination.registryOnce((registry) => thingName in registry.things)).things).toHaveProperty(thingName);
    } finally {
      await emulator.rejoin(PLAIN.source);
    }
    expect(await world().differences()).toEqual([]);
  }, 180_000);

  test('an unknown input fails with what is expected', async () => {
    expect(await check({ maxDeletions: 5 })).toMatchObject({ status: 'FAILED', error: 'InvalidInput', cause: expect.stringContaining('maxDeletions') });
  });

  test('what RETAIN keeps is reported, and is no drift', async () => {
    const { source, routed } = world();
    const thingName = `${ROUTED.prefix}kept`;
    await source.iot.send(new CreateThingCommand({ thingName }));
    await routed.registryOnce((registry) => thingName in registry.things);
    await source.iot.send(new DeleteThingCommand({ thingName }));
    const report = await waitFor(async () => {
      const execution = await routed.execute(`${ROUTED.name}-drift`, {});
      return JSON.stringify(execution.output).includes(thingName) ? execution : undefined;
    }, { boundMillis: 30_000 });
    expect(report).toMatchObject({ output: { inSync: true, counts: { repaired: 0 } } });
    expect(outputOf(report!).first).toContainEqual({ kind: 'thing', pk: `thing#${thingName}`, sk: 'thing', difference: 'retained' });
    expect((await routed.registry()).things).toHaveProperty(thingName);
    await routed.iot.send(new DeleteThingCommand({ thingName }));
  }, 180_000);

  describe('a destination that is paused', () => {
    /** Changes in both Regions that must not meet before the pause ends. */
    const changeBoth = async (prefix: string) => {
      const { source, destination } = world();
      await source.iot.send(new CreateThingCommand({ thingName: `${prefix}-theirs`, attributePayload: { attributes: { v: 'source' } } }));
      await source.iot.send(new UpdateThingCommand({ thingName: `${prefix}-both`, attributePayload: { attributes: { v: 'source' }, merge: false } }));
      await destination.iot.send(new UpdateThingCommand({ thingName: `${prefix}-both`, attributePayload: { attributes: { v: 'destination' }, merge: false } }));
      await destination.iot.send(new CreateThingCommand({ thingName: `${prefix}-ours` }));
    };
    const expectUntouched = async (prefix: string) => {
      const { things } = await world().destination.registry();
      expect(things).not.toHaveProperty(`${prefix}-theirs`);
      expect(things[`${prefix}-both`].attributes).toEqual({ v: 'destination' });
    };
    const begin = async (prefix: string) => {
      await world().source.iot.send(new CreateThingCommand({ thingName: `${prefix}-both` }));
      expect(await world().differences()).toEqual([]);
    };
    const expectLevel = async (prefix: string) => {
      const { destination } = world();
      const { things } = await destination.registryOnce((registry) => registry.things[`${prefix}-both`].attributes.v === 'source' && `${prefix}-theirs` in registry.things);
      expect(things).toMatchObject({ [`${prefix}-theirs`]: { attributes: { v: 'source' } }, [`${prefix}-both`]: { attributes: { v: 'source' } }, [`${prefix}-ours`]: {} });
      await destination.iot.send(new DeleteThingCommand({ thingName: `${prefix}-ours` }));
      expect(await world().differences()).toEqual([]);
    };
    const reported = (prefix: string) => [
      `thing thing#${prefix}-both/thing different attributes.v: source, not destination`,
      `thing thing#${prefix}-ours/thing unmanaged`,
      `thing thing#${prefix}-theirs/thing missing`,
    ];

    test('by the documented commands takes nothing, reports what differs, and is brought level after that', async () => {
      const [pause] = commandsBelow('docs/operations.md', 'The day of a failover', 2);
      await begin('cut');
      await world().run(pause);
      await changeBoth('cut');
      const report = await check({ mode: 'report' });
      expect((await linesOf(world(), report)).sort()).toEqual(reported('cut'));
      await expectUntouched('cut');
      await world().run(pause.replace('--no-enabled', '--enabled'));
      await check();
      await expectLevel('cut');
    }, 90_000);

    test('by `pausedRegions` only reports, and is brought level when the pause ends, though its stream has lost what happened meanwhile', async () => {
      const { emulator } = world();
      await begin('long');
      await world().deployDestination({ paused: true });
      await changeBoth('long');
      const report = await check();
      expect(outputOf(report)).toMatchObject({ mode: 'report', inSync: false });
      expect((await linesOf(world(), report)).sort()).toEqual(reported('long'));
      expect(await check({ mode: 'repair' })).toMatchObject({ status: 'FAILED', error: 'InvalidInput', cause: expect.stringContaining('paused') });
      await expectUntouched('long');
      await emulator.expireStreams(PLAIN.destination);
      await world().deployDestination({ paused: false });
      await expectLevel('long');
      expect(outputOf((await checkAlone())!)).toMatchObject({ mode: 'repair', inSync: true });
    }, 180_000);
  });
}

interface DriftOutput {
  readonly inSync: boolean;
  readonly mode: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly first: readonly Line[];
  readonly report: string;
}

function outputOf({ status, output, error, cause }: Execution): DriftOutput {
  if (status !== 'SUCCEEDED') throw new Error(`the drift check ended as ${status}: ${error}: ${cause}`);
  return output as DriftOutput;
}

interface Line {
  readonly kind: string;
  readonly pk: string;
  readonly sk: string;
  readonly difference: string;
  readonly fields?: readonly { readonly field: string; readonly expected?: unknown; readonly actual?: unknown }[];
}

/** The report, read with the documented command, as sentences. */
async function linesOf(world: World, execution: Execution): Promise<string[]> {
  const [copy] = commandsBelow('docs/operations.md', 'Drift check');
  const printed = await world.run(copy.replace('s3://<bucket>/reports/<execution>/', outputOf(execution).report));
  const lines = printed.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
  return lines.map(({ kind, pk, sk, difference, fields }) => [`${kind} ${pk}/${sk} ${difference}`, ...(fields ?? []).map(sentence)].join(' '));
}

function sentence({ field, expected, actual }: { field: string; expected?: unknown; actual?: unknown }): string {
  const shown = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing';
  return `${field}: ${shown(expected)}, not ${shown(actual)}`;
}

async function makeFleet(iot: IoTClient): Promise<void> {
  for (const thingTypeName of ['drift-type', 'drift-lost-type', 'drift-open-type']) {
    await iot.send(new CreateThingTypeCommand({ thingTypeName, thingTypeProperties: { thingTypeDescription: 'd', searchableAttributes: ['a'] } }));
  }
  for (const thingGroupName of ['drift-root', 'drift-other', 'drift-lost-group', 'drift-described']) {
    await iot.send(new CreateThingGroupCommand({ thingGroupName, thingGroupProperties: { thingGroupDescription: 'd' } }));
  }
  await iot.send(new CreateThingGroupCommand({ thingGroupName: 'drift-child', parentGroupName: 'drift-root' }));
  for (const thingName of ['drift-lost', 'drift-deleted', 'drift-thing', 'drift-attributes']) {
    await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { v: '1', w: '1' } } }));
  }
  await iot.send(new CreateThingCommand({ thingName: 'drift-typed', thingTypeName: 'drift-type' }));
  for (const thingGroupName of ['drift-root', 'drift-other']) await iot.send(new AddThingToThingGroupCommand({ thingName: 'drift-thing', thingGroupName }));
}

/** What people do by hand in the wrong Region. */
async function makeDrift(iot: IoTClient): Promise<void> {
  // Missing.
  await iot.send(new DeleteThingCommand({ thingName: 'drift-lost' }));
  await iot.send(new DeleteThingGroupCommand({ thingGroupName: 'drift-lost-group' }));
  await iot.send(new DeprecateThingTypeCommand({ thingTypeName: 'drift-lost-type' }));
  await iot.send(new DeleteThingTypeCommand({ thingTypeName: 'drift-lost-type' }));
  await iot.send(new RemoveThingFromThingGroupCommand({ thingName: 'drift-thing', thingGroupName: 'drift-root' }));
  // Different.
  await iot.send(new UpdateThingCommand({ thingName: 'drift-attributes', attributePayload: { attributes: { v: '2', x: '1' }, merge: false } }));
  await iot.send(new UpdateThingCommand({ thingName: 'drift-typed', removeThingType: true }));
  await iot.send(new UpdateThingGroupCommand({ thingGroupName: 'drift-described', thingGroupProperties: { thingGroupDescription: 'other', attributePayload: { attributes: { k: 'v' } } } }));
  await iot.send(new DeleteThingGroupCommand({ thingGroupName: 'drift-child' }));
  await iot.send(new CreateThingGroupCommand({ thingGroupName: 'drift-child', parentGroupName: 'drift-other' }));
  await iot.send(new DeprecateThingTypeCommand({ thingTypeName: 'drift-open-type' }));
  await iot.send(new DeprecateThingTypeCommand({ thingTypeName: 'drift-type' }));
  await iot.send(new DeleteThingTypeCommand({ thingTypeName: 'drift-type' }));
  await iot.send(new CreateThingTypeCommand({ thingTypeName: 'drift-type', thingTypeProperties: { thingTypeDescription: 'other' } }));
  // Should be gone.
  await iot.send(new CreateThingCommand({ thingName: 'drift-deleted' }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: 'drift-thing', thingGroupName: 'drift-other' }));
  // Unmanaged.
  await iot.send(new CreateThingTypeCommand({ thingTypeName: 'drift-our-type' }));
  await iot.send(new CreateThingGroupCommand({ thingGroupName: 'drift-our-group' }));
  await iot.send(new CreateThingCommand({ thingName: 'drift-ours' }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: 'drift-ours', thingGroupName: 'drift-our-group' }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: 'drift-attributes', thingGroupName: 'drift-our-group' }));
}

const DRIFTED = [
  'group group#drift-child/group different parentGroupName: drift-root, not drift-other path: ["drift-root"], not ["drift-other"]',
  'group group#drift-described/group different description: d, not other attributes.k: nothing, not v',
  'group group#drift-lost-group/group missing',
  'group group#drift-our-group/group unmanaged',
  'membership thing#drift-attributes/group#drift-our-group unmanaged',
  'membership thing#drift-ours/group#drift-our-group unmanaged',
  'membership thing#drift-thing/group#drift-other shouldBeGone',
  'membership thing#drift-thing/group#drift-root missing',
  'thing thing#drift-attributes/thing different attributes.v: 1, not 2 attributes.w: 1, not nothing attributes.x: nothing, not 1',
  'thing thing#drift-deleted/thing shouldBeGone',
  'thing thing#drift-lost/thing missing',
  'thing thing#drift-ours/thing unmanaged',
  'thing thing#drift-typed/thing different thingTypeName: drift-type, not nothing',
  'type type#drift-lost-type/type missing',
  'type type#drift-open-type/type different deprecated: false, not true',
  'type type#drift-our-type/type unmanaged',
  'type type#drift-type/type different description: d, not other searchableAttributes: ["a"], not []',
];

async function removeUnmanaged(iot: IoTClient): Promise<void> {
  await iot.send(new DeleteThingCommand({ thingName: 'drift-ours' }));
  await iot.send(new DeleteThingGroupCommand({ thingGroupName: 'drift-our-group' }));
  await iot.send(new DeprecateThingTypeCommand({ thingTypeName: 'drift-our-type' }));
  await iot.send(new DeleteThingTypeCommand({ thingTypeName: 'drift-our-type' }));
}
