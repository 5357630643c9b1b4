/** @jest-environment ./test/simulation/environment.ts */
import { MINUTE, SentEvent, Source, SourceOptions } from './source';
import { keyOf } from '../kinds/keys';

/** A fleet that existed before anybody listened: types, a hierarchy created leaf last, things with and without type, memberships. */
function fleet(options: SourceOptions = {}): Source {
  const source = new Source(options);
  source.untold(() => {
    const { registry } = source;
    registry.execute('CreateThingType', { thingTypeName: 'bulb', thingTypeProperties: { thingTypeDescription: 'light', searchableAttributes: ['color'] } });
    registry.execute('CreateThingType', { thingTypeName: 'tube' });
    registry.execute('DeprecateThingType', { thingTypeName: 'tube' });
    for (const [name, parent] of [['house', undefined], ['other', undefined], ['floor', 'house'], ['room', 'floor']]) {
      registry.execute('CreateThingGroup', { thingGroupName: name, parentGroupName: parent, thingGroupProperties: { thingGroupDescription: `the ${name}`, attributePayload: { attributes: { name: name! } } } });
    }
    registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'bulb', attributePayload: { attributes: { color: 'red' } } });
    registry.execute('CreateThing', { thingName: 'bare' });
    registry.execute('UpdateThing', { thingName: 'bare', attributePayload: { attributes: { size: 'xl' } } });
    registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
    registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'other' });
  });
  source.pass(10 * MINUTE);
  return source;
}

/** The fleet, with records of all of it. */
async function swept(options: SourceOptions = {}): Promise<Source> {
  const source = fleet(options);
  await source.sweep();
  source.sent.length = 0;
  source.paced.length = 0;
  source.pass(10 * MINUTE);
  return source;
}

const nameIn = (part: string) => part.split('#')[1];
const about = ({ kind, record: { pk, sk, deleted } }: SentEvent) => (kind === 'membership'
  ? `${deleted ? 'REMOVED' : 'ADDED'} ${nameIn(pk)} in ${nameIn(sk)}`
  : `${deleted ? 'DELETED' : 'UPDATED'} ${nameIn(pk)}`);
const told = ({ sent }: Source) => sent.map(about);
const named = (source: Source) => source.report.map(({ pk, sk, difference }) => `${difference} ${pk} ${sk}`);

