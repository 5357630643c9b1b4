import {
  AddThingToThingGroupCommand, CreateDynamicThingGroupCommand, CreateThingCommand, CreateThingGroupCommand, CreateThingTypeCommand, DeleteThingCommand,
  DeleteThingGroupCommand, DeprecateThingTypeCommand, RemoveThingFromThingGroupCommand, UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { Crash, DriftHarness, SILENCE_MS, type DriftHarnessOptions } from './harness';
import { DeletionMode } from '../../src/deletion-mode';
import { DriftMode } from '../../src/drift-mode';
import { record, SOURCE_REGION, type Item } from '../replicator/harness';

/** What the source has had for long. */
const FLEET: Item[] = [
  record.type('lamp', { searchableAttributes: ['room'] }),
  record.type('door'),
  record.group('house'),
  record.group('floor', { path: ['house'] }),
  record.group('garden', { description: 'outside' }),
  record.thing('lamp-1', { thingTypeName: 'lamp', attributes: { room: 'hall', watts: '7' } }),
  record.thing('lamp-2', { thingTypeName: 'lamp' }),
  record.thing('door-1', { thingTypeName: 'door' }),
  record.membership('lamp-1', 'floor'),
  record.membership('lamp-2', 'house'),
];

/** A destination in which all of that has arrived. */
async function replicated(options: DriftHarnessOptions = {}): Promise<DriftHarness> {
  const harness = new DriftHarness(options);
  await harness.destination.replicate(...FLEET);
  await harness.destination.drain();
  return harness;
}

/** Drift of every kind, made by somebody's hand in the destination and in what the source has meanwhile deleted. */
async function drift({ destination }: DriftHarness): Promise<void> {
  const { client } = destination.registry;
  destination.write(record.deletedThing('lamp-9', { incarnation: 'lamp-9-1' }), record.deletedGroup('cellar'), record.deletedType('siren'));
  await client.send(new CreateThingTypeCommand({ thingTypeName: 'siren', thingTypeProperties: {} }));
  await client.send(new CreateThingGroupCommand({ thingGroupName: 'cellar' }));
  await client.send(new CreateThingCommand({ thingName: 'lamp-9' }));
  await client.send(new CreateThingTypeCommand({ thingTypeName: 'mine' }));
  await client.send(new CreateThingGroupCommand({ thingGroupName: 'mine' }));
  await client.send(new CreateThingCommand({ thingName: 'mine' }));
  await client.send(new AddThingToThingGroupCommand({ thingName: 'mine', thingGroupName: 'mine' }));
  await client.send(new DeleteThingCommand({ thingName: 'door-1' }));
  await client.send(new DeleteThingGroupCommand({ thingGroupName: 'garden' }));
  await client.send(new UpdateThingCommand({ thingName: 'lamp-1', attributePayload: { attributes: { room: 'attic', extra: 'x' }, merge: false } }));
  await client.send(new DeprecateThingTypeCommand({ thingTypeName: 'door' }));
  await client.send(new RemoveThingFromThingGroupCommand({ thingName: 'lamp-2', thingGroupName: 'house' }));
}

const DRIFT = [
  { kind: 'type', pk: 'type#door', sk: 'type', difference: 'different', fields: [{ field: 'deprecated', expected: false, actual: true }] },
  { kind: 'type', pk: 'type#mine', sk: 'type', difference: 'unmanaged' },
  { kind: 'type', pk: 'type#siren', sk: 'type', difference: 'shouldBeGone' },
  { kind: 'group', pk: 'group#cellar', sk: 'group', difference: 'shouldBeGone' },
  { kind: 'group', pk: 'group#garden', sk: 'group', difference: 'missing' },
  { kind: 'group', pk: 'group#mine', sk: 'group', difference: 'unmanaged' },
  { kind: 'thing', pk: 'thing#door-1', sk: 'thing', difference: 'missing' },
  {
    kind: 'thing',
    pk: 'thing#lamp-1',
    sk: 'thing',
    difference: 'different',
    fields: [
      { field: 'attributes.room', expected: 'hall', actual: 'attic' },
      { field: 'attributes.watts', expected: '7' },
      { field: 'attributes.extra', actual: 'x' },
    ],
  },
  { kind: 'thing', pk: 'thing#lamp-9', sk: 'thing', difference: 'shouldBeGone' },
  { kind: 'thing', pk: 'thing#mine', sk: 'thing', difference: 'unmanaged' },
  { kind: 'membership', pk: 'thing#lamp-2', sk: 'group#house', difference: 'missing' },
  { kind: 'membership', pk: 'thing#mine', sk: 'group#mine', difference: 'unmanaged' },
];
const REPAIRABLE = DRIFT.filter(({ difference }) => difference !== 'unmanaged');
const COUNTS = { listed: 14, missing: 3, different: 2, shouldBeGone: 3, unmanaged: 4, retained: 0, unreadable: 0, inFlight: 0 };

const byKey = (lines: readonly { readonly pk: string; readonly sk: string }[]) => [...lines].sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));

