/** @jest-environment ./test/simulation/environment.ts */
import { MINUTE, Source, SourceOptions } from './source';
import { keyOf } from '../kinds/keys';

function lamps(count: number, options: SourceOptions = {}): Source {
  const source = new Source(options);
  source.untold(() => {
    source.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    for (let i = 0; i < count; i++) {
      source.registry.execute('CreateThing', { thingName: `lamp-${i}` });
      source.registry.execute('AddThingToThingGroup', { thingName: `lamp-${i}`, thingGroupName: 'room' });
    }
  });
  source.pass(10 * MINUTE);
  return source;
}

describe('an event that the persistence workflow fails with', () => {
  test.each(['FAILED', 'TIMED_OUT'])('(%s) does not stop the rest, and fails the sweep at its end', async (status) => {
    const source = lamps(5);
    source.breaks = ({ kind, record }) => (kind === 'thing' && record.pk === 'thing#lamp-2' ? { status, error: 'States.Runtime' } : undefined);
    const failure = await source.sweep().then(() => undefined, (error: Error) => error);
    expect(failure).toMatchObject({ name: 'IncompleteSweep' });
    expect(failure!.message).toBe('1 entity could not be persisted: look at the failed executions of the persistence workflow, then sweep again; the report is in s3://reports/reports/sweep-1/');
    expect(Object.keys(source.records())).toHaveLength(10);
    expect(source.record(keyOf.thing('lamp-2'))).toBeUndefined();
    expect(JSON.parse(source.bucket.read('reports/sweep-1/summary.json'))).toMatchObject({ inSync: false, counts: { missing: 11, persisted: 10, failed: 1 } });
    expect(source.report.map(({ pk, sk }) => `${pk} ${sk}`)).toContain('thing#lamp-2 thing');
    source.breaks = undefined;
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1 } });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('of a deletion counts too', async () => {
    const source = lamps(3);
    await source.sweep();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'lamp-1' }));
    source.pass(10 * MINUTE);
    source.breaks = ({ kind, record }) => (kind === 'thing' && record.deleted ? { status: 'FAILED' } : undefined);
    await expect(source.sweep()).rejects.toThrow('1 entity could not be persisted');
    expect(source.record(keyOf.membership('lamp-1', 'room'))).toMatchObject({ deleted: true });
    expect(source.record(keyOf.thing('lamp-1'))).toMatchObject({ deleted: false });
  });
});

test('an event that ends as a dead letter is counted as one, and differs still', async () => {
  const source = lamps(1, { router: () => ({ replicate: 'perhaps' as unknown as boolean }) });
  expect(await source.sweep()).toMatchObject({ inSync: false, counts: { 'missing': 3, 'dead-lettered': 3, 'persisted': 0 } });
  expect(source.deadLetters).toHaveLength(3);
});

describe('a step that dies', () => {
  /** Dies once at each call of a service in turn, and is repeated; tells what came of each sweep. */
  async function sweepDyingAt(nth: number) {
    const source = lamps(4, { limits: { maxPageSize: 2 }, pageSize: 3 });
    const before = source.step.bind(source);
    let calls = 0;
    let died = false;
    const put = source.bucket.put.bind(source.bucket);
    const dies = () => {
      if (!died && ++calls === nth) {
        died = true;
        throw new Error('the function is gone');
      }
    };
    // Around each write of the journal: what it notes has happened by then, or is noted and not told.
    source.bucket.put = (command) => {
      dies();
      const answer = put(command);
      dies();
      return answer;
    };
    source.step = async (request) => {
      try {
        return await before(request);
      } catch (error) {
        if ((error as Error).message !== 'the function is gone') throw error;
        return before(request);
      }
    };
    const summary = await source.sweep();
    return { source, died, summary };
  }

  test('goes on, wherever it died, and every record is as it should be', async () => {
    const expected = Object.keys((await sweepDyingAt(Infinity)).source.records());
    expect(expected).toHaveLength(9);
    let nth = 1;
    for (; ; nth++) {
      const { source, died, summary } = await sweepDyingAt(nth);
      if (!died) break;
      expect(Object.keys(source.records())).toEqual(expected);
      expect(summary.counts).toMatchObject({ listed: 9, records: 9, failed: 0, gone: 0 });
      // What a step that died had persisted is told nevertheless, if not what it was before.
      expect(summary).toMatchObject({ inSync: false, counts: { persisted: 9 } });
      expect(summary.counts.missing + summary.counts.different).toBe(9);
      expect(source.report.map(({ pk, sk }) => `${pk}|${sk}`).sort()).toEqual(expected);
      source.pass(10 * MINUTE);
      expect(await source.sweep()).toMatchObject({ inSync: true });
    }
    expect(nth).toBeGreaterThan(20);
  });
});

