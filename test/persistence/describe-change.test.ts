import jsonata from 'jsonata';
import { DescribeOptions, describeChange } from '../../src/persistence/describe-change';
import { RegistryEventType } from '../../src/registry-event-type';

const SOURCE = 'arn:aws:iot:us-east-1:123456789012';
const defaults: DescribeOptions = { sourceRegion: 'us-east-1', eventTypes: Object.values(RegistryEventType), prefixes: {}, tombstoneRetentionSeconds: 3600 };

async function describeEvent(event: unknown, options: Partial<DescribeOptions> = {}) {
  const answer = await jsonata(describeChange({ ...defaults, ...options })).evaluate(undefined, { states: { input: event } });
  return JSON.parse(JSON.stringify(answer)) as { decision: string; reason?: string; kind?: string; record?: Record<string, unknown> };
}

// The fields of AWS's documentation, with `billinGroupName` as real captures have it.
const thingEvent = {
  eventType: 'THING_EVENT',
  eventId: '0b9601d656957afd75134693c7e9de88',
  timestamp: 1234567890123,
  operation: 'CREATED',
  accountId: '123456789012',
  thingId: 'b604f69c',
  thingName: 'MyThing',
  versionNumber: 1,
  thingTypeName: null,
  attributes: { attribute3: 'value3', attribute1: 'value1' },
  billinGroupName: null,
};
const groupEvent = {
  eventType: 'THING_GROUP_EVENT',
  eventId: '8b9ea862',
  timestamp: 1603995417409,
  operation: 'UPDATED',
  accountId: '571EXAMPLE833',
  thingGroupId: '8757eec8',
  thingGroupName: 'Tg_level5',
  versionNumber: 3,
  parentGroupName: 'Tg_level4',
  parentGroupId: '5fce366a',
  description: 'New description for Tg_level5',
  rootToParentThingGroups: ['TgTopLevel', 'Tg_level2', 'Tg_level4'].map((name) => ({ groupArn: `${SOURCE}:thinggroup/${name}`, groupId: name })),
  attributes: { attribute1: 'value1' },
  dynamicGroupMappingId: null,
};
const typeEvent = {
  eventType: 'THING_TYPE_EVENT',
  eventId: '8827376c',
  timestamp: 1234567890123,
  operation: 'CREATED',
  accountId: '123456789012',
  thingTypeId: 'c530ae83',
  thingTypeName: 'MyThingType',
  isDeprecated: false,
  deprecationDate: null,
  searchableAttributes: ['attribute1', 'attribute2'],
  propagatingAttributes: [{ userPropertyKey: 'key', thingAttribute: 'model' }, { userPropertyKey: 'key', connectionAttribute: 'iot:ClientId' }],
  description: 'My thing type',
};
const membershipEvent = {
  eventType: 'THING_GROUP_MEMBERSHIP_EVENT',
  eventId: 'd684bd5f',
  timestamp: 1234567890123,
  operation: 'ADDED',
  accountId: '123456789012',
  groupArn: `${SOURCE}:thinggroup/MyChildThingGroup`,
  groupId: '06838589',
  thingArn: `${SOURCE}:thing/My:Thing`,
  thingId: 'b604f69c',
  membershipId: '8505ebf8',
};

