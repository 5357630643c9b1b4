import type { RegistryFacts } from './facts';
import { Bench, outcomeOf } from './fixture';

describe('creating a group', () => {
  const setUp = (facts: Partial<RegistryFacts> = {}) => {
    const bench = new Bench({ facts });
    bench.group('root');
    bench.group('leaf', 'root', { a: '1' }, 'text');
    return bench;
  };

  test.each([
    ['the same again', {}, 'root', '1', 'text', 'ok'],
    ['another description', {}, 'root', '1', 'other', 'ResourceAlreadyExists'],
    ['another attribute', {}, 'root', '2', 'text', 'ResourceAlreadyExists'],
    ['another parent', {}, undefined, '1', 'text', 'ResourceAlreadyExists'],
    ['another parent, not compared', { createGroupComparesParent: false }, undefined, '1', 'text', 'ok'],
  ])('%s', (_, facts, parent, value, description, expected) => {
    const bench = setUp(facts);
    expect(outcomeOf(() => bench.group('leaf', parent, { a: value }, description))).toBe(expected);
    expect(bench.registry.snapshot().groups.leaf).toEqual({ parent: 'root', attributes: { a: '1' }, description: 'text' });
  });

  test('returns its path from the root with names and ARNs', () => {
    const bench = setUp();
    bench.group('twig', 'leaf');
    expect(bench.registry.execute('DescribeThingGroup', { thingGroupName: 'twig' })).toMatchObject({
      version: 1,
      thingGroupMetadata: {
        parentGroupName: 'leaf',
        rootToParentThingGroups: [
          { groupName: 'root', groupArn: 'arn:aws:iot:eu-west-1:111122223333:thinggroup/root' },
          { groupName: 'leaf', groupArn: 'arn:aws:iot:eu-west-1:111122223333:thinggroup/leaf' },
        ],
      },
    });
  });

  test.each(['ResourceNotFound', 'InvalidRequest'] as const)('fails without its parent: %s', (missingParentError) => {
    expect(outcomeOf(() => setUp({ missingParentError }).group('x', 'none'))).toBe(missingParentError);
  });

  test.each(['LimitExceeded', 'InvalidRequest'] as const)('fails beyond seven levels and a hundred children: %s', (groupTreeLimitError) => {
    const bench = setUp({ groupTreeLimitError });
    for (let level = 2; level <= 7; level++) bench.group(`level${level}`, level === 2 ? 'root' : `level${level - 1}`);
    expect(outcomeOf(() => bench.group('level8', 'level7'))).toBe(groupTreeLimitError);
    for (let child = 3; child <= 100; child++) bench.group(`child${child}`, 'root');
    expect(outcomeOf(() => bench.group('child101', 'root'))).toBe(groupTreeLimitError);
  });
});

