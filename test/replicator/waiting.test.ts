import { Item, record } from './harness';
import { PassingTime } from './passing-time';
import { DAY_MS, HOUR_MS, HOUSE, LAMP, lamp, LIGHT, messagesOf, MINUTE_MS, numbers, parkedFor, remembered, undeletable, waitingItem, world } from './waiting-world';
import { keyString } from '../../src/record/record';
import { MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';
import { RetryMessage } from '../../src/replicator/handler/queues';
import { WAKE } from '../../src/replicator/handler/watches';
import { DriftHarness } from '../drift/harness';
import { failure } from '../simulation/registry';

describe('a key that waits for what has no record', () => {
  test('is parked without a message, and one watch looks for all of them', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(lamp(), record.thing('lamp-2', { thingTypeName: 'light' })));
    expect(parkedFor(destination)).toBe(keyString(LIGHT));
    expect(parkedFor(destination, { pk: 'thing#lamp-2', sk: 'thing' })).toBe(keyString(LIGHT));
    expect(time.queued).toMatchObject([{ ...LIGHT, watch: expect.any(String) }]);
  });

  test('is parked too if it is there and lacks its type alone', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(record.thing('lamp')));
    await time.stream(destination.write(record.thing('lamp', { thingTypeName: 'light' }, { version: 2 })));
    expect(parkedFor(destination)).toBe(keyString(LIGHT));
    await time.stream(destination.write(record.type('light')));
    await time.pass(MINUTE_MS);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { type: 'light' } });
  });

  test('is applied as a whole once a newer record lacks nothing, which tells only what has changed since', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(record.type('lantern'), record.thing('lamp', { thingTypeName: 'lantern', attributes: { a: '1' } })));
    await time.stream(destination.write(record.thing('lamp', { thingTypeName: 'light' }, { version: 2 })));
    expect(parkedFor(destination)).toBe(keyString(LIGHT));
    await time.stream(destination.write(record.thing('lamp', { thingTypeName: 'lantern' }, { version: 3 })));
    await time.pass(MINUTE_MS);
    expect(destination.registry.snapshot().things).toEqual({ lamp: { type: 'lantern', attributes: {}, groups: [] } });
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toEqual([]);
    expect(time.queued).toEqual([]);
  });

  test('costs one call of the registry in fifteen minutes, with others that wait for the same', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(...Array.from({ length: 30 }, (_, i) => record.thing(`lamp-${i}`, { thingTypeName: 'light' }))));
    await time.pass(2 * HOUR_MS);
    const calls = await destination.calls(() => time.pass(DAY_MS));
    expect(calls).toEqual({ DescribeThingType: expect.any(Number) });
    expect(calls.DescribeThingType).toBeLessThanOrEqual(96);
    expect(calls.DescribeThingType).toBeGreaterThanOrEqual(90);
    expect(time.queued).toHaveLength(1);
  });

  test('is applied within seconds after that has come by the stream, and nothing is left of it', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(lamp()));
    await time.pass(5 * HOUR_MS);
    await time.stream(destination.write(record.type('light')));
    await time.pass(5_000);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { type: 'light' } });
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toEqual([]);
    expect(time.queued).toEqual([]);
  });

  test('is applied within fifteen minutes after somebody has made that by hand', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(lamp()));
    await time.pass(5 * HOUR_MS);
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: {} });
    await time.pass(15 * MINUTE_MS + 1_000);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { type: 'light' } });
  });

  test('is woken with thousands of others, page by page', async () => {
    const { destination, time } = world();
    const names = Array.from({ length: 1_500 }, (_, i) => `lamp-${i}`);
    await time.stream(destination.write(...names.map((name) => record.thing(name, { thingTypeName: 'light' }))));
    await time.pass(HOUR_MS);
    await time.stream(destination.write(record.type('light')));
    await time.pass(7_000);
    // No faster than AWS admits: more would be throttled.
    expect(Object.keys(destination.registry.snapshot().things).length).toBeLessThanOrEqual(800);
    await time.pass(10_000);
    expect(Object.keys(destination.registry.snapshot().things)).toHaveLength(1_500);
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toEqual([]);
  });

  test('does not delay another key', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(...Array.from({ length: 100 }, (_, i) => record.thing(`lamp-${i}`, { thingTypeName: 'light' }))));
    await time.pass(DAY_MS);
    destination.write(record.thing('door'));
    destination.retries.push({ message: { pk: 'thing#door', sk: 'thing' }, delaySeconds: 0 });
    await time.pass(1_000);
    expect(destination.registry.snapshot().things).toMatchObject({ door: {} });
  });
});

