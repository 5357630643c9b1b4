import { InvalidRequestException, ResourceNotFoundException, VersionConflictException } from '@aws-sdk/client-iot';
import type { RegistryFacts } from './facts';
import { Bench, outcomeOf } from './fixture';

const thingName = 'lamp';

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 'v']));
}

describe('creating a thing', () => {
  test.each([
    ['the same again', { attributes: { color: 'red' } }, 'ok'],
    ['the same and an empty value, which is never stored', { attributes: { color: 'red', size: '' } }, 'ok'],
    ['another value', { attributes: { color: 'blue' } }, 'ResourceAlreadyExists'],
    ['another type', { attributes: { color: 'red' }, thingTypeName: 'bulb' }, 'ResourceAlreadyExists'],
  ])('%s', (_, { attributes, thingTypeName }: { attributes: Record<string, string>; thingTypeName?: string }, expected) => {
    const bench = new Bench();
    bench.type('bulb');
    bench.thing(thingName, { color: 'red' });
    expect(outcomeOf(() => bench.thing(thingName, attributes, thingTypeName))).toBe(expected);
    expect(bench.registry.execute('DescribeThing', { thingName })).toMatchObject({ version: 1, attributes: { color: 'red' }, thingTypeName: undefined });
  });

  test('fails without its type, with the status code of the service model', () => {
    const call = () => new Bench().thing(thingName, {}, 'bulb');
    expect(call).toThrow(ResourceNotFoundException);
    expect(call).toThrow(expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 404 }) }));
  });

  test.each([
    ['a name of 129 characters', 'x'.repeat(129), {}],
    ['a name with a slash', 'a/b', {}],
    ['a value of 801 characters', thingName, { a: 'x'.repeat(801) }],
    ['a value with a space', thingName, { a: 'b c' }],
    ['an attribute name with a space', thingName, { 'a b': 'c' }],
    ['four attributes and no type', thingName, many(4)],
  ])('fails with %s', (_, name, attributes: Record<string, string>) => {
    expect(() => new Bench().thing(name, attributes)).toThrow(InvalidRequestException);
  });

  test.each([[50, 'ok'], [51, 'InvalidRequest']])('with a type takes up to 50 attributes: %d', (count, expected) => {
    const bench = new Bench();
    bench.type('bulb');
    expect(outcomeOf(() => bench.thing(thingName, many(count), 'bulb'))).toBe(expected);
  });

  test('stores attributes under names that objects have of themselves', () => {
    const bench = new Bench();
    const attributes = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;
    bench.thing('__proto__', attributes);
    expect(JSON.stringify(bench.registry.snapshot().things)).toBe('{"__proto__":{"type":null,"attributes":{"__proto__":"1","constructor":"2"},"groups":[]}}');
  });
});

describe('updating attributes', () => {
  const cases: [string, Record<string, string> | undefined, boolean, Partial<RegistryFacts>, Record<string, string>][] = [
    ['overwrites without merge', { c: '3' }, false, {}, { c: '3' }],
    ['keeps the others with merge', { c: '3' }, true, {}, { a: '1', b: '2', c: '3' }],
    ['an empty value removes with merge', { a: '', x: '' }, true, {}, { b: '2' }],
    ['an empty value is not stored without', { a: '', c: '3' }, false, {}, { c: '3' }],
    ['only empty values clear all', { a: '' }, false, {}, {}],
    ['only empty values remove what they name', { a: '' }, false, { onlyEmptyValues: 'removeNamed' }, { b: '2' }],
    ['an empty map is no change', {}, false, {}, { a: '1', b: '2' }],
    ['an empty map clears', {}, false, { emptyAttributeMapClears: true }, {}],
    ['an empty map to merge is no change', {}, true, { emptyAttributeMapClears: true }, { a: '1', b: '2' }],
    ['no map is no change', undefined, false, { emptyAttributeMapClears: true }, { a: '1', b: '2' }],
  ];

  test.each(cases)('%s', (_, attributes, merge, facts, expected) => {
    const bench = new Bench({ facts });
    bench.thing(thingName, { a: '1', b: '2' });
    bench.registry.execute('UpdateThing', { thingName, attributePayload: { attributes, merge } });
    expect(bench.attributesOf(thingName)).toEqual(expected);
  });

  test.each([[true, 2, ['UPDATED']], [false, 1, []]])('without a change, where that counts as one: %s', (updateWithoutChangeEmits, version, events) => {
    const bench = new Bench({ facts: { updateWithoutChangeEmits } });
    bench.thing(thingName, { a: '1' });
    const heard = bench.hearOnly(() => bench.registry.execute('UpdateThing', { thingName, attributePayload: { attributes: { a: '1' } } }));
    expect(bench.registry.execute('DescribeThing', { thingName }).version).toBe(version);
    expect(heard.map(({ payload }) => payload.operation)).toEqual(events);
  });

  test('fails for a thing that does not exist', () => {
    expect(outcomeOf(() => new Bench().registry.execute('UpdateThing', { thingName }))).toBe('ResourceNotFound');
  });

  test('fails on another version than expected', () => {
    const bench = new Bench();
    bench.thing(thingName);
    expect(() => bench.registry.execute('UpdateThing', { thingName, expectedVersion: 2 })).toThrow(VersionConflictException);
    expect(() => bench.registry.execute('DeleteThing', { thingName, expectedVersion: 2 })).toThrow(VersionConflictException);
    bench.registry.execute('UpdateThing', { thingName, expectedVersion: 1 });
  });
});

