import type { RegistryFacts } from './facts';
import { Bench, populated, type Heard } from './fixture';

const ARN = 'arn:aws:iot:eu-west-1:111122223333';
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/) as string;
const head = { eventId: uuid, timestamp: 1_700_000_000_000 };
const account = { accountId: '111122223333' };

const event = (eventType: string, operation: string, rest: object) => ({ ...head, eventType, operation, ...rest });

/** Ids as the registry gives them, for payloads that have to agree with it. */
function idsOf({ registry }: Bench) {
  return {
    thing: (thingName: string) => registry.execute('DescribeThing', { thingName }).thingId,
    group: (thingGroupName: string) => registry.execute('DescribeThingGroup', { thingGroupName }).thingGroupId,
  };
}

describe('payloads', () => {
  test('of a thing', () => {
    const bench = populated();
    const thingId = idsOf(bench).thing('lamp');
    const [{ topic, payload }] = bench.hearOnly(() => bench.registry.execute('UpdateThing', { thingName: 'lamp' }));
    expect(topic).toBe('$aws/events/thing/lamp/updated');
    expect(payload).toEqual(event('THING_EVENT', 'UPDATED', {
      ...account,
      thingId,
      thingName: 'lamp',
      versionNumber: 2,
      thingTypeName: 'bulb',
      billinGroupName: null,
      attributes: { color: 'red' },
    }));
  });

  test('of a deleted thing: the last version and no attributes', () => {
    const bench = populated();
    const [{ topic, payload }] = bench.hearOnly(() => bench.registry.execute('DeleteThing', { thingName: 'lamp' }));
    expect(topic).toBe('$aws/events/thing/lamp/deleted');
    expect(payload).toMatchObject({ operation: 'DELETED', versionNumber: 1, attributes: {}, thingTypeName: null });
  });

  test('of a type', () => {
    const bench = new Bench();
    const thingTypeProperties = {
      thingTypeDescription: 'light',
      searchableAttributes: ['a'],
      mqtt5Configuration: {
        propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'a' }, { userPropertyKey: 'c', connectionAttribute: 'iot:ClientId' }],
      },
    };
    const [{ topic, payload }] = bench.hearOnly(() => bench.registry.execute('CreateThingType', { thingTypeName: 'bulb', thingTypeProperties }));
    expect(topic).toBe('$aws/events/thingType/bulb/created');
    expect(payload).toEqual(event('THING_TYPE_EVENT', 'CREATED', {
      ...account,
      thingTypeId: uuid,
      thingTypeName: 'bulb',
      isDeprecated: false,
      deprecationDate: null,
      searchableAttributes: ['a'],
      description: 'light',
      ...thingTypeProperties.mqtt5Configuration,
    }));
  });

  test('of a deprecation and its undoing', () => {
    const bench = populated();
    const heard = bench.hearOnly(() => {
      bench.deprecate('bulb');
      bench.deprecate('bulb', true);
    });
    expect(heard.map(({ topic, payload: { isDeprecated, deprecationDate } }) => [topic, isDeprecated, deprecationDate])).toEqual([
      ['$aws/events/thingType/bulb/updated', true, head.timestamp],
      ['$aws/events/thingType/bulb/updated', false, null],
    ]);
  });

  test('of a group: its path in ARNs and ids', () => {
    const bench = populated();
    const { group } = idsOf(bench);
    const [{ topic, payload }] = bench.hearOnly(() => bench.registry.execute('UpdateThingGroup', { thingGroupName: 'leaf', thingGroupProperties: {} }));
    expect(topic).toBe('$aws/events/thingGroup/leaf/updated');
    expect(payload).toEqual(event('THING_GROUP_EVENT', 'UPDATED', {
      ...account,
      thingGroupId: group('leaf'),
      thingGroupName: 'leaf',
      versionNumber: 2,
      parentGroupName: 'root',
      parentGroupId: group('root'),
      description: 'text',
      rootToParentThingGroups: [{ groupArn: `${ARN}:thinggroup/root`, groupId: group('root') }],
      attributes: { floor: '1' },
      dynamicGroupMappingId: null,
    }));
  });

  test('of a membership: ARNs and ids, no names', () => {
    const bench = populated();
    const { thing, group } = idsOf(bench);
    const [{ topic, payload }] = bench.hearOnly(() =>
      bench.registry.execute('RemoveThingFromThingGroup', { thingName: 'lamp', thingGroupName: 'leaf' }));
    expect(topic).toBe('$aws/events/thingGroupMembership/thingGroup/leaf/thing/lamp/removed');
    expect(payload).toEqual(event('THING_GROUP_MEMBERSHIP_EVENT', 'REMOVED', {
      ...account,
      groupArn: `${ARN}:thinggroup/leaf`,
      groupId: group('leaf'),
      thingArn: `${ARN}:thing/lamp`,
      thingId: thing('lamp'),
      membershipId: uuid,
    }));
  });

  test('of an association and of a hierarchy', () => {
    const bench = populated();
    const heard = bench.hearOnly(() => {
      bench.thing('torch', {}, 'bulb');
      bench.group('twig', 'leaf');
    });
    const { thing, group } = idsOf(bench);
    expect(heard[1]).toEqual({
      topic: '$aws/events/thingTypeAssociation/thing/torch/thingType/bulb/added',
      payload: event('THING_TYPE_ASSOCIATION_EVENT', 'ADDED', {
        thingId: thing('torch'),
        thingName: 'torch',
        thingTypeName: 'bulb',
      }),
    });
    expect(heard[3]).toEqual({
      topic: '$aws/events/thingGroupHierarchy/thingGroup/leaf/childThingGroup/twig/added',
      payload: event('THING_GROUP_HIERARCHY_EVENT', 'ADDED', {
        ...account,
        thingGroupId: group('leaf'),
        thingGroupName: 'leaf',
        childGroupId: group('twig'),
        childGroupName: 'twig',
      }),
    });
  });
});