describe('a backfill', () => {
  test('makes a record of everything', async () => {
    const source = fleet();
    const startedAt = source.now;
    const summary = await source.sweep();
    const id = (operation: 'DescribeThing' | 'DescribeThingGroup' | 'DescribeThingType', input: object, field: string) =>
      (source.registry.execute(operation, input as never) as unknown as Record<string, string>)[field];
    const common = { timestamp: startedAt - 5 * MINUTE, deleted: false, sourceRegion: 'us-east-1', eventId: 'sweep-sweep-1' };
    const lampId = id('DescribeThing', { thingName: 'lamp' }, 'thingId');
    const groupId = (thingGroupName: string) => id('DescribeThingGroup', { thingGroupName }, 'thingGroupId');
    const group = (name: string, path: string[]) => ({
      ...keyOf.group(name),
      ...common,
      version: 1,
      incarnation: groupId(name),
      state: { description: `the ${name}`, attributes: { name }, ...path.length > 0 ? { parentGroupName: path[path.length - 1] } : {}, path, dynamic: false },
    });
    const type = (name: string, state: object) => ({
      ...keyOf.type(name), ...common, version: 2, incarnation: id('DescribeThingType', { thingTypeName: name }, 'thingTypeId'), state: { searchableAttributes: [], propagatingAttributes: [], deprecated: false, ...state },
    });
    const membership = (name: string) => ({ ...keyOf.membership('lamp', name), ...common, version: 0, thingId: lampId, groupId: groupId(name), groupName: name, state: {} });
    expect(Object.values(source.records())).toEqual([
      group('floor', ['house']), group('house', []), group('other', []), group('room', ['house', 'floor']),
      { ...keyOf.thing('bare'), ...common, version: 2, incarnation: id('DescribeThing', { thingName: 'bare' }, 'thingId'), state: { attributes: { size: 'xl' } } },
      membership('other'), membership('room'),
      { ...keyOf.thing('lamp'), ...common, version: 1, incarnation: lampId, state: { thingTypeName: 'bulb', attributes: { color: 'red' } } },
      type('bulb', { description: 'light', searchableAttributes: ['color'] }), // Recorded as it was before, and then as deprecated.
      { ...type('tube', { deprecated: true }), timestamp: common.timestamp + 1 },
    ]);
    expect(summary).toMatchObject({
      mode: 'repair',
      startedAt: new Date(startedAt).toISOString(),
      durationSeconds: 0,
      inSync: false,
      counts: { listed: 10, records: 10, missing: 10, different: 0, gone: 0, persisted: 10, stale: 0, filtered: 0, failed: 0, refused: 0, deferred: 0 },
      report: 's3://reports/reports/sweep-1/',
    });
    expect(summary.first).toHaveLength(10);
  });

  test('makes the records that the registry\'s own events would have made, except for what distinguishes two events', async () => {
    const [bySweep, byEvents] = [new Source(), new Source()];
    const populate = ({ registry }: Source) => {
      registry.execute('CreateThingType', {
        thingTypeName: 'bulb',
        thingTypeProperties: { thingTypeDescription: 'light', searchableAttributes: ['b', 'a'], mqtt5Configuration: { propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }] } },
      });
      registry.execute('CreateThingGroup', { thingGroupName: 'house', thingGroupProperties: { attributePayload: { attributes: { a: '1' } } } });
      registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'x' } });
      registry.execute('CreateDynamicThingGroup', { thingGroupName: 'dynamic', queryString: 'attributes.color:red' });
      registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'bulb', attributePayload: { attributes: { color: 'red' } } });
      registry.execute('CreateThing', { thingName: 'bare' });
      registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
    };
    bySweep.untold(() => populate(bySweep));
    bySweep.pass(10 * MINUTE);
    await bySweep.sweep();
    await byEvents.told(() => populate(byEvents));
    const comparable = (source: Source) => Object.entries(source.records()).map(([key, { timestamp, eventId, version, ...rest }]) => ({ key, rest, version: key.startsWith('type#') ? 'any' : version }));
    expect(comparable(bySweep)).toHaveLength(7);
    expect(comparable(bySweep)).toEqual(comparable(byEvents));
  });

  test('has what others need persisted first: types, parents before children, things, and then memberships', async () => {
    const source = fleet();
    await source.sweep();
    const order = told(source);
    const place = (name: string) => order.findIndex((each) => each.endsWith(` ${name}`));
    for (const [first, second] of [['tube', 'house'], ['bulb', 'house'], ['house', 'floor'], ['floor', 'room'], ['room', 'lamp'], ['other', 'bare'], ['lamp', 'lamp in room']]) {
      expect(place(first)).toBeGreaterThanOrEqual(0);
      expect(place(first)).toBeLessThan(place(second));
    }
  });

  test('of a hierarchy that no listing shows in order persists parents first', async () => {
    const source = new Source({ limits: { maxPageSize: 1 } });
    source.untold(() => {
      for (const [name, parent] of [['z', undefined], ['a', 'z'], ['m', 'a'], ['y', undefined], ['b', 'y']]) {
        source.registry.execute('CreateThingGroup', { thingGroupName: name, parentGroupName: parent });
      }
    });
    const { groups } = (source.registry as unknown as { context: { groups: Map<string, object> } }).context;
    // Listings have no order that is documented.
    const reversed = [...groups].reverse();
    groups.clear();
    for (const [name, group] of reversed) groups.set(name, Object.assign(group, { sequence: groups.size }));
    source.pass(10 * MINUTE);
    await source.sweep();
    const order = told(source).map((each) => each.split(' ')[1]);
    expect(order.slice(0, 2).sort()).toEqual(['y', 'z']);
    expect(order.slice(2, 4).sort()).toEqual(['a', 'b']);
    expect(order.slice(4)).toEqual(['m']);
  });

  test('is paced by the quota of the call that each kind of record leads to', async () => {
    const source = fleet();
    await source.sweep();
    const counts = (paced: readonly string[]) => Object.fromEntries([...new Set(paced)].map((each) => [each, paced.filter((other) => other === each).length]));
    expect(counts(source.paced)).toEqual({ CreateThingType: 2, DeprecateThingType: 1, CreateThingGroup: 4, CreateThing: 2, AddThingToThingGroup: 2 });
  });

  test('works through pages of every listing, however small', async () => {
    const [small, large] = [fleet({ limits: { maxPageSize: 1 }, pageSize: 2, remainingMs: () => 0 }), fleet()];
    const [ofSmall, ofLarge] = [await small.sweep(), await large.sweep()];
    expect(small.records()).toEqual(large.records());
    expect(ofSmall.counts).toEqual(ofLarge.counts);
    expect(small.bucket.keys('runs/sweep-1/things/').length).toBe(2);
  });

  test('whose share of the quotas is small has short units nevertheless', async () => {
    const source = new Source({ readsPerSecond: 0.5 });
    source.untold(() => {
      for (let i = 0; i < 25; i++) source.registry.execute('CreateThingGroup', { thingGroupName: `group-${i}` });
      source.registry.execute('CreateThing', { thingName: 'lamp' });
      for (let i = 0; i < 25; i += 3) source.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: `group-${i}` });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    // Twenty seconds of half a call a second, in each.
    for (const phase of ['groups', 'persist', 'memberships']) expect(source.bucket.keys(`runs/sweep-1/${phase}/`).length).toBeGreaterThanOrEqual(3);
    expect(source.readsPaced.filter((each) => each === 'DescribeThingGroup').length).toBeGreaterThanOrEqual(50);
    expect(Object.keys(source.records())).toHaveLength(35);
  });

  test('of nothing is in sync', async () => {
    expect(await new Source().sweep()).toMatchObject({ inSync: true, first: [], counts: { listed: 0, records: 0, missing: 0 } });
  });
});

