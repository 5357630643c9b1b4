/** @jest-environment ./test/simulation/environment.ts */
/** What is left to the next sweep, and for how long. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { MINUTE, Source } from './source';
import { keyOf } from '../kinds/keys';
import { ACCOUNT_ID } from '../simulation/definition';

const DAY = 24 * 60 * MINUTE;
const MEMBERSHIP = { thingName: 'lamp', thingGroupName: 'room' };

/** A thing that changes every two minutes, a group, and records of both. */
async function busyFleet(): Promise<Source> {
  const source = new Source();
  source.untold(() => {
    source.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    source.registry.execute('CreateThing', { thingName: 'lamp' });
  });
  source.pass(10 * MINUTE);
  await source.sweep();
  source.pass(10 * MINUTE);
  return source;
}

let beats = 0;
const beat = (source: Source) => source.told(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { beat: String(beats++) } } }));
const result = (source: Source) => source.results[source.results.length - 1];

/** The thing is created again a few minutes before a sweep. All that is told of it are its own events. */
async function recreated(source: Source): Promise<void> {
  source.registry.execute('DeleteThing', { thingName: 'lamp' });
  source.registry.execute('CreateThing', { thingName: 'lamp' });
  for (const event of source.undelivered.splice(0)) if ('thingName' in event) await source.persist(event);
}

describe('the membership of a thing that changes every two minutes', () => {
  test('is recorded by the first sweep after its event was lost', async () => {
    const source = await busyFleet();
    await beat(source);
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(10 * MINUTE);
    await beat(source);
    source.pass(MINUTE);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1, deferred: 0 } });
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: false });
  });

  test('is buried by the first sweep after its end was lost', async () => {
    const source = await busyFleet();
    await source.told(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(10 * MINUTE);
    source.untold(() => source.registry.execute('RemoveThingFromThingGroup', MEMBERSHIP));
    source.pass(10 * MINUTE);
    await beat(source);
    source.pass(MINUTE);
    expect(await source.sweep()).toMatchObject({ counts: { gone: 1, persisted: 1, deferred: 0 } });
  });

  test('is recorded at once if a record says that it belongs to the same thing', async () => {
    const source = await busyFleet();
    await source.told(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(1);
    await source.told(() => source.registry.execute('RemoveThingFromThingGroup', MEMBERSHIP));
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(10 * MINUTE);
    await beat(source);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1, deferred: 0 } });
  });

  test('is left if the thing is so young that the listing may show a membership of the one before, and recorded by the next sweep', async () => {
    const source = await busyFleet();
    await recreated(source);
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { deferred: 1, deferredAgain: 0 } });
    source.pass(DAY);
    await beat(source);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1, deferred: 0 } });
  });

  test('is left if its record belongs to the thing before, and recorded by the next sweep, which knows that the thing was there for long', async () => {
    const source = await busyFleet();
    await source.told(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(10 * MINUTE);
    source.registry.execute('DeleteThing', { thingName: 'lamp' });
    source.undelivered.length = 0;
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'lamp' }));
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    await beat(source);
    source.pass(MINUTE);
    expect(await source.sweep()).toMatchObject({ counts: { deferred: 1, deferredAgain: 0 } });
    source.pass(DAY);
    await beat(source);
    source.pass(MINUTE);
    expect(await source.sweep()).toMatchObject({ counts: { different: 1, persisted: 1, deferred: 0, deferredAgain: 0 } });
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: false, thingId: source.record(keyOf.thing('lamp'))!.incarnation });
  });
});

describe('what is left twice in a row, and has not moved in between', () => {
  /** Before each sweep the thing is created again, told, and put into its group, untold. */
  async function leaving(source: Source) {
    await recreated(source);
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    source.pass(MINUTE);
    return source.sweep();
  }

  test('remains, is named, and is no sync', async () => {
    const source = await busyFleet();
    expect(await leaving(source)).toMatchObject({ inSync: true, counts: { deferred: 1, deferredAgain: 0 } });
    expect(result(source)).toMatchObject({ inSync: true, found: 0, remaining: 0 });
    for (let day = 0; day < 2; day++) {
      source.pass(DAY);
      expect(await leaving(source)).toMatchObject({ inSync: false, counts: { deferred: 0, deferredAgain: 1 } });
      expect(result(source)).toMatchObject({ inSync: false, found: 1, persisted: 0, remaining: 1 });
      expect(source.report).toEqual([{ kind: 'membership', pk: 'thing#lamp', sk: 'group#room', difference: 'deferredAgain' }]);
    }
    source.pass(DAY);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1, deferred: 0, deferredAgain: 0 } });
    source.pass(DAY);
    expect(await leaving(source)).toMatchObject({ inSync: true, counts: { deferredAgain: 0 } });
  });

  test('does not count twice if a sweep in between found it settled', async () => {
    const source = await busyFleet();
    await leaving(source);
    source.pass(DAY);
    await source.sweep();
    source.untold(() => source.registry.execute('RemoveThingFromThingGroup', MEMBERSHIP));
    source.pass(DAY);
    await source.sweep();
    expect(await leaving(source)).toMatchObject({ counts: { deferredAgain: 0 } });
  });

  test('is no entity that events keep moving: its difference is another each time', async () => {
    const source = await busyFleet();
    for (let day = 0; day < 3; day++) {
      await beat(source);
      source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { day: String(day) } } }));
      source.pass(MINUTE);
      expect(await source.sweep()).toMatchObject({ counts: { deferred: 1, deferredAgain: 0 } });
      source.pass(DAY);
    }
  });

  test('counts in a report too, and through a sweep that failed', async () => {
    const source = await busyFleet();
    await leaving(source);
    source.pass(DAY);
    source.breaks = () => ({ status: 'FAILED', error: 'States.Runtime' });
    source.untold(() => source.registry.execute('CreateThing', { thingName: 'other' }));
    source.pass(10 * MINUTE);
    await recreated(source);
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    await expect(source.sweep()).rejects.toThrow('could not be persisted');
    expect(result(source)).toMatchObject({ found: 2, remaining: 2 });
    source.breaks = undefined;
    source.pass(DAY);
    await recreated(source);
    source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
    expect(await source.sweep({ input: { mode: 'report' } })).toMatchObject({ inSync: false, counts: { missing: 1, deferredAgain: 1 } });
    expect(result(source)).toMatchObject({ found: 2, remaining: 2 });
  });
});

test('what a step that is repeated finds of its own sweep says nothing', async () => {
  const source = await busyFleet();
  await recreated(source);
  source.untold(() => source.registry.execute('AddThingToThingGroup', MEMBERSHIP));
  source.resultError = new Error('Rate exceeded');
  await expect(source.sweep()).rejects.toThrow('Rate exceeded');
  const list = JSON.parse(source.bucket.read('latest/left.json')) as { run: string; left: object[] };
  expect(list).toMatchObject({ run: 'sweep-2', left: [{ pk: 'thing#lamp', sk: 'group#room' }] });
});

test('a sweep that leaves nothing, after one that left nothing, writes nothing down', async () => {
  const source = await busyFleet();
  expect(source.bucket.keys('latest/')).toEqual([]);
});

test.each(['no JSON', 'null', '{}'])('an object of somebody else in its place, %s, ends no sweep', async (Body) => {
  const source = await busyFleet();
  source.bucket.put(new PutObjectCommand({ Bucket: source.bucket.name, ExpectedBucketOwner: ACCOUNT_ID, Key: 'latest/left.json', Body }));
  source.untold(() => source.registry.execute('CreateThing', { thingName: 'other' }));
  source.pass(10 * MINUTE);
  expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1 } });
});
