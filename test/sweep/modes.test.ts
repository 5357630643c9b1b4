/** @jest-environment ./test/simulation/environment.ts */
import { MINUTE, Source, SourceOptions } from './source';
import { knownKinds } from '../../src/kinds/register';
import { keyOf } from '../kinds/keys';

/** Names of two tenants, a- and b-: a type, a group, a thing in it each, and one thing in the other's group. */
function tenants(options: SourceOptions = {}): Source {
  const source = new Source(options);
  source.untold(() => {
    for (const tenant of ['a', 'b']) {
      source.registry.execute('CreateThingType', { thingTypeName: `${tenant}-bulb` });
      source.registry.execute('CreateThingGroup', { thingGroupName: `${tenant}-room` });
      source.registry.execute('CreateThing', { thingName: `${tenant}-lamp`, thingTypeName: `${tenant}-bulb`, attributePayload: { attributes: { color: 'red' } } });
      source.registry.execute('AddThingToThingGroup', { thingName: `${tenant}-lamp`, thingGroupName: `${tenant}-room` });
    }
    source.registry.execute('AddThingToThingGroup', { thingName: 'a-lamp', thingGroupName: 'b-room' });
  });
  source.pass(10 * MINUTE);
  return source;
}

const keys = (source: Source) => Object.keys(source.records());
const named = (source: Source) => source.report.map(({ pk, sk, difference }) => `${difference} ${pk} ${sk}`).sort();
const empty = (source: Source) => {
  source.untold(() => {
    for (const tenant of ['a', 'b']) source.registry.execute('DeleteThing', { thingName: `${tenant}-lamp` });
    for (const tenant of ['a', 'b']) source.registry.execute('DeleteThingGroup', { thingGroupName: `${tenant}-room` });
  });
  source.pass(10 * MINUTE);
};

describe('a report', () => {
  test('writes nothing but itself, and names everything that differs', async () => {
    const source = tenants();
    await source.sweep();
    source.sent.length = 0;
    source.untold(() => {
      source.registry.execute('CreateThing', { thingName: 'new' });
      source.registry.execute('AddThingToThingGroup', { thingName: 'new', thingGroupName: 'a-room' });
      source.registry.execute('UpdateThing', { thingName: 'a-lamp', attributePayload: { attributes: { color: 'blue' } } });
      source.registry.execute('DeleteThing', { thingName: 'b-lamp' });
    });
    source.pass(10 * MINUTE);
    const before = source.records();
    const journals = source.bucket.keys('runs/sweep-1/');
    const summary = await source.sweep({ input: { mode: 'report' } });
    expect(source.records()).toEqual(before);
    expect(source.sent).toEqual([]);
    expect(source.paced).not.toContain('UpdateThing');
    expect(named(source)).toEqual(['different thing#a-lamp thing', 'gone thing#b-lamp group#b-room', 'gone thing#b-lamp thing', 'missing thing#new group#a-room', 'missing thing#new thing']);
    expect(summary).toMatchObject({ mode: 'report', inSync: false, counts: { missing: 2, different: 1, gone: 2, persisted: 0 } });
    expect(source.bucket.keys('runs/sweep-1/')).toEqual(journals);
    expect(source.bucket.keys('reports/sweep-2/')).toContain('reports/sweep-2/summary.json');
    expect(JSON.parse(source.bucket.read('reports/sweep-2/summary.json'))).toEqual(summary);
  });

  test('of what is in sync is empty', async () => {
    const source = tenants();
    await source.sweep();
    source.pass(10 * MINUTE);
    expect(await source.sweep({ input: { mode: 'report' } })).toMatchObject({ inSync: true, first: [] });
    expect(source.report).toEqual([]);
  });
});