describe('a destination that is as its records say', () => {
  test('is in sync, and nothing is written but the run\'s own files', async () => {
    const harness = await replicated();
    const summary = await harness.check();
    expect(summary).toEqual({
      mode: 'repair',
      startedAt: '2023-11-14T22:13:20.000Z',
      durationSeconds: 60,
      inSync: true,
      counts: { listed: 10, records: 10, missing: 0, different: 0, shouldBeGone: 0, unmanaged: 0, retained: 0, unreadable: 0, inFlight: 0, waiting: 0, repaired: 0, notRepaired: 0 },
      first: [],
      report: 's3://drift-reports/reports/run-1/',
    });
    expect(harness.queued).toEqual([]);
    expect(harness.bucket.keys('reports/')).toEqual(['reports/run-1/summary.json']);
    expect(JSON.parse(harness.bucket.read('reports/run-1/summary.json'))).toEqual(summary);
  });

  test('is not looked at directly', async () => {
    const harness = await replicated();
    const reads = await harness.destination.calls(() => harness.check());
    expect(reads).toEqual({ ListThingTypes: 1, ListThingGroups: 1, DescribeThingGroup: 3, ListThings: 1, ListThingsInThingGroup: 3 });
  });
});

describe('drift of every kind', () => {
  test('is named by entity and field, counted, and put on the retry queue', async () => {
    const harness = await replicated();
    await drift(harness);
    const summary = await harness.check();
    expect(byKey(harness.report())).toEqual(byKey(DRIFT));
    expect(summary).toMatchObject({ inSync: false, counts: { ...COUNTS, records: 10, repaired: 8 } });
    expect(byKey(summary.first)).toEqual(byKey(DRIFT.map(({ fields: _, ...named }) => named)));
    expect([...harness.queued].sort()).toEqual(REPAIRABLE.map(({ pk, sk }) => `${pk} ${sk}`).sort());
    expect(harness.destination.retries.every(({ delaySeconds }) => delaySeconds === 0)).toBe(true);
  });

  test('of what differs and stays is repaired on its own: memberships are compared too', async () => {
    const harness = await replicated();
    await drift(harness);
    await harness.check();
    const messages = harness.destination.retries.map(({ message }) => message);
    expect(messages.filter(({ premise }) => premise)).toEqual([
      { pk: 'type#door', sk: 'type', premise: { incarnation: 'door-1', history: 'kept' } },
      { pk: 'thing#lamp-1', sk: 'thing', premise: { incarnation: 'lamp-1-1', history: 'kept' } },
    ]);
    expect(messages).toHaveLength(8);
  });

  test('is gone once the queue is empty, and unmanaged entities remain', async () => {
    const harness = await replicated();
    await drift(harness);
    await harness.check();
    await harness.destination.drain();
    const after = await harness.check();
    expect(after).toMatchObject({ inSync: true, counts: { unmanaged: 4, repaired: 0 } });
    expect(harness.report().map(({ difference }) => difference)).toEqual(['unmanaged', 'unmanaged', 'unmanaged', 'unmanaged']);
    expect(harness.destination.deadLetters).toEqual([]);
  });

  test('is only reported from the moment on at which the Region is paused, by a check that began before too', async () => {
    const harness = await replicated();
    await drift(harness);
    harness.beforePhase = (phase) => { harness.isPaused = phase === 'settle'; };
    expect(await harness.check()).toMatchObject({ mode: 'repair', inSync: false, counts: { ...COUNTS, repaired: 0 } });
    expect(harness.queued).toEqual([]);
  });

  test('is only reported if that is asked for', async () => {
    for (const [options, input] of [[{}, { mode: 'report' }], [{ driftMode: DriftMode.REPORT }, {}], [{ isPaused: true }, {}]] as const) {
      const harness = await replicated(options);
      await drift(harness);
      const calls = await harness.destination.calls(async () => {
        expect(await harness.check(input)).toMatchObject({ mode: 'report', inSync: false, counts: { ...COUNTS, repaired: 0 } });
      });
      expect(byKey(harness.report())).toEqual(byKey(DRIFT));
      expect(harness.queued).toEqual([]);
      expect(Object.keys(calls).filter((call) => !/^(List|Describe)/.test(call))).toEqual([]);
      expect(harness.paced.filter((each) => each.startsWith('write'))).toEqual([]);
    }
  });

  test('is retained, and no want of sync, where deletions are not replicated', async () => {
    const harness = await replicated({ deletionMode: DeletionMode.RETAIN });
    harness.destination.write(record.deletedThing('lamp-9'), record.deletedGroup('cellar'));
    await harness.destination.registry.client.send(new CreateThingCommand({ thingName: 'lamp-9' }));
    await harness.destination.registry.client.send(new CreateThingGroupCommand({ thingGroupName: 'cellar' }));
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { retained: 2, shouldBeGone: 0, repaired: 0 } });
    expect(harness.report().map(({ difference }) => difference)).toEqual(['retained', 'retained']);
    expect(harness.queued).toEqual([]);
  });

  test('of unselected names is ignored', async () => {
    const harness = await replicated({ scope: { kinds: ['thing'], prefixes: { thing: ['lamp-'] } } });
    await drift(harness);
    await harness.check();
    expect(harness.report().map(({ pk }) => pk)).toEqual(['thing#lamp-1', 'thing#lamp-9']);
  });

  test('has no names of its own in the logs', async () => {
    const harness = await replicated();
    await drift(harness);
    await harness.check();
    expect(harness.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(harness.logged)).not.toMatch(/lamp|door|garden|cellar|siren|mine|house|attic/);
  });
});