describe('a membership of a thing that waits', () => {
  test('is parked for what the thing waits for, and follows it', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(record.group('house'), lamp()));
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(HOUR_MS);
    expect(parkedFor(destination, { pk: 'thing#lamp', sk: 'group#house' })).toBe(keyString(LIGHT));
    expect(time.queued).toMatchObject([{ ...LIGHT }]);
    await time.stream(destination.write(record.type('light')));
    await time.pass(5 * MINUTE_MS);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { groups: ['house'] } });
  });
});

describe('a membership of which nothing has a record', () => {
  const MEMBER = { pk: 'thing#lamp', sk: 'group#house' };

  test.each([
    ['thing', LAMP, 'CreateThingGroup', { thingGroupName: 'house' }],
    ['group', HOUSE, 'CreateThing', { thingName: 'lamp' }],
  ] as const)('is parked for the %s that is missing, and not for the other one, which is there and would wake it all day', async (_, missing, creation, input) => {
    const { destination, time } = world();
    destination.registry.execute(creation, input);
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(5 * MINUTE_MS);
    expect(parkedFor(destination, MEMBER)).toBe(keyString(missing));
    const calls = await destination.calls(() => time.pass(DAY_MS));
    expect(calls.AddThingToThingGroup ?? 0).toBe(0);
    expect(Object.values(calls).reduce((one, other) => one + other, 0)).toBeLessThanOrEqual(150);
  });

  test('is made within fifteen minutes after somebody has created the other one too', async () => {
    const { destination, time } = world();
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'house' });
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(5 * HOUR_MS);
    destination.registry.execute('CreateThing', { thingName: 'lamp' });
    await time.pass(15 * MINUTE_MS + 1_000);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { groups: ['house'] } });
    await time.pass(HOUR_MS);
    expect(time.queued).toEqual([]);
  });

  test('is retried with growing delays if both are there and the registry finds one of them missing all the same', async () => {
    const { destination, time } = world();
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'house' });
    destination.registry.execute('CreateThing', { thingName: 'lamp' });
    destination.registry.injectFault = (operation) => (operation === 'AddThingToThingGroup' ? failure.ResourceNotFound('Thing lamp cannot be found.') : undefined);
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(HOUR_MS);
    const calls = await destination.calls(() => time.pass(DAY_MS));
    expect(calls.AddThingToThingGroup).toBeLessThanOrEqual(100);
    expect(messagesOf(time.queued, MEMBER)).toHaveLength(1);
  });
});

describe('a key that waits for what has a record', () => {
  test('has its message for a minute of tries, and is parked then', async () => {
    const { destination, time } = world();
    // The type's own change is yet to be read from the stream.
    destination.write(record.type('light'));
    await time.stream(destination.write(lamp()));
    expect(waitingItem(destination)).toBeUndefined();
    expect(messagesOf(time.queued, LAMP)).toMatchObject([{ attempt: 1 }]);
    await time.pass(30_000);
    expect(messagesOf(time.queued, LAMP)).toHaveLength(1);
    await time.pass(2 * MINUTE_MS);
    expect(parkedFor(destination)).toBe(keyString(LIGHT));
    expect(messagesOf(time.queued, LAMP)).toEqual([]);
  });

  test.each([
    ['group', HOUSE, 'DeleteThingGroup', { thingGroupName: 'house' }],
    ['thing', LAMP, 'DeleteThing', { thingName: 'lamp' }],
  ] as const)('is parked for the %s that somebody has deleted by hand, and not for the other end, which would wake it all day', async (_, missing, deletion, input) => {
    const { destination, time } = world();
    await time.stream(destination.write(record.thing('lamp'), record.group('house')));
    destination.registry.execute(deletion, input);
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(5 * MINUTE_MS);
    expect(parkedFor(destination, { pk: 'thing#lamp', sk: 'group#house' })).toBe(keyString(missing));
    const calls = await destination.calls(() => time.pass(DAY_MS));
    expect(calls.AddThingToThingGroup ?? 0).toBe(0);
    expect(Object.values(calls).reduce((one, other) => one + other, 0)).toBeLessThanOrEqual(150);
  });
});