describe('where names have prefixes', () => {
  const prefixed: SourceOptions = {
    scope: { kinds: knownKinds(), prefixes: { thing: ['a-'], group: ['a-'], type: ['a-'] } },
    workflow: { namePrefixes: { things: ['a-'], thingGroups: ['a-'], thingTypes: ['a-'] } },
  };

  test('only what begins so is compared and persisted, and what does not costs no execution', async () => {
    const source = tenants(prefixed);
    const summary = await source.sweep();
    expect(keys(source)).toEqual(['group#a-room|group', 'thing#a-lamp|group#a-room', 'thing#a-lamp|thing', 'type#a-bulb|type']);
    expect(source.sent).toHaveLength(4);
    expect(summary).toMatchObject({ counts: { listed: 4, records: 4, filtered: 0 } });
    expect(source.callsOf('ListThingsInThingGroup')).toBe(1);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('records of other names, from before there were prefixes, are not buried', async () => {
    const whole = tenants();
    await whole.sweep();
    const source = tenants(prefixed);
    for (const item of Object.values(whole.records())) source.put(item);
    empty(source);
    await source.sweep();
    expect(Object.entries(source.records()).filter(([, { deleted }]) => deleted).map(([key]) => key))
      .toEqual(['group#a-room|group', 'thing#a-lamp|group#a-room', 'thing#a-lamp|thing']);
  });
});

describe('what is selected no more', () => {
  const narrowed = (of: ReturnType<Source['records']>, options: SourceOptions) => {
    const source = tenants(options);
    for (const item of Object.values(of)) source.put(item);
    return source;
  };

  test.each<[string, SourceOptions['scope'], string[]]>([
    ['by prefixes that are narrowed', { kinds: knownKinds(), prefixes: { thing: ['a-'], group: ['a-'], type: ['a-'] } }, [
      'outside group#b-room group', 'outside thing#a-lamp group#b-room', 'outside thing#b-lamp group#b-room', 'outside thing#b-lamp thing', 'outside type#b-bulb type',
    ]],
    ['by fewer kinds', { kinds: ['thing', 'type'], prefixes: {} }, [
      'outside group#a-room group', 'outside group#b-room group', 'outside thing#a-lamp group#a-room', 'outside thing#a-lamp group#b-room', 'outside thing#b-lamp group#b-room',
    ]],
  ])('%s is reported, each time, and is neither a difference nor deleted', async (_, scope, expected) => {
    const whole = tenants();
    await whole.sweep();
    const source = narrowed(whole.records(), { scope });
    const before = source.records();
    source.pass(10 * MINUTE);
    for (const input of [{ mode: 'report' }, {}]) {
      expect(await source.sweep({ input })).toMatchObject({ inSync: true, counts: { outside: expected.length, gone: 0, persisted: 0 } });
      expect(named(source)).toEqual(expected);
      expect(source.records()).toEqual(before);
    }
  });

  test('is no more so once the prefixes select it again', async () => {
    const whole = tenants();
    await whole.sweep();
    whole.pass(10 * MINUTE);
    expect(await whole.sweep()).toMatchObject({ inSync: true, counts: { outside: 0 } });
  });

  test('does not hide differences in the summary, which has the first of them, and counts no deletion', async () => {
    const whole = tenants();
    whole.untold(() => { for (let i = 0; i < 30; i++) whole.registry.execute('CreateThing', { thingName: `b-${i}` }); });
    await whole.sweep();
    const source = narrowed(whole.records(), { scope: { kinds: knownKinds(), prefixes: { thing: ['a-'], group: ['a-'], type: ['a-'] } } });
    empty(source);
    const { first, counts } = await source.sweep({ input: { mode: 'report' } });
    expect(first.map(({ difference }) => difference)).toEqual([...Array.from({ length: 3 }, () => 'gone'), ...Array.from({ length: 17 }, () => 'outside')]);
    expect(counts).toMatchObject({ gone: 3, outside: 35 });
  });

  test('is not reported where it is a tombstone, or something else than a record', async () => {
    const whole = tenants();
    await whole.sweep();
    const source = narrowed({}, { scope: { kinds: ['thing'], prefixes: { thing: ['a-'] } } });
    source.put({ ...whole.record(keyOf.thing('b-lamp'))!, deleted: true });
    source.put({ ...whole.record(keyOf.thing('b-lamp'))!, pk: 'note', sk: 'mine' });
    expect(await source.sweep({ input: { mode: 'report' } })).toMatchObject({ counts: { outside: 0 } });
  });
});

describe('where only some kinds are replicated', () => {
  test('the others are not listed, compared or buried', async () => {
    const source = tenants({ scope: { kinds: ['type', 'thing'], prefixes: {} } });
    await source.sweep();
    expect(keys(source)).toEqual(['thing#a-lamp|thing', 'thing#b-lamp|thing', 'type#a-bulb|type', 'type#b-bulb|type']);
    expect([source.callsOf('ListThingGroups'), source.callsOf('ListThingsInThingGroup')]).toEqual([0, 0]);
    const { version, timestamp, sourceRegion, eventId } = source.record(keyOf.thing('a-lamp'))!;
    const stray = { version, timestamp, sourceRegion, eventId, deleted: false, incarnation: 'i', state: { attributes: {}, dynamic: false } };
    source.put({ ...keyOf.group('gone'), ...stray });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { records: 4 } });
    expect(source.record(keyOf.group('gone'))).toMatchObject({ deleted: false });
  });

  test('memberships have their ends\' ids, even if those have no records', async () => {
    const source = tenants({ scope: { kinds: ['membership'], prefixes: {} } });
    await source.sweep();
    expect(keys(source)).toEqual(['thing#a-lamp|group#a-room', 'thing#a-lamp|group#b-room', 'thing#b-lamp|group#b-room']);
    const { thingId } = source.registry.execute('DescribeThing', { thingName: 'a-lamp' });
    const { thingGroupId } = source.registry.execute('DescribeThingGroup', { thingGroupName: 'b-room' });
    expect(source.record(keyOf.membership('a-lamp', 'b-room'))).toMatchObject({ thingId, groupId: thingGroupId });
    expect([source.callsOf('ListThings'), source.callsOf('ListThingTypes')]).toEqual([0, 0]);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });
});

