/** @jest-environment ./test/simulation/environment.ts */
/** Sweeps behind a router: it hides nothing of the source, and a router that is added, changed or removed reaches what exists. */
import { MINUTE, Source } from './source';
import { RegistryRecord } from '../../src/kinds';
import { sourceDigestOf } from '../../src/kinds/source-digest';
import { keyOf } from '../kinds/keys';

type Router = NonNullable<ConstructorParameters<typeof Source>[0]>['router'];

const passes: Router = () => ({ replicate: true });
/** Takes the owner away. */
const hidesOwner: Router = ({ state }) => {
  if (!state.attributes) return { replicate: true };
  const { owner: _, ...attributes } = state.attributes;
  return { replicate: true, state: { ...state, attributes } };
};
const dropsLamps: Router = ({ pk }) => ({ replicate: !pk.startsWith('thing#lamp') });

function fleet(router?: Router): Source {
  const source = new Source({ router });
  source.untold(() => {
    const { registry } = source;
    registry.execute('CreateThingType', {
      thingTypeName: 'bulb',
      thingTypeProperties: {
        thingTypeDescription: 'light', searchableAttributes: ['b', 'a'], mqtt5Configuration: { propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }, { userPropertyKey: 'c', connectionAttribute: 'iot:ClientId' }] },
      },
    });
    registry.execute('CreateThingGroup', { thingGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'the house, ä = ö', attributePayload: { attributes: { owner: 'me' } } } });
    registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'house' });
    registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'bulb', attributePayload: { attributes: { owner: 'me', color: 'red' } } });
    registry.execute('CreateThing', { thingName: 'bare' });
    registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
  });
  source.pass(10 * MINUTE);
  return source;
}

async function swept(router?: Router): Promise<Source> {
  const source = fleet(router);
  await source.sweep();
  source.pass(10 * MINUTE);
  source.sent.length = 0;
  return source;
}

const result = (source: Source) => source.results[source.results.length - 1];
const attributesOf = (source: Source) => source.record(keyOf.thing('lamp'))!.state.attributes as Record<string, string>;

describe('the digest of a record', () => {
  test('is that of the state before the router, of every kind, and the same by an event as by a reading', async () => {
    const [plain, bySweep] = [await swept(), await swept(hidesOwner)];
    const byEvents = new Source({ router: hidesOwner });
    for (const key of [keyOf.type('bulb'), keyOf.group('house'), keyOf.group('room'), keyOf.thing('lamp'), keyOf.thing('bare')]) {
      const expected = sourceDigestOf((plain.record(key) as Exclude<RegistryRecord, { kind: 'membership' }>).state);
      expect(bySweep.record(key)).toMatchObject({ sourceDigest: expected, routerVersion: 'v1' });
    }
    await byEvents.told(() => {
      byEvents.registry.execute('CreateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'red', owner: 'me' } } });
      byEvents.registry.execute('CreateThingGroup', { thingGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'the house, ä = ö', attributePayload: { attributes: { owner: 'me' } } } });
    });
    expect(byEvents.record(keyOf.group('house'))!.sourceDigest).toBe(bySweep.record(keyOf.group('house'))!.sourceDigest);
    byEvents.pass(10 * MINUTE);
    expect(await byEvents.sweep()).toMatchObject({ inSync: true });
    expect(bySweep.record(keyOf.membership('lamp', 'room'))).toMatchObject({ routerVersion: 'v1' });
    expect(bySweep.record(keyOf.membership('lamp', 'room'))).not.toHaveProperty('sourceDigest');
  });

  test('distinguishes states, and nothing else', () => {
    const digest = (state: object) => sourceDigestOf({ attributes: {}, ...state } as never);
    expect(digest({ attributes: { a: '1', b: '2' } })).toBe(digest({ attributes: { b: '2', a: '1', c: '' } }));
    expect(digest({ description: '' })).toBe(digest({}));
    expect(digest({ searchableAttributes: ['a', 'b'] })).toBe(digest({ searchableAttributes: ['b', 'a'] }));
    expect(digest({ path: ['a'], parentGroupName: 'a' })).toBe(digest({ parentGroupName: 'a' }));
    const different = [
      {}, { attributes: { a: '1' } }, { attributes: { a: '2' } }, { thingTypeName: 'a' }, { description: 'a' }, { parentGroupName: 'a' }, { dynamic: true }, { deprecated: true },
      { searchableAttributes: ['a'] }, { propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }] }, { propagatingAttributes: [{ userPropertyKey: 'u', connectionAttribute: 'a' }] },
    ];
    expect(new Set(different.map(digest)).size).toBe(different.length);
  });

  test('is in no record without a router', async () => {
    const source = await swept();
    expect(JSON.stringify(source.records())).not.toMatch(/sourceDigest|routerVersion/);
  });
});