describe('what is unset', () => {
  function lastPayload(facts: Partial<RegistryFacts>, act: (bench: Bench) => void): Heard['payload'] {
    const bench = new Bench({ facts });
    act(bench);
    return bench.heard[bench.heard.length - 1].payload;
  }

  test.each([
    [{}, { description: null, parentGroupName: null, parentGroupId: null, rootToParentThingGroups: [], attributes: {}, dynamicGroupMappingId: null }],
    [
      { unsetDescriptionInEvents: 'empty', emptyListsInEvents: 'null', attributesNullWhenEmpty: true },
      { description: '', parentGroupName: null, parentGroupId: null, rootToParentThingGroups: null, attributes: null, dynamicGroupMappingId: null },
    ],
    [
      { unsetDescriptionInEvents: 'absent', emptyListsInEvents: 'absent', unsetParentInEvents: 'absent' },
      { attributes: {}, dynamicGroupMappingId: null },
    ],
  ] as [Partial<RegistryFacts>, object][])('in a group, given %j', (facts, expected) => {
    expect(lastPayload(facts, (bench) => bench.group('root'))).toEqual(event('THING_GROUP_EVENT', 'CREATED', {
      ...account,
      thingGroupId: uuid,
      thingGroupName: 'root',
      versionNumber: 1,
      ...expected,
    }));
  });

  test.each([
    [{}, { billinGroupName: null, attributes: {} }],
    [{ billinGroupNameInEvents: false, attributesNullWhenEmpty: true }, { attributes: null }],
  ])('in a thing, given %j', (facts, expected) => {
    expect(lastPayload(facts, (bench) => bench.thing('lamp'))).toEqual(event('THING_EVENT', 'CREATED', {
      ...account,
      thingId: uuid,
      thingName: 'lamp',
      versionNumber: 1,
      thingTypeName: null,
      ...expected,
    }));
  });

  test.each([
    [{}, { searchableAttributes: [], propagatingAttributes: [], description: null }],
    [
      { emptyListsInEvents: 'null', unsetDescriptionInEvents: 'empty' },
      { searchableAttributes: null, propagatingAttributes: null, description: '' },
    ],
    [{ emptyListsInEvents: 'absent', unsetDescriptionInEvents: 'absent' }, {}],
  ] as [Partial<RegistryFacts>, object][])('in a type, given %j', (facts, expected) => {
    expect(lastPayload(facts, (bench) => bench.type('bulb'))).toEqual(event('THING_TYPE_EVENT', 'CREATED', {
      ...account,
      thingTypeId: uuid,
      thingTypeName: 'bulb',
      isDeprecated: false,
      deprecationDate: null,
      ...expected,
    }));
  });

  test.each([[true, uuid], [false, null]])('in a dynamic group, where its events show that it is one: %s', (shown, expected) => {
    const payload = lastPayload({ dynamicGroupMappingIdInEvents: shown }, (bench) => bench.dynamicGroup('red'));
    expect(payload.dynamicGroupMappingId).toEqual(expected);
  });
});