describe('changing the type', () => {
  test('sets, replaces and removes it', () => {
    const bench = new Bench();
    bench.type('bulb');
    bench.type('tube');
    bench.thing(thingName, {}, 'bulb');
    const typeAfter = (change: { thingTypeName?: string; removeThingType?: boolean }) => {
      bench.registry.execute('UpdateThing', { thingName, ...change });
      return bench.registry.execute('DescribeThing', { thingName }).thingTypeName;
    };
    expect(typeAfter({})).toBe('bulb');
    expect(typeAfter({ thingTypeName: 'tube' })).toBe('tube');
    expect(typeAfter({ removeThingType: true })).toBeUndefined();
    expect(outcomeOf(() => typeAfter({ removeThingType: true, thingTypeName: 'bulb' }))).toBe('InvalidRequest');
    expect(outcomeOf(() => typeAfter({ thingTypeName: 'none' }))).toBe('ResourceNotFound');
  });

  test('fails to remove the type while more than three attributes would be left', () => {
    const bench = new Bench();
    bench.type('bulb');
    bench.thing(thingName, many(4), 'bulb');
    const removeType = (attributes?: Record<string, string>) =>
      outcomeOf(() => bench.registry.execute('UpdateThing', { thingName, removeThingType: true, attributePayload: { attributes } }));
    expect(removeType()).toBe('InvalidRequest');
    expect(removeType(many(3))).toBe('ok');
  });

  test.each(['ok', 'InvalidRequest'] as const)('removing the type of a thing that has none: %s', (removeTypeOfUntypedThing) => {
    const bench = new Bench({ facts: { removeTypeOfUntypedThing } });
    bench.thing(thingName);
    expect(outcomeOf(() => bench.registry.execute('UpdateThing', { thingName, removeThingType: true }))).toBe(removeTypeOfUntypedThing);
  });

  test.each([
    ['a new thing', {}, 'CreateThing', 'new', 'InvalidRequest'],
    ['an untyped thing', {}, 'UpdateThing', 'untyped', 'InvalidRequest'],
    ['its own thing', {}, 'UpdateThing', 'typed', 'ok'],
    ['its own thing, refused', { sameTypeDeprecatedUpdateRefused: true }, 'UpdateThing', 'typed', 'InvalidRequest'],
    ['its own thing, created again', {}, 'CreateThing', 'typed', 'ok'],
    ['its own thing, created again, refused', { equalCreateOfDeprecatedTypeRefused: true }, 'CreateThing', 'typed', 'InvalidRequest'],
  ] as const)('to a deprecated one, of %s', (_, facts, operation, name, expected) => {
    const bench = new Bench({ facts });
    bench.type('bulb');
    bench.thing('typed', {}, 'bulb');
    bench.thing('untyped');
    bench.deprecate('bulb');
    expect(outcomeOf(() => bench.registry.execute(operation, { thingName: name, thingTypeName: 'bulb' }))).toBe(expected);
  });

  test('a thing of a deprecated type can still be written without naming it', () => {
    const bench = new Bench({ facts: { sameTypeDeprecatedUpdateRefused: true } });
    bench.type('bulb');
    bench.thing(thingName, {}, 'bulb');
    bench.deprecate('bulb');
    bench.registry.execute('UpdateThing', { thingName, attributePayload: { attributes: { a: '1' } } });
    expect(bench.attributesOf(thingName)).toEqual({ a: '1' });
  });
});

