/** @jest-environment ./test/simulation/environment.ts */
/** Records with a time that no clock has reached: a forged event, or an item that somebody wrote. */
import { MINUTE, Source } from './source';
import { keyOf } from '../kinds/keys';

const YEAR_2100 = Date.UTC(2100, 0, 1);
const DAY = 24 * 60 * MINUTE;

async function fleet(): Promise<Source> {
  const source = new Source();
  source.untold(() => {
    source.registry.execute('CreateThingType', { thingTypeName: 'bulb' });
    source.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    for (const thingName of ['lamp', 'other']) source.registry.execute('CreateThing', { thingName, attributePayload: { attributes: { color: 'red' } } });
    source.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
  });
  source.pass(10 * MINUTE);
  await source.sweep();
  source.pass(DAY);
  source.sent.length = 0;
  return source;
}

const result = (source: Source) => source.results[source.results.length - 1];
const KEYS = { type: keyOf.type('bulb'), group: keyOf.group('room'), thing: keyOf.thing('lamp'), membership: keyOf.membership('lamp', 'room') };

describe.each(Object.entries(KEYS))('the record of a %s that lives', (_, key) => {
  test('is a difference at every sweep, refused, until somebody deletes the item; the next sweep writes it again', async () => {
    const source = await fleet();
    const before = source.record(key)!;
    source.put({ ...before, timestamp: YEAR_2100 });
    for (let day = 0; day < 2; day++) {
      expect(await source.sweep()).toMatchObject({ inSync: false, counts: { different: 1, refused: 1, deferred: 0, deferredAgain: 0 } });
      expect(result(source)).toMatchObject({ found: 1, persisted: 0, remaining: 1 });
      expect(source.report).toEqual([expect.objectContaining({
        ...key, difference: 'different', fields: [{ field: 'timestamp', expected: `at most ${new Date(source.now).toISOString()}`, actual: YEAR_2100 }],
      })]);
      expect(source.record(key)).toMatchObject({ timestamp: YEAR_2100 });
      source.pass(DAY);
    }
    source.remove(key);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1 } });
    const { timestamp: _t, eventId: _e, version: _v, ...state } = before;
    expect(source.record(key)).toMatchObject(state);
    source.pass(DAY);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('that says that it was deleted is one too', async () => {
    const source = await fleet();
    source.put({ ...source.record(key)!, timestamp: YEAR_2100, deleted: true });
    expect(await source.sweep()).toMatchObject({ inSync: false, counts: { missing: 1, refused: 1 } });
    expect(result(source)).toMatchObject({ remaining: 1 });
  });
});

test('is overwritten where the registry has a later version, by a record of today', async () => {
  const source = await fleet();
  source.put({ ...source.record(KEYS.thing)!, timestamp: YEAR_2100 });
  source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }));
  source.pass(10 * MINUTE);
  await source.sweep();
  expect(source.record(KEYS.thing)).toMatchObject({ version: 2, state: { attributes: { color: 'blue' } } });
  expect(source.record(KEYS.thing)!.timestamp).toBeLessThan(source.now);
  expect(result(source)).toMatchObject({ found: 1, persisted: 1, remaining: 0 });
});

describe('the record of something that the registry does not have', () => {
  test('is buried, and its tombstone is one of today, so that the name can be used again', async () => {
    const source = await fleet();
    source.put({ ...source.record(KEYS.thing)!, ...keyOf.thing('ghost'), incarnation: 'forged', timestamp: YEAR_2100 });
    expect(await source.sweep()).toMatchObject({ counts: { gone: 1, persisted: 1, deferred: 0 } });
    expect(source.record(keyOf.thing('ghost'))).toMatchObject({ deleted: true });
    expect(source.record(keyOf.thing('ghost'))!.timestamp).toBeLessThan(source.now);
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'ghost' }));
    expect(source.record(keyOf.thing('ghost'))).toMatchObject({ deleted: false });
  });

  test('is refused if it is a membership, which only time orders', async () => {
    const source = await fleet();
    source.put({ ...source.record(KEYS.membership)!, ...keyOf.membership('other', 'room'), timestamp: YEAR_2100 });
    expect(await source.sweep()).toMatchObject({ inSync: false, counts: { gone: 1, refused: 1, persisted: 0 } });
    expect(result(source)).toMatchObject({ remaining: 1 });
  });

  test('is a difference if it is a tombstone: the name can\'t be used again', async () => {
    const source = await fleet();
    source.put({ ...source.record(KEYS.thing)!, ...keyOf.thing('ghost'), deleted: true, timestamp: YEAR_2100 });
    expect(await source.sweep()).toMatchObject({ inSync: false, counts: { different: 1, refused: 1 } });
    expect(source.report).toMatchObject([{ pk: 'thing#ghost', difference: 'different', fields: [{ field: 'timestamp' }] }]);
    source.remove(keyOf.thing('ghost'));
    source.pass(DAY);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });
});

test('what a sweep would leave to the next one differs if its record is of the future: no event that it may wait for gets past the record', async () => {
  const source = await fleet();
  source.put({ ...source.record(KEYS.membership)!, deleted: true, timestamp: YEAR_2100 });
  await source.told(() => {
    source.registry.execute('DeleteThing', { thingName: 'lamp' });
    source.registry.execute('CreateThing', { thingName: 'lamp' });
    source.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
  });
  expect(await source.sweep()).toMatchObject({ inSync: false, counts: { different: 1, refused: 1, deferred: 0 } });
  expect(source.report).toMatchObject([{ ...KEYS.membership, difference: 'different', fields: [{ field: 'timestamp' }] }]);
  expect(result(source)).toMatchObject({ found: 1, persisted: 0, remaining: 1 });
});

test('a clock that is a little ahead makes no future: the record is left once', async () => {
  const source = await fleet();
  source.put({ ...source.record(KEYS.thing)!, version: 0, timestamp: source.now + 5 * MINUTE - 1 });
  expect(await source.sweep()).toMatchObject({ counts: { deferred: 1, refused: 0 } });
  source.pass(DAY);
  expect(await source.sweep()).toMatchObject({ counts: { different: 1, persisted: 1, deferred: 0 } });
});
