/** @jest-environment ./test/simulation/environment.ts */
import { decodeRecord } from '../../src/kinds/decode-record';
import { DescribeOptions, describeChange } from '../../src/persistence/describe-change';
import { RegistryKind } from '../../src/registry-kind';
import jsonata from '../simulation/jsonata';

const SOURCE = 'arn:aws:iot:us-east-1:123456789012';
const defaults: DescribeOptions = { sourceRegion: 'us-east-1', kinds: Object.values(RegistryKind), prefixes: {}, tombstoneRetentionSeconds: 3600 };

/** The moment at which the execution starts, to the millisecond. */
const STARTED_AT = 1_800_000_000_123;
const MARGIN = 5 * 60_000;

const byDefault = jsonata(describeChange(defaults));

async function describeEvent(event: unknown, options?: Partial<DescribeOptions>) {
  const context = { Execution: { StartTime: new Date(STARTED_AT).toISOString() } };
  const expression = options ? jsonata(describeChange({ ...defaults, ...options })) : byDefault;
  const answer = await expression.evaluate(undefined, { states: { input: event, context } });
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

  test('a root group: AWS sends null for unset fields', async () => {
    const { record } = await describeEvent({ ...groupEvent, parentGroupName: null, rootToParentThingGroups: null, description: null, attributes: null });
    expect(record!.state).toEqual({ attributes: {}, path: [], dynamic: false });
  });

  test('a group with one ancestor keeps its path a list', async () => {
    const { record } = await describeEvent({ ...groupEvent, rootToParentThingGroups: groupEvent.rootToParentThingGroups.slice(2) });
    expect(record!.state).toMatchObject({ path: ['Tg_level4'] });
  });

  test('a group whose ancestors are absent has no path', async () => {
    const { record } = await describeEvent({ ...groupEvent, rootToParentThingGroups: undefined });
    expect(record!.state).not.toHaveProperty('path');
  });

  test('a dynamic group is recognized', async () => {
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

describe('whatever a field contains, the event is invalid or its record can be read', () => {
  const odd = [null, undefined, 7, -1, 1.5, true, '', 'text', 'a#b', [], [null], [7], ['text'], [[]], {}, { a: null }, { a: 7 }, { a: 'text' }, { a: {} },
    [{}], [{ userPropertyKey: 'k', thingAttribute: 7 }], [{ userPropertyKey: 'k', connectionAttribute: {} }], [{ groupArn: null }]];

  test.each([['thing', thingEvent], ['group', groupEvent], ['type', typeEvent], ['membership', membershipEvent]])('%s', async (_, event) => {
    for (const field of Object.keys(event)) {
      for (const value of odd) {
        const { decision, record } = await describeEvent({ ...event, [field]: value });
        if (decision === 'replicate') expect({ field, value, record: decodeRecord(record!) }).toMatchObject({ record: { eventId: expect.any(String) } });
      }
    }
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

  test('events of unselected kinds are filtered, whatever they contain', async () => {
    expect(await filtered({ eventType: 'THING_EVENT' }, { kinds: [RegistryKind.THING_TYPE] })).toBe(true);
  });
});

const TIME = 'a whole number of milliseconds from 0 to 5 minutes after the start of the execution';
const VERSION = 'a whole number from 0 to 9007199254740991';
const NAME = 'a name of 1 to 128 letters, digits, colons, underscores and hyphens';
const ID = 'an id of 1 to 128 letters, digits, colons, underscores and hyphens';

describe('times', () => {
  test.each([0, 1, STARTED_AT, STARTED_AT + MARGIN])('%d is a time', async (timestamp) => {
    for (const event of [thingEvent, groupEvent, typeEvent, membershipEvent]) expect(await describeEvent({ ...event, timestamp })).toMatchObject({ record: { timestamp } });
  });

  test.each([
    ['beyond the margin', STARTED_AT + MARGIN + 1], ['of the year 2100', 4_102_444_800_000], ['beyond every date', 8.64e15 + 1], ['absurdly large', 1e300],
    ['negative', -1], ['fractional', 1234567890123.5],
  ])('fails: one that is %s', async (_, timestamp) => {
    for (const event of [thingEvent, groupEvent, typeEvent, membershipEvent]) {
      expect(await describeEvent({ ...event, timestamp })).toEqual({ decision: 'invalid', reason: `timestamp: expected ${TIME}, got one of type number` });
    }
  });

  test('fails: one that no double holds, so that the execution dead-letters the event', async () => {
    await expect(describeEvent({ ...thingEvent, timestamp: 1e400 })).rejects.toMatchObject({ code: 'D1001' });
  });
});

describe('versions', () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('%d is a version', async (versionNumber) => {
    for (const event of [thingEvent, groupEvent]) expect(await describeEvent({ ...event, versionNumber })).toMatchObject({ record: { version: versionNumber } });
  });

  test.each([-1, 1.5, Number.MAX_SAFE_INTEGER + 1, 1e300])('fails: %d', async (versionNumber) => {
    for (const event of [thingEvent, groupEvent]) {
      expect(await describeEvent({ ...event, versionNumber })).toEqual({ decision: 'invalid', reason: `versionNumber: expected ${VERSION}, got one of type number` });
    }
  });
});

describe('names and ids', () => {
  const bad = ['', 'a#b', 'a/b', 'a b', 'ä', 'a\n', 'n'.repeat(129), 7];

  test.each(['a', 'My:Thing_1-2', 'n'.repeat(128)])('%s is a name', async (name) => {
    expect(await describeEvent({ ...thingEvent, thingName: name, thingTypeName: name })).toMatchObject({ record: { pk: `thing#${name}`, state: { thingTypeName: name } } });
    expect(await describeEvent({ ...groupEvent, thingGroupName: name })).toMatchObject({ record: { pk: `group#${name}` } });
    expect(await describeEvent({ ...typeEvent, thingTypeName: name })).toMatchObject({ record: { pk: `type#${name}` } });
    expect(await describeEvent({ ...membershipEvent, thingArn: `${SOURCE}:thing/${name}`, groupArn: `${SOURCE}:thinggroup/${name}` })).toMatchObject({ record: { pk: `thing#${name}`, sk: `group#${name}` } });
  });

  test.each(bad)('fails: %j as a name', async (name) => {
    const events: [object, string][] = [
      [{ ...thingEvent, thingName: name }, 'thingName'],
      [{ ...thingEvent, thingTypeName: name }, 'thingTypeName'],
      [{ ...groupEvent, thingGroupName: name }, 'thingGroupName'],
      [{ ...groupEvent, parentGroupName: name }, 'parentGroupName'],
      [{ ...groupEvent, rootToParentThingGroups: [{ groupArn: `${SOURCE}:thinggroup/${name}` }] }, 'rootToParentThingGroups'],
      [{ ...typeEvent, thingTypeName: name }, 'thingTypeName'],
      [{ ...membershipEvent, thingArn: `${SOURCE}:thing/${name}` }, 'thingArn'],
      [{ ...membershipEvent, groupArn: `${SOURCE}:thinggroup/${name}` }, 'groupArn'],
    ];
    // A number is a name once it is part of an ARN.
    for (const [event, field] of events.filter(([, each]) => typeof name === 'string' || !(each.endsWith('Arn') || each.startsWith('root')))) {
      expect(await describeEvent(event)).toEqual({ decision: 'invalid', reason: expect.stringMatching(new RegExp(`^${field}: expected `)) });
    }
  });

  test.each(bad)('fails: %j as an id', async (id) => {
    const events: [object, string][] = [
      [{ ...thingEvent, thingId: id }, 'thingId'], [{ ...groupEvent, thingGroupId: id }, 'thingGroupId'], [{ ...typeEvent, thingTypeId: id }, 'thingTypeId'],
      [{ ...membershipEvent, thingId: id }, 'thingId'], [{ ...membershipEvent, groupId: id }, 'groupId'],
    ];
    for (const [event, field] of events) expect(await describeEvent(event)).toEqual({ decision: 'invalid', reason: expect.stringMatching(new RegExp(`^${field}: expected an id`)) });
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
    ['without a name', { ...thingEvent, thingName: undefined }, `thingName: expected ${NAME}, got nothing`],
    ['with an empty name', { ...thingEvent, thingName: '' }, `thingName: expected ${NAME}, got one of type string`],
    ['without an id', { ...thingEvent, thingId: null }, `thingId: expected ${ID}, got one of type null`],
    ['with a version that is text', { ...thingEvent, versionNumber: '1' }, `versionNumber: expected ${VERSION}, got one of type string`],
    ['with a timestamp that is text', { ...thingEvent, timestamp: 'now' }, `timestamp: expected ${TIME}, got one of type string`],
    ['with attributes that are a list', { ...thingEvent, attributes: [] }, 'attributes: expected a map of strings or null, got one of type array'],
    ['with an attribute that is null', { ...thingEvent, attributes: { a: null } }, 'attributes: expected a map of strings or null, got one of type object'],
    ['with an attribute that is a number', { ...thingEvent, attributes: { a: 1 } }, 'attributes: expected a map of strings or null, got one of type object'],
    ['with a parent that is a number', { ...groupEvent, parentGroupName: 1 }, `parentGroupName: expected ${NAME} or null, got one of type number`],
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
    expect(reason).toBe(`thingName: expected ${NAME}, got one of type number; thingId: expected ${ID}, got nothing; attributes: expected a map of strings or null, got one of type object`);
  });

  test.each(['billinGroupName', 'billingGroupName', 'somethingNew'])('an extra field %s does no harm', async (field) => {
    expect(await describeEvent({ ...thingEvent, [field]: { deep: ['x'] } })).toMatchObject({ decision: 'replicate' });
  });
});