describe('a key that waits for nothing that has a name', () => {
  test('has one message, whatever else sends its key', async () => {
    const { destination, time } = world();
    await undeletable({ destination, time });
    await time.pass(HOUR_MS);
    for (let i = 0; i < 5; i++) {
      destination.retries.push({ message: { ...HOUSE }, delaySeconds: 0 });
      await time.pass(20 * MINUTE_MS);
    }
    expect(messagesOf(time.queued, HOUSE)).toHaveLength(1);
    const [{ waitingSince }] = messagesOf(time.queued, HOUSE);
    expect(destination.now - waitingSince!).toBeGreaterThanOrEqual(HOUR_MS + 5 * 20 * MINUTE_MS - MINUTE_MS);
  });

  test('is done with its message once it can be', async () => {
    const { destination, time } = world();
    await undeletable({ destination, time });
    await time.pass(HOUR_MS);
    destination.registry.execute('DeleteThingGroup', { thingGroupName: 'theirs' });
    await time.pass(HOUR_MS);
    expect(destination.registry.snapshot().groups).toEqual({});
    expect(remembered(destination)).toEqual([]);
    expect(time.queued).toEqual([]);
  });
});

describe('whatever sends a key again', () => {
  test('adds no message to one that is parked, and no time', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(lamp()));
    const since = waitingItem(destination)!.waitingSince;
    await time.pass(HOUR_MS);
    const again: RetryMessage[] = [{ ...LAMP }, { ...LAMP, isReplayed: true }, { ...LAMP, premise: { incarnation: 'lamp-1', history: 'kept' } }];
    destination.retries.push(...again.map((message) => ({ message, delaySeconds: 0 })));
    await time.pass(MINUTE_MS);
    expect(messagesOf(time.queued, LAMP)).toEqual([]);
    expect(waitingItem(destination)!.waitingSince).toEqual(since);
  });
});

