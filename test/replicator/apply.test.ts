import { Destination, record } from './harness';
import { DeletionMode } from '../../src/deletion-mode';
import { failure } from '../simulation/registry';

const things = (destination: Destination) => destination.registry.snapshot().things;
const groups = (destination: Destination) => destination.registry.snapshot().groups;
const types = (destination: Destination) => destination.registry.snapshot().types;

describe('things', () => {
  test('a thing waits for its type, whichever arrives first', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('lamp', { thingTypeName: 'light' }));
    expect(destination.retries).toMatchObject([{ message: { pk: 'type#light', sk: 'type', watch: expect.any(String) }, delaySeconds: 20 }]);
    await destination.replicate(record.type('light'));
    await destination.drain();
    expect(things(destination)).toMatchObject({ lamp: { type: 'light' } });
  });

  test('a thing of a type that is already deprecated arrives, and the type is deprecated again', async () => {
    const destination = new Destination();
    await destination.replicate(record.type('light'));
    await destination.replicate(record.type('light', { deprecated: true }));
    await destination.replicate(record.thing('lamp', { thingTypeName: 'light' }));
    expect(things(destination)).toMatchObject({ lamp: { type: 'light' } });
    expect(types(destination)).toMatchObject({ light: { deprecated: true } });
    // The safeguard against a crash in between: it comes back once this invocation is over for sure.
    expect(destination.retries).toEqual([{ message: { pk: 'type#light', sk: 'type', isRestored: true }, delaySeconds: 300 }]);
  });

  test('a thing is deleted even where principals are attached: they are detached first', async () => {
    const destination = new Destination({ limits: { principalDetachDelay: 3000 } });
    await destination.replicate(record.thing('lamp'));
    for (const id of ['a', 'b', 'c']) {
      destination.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: `arn:aws:iot:eu-west-1:123456789012:cert/${id}` });
    }
    expect(await destination.calls(() => destination.replicate(record.deletedThing('lamp')))).toMatchObject({ DetachThingPrincipal: 3 });
    expect(things(destination)).toHaveProperty('lamp');
    await destination.drain();
    expect(things(destination)).toEqual({});
  });

  test('a late tombstone leaves the re-created thing alone', async () => {
    const destination = new Destination();
    const [first] = destination.write(record.thing('lamp', { attributes: { a: '1' } }, { incarnation: 'old' }));
    const [tombstone] = destination.write(record.deletedThing('lamp', { incarnation: 'old' }));
    const [again] = destination.write(record.thing('lamp', { attributes: { a: '2' } }, { incarnation: 'new' }));
    await destination.stream([first]);
    expect(await destination.calls(() => destination.stream([tombstone]))).not.toHaveProperty('DeleteThing');
    await destination.stream([again]);
    await destination.drain();
    expect(things(destination)).toMatchObject({ lamp: { attributes: { a: '2' } } });
  });

  test('a re-created thing has only its own memberships', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('house'), record.group('garden'), record.thing('lamp', {}, { incarnation: 'old' }), record.membership('lamp', 'house', { thingId: 'old' }));
    // The deletion was coalesced away: only the new incarnation shows in the replica.
    await destination.replicate(record.thing('lamp', {}, { incarnation: 'new' }), record.membership('lamp', 'garden', { thingId: 'new' }));
    await destination.drain();
    expect(things(destination)).toMatchObject({ lamp: { groups: ['garden'] } });
  });

  test.each([true, false])('all attributes can be cleared, whether an empty map clears (%s) or means no change', async (emptyAttributeMapClears) => {
    const destination = new Destination({ facts: { emptyAttributeMapClears } });
    await destination.replicate(record.thing('a', { attributes: { x: '1', y: '2' } }), record.thing('b', { attributes: { x: '1' } }));
    await destination.replicate(record.thing('a', {}, { version: 2 }));
    destination.write(record.thing('b', {}, { version: 2 }));
    await destination.retry({ pk: 'thing#b', sk: 'thing' });
    expect(things(destination)).toMatchObject({ a: { attributes: {} }, b: { attributes: {} } });
  });

  test('a thing that exists already with other properties is made equal', async () => {
    const destination = new Destination();
    destination.registry.execute('CreateThing', { thingName: 'lamp', attributePayload: { attributes: { mine: '1' } } });
    await destination.replicate(record.thing('lamp', { attributes: { yours: '2' } }));
    expect(things(destination)).toMatchObject({ lamp: { attributes: { yours: '2' } } });
  });

  test('what the registry refuses for ever is dead-lettered at once with the registry\'s own reason', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('lamp', { attributes: { a: '1', b: '2', c: '3', d: '4' } }));
    expect(destination.retries).toEqual([]);
    expect(destination.deadLetters).toMatchObject([{ pk: 'thing#lamp', sk: 'thing', class: 'rejected', error: 'InvalidRequestException', attempts: 1 }]);
    expect(destination.deadLetters[0].reason).not.toBe('');
  });
});