describe('the documented events become records', () => {
  test('a thing', async () => {
    expect(await describeEvent(thingEvent)).toEqual({
      decision: 'replicate',
      kind: 'thing',
      record: {
        pk: 'thing#MyThing',
        sk: 'thing',
        incarnation: 'b604f69c',
        version: 1,
        timestamp: 1234567890123,
        deleted: false,
        sourceRegion: 'us-east-1',
        eventId: '0b9601d656957afd75134693c7e9de88',
        state: { attributes: { attribute1: 'value1', attribute3: 'value3' } },
      },
    });
  });

  test('a group with its parent and its path', async () => {
    expect(await describeEvent(groupEvent)).toMatchObject({
      kind: 'group',
      record: {
        pk: 'group#Tg_level5',
        sk: 'group',
        incarnation: '8757eec8',
        version: 3,
        state: {
          description: 'New description for Tg_level5',
          attributes: { attribute1: 'value1' },
          parentGroupName: 'Tg_level4',
          path: ['TgTopLevel', 'Tg_level2', 'Tg_level4'],
          dynamic: false,
        },
      },
    });
  });

  test('a root group: AWS sends null for what is not set', async () => {
    const { record } = await describeEvent({ ...groupEvent, parentGroupName: null, rootToParentThingGroups: null, description: null, attributes: null });
    expect(record!.state).toEqual({ attributes: {}, path: [], dynamic: false });
  });

  test('a group with one ancestor keeps its path a list', async () => {
    const { record } = await describeEvent({ ...groupEvent, rootToParentThingGroups: groupEvent.rootToParentThingGroups.slice(2) });
    expect(record!.state).toMatchObject({ path: ['Tg_level4'] });
  });

  test('a group whose ancestors are not told has no path', async () => {
    const { record } = await describeEvent({ ...groupEvent, rootToParentThingGroups: undefined });
    expect(record!.state).not.toHaveProperty('path');
  });

  test('a dynamic group is told apart', async () => {
    expect((await describeEvent({ ...groupEvent, dynamicGroupMappingId: 'm' })).record!.state).toMatchObject({ dynamic: true });
  });

  test('a type; its creation precedes everything else although its events have no version', async () => {
    expect(await describeEvent(typeEvent)).toMatchObject({
      kind: 'type',
      record: {
        pk: 'type#MyThingType',
        sk: 'type',
        incarnation: 'c530ae83',
        version: 1,
        state: {
          description: 'My thing type', searchableAttributes: ['attribute1', 'attribute2'], propagatingAttributes: typeEvent.propagatingAttributes, deprecated: false,
        },
      },
    });
    for (const operation of ['UPDATED', 'DELETED']) expect((await describeEvent({ ...typeEvent, operation })).record).toMatchObject({ version: 2 });
  });

  test('a type with one searchable attribute, or none, keeps a list', async () => {
    for (const searchableAttributes of [['one'], [], null]) {
      const { record } = await describeEvent({ ...typeEvent, searchableAttributes });
      expect(record!.state).toMatchObject({ searchableAttributes: searchableAttributes ?? [] });
    }
  });

  test('a deprecation', async () => {
    expect((await describeEvent({ ...typeEvent, operation: 'UPDATED', isDeprecated: true })).record!.state).toMatchObject({ deprecated: true });
  });

  test('a membership takes its names from the ARNs and has no incarnation of its own', async () => {
    expect(await describeEvent(membershipEvent)).toEqual({
      decision: 'replicate',
      kind: 'membership',
      record: {
        pk: 'thing#My:Thing',
        sk: 'group#MyChildThingGroup',
        thingId: 'b604f69c',
        groupId: '06838589',
        groupName: 'MyChildThingGroup',
        version: 0,
        timestamp: 1234567890123,
        deleted: false,
        sourceRegion: 'us-east-1',
        eventId: 'd684bd5f',
        state: {},
      },
    });
  });

  test.each([['DELETED', thingEvent], ['DELETED', groupEvent], ['DELETED', typeEvent], ['REMOVED', membershipEvent]])(
    '%s leaves a tombstone that expires', async (operation, event) => {
      const { record } = await describeEvent({ ...event, operation });
      expect(record!.deleted).toBe(true);
      expect(Math.abs((record!.expiresAt as number) - (Date.now() / 1000 + 3600))).toBeLessThan(60);
      expect((await describeEvent(event)).record).not.toHaveProperty('expiresAt');
    });

  test('names at the limit of 128 characters and 50 attributes of 800', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${i}`.padEnd(128, 'x'), 'v'.repeat(800)]));
    const { record } = await describeEvent({ ...thingEvent, thingName: 'n'.repeat(128), attributes });
    expect(record!.state).toEqual({ attributes });
  });
});

describe('what says nothing new is ignored', () => {
  test.each(['THING_TYPE_ASSOCIATION_EVENT', 'THING_GROUP_HIERARCHY_EVENT'])('%s', async (eventType) => {
    expect(await describeEvent({ eventType, operation: 'ADDED', thingName: 'MyThing', thingTypeName: 'MyThingType' })).toEqual({ decision: 'ignored' });
  });
});

describe('filters', () => {
  const filtered = (event: unknown, options: Partial<DescribeOptions>) => describeEvent(event, options).then(({ decision }) => decision === 'filtered');

  test('a prefix lets its names through and no others', async () => {
    expect(await filtered(thingEvent, { prefixes: { thing: ['Your', 'My'] } })).toBe(false);
    expect(await filtered(thingEvent, { prefixes: { thing: ['my'] } })).toBe(true);
    expect(await filtered(thingEvent, { prefixes: { group: ['x'], type: ['x'] } })).toBe(false);
    expect(await filtered(groupEvent, { prefixes: { group: ['x'] } })).toBe(true);
    expect(await filtered(typeEvent, { prefixes: { type: ['x'] } })).toBe(true);
    expect(await filtered(typeEvent, { prefixes: { type: ['My'] } })).toBe(false);
  });

  test('a membership passes when both its ends do', async () => {
    expect(await filtered(membershipEvent, { prefixes: { thing: ['My'], group: ['My'] } })).toBe(false);
    expect(await filtered(membershipEvent, { prefixes: { thing: ['My'], group: ['x'] } })).toBe(true);
    expect(await filtered(membershipEvent, { prefixes: { thing: ['x'], group: ['My'] } })).toBe(true);
  });

  test('event types that are not replicated are filtered, whatever they carry', async () => {
    expect(await filtered({ eventType: 'THING_EVENT' }, { eventTypes: [RegistryEventType.THING_TYPE] })).toBe(true);
  });
});

describe('an event that no record can be made of is invalid, with the reason', () => {
  test.each<[string, unknown, string]>([
    ['not an object', 'not JSON', 'eventType: expected the type of a registry event, got nothing'],
    ['a list', [thingEvent, thingEvent], 'eventType: expected the type of a registry event, got nothing'],
    ['null', null, 'eventType: expected the type of a registry event, got nothing'],
    ['of an unknown type', { ...thingEvent, eventType: 'JOB' }, 'eventType: expected the type of a registry event, got one of type string'],
    ['of a mistyped type', { ...thingEvent, eventType: 7 }, 'eventType: expected the type of a registry event, got one of type number'],
    ['an unknown operation', { ...thingEvent, operation: 'RENAMED' }, 'operation: expected one of CREATED, UPDATED, DELETED, got one of type string'],
    ['without a name', { ...thingEvent, thingName: undefined }, 'thingName: expected a name, got nothing'],
    ['with an empty name', { ...thingEvent, thingName: '' }, 'thingName: expected a name, got one of type string'],
    ['without an id', { ...thingEvent, thingId: null }, 'thingId: expected a name, got one of type null'],
    ['with a version that is text', { ...thingEvent, versionNumber: '1' }, 'versionNumber: expected a number, got one of type string'],
    ['with a timestamp that is text', { ...thingEvent, timestamp: 'now' }, 'timestamp: expected a number, got one of type string'],
    ['with attributes that are a list', { ...thingEvent, attributes: [] }, 'attributes: expected a map of strings or null, got one of type array'],
    ['with an attribute that is a number', { ...thingEvent, attributes: { a: 1 } }, 'attributes: expected a map of strings or null, got one of type object'],
    ['with a parent that is a number', { ...groupEvent, parentGroupName: 1 }, 'parentGroupName: expected a name or null, got one of type number'],
    ['with an ancestor without ARN', { ...groupEvent, rootToParentThingGroups: [{ groupName: 'x' }] }, 'rootToParentThingGroups: expected a list of thing groups with their ARN or null, got one of type array'],
    ['with searchable attributes that are text', { ...typeEvent, searchableAttributes: 'a' }, 'searchableAttributes: expected a list of names or null, got one of type string'],
    ['with a user property without key', { ...typeEvent, propagatingAttributes: [{ thingAttribute: 'a' }] }, 'propagatingAttributes: expected a list of user properties or null, got one of type array'],
    ['with the ARN of something else', { ...membershipEvent, thingArn: `${SOURCE}:cert/abc` }, 'thingArn: expected the ARN of a thing, got one of type string'],
    ['without a group', { ...membershipEvent, groupArn: undefined }, 'groupArn: expected the ARN of a thing group, got nothing'],
  ])('%s', async (_, event, reason) => {
    expect(await describeEvent(event)).toEqual({ decision: 'invalid', reason });
  });

  test('all problems are named at once, and no value is', async () => {
    const { reason } = await describeEvent({ ...thingEvent, thingName: 5, thingId: undefined, attributes: { secret: 77 } });
    expect(reason).toBe('thingName: expected a name, got one of type number; thingId: expected a name, got nothing; attributes: expected a map of strings or null, got one of type object');
  });

  test.each(['billinGroupName', 'billingGroupName', 'somethingNew'])('an extra field %s does no harm', async (field) => {
    expect(await describeEvent({ ...thingEvent, [field]: { deep: ['x'] } })).toMatchObject({ decision: 'replicate' });
  });
});