describe('an empty destination', () => {
  test('gets everything, what others need first', async () => {
    const harness = new DriftHarness({ pageSize: 3 });
    harness.destination.write(...FLEET);
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { missing: 10, repaired: 10 } });
    const kinds = harness.queued.map((key) => (key.startsWith('thing#') && key.includes('group#') ? 'membership' : key.split('#')[0]));
    expect(kinds).toEqual(['type', 'type', 'group', 'group', 'group', 'thing', 'thing', 'thing', 'membership', 'membership']);
    expect(harness.queued.indexOf('group#house group')).toBeLessThan(harness.queued.indexOf('group#floor group'));
    await harness.destination.drain();
    expect(await harness.check()).toMatchObject({ inSync: true });
  });

  test('gets it at the pace of the calls that it takes', async () => {
    const harness = new DriftHarness();
    harness.destination.write(...FLEET);
    await harness.check();
    const writes = harness.paced.filter((each) => each.startsWith('write')).sort();
    expect(writes).toEqual([
      ...Array(2).fill('write AddThingToThingGroup'), ...Array(3).fill('write CreateThing'), ...Array(3).fill('write CreateThingGroup'), ...Array(2).fill('write CreateThingType'),
    ]);
  });
});

describe('what was retained, now that deletions are replicated', () => {
  const DELETED = ['group#cellar', 'thing#lamp-9', 'type#siren'];
  const MARGIN = 5 * 60_000;

  async function retaining(after: number): Promise<DriftHarness> {
    const harness = await replicated();
    await drift(harness);
    const times = harness.destination.items.flatMap(({ pk, deleted, timestamp }) => (deleted && DELETED.includes(pk) ? Number(timestamp) : []));
    harness.retainedUntil = Math.max(...times) + after;
    return harness;
  }

  test('stays, and is reported', async () => {
    const harness = await retaining(-MARGIN);
    expect(await harness.check()).toMatchObject({ counts: { ...COUNTS, shouldBeGone: 0, retained: 3, repaired: REPAIRABLE.length - 3 } });
    expect(harness.report().filter(({ difference }) => difference === 'retained').map(({ pk }) => pk).sort()).toEqual(DELETED);
    expect(harness.queued.filter((key) => DELETED.some((pk) => key.startsWith(pk)))).toEqual([]);
  });

  test('is deleted if somebody asks for it', async () => {
    const harness = await retaining(0);
    expect(await harness.check({ mode: 'repair', deleteRetained: true })).toMatchObject({ counts: { ...COUNTS, repaired: REPAIRABLE.length } });
    // Whoever applies them would retain them too.
    const asked = harness.destination.retries.filter(({ message }) => message.deleteRetained).map(({ message: { pk } }) => pk);
    expect(asked).toEqual(expect.arrayContaining(DELETED));
  });

  test('is not what was deleted since', async () => {
    const harness = await retaining(-MARGIN - 1);
    expect((await harness.check()).counts.shouldBeGone).toBeGreaterThan(0);
  });

  test('can\'t be asked to go where deletions are not replicated', async () => {
    await expect(new DriftHarness({ deletionMode: DeletionMode.RETAIN }).begin({ mode: 'repair', deleteRetained: true })).rejects.toMatchObject({
      message: 'deleteRetained: got true, expected a destination with replicated deletions; set `deletionMode` to `REPLICATE` and deploy, or leave it out',
    });
  });
});

