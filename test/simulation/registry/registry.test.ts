import {
  CreateThingCommand, CreateTopicRuleCommand, DescribeThingCommand, paginateListThings, ResourceNotFoundException, ThrottlingException,
} from '@aws-sdk/client-iot';
import { failure } from './errors';
import { ALL_FACTS, DEFAULT_FACTS, drawFacts } from './facts';
import { Bench, outcomeOf } from './fixture';
import { ALL_IDENTITY_FACTS, DEFAULT_IDENTITY_FACTS, drawIdentityFacts } from './identity-facts';
import { InMemoryRegistry } from './registry';
import { difference } from './snapshot';

describe('in the place of a client', () => {
  test('does what commands of the SDK say, and fails as the SDK does', async () => {
    const { client } = new Bench().registry;
    await client.send(new CreateThingCommand({ thingName: 'lamp', attributePayload: { attributes: { color: 'red' } } }));
    await expect(client.send(new DescribeThingCommand({ thingName: 'lamp' }))).resolves.toMatchObject({
      thingName: 'lamp', thingArn: 'arn:aws:iot:eu-west-1:111122223333:thing/lamp', attributes: { color: 'red' }, version: 1, $metadata: { httpStatusCode: 200 },
    });
    await expect(client.send(new DescribeThingCommand({ thingName: 'none' }))).rejects.toThrow(ResourceNotFoundException);
  });

  test('serves the paginators of the SDK', async () => {
    const bench = new Bench({ limits: { pageSize: 2 } });
    for (let i = 0; i < 5; i++) bench.thing(`t${i}`);
    const sizes: (number | undefined)[] = [];
    for await (const { things } of paginateListThings({ client: bench.registry.client }, {})) sizes.push(things?.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test('fails with an operation that it does not know', async () => {
    await expect(new Bench().registry.send(new CreateTopicRuleCommand({ ruleName: 'r', topicRulePayload: undefined }))).rejects.toThrow('not simulated');
  });

  test('waits for its turn, and happens whole when it comes', async () => {
    let go = () => {};
    const bench = new Bench({ turn: () => new Promise((resolve) => { go = resolve; }) });
    const pending = bench.registry.send(new CreateThingCommand({ thingName: 'lamp' }));
    expect(bench.registry.snapshot().things).toEqual({});
    go();
    await pending;
    expect(Object.keys(bench.registry.snapshot().things)).toEqual(['lamp']);
  });
});

test.each([
  ['InvalidRequest', 400], ['Throttling', 400], ['ResourceNotFound', 404], ['ResourceAlreadyExists', 409], ['VersionConflict', 409], ['LimitExceeded', 410],
  ['InternalFailure', 500], ['ServiceUnavailable', 503], ['CertificateState', 406], ['CertificateConflict', 409], ['CertificateValidation', 400], ['RegistrationCodeValidation', 400],
  ['DeleteConflict', 409], ['MalformedPolicy', 400], ['VersionsLimitExceeded', 409], ['Unauthorized', 401],
] as const)('%s has the status code %d of the service model', (name, status) => {
  const error = failure[name]('why');
  expect(error).toMatchObject({ name: `${name}Exception`, message: 'why', $metadata: { httpStatusCode: status }, $fault: status < 500 ? 'client' : 'server' });
});

describe('calls', () => {
  test('are counted by operation, the refused ones too', () => {
    const bench = new Bench();
    bench.thing('lamp');
    outcomeOf(() => bench.thing('lamp', { a: '1' }));
    bench.group('g');
    expect(bench.registry.calls).toEqual({ CreateThing: 2, CreateThingGroup: 1 });
  });

  test('beyond the quota are throttled until the clock moves on', () => {
    const bench = new Bench({ limits: { quotaFactor: 0.2, quotas: { CreateThing: 20 } } });
    const outcomes = (count: number) => Array.from({ length: count }, (_, i) => outcomeOf(() => bench.thing(`${bench.time}-${i}`)));
    expect(outcomes(5)).toEqual(['ok', 'ok', 'ok', 'ok', 'Throttling']);
    bench.time += 500;
    expect(outcomes(3)).toEqual(['ok', 'ok', 'Throttling']);
    expect(outcomeOf(() => bench.group('g'))).toBe('ok');
  });

  test('are not throttled without a quota', () => {
    const bench = new Bench();
    for (let i = 0; i < 1_000; i++) bench.thing(`t${i}`);
  });

  test.each([
    ['before it does anything', failure.Throttling(), ThrottlingException, []],
    ['after it took effect', { error: new Error('socket hang up'), tookEffect: true as const }, 'socket hang up', ['lamp']],
  ])('can be made to fail %s', (_, fault, thrown, things) => {
    const bench = new Bench({ injectFault: (operation) => operation === 'CreateThing' ? fault : undefined });
    expect(() => bench.thing('lamp')).toThrow(thrown);
    expect(Object.keys(bench.registry.snapshot().things)).toEqual(things);
    bench.registry.injectFault = undefined;
    bench.thing('tube');
  });
});

describe('snapshots', () => {
  function registry(color: string, order: 1 | -1, region = 'eu-west-1'): Bench {
    const bench = new Bench({ region });
    bench.type('bulb', ['b', 'a'].slice(0, order * 2));
    const steps = [() => bench.group('x', undefined, {}, ''), () => bench.group('y'), () => bench.thing('lamp', { color, size: '1' }, 'bulb')];
    for (const step of order === 1 ? steps : steps.reverse()) step();
    for (const group of order === 1 ? ['x', 'y'] : ['y', 'x']) bench.add('lamp', group);
    return bench;
  }

  test('are the same text for the same state, whatever led to it and wherever it is', () => {
    const one = registry('red', 1);
    const other = registry('red', -1, 'us-east-1');
    other.registry.execute('UpdateThingType', {
      thingTypeName: 'bulb',
      thingTypeProperties: { mqtt5Configuration: { propagatingAttributes: ['a', 'b'].map((name) => ({ userPropertyKey: name, thingAttribute: name })) } },
    });
    expect(JSON.stringify(one.registry.snapshot())).toBe(JSON.stringify(other.registry.snapshot()));
    expect(difference(one.registry.snapshot(), other.registry.snapshot())).toEqual([]);
  });

  test('differ by entity and field', () => {
    const one = registry('red', 1);
    const other = registry('blue', 1);
    one.thing('tube');
    other.group('z', 'y');
    other.deprecate('bulb');
    other.registry.execute('RemoveThingFromThingGroup', { thingName: 'lamp', thingGroupName: 'y' });
    other.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { size: '' }, merge: true } });
    expect(difference(one.registry.snapshot(), other.registry.snapshot())).toEqual([
      'type bulb: deprecated is false in the first, true in the second',
      'group z: only in the second',
      'thing lamp: attributes.color is "red" in the first, "blue" in the second',
      'thing lamp: attributes.size is "1" in the first, null in the second',
      'thing lamp: groups is ["x","y"] in the first, ["x"] in the second',
      'thing tube: only in the first',
    ]);
  });
});