describe('behind a router', () => {
  test('what is re-created unheard with the same version is found', async () => {
    const source = await swept(hidesOwner);
    source.untold(() => {
      source.registry.execute('DeleteThing', { thingName: 'lamp' });
      source.registry.execute('CreateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(attributesOf(source)).toEqual({ color: 'blue' });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('a type that the router rewrites differs once', async () => {
    const source = await swept(({ pk, state }) => (pk.startsWith('type#') ? { replicate: true, state: { ...state, description: 'rewritten' } } : { replicate: true }));
    expect(source.record(keyOf.type('bulb'))).toMatchObject({ state: { description: 'rewritten' } });
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('a sweep that finds nothing asks the router nothing', async () => {
    const source = await swept(hidesOwner);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { confirmedEqual: 0 } });
    expect(source.sent).toEqual([]);
  });
});

describe('reaches what exists', () => {
  test.each([
    ['a router that is added', undefined, hidesOwner, 'v1', { color: 'red' }],
    ['a router that is changed', passes, hidesOwner, 'v2', { color: 'red' }],
    ['the removal of a router', hidesOwner, undefined, undefined, { color: 'red', owner: 'me' }],
  ])('%s', async (_, before, after, version, attributes) => {
    const source = await swept(before);
    source.deploy(after, version);
    expect(await source.sweep()).toMatchObject({ inSync: false, counts: { different: 6, persisted: 6, refused: 0 } });
    expect(attributesOf(source)).toEqual(attributes);
    expect(source.record(keyOf.membership('lamp', 'room'))!.routerVersion).toBe(version);
    expect(source.record(keyOf.thing('lamp'))!.routerVersion).toBe(version);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('also what the router before wrote after the sweep had begun', async () => {
    const source = await swept(passes);
    await source.sweep({
      before: {
        types: async () => {
          source.pass(MINUTE);
          await source.told(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { owner: 'you' } } }));
          source.deploy(hidesOwner, 'v2');
        },
        persist: () => source.pass(16 * MINUTE),
      },
    });
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 2, routerVersion: 'v2', state: { attributes: {} } });
    expect(result(source)).toMatchObject({ remaining: 0 });
  });
});

describe('what a router drops', () => {
  test('and has a record stays, and remains at every sweep until somebody decides', async () => {
    const source = await swept(passes);
    source.deploy(dropsLamps, 'v2');
    for (let day = 0; day < 2; day++) {
      await source.sweep();
      expect(result(source)).toMatchObject({ inSync: false, remaining: 2 });
      expect(source.report.filter(({ pk }) => pk === 'thing#lamp').map(({ sk, difference }) => `${difference} ${sk}`)).toEqual(['different thing', 'different group#room']);
      expect(source.record(keyOf.thing('lamp'))).toMatchObject({ deleted: false, routerVersion: 'v1', state: { attributes: { owner: 'me' } } });
      source.pass(24 * 60 * MINUTE);
    }
    // Either the router says what may stay of it …
    source.deploy(({ pk, state }) => (pk.startsWith('thing#lamp') ? { replicate: true, state: { ...state, attributes: {} } } : { replicate: true }), 'v3');
    await source.sweep();
    expect(attributesOf(source)).toEqual({});
    expect(result(source)).toMatchObject({ remaining: 0 });
  });

  test('and has no record is no difference', async () => {
    const source = await swept(dropsLamps);
    expect(source.record(keyOf.thing('lamp'))).toBeUndefined();
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { filtered: 2 } });
    expect(result(source)).toMatchObject({ remaining: 0 });
  });
});

describe('a router that is slow, or fails', () => {
  const COUNT = 100;
  const TIMEOUT = 900_000;

  /** Each event takes its time; steps know how much of their function's is left. */
  function slowFleet(outcome: string, milliseconds: number) {
    let began = 0;
    const source: Source = new Source({ router: passes, remainingMs: (): number => TIMEOUT - (source.now - began) });
    source.untold(() => {
      for (let i = 0; i < COUNT; i++) source.registry.execute('CreateThing', { thingName: `thing-${i}` });
    });
    source.pass(10 * MINUTE);
    const sent: string[] = [];
    source.breaks = ({ record }) => {
      sent.push(record.pk as string);
      source.pass(milliseconds);
      return { status: 'SUCCEEDED', output: JSON.stringify({ outcome }) };
    };
    const step = source.step.bind(source);
    const took: number[] = [];
    source.step = async (request) => {
      began = source.now;
      const answer = await step(request);
      took.push(source.now - began);
      return answer;
    };
    return { source, sent, took };
  }

  test('keeps no step beyond the time of its function, and each of its dead letters is made once', async () => {
    // A minute and a half for each, sixteen of which are made at once.
    const { source, sent, took } = slowFleet('dead-lettered', 90_000 / 16);
    await source.sweep();
    expect(Math.max(...took)).toBeLessThan(TIMEOUT);
    expect(new Set(sent).size).toBe(COUNT);
    expect(sent).toHaveLength(COUNT);
    // One after each portion of sixteen, and the one that finds no more.
    expect(source.bucket.keys('runs/sweep-1/persist/')).toHaveLength(Math.ceil(COUNT / 16) + 1);
    expect(result(source)).toMatchObject({ found: COUNT, remaining: COUNT });
  });

  test('and one that answers at once has units as large as any', async () => {
    const { source } = slowFleet('dead-lettered', 0);
    await source.sweep();
    expect(source.bucket.keys('runs/sweep-1/persist/')).toHaveLength(2);
  });
});