describe('a source that is silent', () => {
  const heartbeat = (timestamp: number, sourceRegion = SOURCE_REGION) => (
    { pk: 'signal', sk: 'heartbeat', timestamp, sourceRegion, state: { registryEventsOff: [], registryEventsUnknown: [] } } as unknown as Item
  );
  const reason = (what: string) => `SOURCE_SILENT: ${what}, so the check only reports; start a check with { "mode": "repair" } to make this registry match the table`;

  async function silent(milliseconds: number): Promise<DriftHarness> {
    const harness = await replicated();
    await drift(harness);
    harness.destination.write(heartbeat(harness.destination.now - milliseconds));
    return harness;
  }

  test('has nothing taken back by a destination that was left behind', async () => {
    const harness = await silent(SILENCE_MS + 1);
    const calls = await harness.destination.calls(async () => {
      expect(await harness.check()).toMatchObject({
        mode: 'report', reason: reason('the last heartbeat of the source was sent at 2023-11-14T22:08:19.999Z'), inSync: false, counts: { ...COUNTS, repaired: 0 },
      });
    });
    expect(byKey(harness.report())).toEqual(byKey(DRIFT));
    expect(harness.queued).toEqual([]);
    expect(Object.keys(calls).filter((call) => !/^(List|Describe)/.test(call))).toEqual([]);
  });

  test('is used for a repair if somebody asks for it', async () => {
    const harness = await silent(30 * 24 * 60 * 60_000);
    const summary = await harness.check({ mode: 'repair' });
    expect(summary).toMatchObject({ mode: 'repair', counts: { ...COUNTS, repaired: REPAIRABLE.length } });
    expect(summary).not.toHaveProperty('reason');
  });

  test('is none if a heartbeat is as late as it may be, though the check takes a minute', async () => {
    const harness = await silent(SILENCE_MS - 60_000);
    expect(await harness.check()).toMatchObject({ mode: 'repair', counts: { repaired: REPAIRABLE.length } });
  });

  test('is seen by a check that is under way, which only reports from then on', async () => {
    const harness = await silent(SILENCE_MS - 59_999);
    expect(await harness.check()).toMatchObject({ mode: 'repair', reason: expect.stringContaining('SOURCE_SILENT: ') as string, counts: { ...COUNTS, repaired: 0 } });
    expect(harness.queued).toEqual([]);
  });

  test.each<[string, (now: number) => Item]>([
    ['of another source', (now) => heartbeat(now, 'sa-east-1')],
    ['of the future', (now) => heartbeat(now + 60 * 60_000)],
    ['that can\'t be read', () => ({ pk: 'signal', sk: 'heartbeat' } as unknown as Item)],
  ])('is not told from one whose heartbeat is one %s', async (_, of) => {
    const harness = await replicated();
    await drift(harness);
    harness.destination.write(of(harness.destination.now));
    expect(await harness.check()).toMatchObject({ mode: 'report', reason: reason('no heartbeat of the source could be read') });
    expect(harness.queued).toEqual([]);
  });
});

