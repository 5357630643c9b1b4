import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { Destination, Item, record } from './harness';
import { failure, Operation } from '../simulation/registry';

const DAY_MS = 24 * 3_600_000;

const groups = (destination: Destination) => destination.registry.snapshot().groups;
const things = (destination: Destination) => destination.registry.snapshot().things;
const places = (destination: Destination) => destination.dynamodb.commandCalls(UpdateItemCommand).length;

/** Fails an operation once. */
function failOnce(destination: Destination, failing: Operation, error: Error): void {
  destination.registry.injectFault = (operation) => {
    if (operation !== failing) return undefined;
    destination.registry.injectFault = undefined;
    return error;
  };
}

/** Throttles an operation once. */
function throttleOnce(destination: Destination, throttled: Operation): void {
  failOnce(destination, throttled, failure.Throttling('Rate exceeded'));
}

/** Applies records whose first call is throttled, and counts what it takes to catch up. */
async function callsAfterThrottling(destination: Destination, throttled: Operation, ...items: Item[]): Promise<Record<string, number>> {
  throttleOnce(destination, throttled);
  await destination.replicate(...items);
  expect(destination.retries).toHaveLength(1);
  return destination.calls(() => destination.drain());
}

/** What is on the retry queue, but for second looks. */
const followUps = (destination: Destination) => destination.retries.filter(({ message }) => !message.looksAgain);

const MEMBERS = Array.from({ length: 30 }, (_, i) => `t${i}`);

/** A group with members, and as many that have left it. */
async function house(): Promise<Destination> {
  const destination = new Destination();
  const past = MEMBERS.map((name) => `past-${name}`);
  await destination.replicate(
    record.group('house', { description: 'd', attributes: { a: '1' } }), ...[...MEMBERS, ...past].map((name) => record.thing(name)),
    ...[...MEMBERS, ...past].map((name) => record.membership(name, 'house')),
  );
  await destination.replicate(...past.map((name) => record.membership(name, 'house', { removed: true })));
  expect(destination.retries).toEqual([]);
  destination.dynamodb.resetHistory();
  return destination;
}

const update = () => record.group('house', { description: 'e', attributes: { a: '2' } }, { version: 2 });