describe('groups', () => {
  test('a tree arrives parents first, in any order of the batch', async () => {
    const destination = new Destination();
    const tree = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const calls = await destination.calls(() => destination.replicate(...tree.map((name, depth) => record.group(name, { path: tree.slice(0, depth) })).reverse()));
    expect(calls).toEqual({ CreateThingGroup: 7, DescribeThingGroup: 7 });
    expect(groups(destination)).toMatchObject({ a: { parent: null }, g: { parent: 'f' } });
  });

  test.each(['ResourceNotFound', 'InvalidRequest'] as const)('a child waits for its parent, whose absence is reported as %s', async (missingParentError) => {
    const destination = new Destination({ facts: { missingParentError } });
    await destination.replicate(record.group('room', { path: ['house'] }));
    expect(destination.retries).toHaveLength(1);
    await destination.replicate(record.group('house'));
    await destination.drain();
    expect(groups(destination)).toMatchObject({ room: { parent: 'house' } });
  });

  test('a parent waits for its children to be deleted', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('house'), record.group('room', { path: ['house'] }));
    await destination.replicate(record.deletedGroup('house'));
    expect(groups(destination)).toHaveProperty('house');
    await destination.replicate(record.deletedGroup('room', { path: ['house'] }));
    await destination.drain();
    expect(groups(destination)).toEqual({});
  });

  test('a tree that is deleted in one batch goes deepest first, without waiting', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('house'), record.group('room', { path: ['house'] }));
    expect(await destination.calls(() => destination.replicate(record.deletedGroup('house'), record.deletedGroup('room', { path: ['house'] })))).toEqual({ DeleteThingGroup: 2 });
  });

  test('a group that was re-created under another parent moves there', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('a'), record.group('b'), record.group('room', { path: ['a'] }, { incarnation: 'old' }));
    await destination.replicate(record.group('room', { path: ['b'] }, { incarnation: 'new' }));
    await destination.drain();
    expect(groups(destination)).toMatchObject({ room: { parent: 'b' } });
  });

  test('a group that was elsewhere before the first record of it came takes its members along when it moves', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('a'), record.group('b'), record.thing('lamp'));
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'a' });
    await destination.replicate(record.membership('lamp', 'room'));
    await destination.replicate(record.group('room', { path: ['b'] }));
    await destination.drain();
    expect(groups(destination)).toMatchObject({ room: { parent: 'b' } });
    expect(things(destination)).toMatchObject({ lamp: { groups: ['room'] } });
  });

  test.each([true, false])('one that lay under a parent becomes a root group, with its members (a creation compares parents: %s)', async (createGroupComparesParent) => {
    const destination = new Destination({ facts: { createGroupComparesParent } });
    await destination.replicate(record.group('a'), record.thing('lamp'));
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'a' });
    await destination.replicate(record.membership('lamp', 'room'));
    await destination.replicate(record.group('room'));
    await destination.drain();
    expect(groups(destination)).toMatchObject({ room: { parent: null } });
    expect(things(destination)).toMatchObject({ lamp: { groups: ['room'] } });
  });

  test('a group that was deleted here is not created under a parent that has to move', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('b'), record.group('a'), record.group('room', { path: ['a'] }));
    for (const thingGroupName of ['room', 'a']) destination.registry.execute('DeleteThingGroup', { thingGroupName });
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'a', parentGroupName: 'b' });
    expect(await destination.calls(() => destination.retry({ pk: 'group#room', sk: 'group' }))).toEqual({ DescribeThingGroup: 2 });
    expect(groups(destination)).not.toHaveProperty('room');
    await destination.retry({ pk: 'group#a', sk: 'group' });
    await destination.drain();
    expect(groups(destination)).toMatchObject({ a: { parent: null }, room: { parent: 'a' } });
  });

  test.each([true, false])('attributes and description can be cleared (empty map clears: %s)', async (emptyGroupAttributeMapClears) => {
    const destination = new Destination({ facts: { emptyGroupAttributeMapClears } });
    await destination.replicate(record.group('house', { description: 'd', attributes: { x: '1', y: '2' } }));
    await destination.replicate(record.group('house', {}, { version: 2 }));
    expect(groups(destination)).toMatchObject({ house: { attributes: {} } });
    expect(groups(destination).house.description ?? '').toBe('');
  });

  test('neither a dynamic group nor its members are replicated', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('lamp'), record.membership('lamp', 'hot'));
    expect(destination.retries).toHaveLength(1);
    await destination.replicate(record.group('hot', { dynamic: true }));
    await destination.drain();
    expect(groups(destination)).toEqual({});
    expect(destination.deadLetters).toEqual([]);
  });

  test('a dynamic group that comes takes away a static one of its name', async () => {
    const destination = new Destination();
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'hot' });
    await destination.replicate(record.group('hot', { dynamic: true }));
    await destination.drain();
    expect(groups(destination)).toEqual({});
    expect(destination.deadLetters).toEqual([]);
  });

  test('the deletion of a group whose namesake here is dynamic deletes nothing, and waits for nothing', async () => {
    const destination = new Destination();
    destination.registry.execute('CreateDynamicThingGroup', { thingGroupName: 'hot', queryString: 'thingName:lamp*' });
    await destination.replicate(record.deletedGroup('hot'));
    expect([destination.retries, destination.deadLetters]).toEqual([[], []]);
    expect(destination.registry.execute('DescribeThingGroup', { thingGroupName: 'hot' })).toMatchObject({ queryString: 'thingName:lamp*' });
  });

  test('the deletion of a group that waits says why the registry refuses it', async () => {
    const destination = new Destination();
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'house' });
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'own', parentGroupName: 'house' });
    await destination.replicate(record.deletedGroup('house'));
    while (destination.retries.length > 0) {
      const [{ message, delaySeconds }] = destination.retries.splice(0);
      destination.now += delaySeconds * 1000;
      await destination.retry(message);
    }
    expect(destination.deadLetters).toMatchObject([{
      class: 'waiting',
      reason: 'the group can\'t be deleted yet: InvalidRequestException: Cannot delete thing group : house when there are still child groups attached to it.',
    }]);
  });
});