describe('what is under way', () => {
  /** A destination in which what is under way when a check finds it has arrived when it looks again. */
  async function lively(): Promise<DriftHarness> {
    const harness = await replicated();
    harness.beforePhase = async (phase) => { if (phase === 'verify') await harness.destination.drain(); };
    return harness;
  }

  test('is no drift if its record is younger than the check', async () => {
    const harness = await lively();
    const { now } = harness.destination;
    harness.destination.write({ ...record.thing('lamp-3'), timestamp: now + 1 }, { ...record.membership('lamp-1', 'garden'), timestamp: now + 1 });
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { inFlight: 2, missing: 0, repaired: 0 } });
    expect(harness.report()).toEqual([]);
  });

  test('is no drift if its record moves while the entity is read', async () => {
    const harness = await lively();
    harness.destination.write(record.thing('lamp-3'));
    harness.beforeCall = (call) => {
      if (!call.includes('DescribeThing {"thingName":"lamp-3"')) return;
      harness.beforeCall = undefined;
      harness.destination.write(record.thing('lamp-3', { attributes: { a: '1' } }, { version: 2 }));
    };
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { inFlight: 1, missing: 0 } });
    expect(harness.report()).toEqual([]);
  });

  test('is no drift if an end of a membership has been re-created since', async () => {
    const harness = await lively();
    const { now, registry } = harness.destination;
    harness.destination.write({ ...record.thing('lamp-2', {}, { incarnation: 'lamp-2-2' }), timestamp: now + 1 });
    await registry.client.send(new UpdateThingCommand({ thingName: 'lamp-2', removeThingType: true }));
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { inFlight: 1, shouldBeGone: 0 } });
  });

  test('does not hide that a thing which changes all the time lacks a membership', async () => {
    const harness = await replicated();
    const { now, registry } = harness.destination;
    await registry.client.send(new RemoveThingFromThingGroupCommand({ thingName: 'lamp-2', thingGroupName: 'house' }));
    harness.destination.write({ ...record.thing('lamp-2', { thingTypeName: 'lamp' }, { version: 2 }), timestamp: now + 1 });
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { missing: 1, inFlight: 0 } });
    expect(harness.queued).toEqual(['thing#lamp-2 group#house']);
  });

  test('is nothing whose record is from the future: it is drift as long as it differs from that', async () => {
    const harness = await replicated();
    const future = Date.UTC(2100, 0, 1);
    const { now, registry } = harness.destination;
    harness.destination.write(
      { ...record.thing('lamp-3'), timestamp: future }, { ...record.thing('lamp-2', { thingTypeName: 'lamp' }, { incarnation: 'lamp-2-2' }), timestamp: future },
    );
    // A clock that is a little ahead is no future.
    harness.destination.write({ ...record.thing('lamp-4'), timestamp: now + 4 * 60_000 });
    await registry.client.send(new DeleteThingCommand({ thingName: 'lamp-2' }));
    harness.beforePhase = async (phase) => { if (phase === 'verify') await harness.destination.retry({ pk: 'thing#lamp-4', sk: 'thing' }); };
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { missing: 2, inFlight: 1 } });
    expect(harness.report().map(({ pk }) => pk).sort()).toEqual(['thing#lamp-2', 'thing#lamp-3']);
  });

  test('is seen by a direct reading where a listing is behind', async () => {
    const harness = await replicated();
    const { client } = harness.destination.registry;
    await client.send(new DeleteThingCommand({ thingName: 'door-1' }));
    harness.beforeCall = (call) => {
      if (!call.startsWith('dynamodb Scan')) return;
      harness.beforeCall = undefined;
      harness.destination.registry.execute('CreateThing', { thingName: 'door-1', thingTypeName: 'door' });
    };
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { missing: 0 } });
  });
});

