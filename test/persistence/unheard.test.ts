/** @jest-environment ./test/simulation/environment.ts */
import { Clock } from '../simulation/clock';
import { synthesizeTable, synthesizeWorkflow } from '../simulation/definition';
import { GuardedTable, type Item } from '../simulation/guarded-table';
import { Workflow } from '../simulation/workflow';

const KEY = 'thing#lamp|thing';

/** The workflow as it is deployed on a table of its own; tasks are named in the order in which they were called. */
class Source {
  public readonly clock = new Clock(1_800_000_000_000);
  public readonly tasks: string[] = [];
  public readonly letters: object[] = [];
  /** Called before each task. */
  public before?: (task: string, count: number) => void;
  private readonly table = new GuardedTable('registry', synthesizeTable());
  private readonly workflow = new Workflow({ definition: synthesizeWorkflow().rules, clock: this.clock });

  public get record(): Record<string, unknown> {
    const { incarnation, version, deleted, replaces } = this.table.items.get(KEY)!;
    return { incarnation: incarnation.S, version: Number(version.N), deleted: deleted.BOOL, ...replaces ? { replaces: replaces.L!.map(({ S }) => S) } : {} };
  }

  /** One event; time passes while the workflow waits. */
  public async tell(incarnation: string, operation: string, versionNumber: number, timestamp: number): Promise<string> {
    const running = this.start(incarnation, operation, versionNumber, timestamp);
    let done = false;
    void running.finally(() => { done = true; });
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      this.clock.advance();
    }
    return running;
  }

  /** One event; no time passes. */
  public async start(incarnation: string, operation: string, versionNumber: number, timestamp: number): Promise<string> {
    const event = { eventType: 'THING_EVENT', eventId: `${incarnation}-${operation}-${versionNumber}`, timestamp, operation, thingName: 'lamp', thingId: incarnation, versionNumber, attributes: {} };
    const { outcome } = await this.workflow.execute(event, async (resource, input) => this.run(resource, input)) as { outcome: string };
    return outcome;
  }

  /** Writes a newer record of the first thing, as if by another execution. */
  public overtake(version: number): void {
    const item = this.table.items.get(KEY)!;
    this.table.items.set(KEY, { ...item, version: { N: String(version) } });
  }

  private run(resource: string, input: unknown): unknown {
    const task = resource.replace('dynamodb:', '');
    this.tasks.push(task);
    this.before?.(task, this.tasks.length);
    if (resource === 'dynamodb:putItem') return this.table.put(input as object) && {};
    if (resource === 'sqs:sendMessage') {
      this.letters.push(JSON.parse((input as { MessageBody: string }).MessageBody) as object);
      return {};
    }
    if (resource !== 'dynamodb:getItem') throw new Error(`unexpected ${resource}`);
    expect(input).toEqual({ TableName: 'registry', Key: { pk: { S: 'thing#lamp' }, sk: { S: 'thing' } }, ConsistentRead: true });
    return { Item: this.table.items.get(KEY) as Item };
  }
}

async function withThing(): Promise<Source> {
  const source = new Source();
  await source.tell('a', 'CREATED', 1, 100);
  source.tasks.length = 0;
  return source;
}

test('a steady state is one write for an event, re-creations in their order included', async () => {
  const source = await withThing();
  for (const [incarnation, operation, version, time] of [['a', 'UPDATED', 2, 200], ['a', 'DELETED', 2, 300], ['b', 'CREATED', 1, 400], ['b', 'UPDATED', 2, 500]] as const) {
    expect(await source.tell(incarnation, operation, version, time)).toBe('persisted');
  }
  expect(source.tasks).toEqual(['putItem', 'putItem', 'putItem', 'putItem']);
  expect(source.record).toEqual({ incarnation: 'b', version: 2, deleted: false });
});

test('a thing that takes the place of one that lives names it, once its deletion has not arrived for some seconds', async () => {
  const source = await withThing();
  const began = source.clock.now();
  expect(await source.tell('b', 'UPDATED', 2, 500)).toBe('persisted');
  expect(source.record).toEqual({ incarnation: 'b', version: 2, deleted: false, replaces: ['a'] });
  expect(source.tasks).toEqual(['putItem', 'getItem', 'getItem', 'putItem']);
  expect(source.clock.now() - began).toBe(4_000);
});

test('a deletion that arrives while it is waited for leaves no trace', async () => {
  const source = await withThing();
  const creation = source.start('b', 'CREATED', 1, 400);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await source.start('a', 'DELETED', 1, 300)).toBe('persisted');
  source.clock.advance();
  expect(await creation).toBe('persisted');
  expect(source.record).toEqual({ incarnation: 'b', version: 1, deleted: false });
});

test('later events of it keep what it replaces, and older ones are stale', async () => {
  const source = await withThing();
  await source.tell('b', 'UPDATED', 2, 500);
  expect(await source.tell('b', 'CREATED', 1, 400)).toBe('stale');
  expect(await source.tell('b', 'UPDATED', 2, 500)).toBe('stale');
  expect(await source.tell('b', 'UPDATED', 3, 600)).toBe('persisted');
  expect(await source.tell('a', 'UPDATED', 7, 250)).toBe('stale');
  expect(source.record).toEqual({ incarnation: 'b', version: 3, deleted: false, replaces: ['a'] });
});

test('each deletion that arrives after all takes its incarnation off', async () => {
  const source = await withThing();
  await source.tell('b', 'CREATED', 1, 500);
  await source.tell('c', 'CREATED', 1, 700);
  expect(source.record).toEqual({ incarnation: 'c', version: 1, deleted: false, replaces: ['a', 'b'] });
  expect(await source.tell('x', 'DELETED', 1, 600)).toBe('stale');
  expect(await source.tell('b', 'DELETED', 1, 600)).toBe('persisted');
  expect(source.record).toEqual({ incarnation: 'c', version: 1, deleted: false, replaces: ['a'] });
  expect(await source.tell('a', 'DELETED', 1, 450)).toBe('persisted');
  expect(source.record).toEqual({ incarnation: 'c', version: 1, deleted: false });
});

test('its own deletion ends it like any other', async () => {
  const source = await withThing();
  await source.tell('b', 'CREATED', 1, 500);
  expect(await source.tell('b', 'DELETED', 1, 600)).toBe('persisted');
  expect(source.record).toEqual({ incarnation: 'b', version: 1, deleted: true });
});

test('what moves between the read and the write is read again', async () => {
  const source = await withThing();
  source.before = (_, count) => {
    if (count !== 4) return;
    source.before = undefined;
    void source.start('a', 'UPDATED', 2, 200);
  };
  const creation = source.tell('b', 'CREATED', 1, 500);
  expect(await creation).toBe('persisted');
  expect(source.record).toEqual({ incarnation: 'b', version: 1, deleted: false, replaces: ['a'] });
});

test('an event whose record changes between each read and write is dead-lettered, with its name and what to do', async () => {
  const source = await withThing();
  let version = 2;
  source.before = (task) => {
    // Another execution is faster more often than anybody tries.
    if (task === 'putItem' && version < 30) source.overtake(version++);
  };
  expect(await source.tell('b', 'UPDATED', 2, 500)).toBe('dead-lettered');
  expect(source.letters).toEqual([expect.objectContaining({ error: 'ContendedRecord', reason: expect.stringContaining('start the event again') })]);
  expect(source.tasks.filter((task) => task === 'getItem')).toHaveLength(11);
});