describe('where there is a router', () => {
  test('what it rewrote is not different, until the source has something else', async () => {
    const source = tenants({
      router: ({ pk, state }) => (pk.startsWith('thing#') || pk.startsWith('group#') ? { replicate: true, state: { ...state, attributes: { rewritten: 'yes' } } } : { replicate: true }),
    });
    await source.sweep();
    expect(source.record(keyOf.thing('a-lamp'))).toMatchObject({ state: { attributes: { rewritten: 'yes' } } });
    source.sent.length = 0;
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
    expect(source.sent).toEqual([]);
    source.untold(() => source.registry.execute('UpdateThing', { thingName: 'a-lamp', attributePayload: { attributes: { color: 'blue' } } }));
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(source.report).toMatchObject([{ pk: 'thing#a-lamp', difference: 'different', fields: [{ field: 'version' }, { field: 'sourceDigest' }] }]);
  });

  test('what it drops is no difference, and gets no record', async () => {
    const source = tenants({ router: ({ pk, sk }) => ({ replicate: !`${pk} ${sk}`.includes('b-') }) });
    await source.sweep();
    expect(keys(source)).toEqual(['group#a-room|group', 'thing#a-lamp|group#a-room', 'thing#a-lamp|thing', 'type#a-bulb|type']);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, first: [], counts: { filtered: 5, missing: 0 } });
    expect(source.report).toEqual([]);
  });

  test('a type that changed is found although it has no version', async () => {
    const source = tenants({ router: () => ({ replicate: true }) });
    await source.sweep();
    source.untold(() => source.registry.execute('DeprecateThingType', { thingTypeName: 'a-bulb' }));
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(source.record(keyOf.type('a-bulb'))).toMatchObject({ state: { deprecated: true } });
  });
});

describe('dynamic groups', () => {
  test('are compared and persisted as such; their members are not', async () => {
    const source = new Source();
    source.untold(() => {
      source.registry.execute('CreateThing', { thingName: 'lamp' });
      source.registry.execute('CreateDynamicThingGroup', { thingGroupName: 'dynamic', queryString: 'attributes.color:red' });
      source.registry.match('lamp', 'dynamic', true);
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(keys(source)).toEqual(['group#dynamic|group', 'thing#lamp|thing']);
    expect(source.record(keyOf.group('dynamic'))).toMatchObject({ state: { dynamic: true } });
    expect(source.callsOf('ListThingsInThingGroup')).toBe(0);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('whose members were reported by events are not checked: their members follow from a query, and a million would take hours', async () => {
    const source = new Source();
    await source.told(() => {
      source.registry.execute('CreateThing', { thingName: 'lamp' });
      source.registry.execute('CreateDynamicThingGroup', { thingGroupName: 'dynamic', queryString: 'attributes.color:red' });
      source.registry.match('lamp', 'dynamic', true);
    });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { gone: 0 } });
    expect(source.record(keyOf.membership('lamp', 'dynamic'))).toMatchObject({ deleted: false });
    source.untold(() => source.registry.match('lamp', 'dynamic', false));
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { gone: 0, confirmedEqual: 0 } });
    expect(source.callsOf('ListThingGroupsForThing')).toBe(0);
  });
});