describe('a sweep of a fleet in sync', () => {
  test('starts no execution, reads only listings and groups, and finds nothing', async () => {
    const source = await swept();
    const before: Readonly<Record<string, number>> = { ...source.registry.calls };
    const summary = await source.sweep();
    expect(source.sent).toEqual([]);
    expect(summary).toMatchObject({ inSync: true, first: [], counts: { listed: 10, records: 10, missing: 0, different: 0, gone: 0, confirmedEqual: 0, deferred: 0, persisted: 0 } });
    const made = Object.entries(source.registry.calls).map(([operation, count]) => [operation, count - (before[operation] ?? 0)] as const).filter(([, count]) => count > 0);
    expect(Object.fromEntries(made)).toEqual({ ListThingTypes: 1, ListThingGroups: 1, ListThings: 1, ListThingsInThingGroup: 4, DescribeThingGroup: 4 });
    expect(source.report).toEqual([]);
  });

  test('made by events is in sync too', async () => {
    const source = new Source();
    await source.told(() => {
      source.registry.execute('CreateThingType', { thingTypeName: 'bulb', thingTypeProperties: { mqtt5Configuration: { propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }] } } });
      source.registry.execute('CreateThingGroup', { thingGroupName: 'house' });
      source.registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'x' } });
      source.registry.execute('CreateDynamicThingGroup', { thingGroupName: 'dynamic', queryString: 'attributes.color:red' });
      source.registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'bulb', attributePayload: { attributes: { color: 'red' } } });
      source.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
    });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { deferred: 0, confirmedEqual: 0 } });
    expect(source.sent).toEqual([]);
  });
});