describe('dynamic groups', () => {
  test('and their members are left alone, and reported only without a record', async () => {
    const harness = await replicated();
    const { registry } = harness.destination;
    const { client } = registry;
    harness.destination.write(record.group('bright', { dynamic: true }), record.group('dim', { dynamic: true }), record.membership('lamp-1', 'dim'));
    for (const thingGroupName of ['bright', 'foreign']) await client.send(new CreateDynamicThingGroupCommand({ thingGroupName, queryString: 'attributes.watts:7' }));
    registry.match('lamp-1', 'bright', true);
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { unmanaged: 1, missing: 0 } });
    expect(harness.report()).toEqual([{ kind: 'group', pk: 'group#foreign', sk: 'group', difference: 'unmanaged' }]);
  });

  test('differ from static ones in their place', async () => {
    const harness = await replicated();
    harness.destination.write(record.group('garden', { dynamic: true }, { version: 2 }));
    await harness.check();
    expect(harness.report()).toEqual([{ kind: 'group', pk: 'group#garden', sk: 'group', difference: 'different', fields: [{ field: 'dynamic', expected: true, actual: false }] }]);
    await harness.destination.drain();
    expect(await harness.check()).toMatchObject({ inSync: true });
  });
});

describe('bad records', () => {
  const BAD: Item[] = [
    { pk: 'thing#lamp-1', sk: 'thing', deleted: 'perhaps' },
    { pk: 'thing#nowhere', sk: 'thing' },
    record.thing('no such name'),
    { pk: 'thing#', sk: 'thing' },
    { pk: 'somebody', sk: 'else' },
    { ...record.thing('foreign'), sourceRegion: 'ap-southeast-1' },
    { ...record.group('garden'), state: 'none' },
  ];

  test('are reported and stop nothing', async () => {
    const harness = await replicated();
    harness.destination.write(...BAD);
    await harness.destination.registry.client.send(new DeleteThingCommand({ thingName: 'door-1' }));
    const summary = await harness.check();
    expect(summary).toMatchObject({ inSync: false, counts: { missing: 1, unmanaged: 2, unreadable: 1 } });
    // A name that no registry takes is no entity's: the stream's consumer has dead-lettered the item.
    expect(byKey(harness.report())).toEqual(byKey([
      { kind: 'thing', pk: 'thing#lamp-1', sk: 'thing', difference: 'unmanaged', fields: [{ field: 'record', expected: 'a record of a thing', actual: 'unreadable' }] },
      { kind: 'group', pk: 'group#garden', sk: 'group', difference: 'unmanaged', fields: [{ field: 'record', expected: 'a record of a group', actual: 'unreadable' }] },
      { kind: 'thing', pk: 'thing#nowhere', sk: 'thing', difference: 'unreadable', fields: [{ field: 'record', expected: 'a record of a thing', actual: 'unreadable' }] },
      { kind: 'thing', pk: 'thing#door-1', sk: 'thing', difference: 'missing' },
    ] as never));
    expect([...harness.queued].sort()).toEqual(['thing#door-1 thing']);
  });
});

