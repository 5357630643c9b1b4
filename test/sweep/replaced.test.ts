/** @jest-environment ./test/simulation/environment.ts */
/** What replaced something that lived, of whose deletion no event told, until a sweep has looked. */
import { MINUTE, Source } from './source';
import { keyOf } from '../kinds/keys';

const DAY = 24 * 60 * MINUTE;
const MEMBERSHIP = { thingName: 'lamp', thingGroupName: 'room' };
const LAMP = keyOf.thing('lamp');
const ROOM = keyOf.group('room');

/** A thing in a group, with their records. */
async function fleet(): Promise<Source> {
  const source = new Source();
  await source.told(() => {
    source.registry.execute('CreateThingType', { thingTypeName: 'light' });
    source.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    source.registry.execute('CreateThing', { thingName: 'lamp' });
    source.registry.execute('AddThingToThingGroup', MEMBERSHIP);
  });
  source.pass(10 * MINUTE);
  return source;
}

let updates = 0;
const update = (source: Source) => source.told(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { n: String(updates++) } } }));

/** The thing is deleted and created again; the first event to arrive is one of its updates. */
async function replaceThing(source: Source): Promise<void> {
  source.untold(() => {
    source.registry.execute('DeleteThing', { thingName: 'lamp' });
    source.registry.execute('CreateThing', { thingName: 'lamp' });
  });
  source.pass(MINUTE);
  await update(source);
}

/** A thing that replaced one, with its membership as it has to be. */
async function replaced(): Promise<Source> {
  const source = await fleet();
  source.untold(() => source.registry.execute('RemoveThingFromThingGroup', MEMBERSHIP));
  source.pass(10 * MINUTE);
  expect(await source.sweep()).toMatchObject({ counts: { gone: 1, persisted: 1 } });
  source.pass(10 * MINUTE);
  await replaceThing(source);
  expect(source.record(LAMP)).toMatchObject({ replaces: [expect.any(String)] });
  source.pass(10 * MINUTE);
  return source;
}

test('a sweep that has nothing to do about the memberships ends it, and calls that no difference', async () => {
  const source = await replaced();
  const { replaces, ...before } = source.record(LAMP)!;
  expect(await source.sweep()).toMatchObject({ inSync: true, counts: { different: 0, persisted: 0, deferred: 0 } });
  expect(source.record(LAMP)).toEqual(before);
  const items = source.records();
  await source.sweep();
  expect(source.records()).toEqual(items);
});

test('a sweep that puts a membership right leaves it to the next one: a destination may get both in any order', async () => {
  const source = await fleet();
  await replaceThing(source);
  source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
  source.pass(10 * MINUTE);
  expect(await source.sweep()).toMatchObject({ counts: { different: 1, persisted: 1 } });
  expect(source.record(LAMP)).toMatchObject({ replaces: [expect.any(String)] });
  source.pass(DAY);
  expect(await source.sweep()).toMatchObject({ inSync: true });
  expect(source.record(LAMP)).not.toHaveProperty('replaces');
});

test('a sweep that buries a membership leaves it to the next one', async () => {
  const source = await fleet();
  await replaceThing(source);
  source.pass(10 * MINUTE);
  expect(await source.sweep()).toMatchObject({ counts: { gone: 1, persisted: 1 } });
  expect(source.record(LAMP)).toMatchObject({ replaces: [expect.any(String)] });
  source.pass(DAY);
  await source.sweep();
  expect(source.record(LAMP)).not.toHaveProperty('replaces');
});

test('a group and a type are no other', async () => {
  const source = await fleet();
  source.untold(() => {
    source.registry.execute('RemoveThingFromThingGroup', MEMBERSHIP);
    source.registry.execute('DeleteThingGroup', { thingGroupName: 'room' });
    source.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    source.registry.execute('DeprecateThingType', { thingTypeName: 'light' });
    source.pass(10 * MINUTE);
    source.registry.execute('DeleteThingType', { thingTypeName: 'light' });
    source.registry.execute('CreateThingType', { thingTypeName: 'light' });
  });
  await source.told(() => source.registry.execute('DeprecateThingType', { thingTypeName: 'light' }));
  const light = keyOf.type('light');
  expect(source.record(light)).toMatchObject({ replaces: [expect.any(String)] });
  source.pass(10 * MINUTE);
  // No event has told of the group: this sweep finds it.
  await source.sweep();
  expect(source.record(ROOM)).toMatchObject({ replaces: [expect.any(String)] });
  for (let sweeps = 0; sweeps < 2; sweeps++) {
    source.pass(DAY);
    await source.sweep();
  }
  expect([ROOM, light].map((key) => source.record(key))).toEqual([expect.objectContaining({ deleted: false }), expect.objectContaining({ deleted: false })]);
  expect([ROOM, light].map((key) => source.record(key)?.replaces)).toEqual([undefined, undefined]);
});

test('a thing that changes all the time is no other, and its changes stay', async () => {
  const source = await replaced();
  await update(source);
  const before = { 'persist': () => update(source), 'settle-replaced': () => update(source) };
  await source.sweep({ before });
  expect(source.record(LAMP)).not.toHaveProperty('replaces');
  expect(source.record(LAMP)?.state).toEqual({ attributes: { n: String(updates - 1) } });
});

test('a thing that changes all the time and differs is left', async () => {
  const source = await replaced();
  await update(source);
  source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { lost: '1' } } }));
  expect(await source.sweep()).toMatchObject({ counts: { different: 0, deferred: 1 } });
});

test('what is replaced after the memberships were looked at stays', async () => {
  const source = await replaced();
  const [first] = source.record(LAMP)!.replaces as string[];
  const second = source.record(LAMP)!.incarnation as string;
  await source.sweep({ before: { memberships: () => replaceThing(source) } });
  expect(source.record(LAMP)?.replaces).toEqual([second]);
  expect(second).not.toBe(first);
});

test('a thing that goes under way is not brought back, nor is the one that comes then taken away', async () => {
  const source = await replaced();
  await source.sweep({ before: { 'settle-replaced': () => source.told(() => source.registry.execute('DeleteThing', { thingName: 'lamp' })) } });
  expect(source.record(LAMP)).toMatchObject({ deleted: true });
  const other = await replaced();
  await other.sweep({
    before: {
      'settle-replaced': () => other.told(() => {
        other.registry.execute('DeleteThing', { thingName: 'lamp' });
        other.registry.execute('CreateThing', { thingName: 'lamp' });
      }),
    },
  });
  expect(other.record(LAMP)).toMatchObject({ deleted: false, version: 1 });
});

test('a report changes nothing', async () => {
  const source = await replaced();
  const items = source.records();
  await source.sweep({ input: { mode: 'report' } });
  expect(source.records()).toEqual(items);
});