describe('what differs', () => {
  test('is persisted alone, and the next sweep finds nothing', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }));
    source.pass(10 * MINUTE);
    const summary = await source.sweep();
    expect(told(source)).toEqual(['UPDATED lamp']);
    expect(source.paced).toEqual(['UpdateThing']);
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 2, state: { attributes: { color: 'blue' } } });
    expect(summary).toMatchObject({ inSync: false, counts: { different: 1, persisted: 1, missing: 0 } });
    expect(source.report).toEqual([{
      kind: 'thing',
      pk: 'thing#lamp',
      sk: 'thing',
      difference: 'different',
      fields: [{ field: 'version', expected: 2, actual: 1 }, { field: 'attributes.color', expected: 'blue', actual: 'red' }],
    }]);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('in nothing but its version is persisted too: an event of that version was lost', async () => {
    const source = await swept();
    source.untold(() => {
      for (const color of ['blue', 'red']) source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color } } });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(source.report).toMatchObject([{ difference: 'different', fields: [{ field: 'version', expected: 3, actual: 1 }] }]);
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 3 });
  });

  test('of groups and types is persisted', async () => {
    const source = await swept();
    source.untold(() => {
      source.registry.execute('UpdateThingGroup', { thingGroupName: 'room', thingGroupProperties: { thingGroupDescription: 'new' } });
      source.registry.execute('DeprecateThingType', { thingTypeName: 'bulb' });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(named(source).sort()).toEqual(['different group#room group', 'different type#bulb type']);
    expect(source.record(keyOf.group('room'))).toMatchObject({ version: 2, state: { description: 'new' } });
    expect(source.record(keyOf.type('bulb'))).toMatchObject({ state: { deprecated: true } });
    expect(source.paced.sort()).toEqual(['DeprecateThingType', 'UpdateThingGroup']);
  });

  test('is what was re-created under another id, with the memberships that ended', async () => {
    const source = await swept();
    const old = source.record(keyOf.thing('lamp'))!;
    source.untold(() => {
      source.registry.execute('DeleteThing', { thingName: 'lamp' });
      source.registry.execute('CreateThing', { thingName: 'lamp' });
      source.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'other' });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    const now = source.record(keyOf.thing('lamp'))!;
    expect(now.incarnation).not.toBe(old.incarnation);
    expect(now).toMatchObject({ deleted: false, version: 1, state: { attributes: {} } });
    expect(source.report.find(({ pk, sk }) => pk === 'thing#lamp' && sk === 'thing')!.fields).toContainEqual({ field: 'incarnation', expected: now.incarnation, actual: old.incarnation });
    expect(source.record(keyOf.membership('lamp', 'other'))).toMatchObject({ deleted: false, thingId: now.incarnation });
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: true, thingId: old.incarnation });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('is a group that was re-created elsewhere in the hierarchy', async () => {
    const source = await swept();
    source.untold(() => {
      source.registry.execute('DeleteThingGroup', { thingGroupName: 'room' });
      source.registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'other' });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(source.record(keyOf.group('room'))).toMatchObject({ state: { parentGroupName: 'other', path: ['other'] } });
    expect(source.report.find(({ pk }) => pk === 'group#room')!.fields.map(({ field }: { field: string }) => field)).toEqual(expect.arrayContaining(['incarnation', 'parentGroupName', 'path', 'description']));
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: true });
  });

  test('is a membership of a group that is so young that the listing may have shown the one before it: it is left', async () => {
    const source = await swept();
    source.untold(() => {
      source.registry.execute('CreateThingGroup', { thingGroupName: 'young' });
      source.registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'young' });
    });
    source.pass(5 * MINUTE - 1);
    expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1, deferred: 1 } });
    expect(source.record(keyOf.membership('lamp', 'young'))).toBeUndefined();
    source.pass(1);
    await source.sweep();
    expect(source.record(keyOf.membership('lamp', 'young'))).toMatchObject({ deleted: false });
  });

  test('is something that lives under the tombstone of one before it', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.untold(() => source.registry.execute('CreateThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(named(source)).toEqual(['missing thing#bare thing']);
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: false, version: 1 });
    expect(source.record(keyOf.thing('bare'))).not.toHaveProperty('expiresAt');
  });

  test('is a membership whose removal was reported and whose return was not', async () => {
    const source = await swept();
    const room = { thingName: 'lamp', thingGroupName: 'room' };
    await source.told(() => source.registry.execute('RemoveThingFromThingGroup', room));
    source.untold(() => source.registry.execute('AddThingToThingGroup', room));
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(named(source)).toEqual(['missing thing#lamp group#room']);
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: false });
  });

  test('the guard has the last word: a tombstone of this very incarnation stays, and is reported each time', async () => {
    const source = await swept();
    source.put({ ...source.record(keyOf.thing('bare'))!, deleted: true });
    expect(await source.sweep()).toMatchObject({ inSync: false, counts: { missing: 1, refused: 1, stale: 0 } });
    expect(source.results[source.results.length - 1]).toMatchObject({ persisted: 0, remaining: 1 });
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: true });
  });

  test('has moved within five minutes is left, because events may be pending', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }));
    source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'green' } } }));
    source.pass(5 * MINUTE - 1);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { deferred: 1, different: 0, persisted: 0 } });
    expect(source.sent).toEqual([]);
    source.pass(1);
    await source.sweep();
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 3, state: { attributes: { color: 'green' } } });
  });

  test('by a listing that is behind, and not by a direct reading, is left alone', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }));
    source.pass(6 * MINUTE);
    source.listingLag = 7 * MINUTE;
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { confirmedEqual: 1, persisted: 0 } });
    expect(source.sent).toEqual([]);
  });

  test('an event that is newer than the sweep wins, whichever comes first', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }));
    source.pass(10 * MINUTE);
    let late: object[] = [];
    await source.sweep({
      before: {
        // The sweep reads the third color, the event of the fourth comes after it.
        persist: () => {
          source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'green' } } });
          late = source.undelivered.splice(0);
        },
        memberships: () => expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 3 }),
      },
    });
    for (const event of late) expect(await source.persist(event)).toBe('persisted');
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 3, timestamp: source.now });
  });
});

