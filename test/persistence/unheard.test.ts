/** @jest-environment ./test/simulation/environment.ts */
import { OBSERVATION_EVENT } from '../../src/kinds/observation';
import { Clock } from '../simulation/clock';
import { synthesizeTable, synthesizeWorkflow } from '../simulation/definition';
import { GuardedTable, type Item } from '../simulation/guarded-table';
import { Workflow } from '../simulation/workflow';

const KEY = 'thing#lamp|thing';

/** What a sweep has found. */
function observationOf(incarnation: string, timestamp: number): object {
  return { eventType: OBSERVATION_EVENT, kind: 'thing', record: { pk: 'thing#lamp', sk: 'thing', incarnation, version: 1, timestamp, deleted: false, eventId: 'sweep-1', state: { attributes: {} } } };
}

/** The workflow as it is deployed on a table of its own; tasks are named in the order in which they were called. */
class Source {
  public readonly clock = new Clock(1_800_000_000_000);
  public readonly tasks: string[] = [];
  public readonly letters: object[] = [];
  /** Called before each task. */
  public before?: (task: string, count: number) => void;
  public readonly table = new GuardedTable('registry', synthesizeTable());
  private readonly workflow = new Workflow({ definition: synthesizeWorkflow().rules, clock: this.clock });

  public get record(): Record<string, unknown> {
    const { incarnation, version, deleted, replaces } = this.table.items.get(KEY)!;
    return { incarnation: incarnation.S, version: Number(version.N), deleted: deleted.BOOL, ...replaces ? { replaces: replaces.L!.map(({ S }) => S) } : {} };
  }

  /** One event; time passes while the workflow waits. */
  public async tell(incarnation: string, operation: string, versionNumber: number, timestamp: number): Promise<string> {
    return this.whilePassing(this.start(incarnation, operation, versionNumber, timestamp));
  }

  private async whilePassing<T>(running: Promise<T>): Promise<T> {
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

  /** What a sweep has found, which began at a time. */
  public async find(incarnation: string, timestamp: number): Promise<string> {
    const observers = new Workflow({ definition: synthesizeWorkflow().observers, clock: this.clock });
    const running = observers.execute(observationOf(incarnation, timestamp), async (resource, input) => this.run(resource, input)) as Promise<{ outcome: string }>;
    const { outcome } = await this.whilePassing(running);
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
    if (resource === 'dynamodb:putItem') {
      let Attributes: Item | undefined;
      this.table.put(input as object, (old) => { Attributes = old; });
      return (input as { readonly ReturnValues?: string }).ReturnValues === 'ALL_OLD' ? { Attributes } : {};
    }
    if (resource === 'dynamodb:updateItem') return this.table.update(input as object) && {};
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
  expect(source.tasks).toEqual(['putItem', 'getItem', 'getItem', 'updateItem', 'putItem']);
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
    if (count !== 5) return;
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

describe('destinations that are added later learn from the heartbeat', () => {
  const MINUTE = 60_000;
  const BEAT = { pk: { S: 'signal' }, sk: { S: 'heartbeat' }, timestamp: { N: '1000000' }, uninterruptedSince: { N: '0' } };
  const SILENCE = 5 * MINUTE;

  async function withHeartbeat(timestamp = 100): Promise<{ source: Source; since: () => number }> {
    const source = new Source();
    await source.tell('a', 'CREATED', 1, timestamp);
    source.tasks.length = 0;
    source.table.items.set('signal|heartbeat', BEAT);
    return { source, since: () => Number(source.table.items.get('signal|heartbeat')!.uninterruptedSince.N) };
  }

  test('that an event was lost, before the record that shows it is there', async () => {
    const { source, since } = await withHeartbeat();
    source.before = (task) => {
      if (task === 'putItem' && source.tasks.includes('updateItem')) expect(since()).toBe(1_000_000 + SILENCE);
    };
    expect(await source.tell('b', 'UPDATED', 2, 500)).toBe('persisted');
    expect(source.tasks).toEqual(['putItem', 'getItem', 'getItem', 'updateItem', 'putItem']);
    expect(source.table.items.get('signal|heartbeat')).toEqual({ ...BEAT, uninterruptedSince: { N: String(1_000_000 + SILENCE) } });
  });

  test('that the sweep which has found it is enough, unless more was lost later', async () => {
    const { source, since } = await withHeartbeat();
    const found = (incarnation: string, timestamp: number) => source.find(incarnation, timestamp);
    expect(await found('b', 2_000_000)).toBe('persisted');
    expect(since()).toBe(1_999_999);
    source.table.items.set('signal|heartbeat', { ...BEAT, uninterruptedSince: { N: '5000000' } });
    expect(await found('c', 3_000_000)).toBe('persisted');
    expect(since()).toBe(5_000_000);
  });

  test('nothing of a deletion that arrives in time, nor of what events of the same incarnation say', async () => {
    const { source, since } = await withHeartbeat();
    for (const [incarnation, operation, version, time] of [['a', 'UPDATED', 2, 200], ['a', 'DELETED', 2, 300], ['b', 'CREATED', 1, 400]] as const) await source.tell(incarnation, operation, version, time);
    expect(since()).toBe(0);
  });

  test('that a time has gone back by more than five minutes, and by no less', async () => {
    const { source, since } = await withHeartbeat(10 * MINUTE);
    expect(await source.tell('a', 'UPDATED', 2, 5 * MINUTE)).toBe('persisted');
    expect(since()).toBe(0);
    const later = await withHeartbeat(10 * MINUTE);
    expect(await later.source.tell('a', 'UPDATED', 2, 5 * MINUTE - 1)).toBe('persisted');
    expect(later.since()).toBe(1_000_000 + SILENCE);
    expect(later.source.tasks).toEqual(['putItem', 'updateItem']);
  });

  test('that it has, where the record was read before it was replaced', async () => {
    const { source, since } = await withHeartbeat();
    await source.tell('b', 'UPDATED', 2, 10 * MINUTE);
    source.table.items.set('signal|heartbeat', BEAT);
    expect(await source.tell('b', 'UPDATED', 3, 5 * MINUTE - 1)).toBe('persisted');
    expect(since()).toBe(1_000_000 + SILENCE);
  });

  test('or the event is a dead letter', async () => {
    const { source } = await withHeartbeat();
    source.before = (task) => {
      if (task === 'updateItem') throw Object.assign(new Error('not now'), { name: 'DynamoDB.AmazonDynamoDBException' });
    };
    expect(await source.tell('b', 'UPDATED', 2, 500)).toBe('dead-lettered');
    expect(source.record).toMatchObject({ incarnation: 'a' });
  });
});