describe('a step that dies', () => {
  /** One unit a slice, in pages of three. */
  const SLICED: DriftHarnessOptions = { pageSize: 3, limits: { pageSize: 3, maxPageSize: 3 }, remaining: () => 0 };

  async function drifted(): Promise<DriftHarness> {
    const harness = await replicated(SLICED);
    await drift(harness);
    harness.calls = [];
    return harness;
  }

  test('at any of its calls continues where it was: no line of the report is repeated and none is lost', async () => {
    const undisturbed = await drifted();
    const expected = await undisturbed.check();
    expect(byKey(undisturbed.report())).toEqual(byKey(DRIFT));
    const { calls } = undisturbed;
    expect(calls.length).toBeGreaterThan(80);
    const mortal = (call: string) => !call.startsWith('sfn');
    // Only what is written makes a difference after it has happened.
    const writing = (call: string) => /^s3 Put|^sqs/.test(call);
    const deaths = [
      ...calls.filter(mortal).map((_, nth) => ({ hook: 'beforeCall', at: mortal, nth } as const)),
      ...calls.filter(writing).map((_, nth) => ({ hook: 'afterCall', at: writing, nth } as const)),
    ];
    for (const { hook, at, nth } of deaths) {
      const harness = await drifted();
      let left = nth;
      harness[hook] = (call) => {
        if (at(call) && left-- === 0) throw new Crash();
      };
      const summary = await harness.check({}, (error) => error instanceof Crash);
      expect(left).toBeLessThan(0);
      expect(byKey(harness.report())).toEqual(byKey(DRIFT));
      expect(summary).toEqual(expected);
      expect([...new Set(harness.queued)].sort()).toEqual(REPAIRABLE.map(({ pk, sk }) => `${pk} ${sk}`).sort());
    }
  });

  test('because the queue refuses a key is tried again until it has been taken', async () => {
    const harness = await drifted();
    harness.destination.refusing.add('thing#door-1');
    let failures = 0;
    const summary = await harness.check({}, (error) => {
      expect(error).toMatchObject({ name: 'RetryQueueUnavailable', message: expect.not.stringContaining('door') as string });
      failures += 1;
      if (failures === 2) harness.destination.refusing.clear();
      return true;
    });
    expect(failures).toBe(2);
    expect(summary.counts).toMatchObject({ ...COUNTS, repaired: 8 });
    expect(harness.queued).toContain('thing#door-1 thing');
    expect(byKey(harness.report())).toEqual(byKey(DRIFT));
  });
});

