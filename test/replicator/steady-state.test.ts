import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Destination, record } from './harness';

/** What each change costs once destination and table are level: registry calls by operation. */
describe('steady state: one registry call per change, and a look at a group or a type that is new', () => {
  let destination: Destination;
  beforeEach(async () => {
    destination = new Destination();
    await destination.replicate(
      record.type('light'), record.group('house'), record.thing('lamp', { thingTypeName: 'light', attributes: { color: 'red' } }), record.thing('plug'), record.membership('lamp', 'house'),
    );
    expect(destination.retries).toEqual([]);
  });
  const calls = (...items: Parameters<Destination['replicate']>) => destination.calls(() => destination.replicate(...items));

  test('a thing is created, updated, cleared, loses its type, is deleted', async () => {
    expect(await calls(record.thing('fan', { thingTypeName: 'light', attributes: { a: '1' } }))).toEqual({ CreateThing: 1 });
    expect(await calls(record.thing('fan', { thingTypeName: 'light', attributes: { b: '2' } }, { version: 2 }))).toEqual({ UpdateThing: 1 });
    expect(await calls(record.thing('fan', { thingTypeName: 'light' }, { version: 3 }))).toEqual({ UpdateThing: 1 });
    expect(await calls(record.thing('fan', {}, { version: 4 }))).toEqual({ UpdateThing: 1 });
    expect(destination.registry.snapshot().things.fan).toMatchObject({ attributes: {} });
    expect(await calls(record.deletedThing('fan', { version: 4 }))).toEqual({ DeleteThing: 1 });
  });

  test('a group is created, updated, deleted', async () => {
    expect(await calls(record.group('garden', { description: 'd', attributes: { a: '1' } }))).toEqual({ CreateThingGroup: 1, DescribeThingGroup: 1 });
    expect(await calls(record.group('garden', { description: 'e', attributes: { a: '2' } }, { version: 2 }))).toEqual({ UpdateThingGroup: 1 });
    // One more look, for it is not documented what clears a description.
    expect(await calls(record.group('garden', {}, { version: 3 }))).toEqual({ UpdateThingGroup: 1, DescribeThingGroup: 1 });
    expect(await calls(record.deletedGroup('garden', { version: 3 }))).toEqual({ DeleteThingGroup: 1 });
  });

  test('a child group costs no more', async () => {
    expect(await calls(record.group('room', { path: ['house'] }))).toEqual({ CreateThingGroup: 1, DescribeThingGroup: 1 });
    expect(await calls(record.group('room', { path: ['house'], description: 'd' }, { version: 2 }))).toEqual({ UpdateThingGroup: 1 });
  });

  test('a type is created, deprecated, undeprecated, changes what it propagates', async () => {
    expect(await calls(record.type('meter', { searchableAttributes: ['a'] }))).toEqual({ CreateThingType: 1, DescribeThingType: 1 });
    expect(await calls(record.type('meter', { searchableAttributes: ['a'], deprecated: true }))).toEqual({ DeprecateThingType: 1 });
    expect(await calls(record.type('meter', { searchableAttributes: ['a'] }))).toEqual({ DeprecateThingType: 1 });
    const propagatingAttributes = [{ userPropertyKey: 'k', thingAttribute: 'a' }];
    expect(await calls(record.type('meter', { searchableAttributes: ['a'], propagatingAttributes }))).toEqual({ UpdateThingType: 1 });
    expect(destination.registry.snapshot().types.meter).toMatchObject({ deprecated: false });
  });

  test('a type is deleted', async () => {
    await calls(record.type('meter'));
    await calls(record.type('meter', { deprecated: true }));
    destination.now += 5 * 60_000;
    expect(await calls(record.deletedType('meter'))).toEqual({ DeleteThingType: 1 });
  });

  test('a membership is added and removed', async () => {
    expect(await calls(record.membership('plug', 'house'))).toEqual({ AddThingToThingGroup: 1 });
    expect(await calls(record.membership('plug', 'house', { removed: true }))).toEqual({ RemoveThingFromThingGroup: 1 });
  });

  test('a hundred updates of one thing in one batch are one call', async () => {
    const updates = Array.from({ length: 100 }, (_, i) => record.thing('lamp', { thingTypeName: 'light', attributes: { n: String(i) } }, { version: i + 2 }));
    expect(await calls(...updates)).toEqual({ UpdateThing: 1 });
    expect(destination.registry.snapshot().things.lamp).toMatchObject({ attributes: { n: '99' } });
  });

  test('what changes no state costs no call and no read', async () => {
    destination.dynamodb.resetHistory();
    expect(await calls(
      record.thing('lamp', { thingTypeName: 'light', attributes: { color: 'red' } }, { version: 2 }), record.group('house', {}, { version: 2 }), record.type('light', {}, { version: 2 }),
      record.membership('lamp', 'house'),
    )).toEqual({});
    expect(destination.dynamodb.commandCalls(GetItemCommand)).toHaveLength(0);
  });

  test('there and back within a batch is still a call: a retry may have applied what lies between', async () => {
    expect(await calls(
      record.thing('lamp', { thingTypeName: 'light', attributes: { color: 'blue' } }, { version: 2 }),
      record.thing('lamp', { thingTypeName: 'light', attributes: { color: 'red' } }, { version: 3 }),
    )).toEqual({ UpdateThing: 1 });
  });

  test('things need no read of the table; a membership reads its ends, then all three again', async () => {
    destination.dynamodb.resetHistory();
    await calls(record.thing('plug', { attributes: { a: '1' } }, { version: 2 }));
    expect(destination.dynamodb.commandCalls(GetItemCommand)).toHaveLength(0);
    await calls(record.membership('plug', 'house'));
    expect(destination.dynamodb.commandCalls(GetItemCommand)).toHaveLength(5);
  });
});