describe('facts', () => {
  test('each has at least two outcomes, and can be drawn', () => {
    for (const outcomes of Object.values<readonly unknown[]>({ ...ALL_FACTS, ...ALL_IDENTITY_FACTS })) expect(new Set(outcomes).size).toBeGreaterThan(1);
    expect(drawFacts(() => 0)).toEqual(DEFAULT_FACTS);
    expect(drawFacts((outcomes) => outcomes - 1)).toMatchObject({ readdingMember: 'ResourceAlreadyExists', emptyAttributeMapClears: true });
  });

  test('of identities are drawn apart', () => {
    expect(drawIdentityFacts(() => 0)).toEqual(DEFAULT_IDENTITY_FACTS);
    expect(drawFacts((outcomes) => outcomes - 1)).toMatchObject(DEFAULT_IDENTITY_FACTS);
    expect(drawIdentityFacts((outcomes) => outcomes - 1)).toMatchObject({ revokedBack: 'ok', principalThings: 'arn' });
  });

  test('ids differ between Regions and are the same in every run', () => {
    const idIn = (region: string) => new InMemoryRegistry({ region, accountId: '1', now: () => 0 }).execute('CreateThing', { thingName: 'lamp' }).thingId;
    expect(idIn('eu-west-1')).toBe(idIn('eu-west-1'));
    expect(idIn('eu-west-1')).not.toBe(idIn('us-east-1'));
  });
});