describe('a sweep does not take records back in time', () => {
  /** A thing whose life before, and the beginning of the one after, are told; then an update that is not, and a sweep. */
  async function recreated(source: Source): Promise<object> {
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'lamp' }));
    source.pass(20 * MINUTE);
    source.registry.execute('DeleteThing', { thingName: 'lamp' });
    const [lateDeletion] = source.undelivered.splice(0);
    source.pass(10);
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'lamp' }));
    source.untold(() => source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }));
    source.pass(4 * MINUTE);
    return lateDeletion;
  }

  test('so that a late deletion of the life before leaves the thing alone', async () => {
    const source = new Source();
    const lateDeletion = await recreated(source);
    // It lasts until the record has rested.
    await source.sweep({ before: { persist: () => source.pass(2 * MINUTE) } });
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 2, deleted: false });
    // It says of the life before that it has ended, and nothing of this one.
    await source.persist(lateDeletion);
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ version: 2, deleted: false });
    expect(source.record(keyOf.thing('lamp'))).not.toHaveProperty('replaces');
  });

  test('so that a late update of the life before does not bring a thing back that is gone', async () => {
    const source = new Source();
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'lamp' }));
    source.pass(20 * MINUTE);
    source.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } });
    const [lateUpdate] = source.undelivered.splice(0);
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'lamp' }));
    source.pass(10);
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'lamp' }));
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'lamp' }));
    source.pass(4 * MINUTE);
    await source.sweep({ before: { confirm: () => source.pass(2 * MINUTE) } });
    expect(source.record(keyOf.thing('lamp'))).toMatchObject({ deleted: true });
    expect(await source.persist(lateUpdate)).toBe('stale');
  });
});

describe('a deprecated type', () => {
  const withThing = () => {
    const source = new Source();
    source.untold(() => {
      source.registry.execute('CreateThingType', { thingTypeName: 'tube' });
      source.registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'tube' });
      source.registry.execute('DeprecateThingType', { thingTypeName: 'tube' });
    });
    source.pass(10 * MINUTE);
    return source;
  };

  test('is recorded as deprecated once its things are, because AWS refuses new things of one', async () => {
    const source = withThing();
    await source.sweep();
    expect(source.sent.map(({ kind, record: { version, state } }) => [kind, version, state.deprecated])).toEqual([
      ['type', 1, false], ['thing', 1, undefined], ['type', 2, true],
    ]);
    expect(source.record(keyOf.type('tube'))).toMatchObject({ version: 2, state: { deprecated: true } });
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true });
  });

  test('that is undeprecated meanwhile stays so', async () => {
    const source = withThing();
    await source.sweep({ before: { deprecate: () => source.untold(() => source.registry.execute('DeprecateThingType', { thingTypeName: 'tube', undoDeprecate: true })) } });
    expect(source.record(keyOf.type('tube'))).toMatchObject({ state: { deprecated: false } });
  });
});