describe('deleting a thing', () => {
  test('succeeds when it does not exist, and ends the incarnation when it does', () => {
    const { registry } = new Bench();
    registry.execute('DeleteThing', { thingName });
    const first = registry.execute('CreateThing', { thingName });
    registry.execute('DeleteThing', { thingName });
    expect(outcomeOf(() => registry.execute('DescribeThing', { thingName }))).toBe('ResourceNotFound');
    expect(registry.execute('CreateThing', { thingName }).thingId).not.toBe(first.thingId);
  });

  test('fails until a detached principal has let go', () => {
    const bench = new Bench({ limits: { principalDetachDelay: 2_000 } });
    const { registry } = bench;
    bench.thing(thingName);
    registry.execute('AttachThingPrincipal', { thingName, principal: 'cert' });
    const remove = () => registry.execute('DeleteThing', { thingName });
    expect(remove).toThrow('Cannot delete. Thing lamp is still attached to one or more principals');
    registry.execute('DetachThingPrincipal', { thingName, principal: 'cert' });
    bench.time += 1_000;
    registry.execute('DetachThingPrincipal', { thingName, principal: 'cert' });
    expect(remove).toThrow(InvalidRequestException);
    expect(registry.execute('ListThingPrincipals', { thingName }).principals).toEqual(['cert']);
    bench.time += 1_000;
    expect(registry.execute('ListThingPrincipals', { thingName }).principals).toEqual([]);
    remove();
  });

  test('a principal that is attached again stays', () => {
    const bench = new Bench();
    bench.thing(thingName);
    for (const operation of ['AttachThingPrincipal', 'DetachThingPrincipal', 'AttachThingPrincipal'] as const) {
      bench.registry.execute(operation, { thingName, principal: 'cert' });
    }
    bench.time += 60_000;
    expect(outcomeOf(() => bench.registry.execute('DeleteThing', { thingName }))).toBe('InvalidRequest');
    expect(outcomeOf(() => bench.registry.execute('AttachThingPrincipal', { thingName, principal: '' }))).toBe('InvalidRequest');
  });

  test.each(['ok', 'ResourceNotFound'] as const)('detaching what is not attached: %s', (detachUnattached) => {
    const bench = new Bench({ facts: { detachUnattached } });
    bench.thing(thingName);
    expect(outcomeOf(() => bench.registry.execute('DetachThingPrincipal', { thingName, principal: 'cert' }))).toBe(detachUnattached);
  });
});

describe('listing', () => {
  test('things by type, in pages that deletions do not shift', () => {
    const bench = new Bench();
    bench.type('bulb');
    for (let i = 0; i < 5; i++) bench.thing(`t${i}`, {}, i === 3 ? undefined : 'bulb');
    const list = (nextToken?: string) => bench.registry.execute('ListThings', { thingTypeName: 'bulb', maxResults: 2, nextToken });
    const first = list();
    bench.registry.execute('DeleteThing', { thingName: 't0' });
    const second = list(first.nextToken);
    expect([first, second].map(({ things }) => things?.map((each) => each.thingName))).toEqual([['t0', 't1'], ['t2', 't4']]);
    expect(second.nextToken).toBeUndefined();
  });

  test('principals in pages', () => {
    const bench = new Bench({ limits: { principalDetachDelay: 0 } });
    bench.thing(thingName);
    for (const principal of ['p', 'q', 'r']) bench.registry.execute('AttachThingPrincipal', { thingName, principal });
    const first = bench.registry.execute('ListThingPrincipals', { thingName, maxResults: 2 });
    for (const principal of first.principals ?? []) bench.registry.execute('DetachThingPrincipal', { thingName, principal });
    expect(bench.registry.execute('ListThingPrincipals', { thingName, nextToken: first.nextToken }).principals).toEqual(['r']);
  });

  test('things by attribute, its value or the beginning of it', () => {
    const bench = new Bench();
    bench.thing('a', { color: 'red' });
    bench.thing('b', { color: 'reddish' });
    bench.thing('c', { size: 'red' });
    const list = (input: object) => bench.registry.execute('ListThings', input).things?.map((each) => each.thingName);
    expect(list({ attributeName: 'color' })).toEqual(['a', 'b']);
    expect(list({ attributeName: 'color', attributeValue: 'red' })).toEqual(['a']);
    expect(list({ attributeName: 'color', attributeValue: 'red', usePrefixAttributeValue: true })).toEqual(['a', 'b']);
    expect(list({ thingTypeName: 'none' })).toEqual([]);
  });

  test('fails with a token that it did not give', () => {
    expect(outcomeOf(() => new Bench().registry.execute('ListThings', { nextToken: 'x' }))).toBe('InvalidRequest');
  });

  test.each([0, 251])('fails to give %d at once', (maxResults) => {
    expect(outcomeOf(() => new Bench().registry.execute('ListThings', { maxResults }))).toBe('InvalidRequest');
  });
});