describe('three days of waiting', () => {
  async function lettered() {
    const { destination, time } = world();
    await time.stream(destination.write(lamp()));
    await time.pass(MAX_WAIT_MS + HOUR_MS);
    return { destination, time };
  }

  test('end in one dead letter, without a message', async () => {
    const { destination, time } = await lettered();
    expect(destination.deadLetters).toMatchObject([{ ...LAMP, class: 'waiting', error: 'Waiting', reason: 'the thing type light does not exist yet' }]);
    expect(parkedFor(destination)).toBe(`lettered#${keyString(LIGHT)}`);
    await time.pass(DAY_MS);
    expect(time.queued).toEqual([]);
  });

  test('never end in a second one, however often the key is sent', async () => {
    const { destination, time } = await lettered();
    for (let day = 0; day < 8; day++) {
      destination.retries.push({ message: { ...LAMP }, delaySeconds: 0 });
      await time.pass(DAY_MS);
    }
    expect(destination.deadLetters).toHaveLength(1);
  });

  test('begin afresh with a redrive', async () => {
    const { destination, time } = await lettered();
    const [letter] = destination.deadLetters;
    await destination.retry(JSON.stringify(letter));
    expect(parkedFor(destination)).toBe(keyString(LIGHT));
    await time.pass(MAX_WAIT_MS - HOUR_MS);
    expect(destination.deadLetters).toHaveLength(1);
    await time.pass(2 * HOUR_MS);
    expect(destination.deadLetters).toHaveLength(2);
  });

  test('leave nothing behind of what the key waited for first, if it waits for another then', async () => {
    const { destination, time } = world();
    const member = { pk: 'thing#lamp', sk: 'group#house' };
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(MAX_WAIT_MS + HOUR_MS);
    expect(parkedFor(destination, member)).toBe(`lettered#${keyString(HOUSE)}`);
    await time.stream(destination.write(record.group('house')));
    await time.pass(MINUTE_MS);
    expect(parkedFor(destination, member)).toBe(keyString(LAMP));
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toHaveLength(2);
    await time.stream(destination.write(record.thing('lamp')));
    await time.pass(HOUR_MS);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { groups: ['house'] } });
    expect(remembered(destination)).toEqual([]);
  });

  test('leave nothing behind of what the key waited for first, if a newer record waits for another', async () => {
    const { destination, time } = await lettered();
    await time.stream(destination.write(record.thing('lamp', { thingTypeName: 'lantern' }, { version: 2 })));
    await time.pass(HOUR_MS);
    expect(parkedFor(destination)).toBe(keyString({ pk: 'type#lantern', sk: 'type' }));
    expect(remembered(destination)).toHaveLength(2);
  });

  test('leave no watch behind if the key is applied together with what it waited for, although the index still shows it', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(record.group('house')));
    await time.stream(destination.write(record.membership('lamp', 'house')));
    await time.pass(MAX_WAIT_MS + HOUR_MS);
    expect(parkedFor(destination, { pk: 'thing#lamp', sk: 'group#house' })).toBe(`lettered#${keyString(LAMP)}`);
    destination.indexLagMs = 5_000;
    await time.stream(destination.write(record.deletedThing('lamp'), record.membership('lamp', 'house', { removed: true })));
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toEqual([]);
  });

  test('wake no key for itself once it was applied, although the index still shows it', async () => {
    const { destination, time } = world();
    await undeletable({ destination, time });
    await time.pass(MAX_WAIT_MS + HOUR_MS);
    expect(parkedFor(destination, HOUSE)).toBe(`lettered#${keyString(HOUSE)}`);
    destination.registry.execute('DeleteThingGroup', { thingGroupName: 'theirs' });
    destination.indexLagMs = 5_000;
    await destination.retry({ ...HOUSE });
    expect(destination.registry.snapshot().groups).toEqual({});
    const wakes = destination.retries.map(({ message }) => message).filter(({ watch }) => watch === WAKE);
    expect(wakes).toMatchObject([HOUSE]);
    destination.retries.length = 0;
    await destination.retry(...wakes);
    expect(messagesOf(destination.retries.map(({ message }) => message), HOUSE)).toEqual([]);
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toEqual([]);
  });

  test('do not end the wait: what comes later still wakes the key', async () => {
    const { destination, time } = await lettered();
    await time.pass(DAY_MS);
    await time.stream(destination.write(record.type('light')));
    await time.pass(MINUTE_MS);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { type: 'light' } });
    await time.pass(HOUR_MS);
    expect(remembered(destination)).toEqual([]);
  });
});

describe('a message that does something else than apply its key', () => {
  const membersAfter = { pk: 'thing#a', sk: 'group#house' };
  /** A group that waits for its parent, which has no record. */
  const child: Item = record.group('room', { path: ['house'] });
  const ROOM = { pk: 'group#room', sk: 'group' };

  test('does not make a key that is parked forgotten', async () => {
    const { destination, time } = world();
    await time.stream(destination.write(child));
    expect(parkedFor(destination, ROOM)).toBe(keyString(HOUSE));
    destination.retries.push({ message: { ...ROOM, membersAfter }, delaySeconds: 0 });
    await time.pass(MINUTE_MS);
    expect(parkedFor(destination, ROOM)).toBe(keyString(HOUSE));
    await time.stream(destination.write(record.group('house')));
    await time.pass(MINUTE_MS);
    expect(destination.registry.snapshot().groups).toMatchObject({ room: {} });
  });

  test('continues on its own, beside the message of its key', async () => {
    const { destination } = world();
    destination.write(record.type('light', { searchableAttributes: ['a'] }));
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: {} });
    const patient = { attempt: 20, waitingSince: destination.now - HOUR_MS, sentAt: destination.now };
    destination.registry.execute('CreateThing', { thingName: 'theirs', thingTypeName: 'light' });
    await destination.retry({ ...LIGHT, ...patient });
    expect(destination.retries.splice(0)).toMatchObject([{ message: { revision: expect.any(String) } }]);
    await destination.retry({ ...LIGHT, ...patient, walk: { phase: 'giveBack' } });
    expect(destination.retries).toMatchObject([{ message: { ...LIGHT, walk: { phase: 'giveBack' }, attempt: 21 } }]);
    expect(waitingItem(destination, LIGHT)).toMatchObject({ dueAt: { N: expect.any(String) } });
  });

  test('takes along which things have lost a type, beside the message of its key', async () => {
    const { destination } = world();
    destination.write(record.type('light', { searchableAttributes: ['a'] }));
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: {} });
    destination.registry.execute('CreateThing', { thingName: 'theirs', thingTypeName: 'light' });
    destination.registry.injectFault = (operation) => (operation === 'DeleteThingType' ? failure.InvalidRequest('in use') : undefined);
    const patient = { attempt: 20, waitingSince: destination.now - HOUR_MS, sentAt: destination.now };
    await destination.retry({ ...LIGHT, ...patient });
    expect(destination.retries.splice(0)).toMatchObject([{ message: { revision: expect.any(String) } }]);
    await destination.retry({ ...LIGHT, ...patient, walk: { phase: 'takeOff', isAgain: true } });
    expect(destination.retries).toMatchObject([{ message: { ...LIGHT, walk: { phase: 'takeOff' }, attempt: 21 } }]);
  });

  test.each(['takeOff', 'giveBack'] as const)('gets a dead letter of its own, %s', async (phase) => {
    const { destination } = world();
    destination.write(record.type('light', { searchableAttributes: ['a'] }));
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: {} });
    destination.registry.execute('CreateThing', { thingName: 'theirs', thingTypeName: 'light' });
    const tooLong = { attempt: 300, waitingSince: destination.now - MAX_WAIT_MS - 1, sentAt: destination.now };
    destination.registry.injectFault = (operation) => (operation === 'DeleteThingType' ? failure.InvalidRequest('in use') : undefined);
    await destination.retry({ ...LIGHT, ...tooLong, walk: { phase: 'look', isAgain: true } });
    expect(destination.deadLetters).toHaveLength(1);
    await destination.retry({ ...LIGHT, ...tooLong, walk: { phase, isAgain: true } });
    expect(destination.deadLetters).toMatchObject([{}, { ...LIGHT, class: 'waiting', walk: { phase } }]);
  });
});

