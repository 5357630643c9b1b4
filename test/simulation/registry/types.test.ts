import { Bench, outcomeOf } from './fixture';

const thingTypeName = 'bulb';
const key = (thingAttribute: string) => ({ mqtt5Configuration: { propagatingAttributes: [{ userPropertyKey: 'key', thingAttribute }] } });

describe('creating a type', () => {
  const properties = { thingTypeDescription: 'light', searchableAttributes: ['a', 'b'], ...key('a') };

  test.each([
    ['the same again', {}, properties, 'ok'],
    ['the same in another order', {}, { ...properties, searchableAttributes: ['b', 'a'] }, 'ok'],
    ['another description', {}, { ...properties, thingTypeDescription: 'dark' }, 'ResourceAlreadyExists'],
    ['other searchable attributes', {}, { ...properties, searchableAttributes: [] }, 'ResourceAlreadyExists'],
    ['other propagating attributes', {}, { ...properties, ...key('b') }, 'ResourceAlreadyExists'],
    ['other propagating attributes, not compared', { createTypeComparesPropagating: false }, { ...properties, ...key('b') }, 'ok'],
  ])('%s', (_, facts, thingTypeProperties, expected) => {
    const { registry } = new Bench({ facts });
    registry.execute('CreateThingType', { thingTypeName, thingTypeProperties: properties });
    expect(outcomeOf(() => registry.execute('CreateThingType', { thingTypeName, thingTypeProperties }))).toBe(expected);
    expect(registry.execute('DescribeThingType', { thingTypeName }).thingTypeProperties).toEqual(properties);
  });

  test('fails with a propagating attribute of two sources or none', () => {
    const { registry } = new Bench();
    for (const attribute of [{ userPropertyKey: 'k' }, { userPropertyKey: 'k', thingAttribute: 'a', connectionAttribute: 'iot:ClientId' }]) {
      const thingTypeProperties = { mqtt5Configuration: { propagatingAttributes: [attribute] } };
      expect(outcomeOf(() => registry.execute('CreateThingType', { thingTypeName, thingTypeProperties }))).toBe('InvalidRequest');
    }
  });
});

describe('updating a type', () => {
  test('replaces its propagating attributes, and fails with anything else', () => {
    const bench = new Bench();
    bench.type(thingTypeName, ['a']);
    const update = (thingTypeProperties?: object) => bench.registry.execute('UpdateThingType', { thingTypeName, thingTypeProperties });
    update(key('b'));
    expect(bench.registry.snapshot().types.bulb.propagatingAttributes).toEqual(['key of thing b']);
    expect(() => update({ thingTypeDescription: 'x', ...key('c') })).toThrow('Can only update mqtt5Configuration.');
    expect(() => update({ searchableAttributes: [] })).toThrow('Can only update mqtt5Configuration.');
    expect(() => update()).toThrow('Can only update mqtt5Configuration.');
  });

  test.each([[false, 'ok'], [true, 'InvalidRequest']])('when it is deprecated, where that is refused: %s', (deprecatedTypeUpdateRefused, expected) => {
    const bench = new Bench({ facts: { deprecatedTypeUpdateRefused } });
    bench.type(thingTypeName);
    bench.deprecate(thingTypeName);
    expect(outcomeOf(() => bench.registry.execute('UpdateThingType', { thingTypeName, thingTypeProperties: key('b') }))).toBe(expected);
  });

  test.each([[true, 1], [false, 0]])('without a change, where that counts as one: %s', (updateWithoutChangeEmits, events) => {
    const bench = new Bench({ facts: { updateWithoutChangeEmits } });
    bench.registry.execute('CreateThingType', { thingTypeName, thingTypeProperties: key('a') });
    expect(bench.hearOnly(() => bench.registry.execute('UpdateThingType', { thingTypeName, thingTypeProperties: key('a') }))).toHaveLength(events);
  });
});

describe('deleting a type', () => {
  const FIVE_MINUTES = 300_000;
  const setUp = (facts = {}) => {
    const bench = new Bench({ facts });
    bench.type(thingTypeName);
    return { bench, remove: () => bench.registry.execute('DeleteThingType', { thingTypeName }) };
  };

  test('needs a deprecation five minutes ago', () => {
    const { bench, remove } = setUp();
    expect(outcomeOf(remove)).toBe('InvalidRequest');
    bench.deprecate(thingTypeName);
    bench.time += FIVE_MINUTES - 1;
    expect(remove).toThrow('wait for 5 minutes');
    bench.time += 1;
    remove();
    expect(outcomeOf(remove)).toBe('ResourceNotFound');
  });

  test('needs its things gone', () => {
    const { bench, remove } = setUp();
    bench.thing('lamp', {}, thingTypeName);
    bench.deprecate(thingTypeName);
    bench.time += FIVE_MINUTES;
    expect(outcomeOf(remove)).toBe('InvalidRequest');
    bench.registry.execute('UpdateThing', { thingName: 'lamp', removeThingType: true });
    remove();
  });

  test('an undone deprecation counts for nothing', () => {
    const { bench, remove } = setUp();
    bench.deprecate(thingTypeName);
    bench.time += FIVE_MINUTES;
    bench.deprecate(thingTypeName, true);
    expect(outcomeOf(remove)).toBe('InvalidRequest');
    bench.deprecate(thingTypeName);
    expect(outcomeOf(remove)).toBe('InvalidRequest');
  });

  test.each([['ignored', 'ok', 0], ['restartsClock', 'InvalidRequest', 1]] as const)(
    'deprecating it again: %s', (deprecationWithoutChange, expected, events) => {
      const { bench, remove } = setUp({ deprecationWithoutChange });
      bench.deprecate(thingTypeName);
      bench.time += FIVE_MINUTES;
      expect(bench.hearOnly(() => bench.deprecate(thingTypeName))).toHaveLength(events);
      expect(outcomeOf(remove)).toBe(expected);
    });
});

test('types are listed by the beginning of their names', () => {
  const bench = new Bench();
  for (const name of ['bulb', 'bulb2', 'tube']) bench.type(name);
  const listed = bench.registry.execute('ListThingTypes', { thingTypeName }).thingTypes;
  expect(listed?.map((each) => each.thingTypeName)).toEqual(['bulb', 'bulb2']);
});