describe('types', () => {
  test('a type that was re-created with other properties is replaced; its things get it back', async () => {
    const destination = new Destination();
    await destination.replicate(record.type('light', { searchableAttributes: ['a'] }, { incarnation: 'old' }), record.thing('lamp', { thingTypeName: 'light', attributes: { x: '1' } }));
    await destination.replicate(record.type('light', { searchableAttributes: ['b'] }, { incarnation: 'new' }));
    await destination.drain();
    expect(types(destination)).toMatchObject({ light: { searchableAttributes: ['b'], deprecated: false } });
    expect(things(destination)).toMatchObject({ lamp: { type: 'light', attributes: { x: '1' } } });
  });

  test.each([true, false])('a type that is there already is made equal (a creation compares what it propagates: %s)', async (createTypeComparesPropagating) => {
    const destination = new Destination({ facts: { createTypeComparesPropagating } });
    const { registry } = destination;
    const mqtt5Configuration = { propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'a' }] };
    for (const thingTypeName of ['light', 'meter']) registry.execute('CreateThingType', { thingTypeName, thingTypeProperties: { mqtt5Configuration } });
    registry.execute('CreateThingType', { thingTypeName: 'lamp' });
    for (const thingTypeName of ['light', 'lamp']) registry.execute('DeprecateThingType', { thingTypeName });
    await destination.replicate(record.type('light'), record.type('meter'), record.type('lamp'));
    await destination.drain();
    const made = { propagatingAttributes: [], deprecated: false };
    expect(types(destination)).toMatchObject({ light: made, meter: made, lamp: made });
  });

  test('a read that does not show yet what was created just now costs nothing more', async () => {
    const destination = new Destination();
    destination.registry.injectFault = (operation) => (operation.startsWith('Describe') ? failure.ResourceNotFound('not there yet') : undefined);
    const calls = await destination.calls(() => destination.replicate(record.type('light'), record.group('house')));
    expect([calls, destination.retries]).toEqual([{ CreateThingType: 1, DescribeThingType: 1, CreateThingGroup: 1, DescribeThingGroup: 1 }, []]);
  });

  test('a type of which somebody has things here that are not replicated is not taken off them, and waits', async () => {
    const destination = new Destination();
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: { searchableAttributes: ['a'] } });
    const attributes = { w: '1', x: '2', y: '3', z: '4' };
    destination.registry.execute('CreateThing', { thingName: 'own', thingTypeName: 'light', attributePayload: { attributes } });
    await destination.replicate(record.type('light', { searchableAttributes: ['b'] }));
    expect(things(destination)).toMatchObject({ own: { type: 'light', attributes } });
    expect(types(destination)).toMatchObject({ light: { searchableAttributes: ['a'], deprecated: false } });
    expect(destination.retries).toHaveLength(1);

    // Its record was on its way.
    await destination.replicate(record.thing('own', { thingTypeName: 'light', attributes }));
    await destination.drain();
    expect(types(destination)).toMatchObject({ light: { searchableAttributes: ['b'] } });
    expect(things(destination)).toMatchObject({ own: { type: 'light', attributes } });
  });

  test('deletion waits out the five minutes, and for the last thing to go', async () => {
    const destination = new Destination();
    await destination.replicate(record.type('light'), record.thing('lamp', { thingTypeName: 'light' }));
    await destination.replicate(record.type('light', { deprecated: true }));
    await destination.replicate(record.deletedType('light'));
    expect(types(destination)).toHaveProperty('light');
    await destination.replicate(record.deletedThing('lamp'));
    const since = destination.now;
    await destination.drain();
    expect(types(destination)).toEqual({});
    expect(destination.now - since).toBeGreaterThanOrEqual(4 * 60_000);
  });
});