test('a try of an older reading does not make a key forgotten that was parked meanwhile', async () => {
  const { destination, time } = world();
  destination.write(record.thing('lamp'));
  let isParked = false;
  let callsAfter = 0;
  // The thing gets a type while the invocation that has just created it without one is under way, and has read the record for the last time.
  destination.beforeCall = async () => {
    if (isParked || !('lamp' in destination.registry.snapshot().things) || ++callsAfter < 2) return;
    isParked = true;
    destination.now += 1;
    await time.stream(destination.write(record.thing('lamp', { thingTypeName: 'light' }, { version: 2 })));
  };
  destination.now += 1;
  await destination.retry({ ...LAMP });
  expect(isParked).toBe(true);
  expect(parkedFor(destination)).toBe(keyString(LIGHT));
});

describe('a drift check', () => {
  async function checked() {
    const harness = new DriftHarness({ random: numbers() });
    const { destination } = harness;
    const time = new PassingTime(destination);
    await time.stream(destination.write(lamp(), record.thing('door')));
    await time.pass(HOUR_MS);
    return { harness, destination, time };
  }

  test('reports what waits, and does not repair it', async () => {
    const { harness, destination, time } = await checked();
    const before = time.queued;
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { missing: 1, waiting: 1, repaired: 0 } });
    expect(destination.retries).toEqual([]);
    expect(time.queued).toEqual(before);
  });

  test('reports what was dead-lettered once a day, and adds no second letter', async () => {
    const { harness, destination, time } = await checked();
    await time.pass(MAX_WAIT_MS);
    for (let day = 0; day < 5; day++) {
      expect(await harness.check()).toMatchObject({ inSync: false, counts: { missing: 1, waiting: 1, repaired: 0 } });
      await time.pass(DAY_MS);
    }
    expect(destination.deadLetters).toHaveLength(1);
    expect(time.queued).toEqual([]);
  });

  test('finds for a dead-lettered key what somebody has made by hand', async () => {
    const { harness, destination, time } = await checked();
    await time.pass(MAX_WAIT_MS);
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: {} });
    await harness.check();
    await time.pass(5 * MINUTE_MS);
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { type: 'light' } });
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { waiting: 0 } });
  });

  test('does not count what does not wait', async () => {
    const { harness, destination } = await checked();
    destination.registry.execute('DeleteThing', { thingName: 'door' });
    expect(await harness.check()).toMatchObject({ counts: { missing: 2, waiting: 1, repaired: 1 } });
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#door' } }]);
  });
});