describe('what is gone', () => {
  test('gets a tombstone of the incarnation that was recorded, after a direct reading', async () => {
    const source = await swept();
    const { incarnation } = source.record(keyOf.thing('bare'))!;
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    const startedAt = source.now;
    const reads = source.callsOf('DescribeThing');
    const summary = await source.sweep();
    // Once before it counts, once before it is buried.
    expect(source.callsOf('DescribeThing')).toBe(reads + 2);
    expect(source.sent).toEqual([{
      eventType: 'REPLICATION_OBSERVATION',
      kind: 'thing',
      record: expect.objectContaining({ deleted: true, incarnation, timestamp: startedAt - 5 * MINUTE, eventId: 'sweep-sweep-2' }),
    }]);
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: true, incarnation, expiresAt: expect.any(Number) });
    expect(summary).toMatchObject({ inSync: false, counts: { gone: 1, persisted: 1 } });
    expect(source.paced).toEqual(['deletion']);
    source.pass(10 * MINUTE);
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { records: 9 } });
  });

  test('of every kind is buried in the order in which it can be deleted', async () => {
    const source = await swept();
    source.untold(() => {
      const { registry } = source;
      for (const thingName of ['lamp', 'bare']) registry.execute('DeleteThing', { thingName });
      for (const thingGroupName of ['room', 'floor', 'house', 'other']) registry.execute('DeleteThingGroup', { thingGroupName });
      source.pass(10 * MINUTE);
      registry.execute('DeleteThingType', { thingTypeName: 'tube' });
    });
    source.pass(10 * MINUTE);
    await source.sweep();
    const order = told(source);
    expect(order.slice(0, 2).sort()).toEqual(['REMOVED lamp in other', 'REMOVED lamp in room']);
    expect(order.slice(2, 4).sort()).toEqual(['DELETED bare', 'DELETED lamp']);
    expect(order.slice(4, 6)).toEqual(['DELETED room', 'DELETED floor']);
    expect(order.slice(6, 8).sort()).toEqual(['DELETED house', 'DELETED other']);
    expect(order.slice(8)).toEqual(['DELETED tube']);
    expect(Object.values(source.records()).filter(({ deleted }) => !deleted).map(({ pk }) => pk)).toEqual(['type#bulb']);
  });

  test('a listing that is behind, or leaves something out, buries nothing that a direct reading finds', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('CreateThing', { thingName: 'new' }));
    source.pass(6 * MINUTE);
    source.listingLag = 7 * MINUTE;
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { confirmedEqual: 1, gone: 0 } });
    expect(source.sent).toEqual([]);
    expect(source.record(keyOf.thing('new'))).toMatchObject({ deleted: false });
  });

  test.each(['confirm', 'bury'])('and comes back, and its event arrives, before %s: nothing happens', async (phase) => {
    const source = await swept();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    await source.sweep({ before: { [phase]: () => source.told(() => source.registry.execute('CreateThing', { thingName: 'bare' })) } });
    expect(source.sent).toEqual([]);
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: false, version: 1 });
  });

  test('and comes back while the sweep is under way for long: the tombstone was meant for another', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    await source.sweep({
      before: {
        bury: async () => {
          await source.told(() => source.registry.execute('CreateThing', { thingName: 'bare' }));
          source.pass(6 * MINUTE);
        },
      },
    });
    expect(source.sent).toEqual([]);
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: false, version: 1 });
  });

  test('and comes back after the last look, and its event is late: the event wins over the tombstone', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    source.breaks = () => {
      source.registry.execute('CreateThing', { thingName: 'bare' });
      return undefined;
    };
    await source.sweep();
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: true });
    for (const event of source.undelivered.splice(0)) expect(await source.persist(event)).toBe('persisted');
    expect(source.record(keyOf.thing('bare'))).toMatchObject({ deleted: false, version: 1 });
  });

  test('by a record that has moved within five minutes is left', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('UpdateThing', { thingName: 'bare', attributePayload: { attributes: {} } }));
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    expect(await source.sweep()).toMatchObject({ counts: { gone: 0, deferred: 1 } });
    expect(source.sent).toEqual([]);
  });

  test('a tombstone is nothing to look at', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    const reads = source.callsOf('DescribeThing');
    expect(await source.sweep()).toMatchObject({ inSync: true, counts: { records: 9, confirmedEqual: 0 } });
    expect(source.callsOf('DescribeThing')).toBe(reads);
  });
});