describe('an item that is no record', () => {
  test('is reported as different, stops nothing, and is left alone', async () => {
    const source = lamps(2);
    await source.sweep();
    const poison = { ...keyOf.thing('lamp-0'), version: 'one' };
    source.put(poison);
    source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp-1', attributePayload: { attributes: { color: 'blue' } } }));
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: false, counts: { different: 2, persisted: 1, refused: 1, stale: 0 } });
    expect(source.report).toContainEqual({ kind: 'thing', pk: 'thing#lamp-0', sk: 'thing', difference: 'different', fields: [{ field: 'record', expected: 'thing', actual: 'unreadable' }] });
    expect(source.record(keyOf.thing('lamp-0'))).toEqual(poison);
  });

  test('under the key of something that is gone is left', async () => {
    const source = lamps(1);
    await source.sweep();
    source.put({ ...keyOf.thing('gone') });
    source.put({ ...keyOf.thing('name with blanks') });
    source.put({ pk: 'settings', sk: 'mine', deleted: 'no' });
    source.put({ pk: 'thing#', sk: 'thing' });
    source.pass(10 * MINUTE);
    source.sent.length = 0;
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { gone: 0 } });
    expect(source.sent).toEqual([]);
  });

  test('though it reads like one is left as well: the registry takes no such name', async () => {
    const source = lamps(1);
    await source.sweep();
    for (const name of ['name with blanks', 'a#b', 'n'.repeat(129)]) source.put({ ...source.record(keyOf.thing('lamp-0'))!, ...keyOf.thing(name) });
    source.pass(10 * MINUTE);
    source.sent.length = 0;
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { gone: 0 } });
    expect(source.sent).toEqual([]);
  });
});

test('nothing of names is logged, whatever happens', async () => {
  const source = lamps(3);
  source.breaks = ({ kind, record }) => (kind === 'thing' && record.pk === 'thing#lamp-2' ? { status: 'FAILED', error: 'States.Runtime' } : undefined);
  await expect(source.sweep()).rejects.toThrow();
  source.breaks = undefined;
  source.pass(10 * MINUTE);
  await source.sweep();
  source.untold(() => source.registry.execute('DeleteThing', { thingName: 'lamp-1' }));
  source.pass(10 * MINUTE);
  await source.sweep();
  expect(source.logged.length).toBeGreaterThan(20);
  expect(JSON.stringify(source.logged)).toContain('an event was not persisted');
  expect(JSON.stringify(source.logged)).not.toMatch(/lamp|room/);
});

test('a fault of the registry fails the step, which is repeated, and does not count as an absence', async () => {
  const source = lamps(2);
  await source.sweep();
  source.untold(() => source.registry.execute('DeleteThing', { thingName: 'lamp-1' }));
  source.pass(10 * MINUTE);
  source.registry.injectFault = (operation) => (operation === 'DescribeThing' ? new Error('down') : undefined);
  source.sent.length = 0;
  await expect(source.sweep()).rejects.toThrow('down');
  expect(source.sent).toEqual([]);
});

test('records are read from the table in batches, consistently where something is decided', async () => {
  const source = lamps(3);
  await source.sweep();
  const consistency = source.reads.flatMap(({ input }) => ('RequestItems' in input ? Object.values(input.RequestItems!).map(({ ConsistentRead }) => ConsistentRead) : []));
  expect(consistency).toContain(true);
  expect(source.reads.filter(({ constructor: { name } }) => name === 'BatchGetItemCommand').length).toBeLessThan(12);
});