describe('one throttled call costs one call', () => {
  test('an update of a group with many members', async () => {
    const destination = await house();
    expect(await callsAfterThrottling(destination, 'UpdateThingGroup', update())).toEqual({ UpdateThingGroup: 1 });
    expect(groups(destination)).toMatchObject({ house: { description: 'e', attributes: { a: '2' } } });
    expect(places(destination)).toBe(0);
  });

  test('however often it is throttled, and whatever fields the group lacks', async () => {
    const destination = await house();
    await destination.replicate(record.group('house', {}, { version: 2 }));
    destination.retries.length = 0;
    throttleOnce(destination, 'UpdateThingGroup');
    await destination.replicate(record.group('house', { attributes: { b: '1' } }, { version: 3 }));
    throttleOnce(destination, 'UpdateThingGroup');
    await destination.retry(destination.retries.splice(0)[0].message);
    expect(await destination.calls(() => destination.drain())).toEqual({ UpdateThingGroup: 1 });
  });

  test('an update of a thing in ten groups', async () => {
    const destination = new Destination({ limits: { groupsPerThing: 10 } });
    const names = Array.from({ length: 10 }, (_, i) => `g${i}`);
    await destination.replicate(record.thing('lamp'), ...names.map((name) => record.group(name)), ...names.map((name) => record.membership('lamp', name)));
    expect(await callsAfterThrottling(destination, 'UpdateThing', record.thing('lamp', { attributes: { a: '1' } }, { version: 2 }))).toEqual({ UpdateThing: 1 });
    expect(things(destination)).toMatchObject({ lamp: { attributes: { a: '1' }, groups: names } });
  });

  test('an update of a type', async () => {
    const destination = new Destination();
    const propagatingAttributes = [{ userPropertyKey: 'k', thingAttribute: 'a' }];
    await destination.replicate(record.type('light', { searchableAttributes: ['a'] }));
    expect(await callsAfterThrottling(destination, 'UpdateThingType', record.type('light', { searchableAttributes: ['a'], propagatingAttributes }))).toEqual({ UpdateThingType: 1 });
    expect(await callsAfterThrottling(destination, 'DeprecateThingType', record.type('light', { searchableAttributes: ['a'], propagatingAttributes, deprecated: true })))
      .toEqual({ DeprecateThingType: 1 });
    expect(destination.registry.snapshot().types).toMatchObject({ light: { deprecated: true } });
  });

  test.each([
    ['CreateThing', record.thing('lamp', { attributes: { a: '1' } }), {}],
    ['CreateThingGroup', record.group('house', { description: 'd' }), { DescribeThingGroup: 1 }],
    ['CreateThingType', record.type('light'), { DescribeThingType: 1 }],
  ] as const)('%s of what was not there, with the look that it always costs', async (operation, item, look) => {
    const destination = new Destination();
    destination.write(record.membership('lamp', 'house'));
    expect(await callsAfterThrottling(destination, operation, item)).toEqual({ [operation]: 1, ...look });
  });

  test('what an update removes is looked for first, in a world where nothing is cleared automatically', async () => {
    const destination = new Destination({ facts: { emptyGroupAttributeMapClears: false, onlyEmptyValues: 'removeNamed', emptyDescriptionClears: false, absentDescriptionClears: true } });
    await destination.replicate(record.type('light'), record.thing('lamp', { thingTypeName: 'light', attributes: { a: '1' } }), record.group('house', { description: 'd', attributes: { a: '1' } }));
    await callsAfterThrottling(destination, 'UpdateThing', record.thing('lamp', {}, { version: 2 }));
    await callsAfterThrottling(destination, 'UpdateThingGroup', record.group('house', {}, { version: 2 }));
    expect(things(destination)).toMatchObject({ lamp: { type: null, attributes: {} } });
    expect(groups(destination)).toMatchObject({ house: { attributes: {} } });
    expect(groups(destination).house.description ?? '').toBe('');
  });

  test('without time left in an invocation, a key costs no more either', async () => {
    const late = new Destination({ remainingMs: 5000 });
    await late.replicate(record.group('house'));
    expect(late.retries).toMatchObject([{ message: { premise: { history: 'new', incarnation: 'house-1' } } }]);
    // The clients are those of whichever destination came last.
    const destination = await house();
    const changed = update();
    destination.write(changed);
    expect(await destination.calls(() => destination.retry({
      pk: 'group#house',
      sk: 'group',
      sentAt: destination.now,
      attempt: 1,
      premise: { history: 'plain', incarnation: 'house-1', revision: `${String(changed.version)} ${String(changed.timestamp)}` },
    }))).toEqual({ UpdateThingGroup: 1 });
    expect(destination.retries).toEqual([]);
  });

  test('what a newer record lacks is looked for, though the change that was throttled took nothing away', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('t', { attributes: { b: '2' } }));
    throttleOnce(destination, 'UpdateThing');
    await destination.replicate(record.thing('t', { attributes: { c: '1' } }, { version: 2 }));
    const [{ message }] = destination.retries.splice(0);
    destination.write(record.thing('t', {}, { version: 3 }));
    await destination.retry(message);
    expect(things(destination)).toMatchObject({ t: { attributes: {} } });
  });
});