describe('updating a group', () => {
  const cases: [string, string | undefined, Record<string, string> | undefined, Partial<RegistryFacts>, string, Record<string, string>][] = [
    ['overwrites', 'new', { b: '2' }, {}, 'new', { b: '2' }],
    ['leaves what is not given', undefined, undefined, {}, 'text', { a: '1' }],
    ['no description clears', undefined, { a: '1' }, { absentDescriptionClears: true }, '', { a: '1' }],
    ['an empty description clears', '', undefined, {}, '', { a: '1' }],
    ['an empty description is no change', '', undefined, { emptyDescriptionClears: false }, 'text', { a: '1' }],
    ['an empty map is no change', undefined, {}, { emptyAttributeMapClears: true }, 'text', { a: '1' }],
    ['an empty map clears', undefined, {}, { emptyGroupAttributeMapClears: true }, 'text', {}],
    ['only empty values clear', undefined, { x: '' }, {}, 'text', {}],
    ['only empty values remove what they name', undefined, { x: '' }, { onlyEmptyValues: 'removeNamed' }, 'text', { a: '1' }],
  ];

  test.each(cases)('%s', (_, thingGroupDescription, attributes, facts, description, expected) => {
    const bench = new Bench({ facts });
    bench.group('g', undefined, { a: '1' }, 'text');
    const thingGroupProperties = { thingGroupDescription, attributePayload: attributes && { attributes, merge: false } };
    expect(bench.registry.execute('UpdateThingGroup', { thingGroupName: 'g', thingGroupProperties }).version).toBe(2);
    expect(bench.registry.snapshot().groups.g).toEqual({ description, attributes: expected, parent: null });
  });

  test('fails when it does not exist, on another version, with a long description and with 51 attributes', () => {
    const bench = new Bench();
    bench.group('g');
    const update = (thingGroupName: string, thingGroupDescription?: string, expectedVersion?: number, attributes?: Record<string, string>) =>
      outcomeOf(() => bench.registry.execute(
        'UpdateThingGroup', { thingGroupName, expectedVersion, thingGroupProperties: { thingGroupDescription, attributePayload: { attributes } } }));
    const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${i}`, 'v']));
    expect(update('none')).toBe('ResourceNotFound');
    expect(update('g', '', 7)).toBe('VersionConflict');
    expect(update('g', 'x'.repeat(2029))).toBe('InvalidRequest');
    expect(update('g', '', 1, tooMany)).toBe('InvalidRequest');
  });

  test.each([[true, 2, 1], [false, 1, 0]])('without a change, where that counts as one: %s', (updateWithoutChangeEmits, version, events) => {
    const bench = new Bench({ facts: { updateWithoutChangeEmits } });
    bench.group('g');
    const heard = bench.hearOnly(() => {
      expect(bench.registry.execute('UpdateThingGroup', { thingGroupName: 'g', thingGroupProperties: {} }).version).toBe(version);
    });
    expect(heard).toHaveLength(events);
  });
});

describe('deleting a group', () => {
  test('fails while it has children, then drops its memberships and ends its incarnation', () => {
    const bench = new Bench();
    bench.group('root');
    bench.group('leaf', 'root');
    bench.thing('lamp');
    bench.add('lamp', 'root');
    const remove = (thingGroupName: string) => bench.registry.execute('DeleteThingGroup', { thingGroupName });
    expect(() => remove('root')).toThrow('Cannot delete thing group : root when there are still child groups attached to it.');
    remove('leaf');
    const { thingGroupId } = bench.registry.execute('DescribeThingGroup', { thingGroupName: 'root' });
    remove('root');
    expect(bench.registry.snapshot().things.lamp.groups).toEqual([]);
    bench.group('root');
    expect(bench.registry.execute('DescribeThingGroup', { thingGroupName: 'root' }).thingGroupId).not.toBe(thingGroupId);
    expect(bench.registry.execute('ListThingsInThingGroup', { thingGroupName: 'root' }).things).toEqual([]);
  });

  test.each([[true, 'ok'], [false, 'ResourceNotFound']])('that does not exist, where that succeeds: %s', (deleteOfMissingGroupSucceeds, expected) => {
    const { registry } = new Bench({ facts: { deleteOfMissingGroupSucceeds } });
    expect(outcomeOf(() => registry.execute('DeleteThingGroup', { thingGroupName: 'none' }))).toBe(expected);
  });
});

describe('dynamic groups', () => {
  const setUp = (limits = {}) => {
    const bench = new Bench({ limits });
    bench.dynamicGroup('red');
    bench.thing('lamp');
    return bench;
  };

  test('fails to take static members, children, updates and deletions', () => {
    const { registry } = setUp();
    const thingGroupName = 'red';
    for (const act of [
      () => registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName }),
      () => registry.execute('RemoveThingFromThingGroup', { thingName: 'lamp', thingGroupName }),
      () => registry.execute('CreateThingGroup', { thingGroupName: 'child', parentGroupName: thingGroupName }),
      () => registry.execute('UpdateThingGroup', { thingGroupName, thingGroupProperties: {} }),
      () => registry.execute('DeleteThingGroup', { thingGroupName }),
    ]) expect(outcomeOf(act)).toBe('InvalidRequest');
  });

  test('need a query, and are the same again with the same one alone', () => {
    const { registry } = setUp();
    const create = (queryString: string) => outcomeOf(() => registry.execute('CreateDynamicThingGroup', { thingGroupName: 'red', queryString }));
    expect(['', 'attributes.color:red', 'attributes.color:blue'].map(create)).toEqual(['InvalidRequest', 'ok', 'ResourceAlreadyExists']);
  });

  test('follow their query, and are not replicated', () => {
    const bench = setUp();
    const joined = bench.hearOnly(() => bench.registry.match('lamp', 'red', true));
    expect(joined.map(({ topic }) => topic)).toEqual(['$aws/events/thingGroupMembership/thingGroup/red/thing/lamp/added']);
    expect(bench.registry.execute('DescribeThingGroup', { thingGroupName: 'red' })).toMatchObject({ queryString: 'attributes.color:red', status: 'ACTIVE' });
    expect(bench.registry.snapshot()).toMatchObject({ groups: {}, things: { lamp: { groups: [] } } });
    expect(bench.hearOnly(() => bench.registry.match('lamp', 'red', false))).toHaveLength(1);
  });

  test('yield to a static group at the limit when asked to', () => {
    const bench = setUp({ groupsPerThing: 1 });
    bench.registry.match('lamp', 'red', true);
    bench.group('g');
    expect(outcomeOf(() => bench.add('lamp', 'g'))).toBe('LimitExceeded');
    bench.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'g', overrideDynamicGroups: true });
    expect(bench.registry.execute('ListThingsInThingGroup', { thingGroupName: 'red' }).things).toEqual([]);
  });

  test('are deleted by a call of their own and limited in number', () => {
    const bench = setUp({ dynamicGroups: 1 });
    expect(outcomeOf(() => bench.dynamicGroup('blue'))).toBe('LimitExceeded');
    bench.registry.execute('DeleteDynamicThingGroup', { thingGroupName: 'red' });
    bench.dynamicGroup('blue');
  });
});

test('groups are listed below a parent, by prefix, and roots alone', () => {
  const bench = new Bench();
  bench.group('a');
  bench.group('ab', 'a');
  bench.group('abc', 'ab');
  bench.group('b');
  const list = (input: object) => bench.registry.execute('ListThingGroups', input).thingGroups?.map((each) => each.groupName);
  expect(list({})).toEqual(['a', 'ab', 'abc', 'b']);
  expect(list({ parentGroup: 'a' })).toEqual(['ab', 'abc']);
  expect(list({ parentGroup: 'a', recursive: false })).toEqual(['ab']);
  expect(list({ namePrefixFilter: 'ab' })).toEqual(['ab', 'abc']);
  expect(list({ recursive: false })).toEqual(['a', 'b']);
});
