import { AttributeValue, DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, DeleteThingCommand } from '@aws-sdk/client-iot';
import { commandsBelow } from './documentation';
import { PLAIN } from './names';
import { EXISTING, World } from './world';
import { firstExecution } from '../../demo/executions';
import { missing } from '../../demo/scenario';
import { waitFor } from '../../emulator/waiting';

const SWEEP = `${PLAIN.name}-sweep`;

/** What a sweep finds and does. */
export function sweepTests(world: () => World): void {
  const sweep = (input: object = {}) => world().source.execute(SWEEP, input);

  test('the first sweep, which runs automatically, backfills the fleet that existed before the deployment', async () => {
    const { source, destination } = world();
    const first = await firstExecution(source.sfn, source.workflowArn(SWEEP));
    const entities = EXISTING.flatMap(({ steps }) => steps).length;
    expect(first).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'repair', inSync: false, counts: { missing: entities, persisted: entities, different: 0, gone: 0 } } });
    expect(await world().differences()).toEqual([]);
    expect(await missing(EXISTING, destination.iot)).toEqual([]);
  });

  test('a fleet in sync is swept without a write', async () => {
    expect(await sweep()).toMatchObject({ status: 'SUCCEEDED', output: { inSync: true, counts: { persisted: 0, missing: 0, different: 0, gone: 0 }, first: [] } });
  });

  test('the documented commands start a sweep, and print what it found', async () => {
    const [start, describe] = commandsBelow('docs/operations.md', 'Sweep')[0].split(/(?<!\\)\n/);
    const { executionArn } = JSON.parse(await world().run(start)) as { executionArn: string };
    const ended = await waitFor(async () => {
      const execution = JSON.parse(await world().run(describe.replace('<executionArn>', executionArn))) as { status: string; output: string };
      return execution.status === 'RUNNING' ? undefined : execution;
    }, { boundMillis: 30_000 });
    expect(ended?.status).toBe('SUCCEEDED');
    expect(JSON.parse(ended!.output)).toMatchObject({ inSync: true });
  });

  test('a record that was lost is found, and reported before it is restored', async () => {
    const { source, destination } = world();
    const thingName = 'recordless';
    await source.iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { v: '1' } } }));
    await destination.registryOnce((registry) => thingName in registry.things);
    await remove(world(), thingName);
    await destination.iot.send(new DeleteThingCommand({ thingName }));

    const report = await sweep({ mode: 'report' });
    expect(report).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'report', inSync: false, counts: { missing: 1, different: 0, gone: 0, persisted: 0 } } });
    expect(JSON.stringify(report.output)).toContain(thingName);
    expect(await record(world(), thingName)).toBeUndefined();

    expect(await sweep()).toMatchObject({ output: { counts: { missing: 1, persisted: 1 } } });
    expect((await destination.registryOnce((registry) => thingName in registry.things)).things[thingName]).toEqual({ attributes: { v: '1' } });
    expect(await sweep()).toMatchObject({ output: { inSync: true, counts: { persisted: 0 } } });
    expect(await world().differences()).toEqual([]);
  }, 180_000);

  test('a change that was missed is found', async () => {
    const { source, destination } = world();
    const thingName = 'outdated';
    await source.iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { v: 'new' } } }));
    await destination.registryOnce((registry) => thingName in registry.things);
    const stored = await record(world(), thingName);
    const outdated = { M: { attributes: { M: { v: { S: 'old' } } } } };
    // Removed first: a record that replaces a newer one shows that a clock is wrong, which the status remembers.
    await remove(world(), thingName);
    await put(world(), { ...stored!, version: { N: '0' }, timestamp: { N: '1' }, state: outdated });
    await destination.registryOnce((registry) => registry.things[thingName]?.attributes.v === 'old');
    expect(await sweep()).toMatchObject({ output: { inSync: false, counts: { different: 1, persisted: 1 } } });
    expect((await destination.registryOnce((registry) => registry.things[thingName]?.attributes.v === 'new')).things[thingName]).toEqual({ attributes: { v: 'new' } });
    expect(await world().differences()).toEqual([]);
  });

  test('what is gone is buried, but no more than is allowed', async () => {
    const { destination } = world();
    const gone = ['ghost-1', 'ghost-2'];
    for (const name of gone) await put(world(), thing(name));
    await destination.registryOnce((registry) => gone.every((name) => name in registry.things));

    const refused = await sweep({ maxDeletions: 1 });
    expect(refused).toMatchObject({ status: 'FAILED', error: 'TooManyDeletions', cause: expect.stringMatching(/2.*ghost-1.*ghost-2/s) });
    expect((await record(world(), 'ghost-1'))?.deleted.BOOL).toBe(false);

    expect(await sweep({ maxDeletions: 2 })).toMatchObject({ status: 'SUCCEEDED', output: { inSync: false, counts: { gone: 2, persisted: 2 } } });
    const { things } = await destination.registryOnce((registry) => !gone.some((name) => name in registry.things));
    expect(gone.filter((name) => name in things)).toEqual([]);
    expect((await record(world(), 'ghost-1'))?.deleted.BOOL).toBe(true);
    expect(await world().differences()).toEqual([]);
  }, 180_000);

  test.each<[object, RegExp]>([
    [{ mod: 'report' }, /mod\b/],
    [{ mode: 'dry' }, /mode.*report/],
    [{ maxDeletions: -1 }, /maxDeletions/],
  ])('the input %j fails with what is expected', async (input, cause) => {
    const { status, error, cause: told } = await sweep(input);
    expect([status, error]).toEqual(['FAILED', 'InvalidInput']);
    expect(told).toMatch(cause);
  });
}

function key(thingName: string): Record<'pk' | 'sk', AttributeValue> {
  return { pk: { S: `thing#${thingName}` }, sk: { S: 'thing' } };
}

async function record({ dynamodb }: World, thingName: string): Promise<Record<string, AttributeValue> | undefined> {
  return (await dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: key(thingName) }))).Item;
}

async function remove({ dynamodb }: World, thingName: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: PLAIN.name, Key: key(thingName) }));
}

async function put({ dynamodb }: World, item: Record<string, AttributeValue>): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName: PLAIN.name, Item: item }));
}

function thing(name: string): Record<string, AttributeValue> {
  return {
    ...key(name),
    incarnation: { S: 'i' },
    version: { N: '1' },
    timestamp: { N: '1' },
    deleted: { BOOL: false },
    sourceRegion: { S: PLAIN.source },
    eventId: { S: 'e' },
    state: { M: { attributes: { M: { v: { S: '1' } } } } },
  };
}