describe('memberships', () => {
  test('a membership waits for its thing and its group', async () => {
    const destination = new Destination();
    await destination.replicate(record.membership('lamp', 'house'));
    await destination.replicate(record.thing('lamp'));
    await destination.replicate(record.group('house'));
    await destination.drain();
    expect(things(destination)).toMatchObject({ lamp: { groups: ['house'] } });
  });

  test.each(['LimitExceeded', 'InvalidRequest'] as const)('a limit of groups per thing makes it wait, not fail (%s)', async (groupsPerThingError) => {
    const destination = new Destination({ limits: { groupsPerThing: 1 }, facts: { groupsPerThingError } });
    await destination.replicate(record.thing('lamp'), record.group('a'), record.group('b'), record.membership('lamp', 'a'));
    await destination.replicate(record.membership('lamp', 'b'));
    expect(destination.deadLetters).toEqual([]);
    await destination.replicate(record.membership('lamp', 'a', { removed: true }));
    await destination.drain();
    expect(things(destination)).toMatchObject({ lamp: { groups: ['b'] } });
  });

  test('the membership of a thing that was deleted does not wait', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('lamp'), record.deletedThing('lamp'), record.group('house'), record.membership('lamp', 'house'));
    expect(destination.retries).toEqual([]);
  });
});

describe('deletionMode RETAIN', () => {
  test('nothing is deleted, and re-created entities are made equal', async () => {
    const destination = new Destination({ deletionMode: DeletionMode.RETAIN });
    await destination.replicate(record.type('light'), record.group('house'), record.thing('lamp', { thingTypeName: 'light' }), record.membership('lamp', 'house'));
    expect(await destination.calls(() => destination.replicate(
      record.membership('lamp', 'house', { removed: true }), record.deletedThing('lamp'), record.deletedGroup('house'), record.deletedType('light'),
    ))).toEqual({});
    await destination.replicate(record.thing('lamp', { attributes: { a: '1' } }, { incarnation: 'new' }));
    await destination.drain();
    expect(things(destination)).toMatchObject({ lamp: { attributes: { a: '1' } } });
    expect(destination.deadLetters).toEqual([]);
  });
});