describe('the output', () => {
  test('names the first twenty, and the report all', async () => {
    const harness = new DriftHarness();
    harness.destination.write(...Array.from({ length: 250 }, (_, i) => record.thing(`t-${i}`)));
    const summary = await harness.check();
    expect(summary.counts).toMatchObject({ missing: 250, repaired: 250, records: 250 });
    expect(summary.first).toHaveLength(20);
    expect(new Set(harness.report().map(({ pk }) => pk)).size).toBe(250);
    expect(harness.queued).toHaveLength(250);
  });

  test('fits into the output of a workflow, whatever the fields', async () => {
    const harness = new DriftHarness();
    const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${'n'.repeat(120)}${i}`, 'v'.repeat(800)]));
    for (let i = 0; i < 25; i++) await harness.destination.registry.client.send(new CreateThingCommand({ thingName: `t-${i}` }));
    harness.destination.write(...Array.from({ length: 25 }, (_, i) => record.thing(`t-${i}`, { attributes })));
    const summary = await harness.check();
    expect(summary.counts.different).toBe(25);
    expect(JSON.stringify(summary).length).toBeLessThan(16_000);
  });
});

describe('the input', () => {
  test('may ask for repairs where a check only reports by default', async () => {
    expect(await new DriftHarness({ driftMode: DriftMode.REPORT }).begin({ mode: 'repair' })).toEqual({
      run: { name: 'run-1', tableName: 'registry', startedAt: 1_700_000_000_000, mode: 'repair', isAsked: true },
    });
  });

  test('of the schedule makes no run where one of the deployment has just ended; by hand it does', async () => {
    const harness = new DriftHarness();
    harness.succeeded = [{ name: 'deployment-1', startDate: new Date(1_700_000_000_000 - 60_000) }];
    expect(await harness.begin({ scheduled: true })).toEqual({ skipped: 'the drift check deployment-1 of the deployment has just ended; a schedule begins when it is made' });
    expect(await harness.begin({})).toHaveProperty('run');
  });

  test.each([
    [{ mode: 'fix' }, 'mode: got "fix", expected "repair" or "report"; leave it out for the default'],
    [{ mode: null }, 'mode: got null, expected "repair" or "report"; leave it out for the default'],
    [{ Mode: 'report' }, 'input: got {"Mode":"report"}, expected only the fields mode, deleteRetained; check the spelling'],
    [{ maxDeletions: 3 }, 'input: got {"maxDeletions":3}, expected only the fields mode, deleteRetained; check the spelling'],
    ['report', 'input: got "report", expected a JSON object; start the execution with {} or with mode, deleteRetained'],
    [[], 'input: got [], expected a JSON object; start the execution with {} or with mode, deleteRetained'],
    [{ mode: 'repair', deleteRetained: 'yes' }, 'deleteRetained: got "yes", expected true or false; leave it out to keep retained entities'],
    [{ deleteRetained: true }, 'deleteRetained: got true, expected "mode": "repair" beside it; a report of retained entities needs only { "mode": "report" }'],
  ])('%j is refused', async (input, message) => {
    await expect(new DriftHarness().begin(input)).rejects.toMatchObject({ name: 'InvalidInput', message });
  });

  test.each<[object, DriftHarnessOptions, string]>([
    [{}, {}, 'repair'],
    [{ mode: 'report' }, {}, 'report'],
    [{}, { driftMode: DriftMode.REPORT }, 'report'],
    [{}, { isPaused: true }, 'report'],
    [{ mode: 'report' }, { isPaused: true }, 'report'],
  ])('%j with %j makes a run that does %s', async (input, options, mode) => {
    expect(await new DriftHarness(options).begin(input)).toEqual({ run: { name: 'run-1', tableName: 'registry', startedAt: 1_700_000_000_000, mode } });
  });

  test.each([DriftMode.REPAIR, DriftMode.REPORT])('repairs are refused in a paused Region with any configuration (%s)', async (driftMode) => {
    await expect(new DriftHarness({ isPaused: true, driftMode }).begin({ mode: 'repair' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'mode: got "repair", expected "report", because the Region is paused and nothing may write to its registry; leave it out for a report, or remove the Region from `pausedRegions` and deploy',
    });
  });

  test('of a check that copied changes are waited with, or a deployment, is not lost while an earlier check runs', async () => {
    const harness = new DriftHarness();
    harness.others.push({ name: 'earlier', startDate: new Date(1_600_000_000_000) });
    const begin = (name: string, hasWaited: boolean) => harness.step({ phase: 'begin', input: {}, name, startTime: '2023-11-14T00:00:00.000Z', hasWaited });
    for (const name of ['copy-1', 'deployment-1']) expect(await begin(name, false)).toEqual({ waits: 'the drift check earlier is running' });
    harness.others.length = 0;
    expect(await begin('copy-1', true)).toMatchObject({ run: { name: 'copy-1', startedAt: 1_700_000_000_000 } });
    expect(await begin('copy-1', false)).toMatchObject({ run: { startedAt: Date.parse('2023-11-14T00:00:00.000Z') } });
  });

  test('is useless while an earlier check runs', async () => {
    const harness = new DriftHarness();
    harness.others.push({ name: 'earlier', startDate: new Date(1_600_000_000_000) });
    expect(await harness.begin({})).toEqual({ skipped: expect.stringContaining('the drift check earlier is running') as string });
  });
});

test('other replications that may write to the registry are listed in the summary of a check, which repairs nevertheless', async () => {
  const harness = await replicated();
  await drift(harness);
  expect(await harness.check({ mode: 'report' })).not.toHaveProperty('otherReplications');
  harness.otherReplications = ['devices'];
  expect(await harness.check()).toMatchObject({ mode: 'repair', otherReplications: ['devices'], counts: { repaired: REPAIRABLE.length } });
});

test('the summary of a check says what it compared; that of an execution that began before an upgrade does not', async () => {
  const harness = await replicated();
  expect(await harness.check()).not.toHaveProperty('selection');
  harness.replicated = { selection: 'things' };
  expect(await harness.check()).toMatchObject({ selection: 'things' });
});