describe('memberships are applied again where they may have been lost', () => {
  test('the group is another one by the time of the retry', async () => {
    const destination = await house();
    throttleOnce(destination, 'UpdateThingGroup');
    await destination.replicate(update());
    destination.write(record.group('house', {}, { incarnation: 'house-2' }));
    await destination.retry(destination.retries.splice(0)[0].message);
    expect(destination.retries.filter(({ message }) => message.isReplayed)).toHaveLength(60);
  });

  test('the retry has to create the group: those that have left are left out', async () => {
    const destination = await house();
    throttleOnce(destination, 'UpdateThingGroup');
    await destination.replicate(update());
    destination.registry.execute('DeleteThingGroup', { thingGroupName: 'house' });
    expect(await destination.calls(() => destination.drain())).toMatchObject({ CreateThingGroup: 1, AddThingToThingGroup: 60 });
    expect(things(destination)).toMatchObject({ 't0': { groups: ['house'] }, 'past-t0': { groups: [] } });
  });

  test('the group was deleted to move it, and its creation was throttled', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('town'), record.thing('lamp'));
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'house', parentGroupName: 'town' });
    await destination.replicate(record.membership('lamp', 'house'));
    destination.registry.injectFault = (operation) => (operation === 'CreateThingGroup' && !Object.hasOwn(groups(destination), 'house') ? failure.Throttling('Rate exceeded') : undefined);
    await destination.replicate(record.group('house'));
    expect(groups(destination)).not.toHaveProperty('house');
    destination.registry.injectFault = undefined;
    await destination.drain();
    expect(groups(destination)).toMatchObject({ house: { parent: null } });
    expect(things(destination)).toMatchObject({ lamp: { groups: ['house'] } });
  });

  test('the group was created, and where it came to lie could not be looked at', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('a'), record.group('room', { path: ['a'] }));
    destination.registry.execute('DeleteThingGroup', { thingGroupName: 'room' });
    let hasMoved = false;
    const move = () => {
      hasMoved = true;
      destination.registry.execute('DeleteThingGroup', { thingGroupName: 'a' });
      destination.registry.execute('CreateThingGroup', { thingGroupName: 'b' });
      destination.registry.execute('CreateThingGroup', { thingGroupName: 'a', parentGroupName: 'b' });
    };
    destination.registry.injectFault = (operation) => {
      // Its parent moves between the look at it and the creation.
      if (operation === 'CreateThingGroup' && !hasMoved) move();
      return operation === 'DescribeThingGroup' && Object.hasOwn(groups(destination), 'room') ? failure.Throttling('Rate exceeded') : undefined;
    };
    await destination.replicate(record.group('room', { path: ['a'], description: 'd' }, { version: 2 }));
    expect(groups(destination)).toHaveProperty('room');
    destination.registry.injectFault = undefined;
    await destination.retry(destination.retries.splice(0)[0].message);
    // No update can mend it, so it waits for its parent to come to its place.
    expect(groups(destination)).not.toHaveProperty('room');
  });

  test.each([
    ['throttling, which says that nothing was done', failure.Throttling(), true],
    ['a fault of the service', failure.InternalFailure(), false],
    ['a service that does not answer', failure.ServiceUnavailable(), false],
    ['a connection that broke', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), false],
  ])('what is known survives throttling alone: %s', async (_, error, isKnown) => {
    const destination = await house();
    failOnce(destination, 'UpdateThingGroup', error);
    await destination.replicate(update());
    expect(destination.retries.map(({ message }) => [message.pk, message.premise !== undefined])).toEqual([['group#house', isKnown]]);
    await destination.retry(destination.retries.splice(0)[0].message);
    expect(groups(destination)).toMatchObject({ house: { description: 'e' } });
    expect(followUps(destination).filter(({ message }) => message.isReplayed)).toHaveLength(isKnown ? 0 : 60);
  });

  test('a thing that an update did not find was created without an event', async () => {
    const destination = await house();
    destination.registry.execute('DeleteThing', { thingName: 't0' });
    throttleOnce(destination, 'CreateThing');
    await destination.replicate(record.thing('t0', { attributes: { a: '1' } }, { version: 2 }));
    destination.registry.execute('CreateThing', { thingName: 't0', attributePayload: { attributes: { a: '1' } } });
    await destination.drain();
    expect(things(destination)).toMatchObject({ t0: { groups: ['house'] } });
  });

  test.each([
    ['a redrive', { pk: 'group#house', sk: 'group' }],
    ['a premise that is none', { pk: 'group#house', sk: 'group', sentAt: 1_700_000_000_000, premise: { history: 'plain' } as never }],
    ['a message of the time before a pause', { pk: 'group#house', sk: 'group', sentAt: 1_700_000_000_000 - DAY_MS, attempt: 1, premise: { history: 'plain' as const, incarnation: 'house-1' } }],
    ['a message of long ago', { pk: 'group#house', sk: 'group', sentAt: 1_700_000_000_000 - 4 * DAY_MS, attempt: 1, premise: { history: 'plain' as const, incarnation: 'house-1' } }],
  ])('nothing is known of the destination: %s', async (_, message) => {
    const destination = await house();
    await destination.retry(message);
    expect(followUps(destination)).toHaveLength(60);
  });
});

describe('what a drift check has found', () => {
  const repair = { pk: 'group#house', sk: 'group', premise: { history: 'kept' as const, incarnation: 'house-1' } };

  test('is mended without the members, which it compares itself', async () => {
    const destination = await house();
    destination.registry.execute('UpdateThingGroup', { thingGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'by hand' } });
    expect(await destination.calls(() => destination.retry(repair))).toEqual({ DescribeThingGroup: 1, UpdateThingGroup: 1 });
    expect(followUps(destination)).toEqual([]);
    expect(await destination.calls(() => destination.drain())).toEqual({ DescribeThingGroup: 1, UpdateThingGroup: 1 });
    expect(groups(destination)).toMatchObject({ house: { description: 'd' } });
  });

  test('is mended with its members if the group is gone by then', async () => {
    const destination = await house();
    destination.registry.execute('DeleteThingGroup', { thingGroupName: 'house' });
    await destination.retry(repair);
    await destination.drain();
    expect(things(destination)).toMatchObject({ t0: { groups: ['house'] } });
  });
});

describe('memberships that are applied again and were removed', () => {
  test('of a group: none is removed that is not there, and none takes a place of the minute', async () => {
    const destination = await house();
    await destination.retry({ pk: 'group#house', sk: 'group' });
    expect(followUps(destination)).toHaveLength(60);
    // And once more later, for the members that the index did not show yet.
    expect(await destination.calls(() => destination.drain())).toEqual({ AddThingToThingGroup: 60, ListThingGroupsForThing: 60, DescribeThingGroup: 1, UpdateThingGroup: 1 });
    expect(places(destination)).toBe(0);
  });

  test('of a thing: one look shows all', async () => {
    const destination = new Destination({ limits: { groupsPerThing: 30 } });
    const names = Array.from({ length: 12 }, (_, i) => `g${i}`);
    await destination.replicate(record.thing('lamp'), ...names.map((name) => record.group(name)), ...names.map((name) => record.membership('lamp', name)));
    await destination.replicate(...names.slice(2).map((name) => record.membership('lamp', name, { removed: true })));
    const calls = await destination.calls(async () => {
      await destination.retry({ pk: 'thing#lamp', sk: 'thing' });
      await destination.drain();
    });
    // The thing is looked at later too, its memberships are not.
    expect(calls).toEqual({ DescribeThing: 2, UpdateThing: 2, ListThingGroupsForThing: 1, AddThingToThingGroup: 2 });
  });

  test('of a thing that was created just now: nothing is looked for', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('a'), record.group('b'), record.thing('lamp'), record.membership('lamp', 'a'), record.membership('lamp', 'b'));
    await destination.replicate(record.membership('lamp', 'b', { removed: true }));
    destination.registry.execute('DeleteThing', { thingName: 'lamp' });
    const calls = await destination.calls(async () => {
      await destination.retry({ pk: 'thing#lamp', sk: 'thing' });
      await destination.drain();
    });
    expect(calls).toEqual({ DescribeThing: 1, CreateThing: 1, AddThingToThingGroup: 1 });
  });

  test.each(['thing', 'group'] as const)('one that is left over is removed, and counts as the deletion that it is (%s)', async (end) => {
    const destination = await house();
    destination.registry.execute('AddThingToThingGroup', { thingName: 'past-t0', thingGroupName: 'house' });
    await destination.retry(end === 'thing' ? { pk: 'thing#past-t0', sk: 'thing' } : { pk: 'group#house', sk: 'group' });
    await destination.drain();
    expect(things(destination)).toMatchObject({ 'past-t0': { groups: [] } });
    expect(places(destination)).toBe(1);
  });

  test('one of a group that is another by now counts for nothing: the source has not removed it', async () => {
    const destination = await house();
    destination.registry.execute('AddThingToThingGroup', { thingName: 'past-t0', thingGroupName: 'house' });
    await destination.replicate(record.group('house', {}, { incarnation: 'house-2' }));
    await destination.drain();
    expect(things(destination)).toMatchObject({ 't0': { groups: [] }, 'past-t0': { groups: [] } });
    expect(places(destination)).toBe(0);
  });

  test('the pages of a group that was created just now have none of them', async () => {
    const destination = new Destination();
    const names = Array.from({ length: 700 }, (_, i) => `t${String(i).padStart(3, '0')}`);
    destination.write(record.group('house'), ...names.map((name, i) => record.membership(name, 'house', { removed: i % 2 === 0 })));
    await destination.retry({ pk: 'group#house', sk: 'group' });
    const [next] = destination.retries.filter(({ message }) => message.membersAfter);
    expect(followUps(destination)).toHaveLength(251);
    destination.retries.length = 0;
    await destination.retry(next.message);
    expect(destination.retries).toHaveLength(100);
  });
});
