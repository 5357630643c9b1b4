/** @jest-environment ./test/simulation/environment.ts */
/** A difference that a sweep finds and does not end remains, whatever its kind, its phase and the reason. */
import { MINUTE, SentEvent, Source, SourceOptions } from './source';
import { keyOf } from '../kinds/keys';

const LAMP_IN_ROOM = { thingName: 'lamp', thingGroupName: 'room' };

/** A fleet with records of all of it. */
async function swept(options: SourceOptions = {}): Promise<Source> {
  const source = new Source(options);
  source.untold(() => {
    source.registry.execute('CreateThingType', { thingTypeName: 'bulb' });
    source.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    source.registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'bulb' });
    source.registry.execute('CreateThing', { thingName: 'bare' });
    source.registry.execute('AddThingToThingGroup', LAMP_IN_ROOM);
  });
  source.pass(10 * MINUTE);
  await source.sweep();
  source.pass(10 * MINUTE);
  source.sent.length = 0;
  return source;
}

const result = (source: Source) => source.results[source.results.length - 1];

describe('a membership whose record was written after a long sweep had begun', () => {
  test('is buried if its removal was lost, and nothing remains', async () => {
    const source = await swept();
    await source.told(() => source.registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM));
    await source.sweep({
      before: {
        types: async () => {
          source.pass(MINUTE);
          await source.told(() => source.registry.execute('AddThingToThingGroup', LAMP_IN_ROOM));
          source.untold(() => source.registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM));
        },
        confirm: () => source.pass(16 * MINUTE),
      },
    });
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: true });
    expect(result(source)).toMatchObject({ found: 1, persisted: 1, remaining: 0 });
  });

  test('is recorded again if its return was lost, and nothing remains', async () => {
    const source = await swept();
    await source.sweep({
      before: {
        'types': async () => {
          source.pass(MINUTE);
          await source.told(() => source.registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM));
          source.untold(() => source.registry.execute('AddThingToThingGroup', LAMP_IN_ROOM));
        },
        'persist-memberships': () => source.pass(16 * MINUTE),
      },
    });
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: false });
    expect(result(source)).toMatchObject({ found: 1, persisted: 1, remaining: 0 });
  });

  test('comes back after its burial by an event that is later than the record, if only by milliseconds', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM));
    source.pass(10 * MINUTE);
    source.breaks = () => {
      source.registry.execute('AddThingToThingGroup', LAMP_IN_ROOM);
      return undefined;
    };
    await source.sweep();
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: true });
    for (const event of source.undelivered.splice(0)) expect(await source.persist(event)).toBe('persisted');
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: false });
  });
});

describe('remains', () => {
  const isDeletion = ({ record }: SentEvent) => record.deleted as boolean;
  const answers = (outcome: string, of: (event: SentEvent) => boolean) => (event: SentEvent) => (
    of(event) ? { status: 'SUCCEEDED', output: JSON.stringify({ outcome }) } : undefined
  );
  const changes: Record<string, (source: Source) => void> = {
    'a change': ({ registry }) => registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } }),
    'a new membership': ({ registry }) => registry.execute('AddThingToThingGroup', { thingName: 'bare', thingGroupName: 'room' }),
    'a deprecation': ({ registry }) => registry.execute('DeprecateThingType', { thingTypeName: 'bulb' }),
    'a deletion': ({ registry }) => registry.execute('DeleteThing', { thingName: 'bare' }),
    'a removal': ({ registry }) => registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM),
  };

  test.each(Object.keys(changes).flatMap((change) => ['stale', 'dead-lettered', 'ignored'].map((outcome) => [change, outcome])))('%s that ends %s while its record stays', async (change, outcome) => {
    const source = await swept();
    source.untold(() => changes[change](source));
    source.pass(10 * MINUTE);
    source.breaks = answers(outcome, () => true);
    await source.sweep();
    expect(result(source)).toMatchObject({ inSync: false, found: 1, persisted: 0, remaining: 1 });
  });

  test.each(Object.keys(changes).filter((change) => change !== 'a new membership'))('%s that is filtered although it has a record', async (change) => {
    const source = await swept();
    source.untold(() => changes[change](source));
    source.pass(10 * MINUTE);
    source.breaks = answers('filtered', () => true);
    await source.sweep();
    expect(result(source)).toMatchObject({ found: 1, persisted: 0, remaining: 1 });
  });

  test('a deprecation that comes to nothing once the type was recorded as it was before', async () => {
    const source = new Source();
    source.untold(() => {
      source.registry.execute('CreateThingType', { thingTypeName: 'tube' });
      source.registry.execute('DeprecateThingType', { thingTypeName: 'tube' });
    });
    source.pass(10 * MINUTE);
    source.breaks = answers('dead-lettered', ({ record }) => record.state.deprecated === true);
    await source.sweep();
    expect(result(source)).toMatchObject({ found: 2, persisted: 1, remaining: 1 });
    expect(source.report).toContainEqual({
      kind: 'type', pk: 'type#tube', sk: 'type', difference: 'different', fields: [{ field: 'deprecated', expected: true, actual: false }],
    });
  });

  test('what another phase left, in a sweep that fails of too many deletions', async () => {
    const source = await swept({ maxDeletions: 0 });
    source.untold(() => {
      changes['a change'](source);
      changes['a deletion'](source);
    });
    source.pass(10 * MINUTE);
    source.breaks = answers('dead-lettered', (event) => !isDeletion(event));
    await expect(source.sweep()).rejects.toThrow('maxDeletionsPerSweep');
    expect(result(source)).toMatchObject({ found: 2, persisted: 0, remaining: 2 });
  });

  test('nothing of what an event has moved meanwhile', async () => {
    const source = await swept();
    source.untold(() => changes['a change'](source));
    source.pass(10 * MINUTE);
    let isFirst = true;
    source.breaks = () => {
      if (!isFirst) return undefined;
      isFirst = false;
      const { incarnation } = source.record(keyOf.thing('lamp'))!;
      source.put({ ...source.record(keyOf.thing('lamp'))!, incarnation, version: 9, timestamp: source.now });
      return undefined;
    };
    await source.sweep();
    expect(result(source)).toMatchObject({ found: 1, persisted: 0, remaining: 0 });
  });
});

describe('before a burial', () => {
  test.each([1, 3 * 24 * 60])('the registry is asked again, %i minutes after it was confirmed: what came back unheard lives, and is looked at by the next sweep', async (minutes) => {
    const source = await swept();
    source.untold(() => {
      source.registry.execute('DeleteThing', { thingName: 'bare' });
      source.registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM);
    });
    source.pass(10 * MINUTE);
    const summary = await source.sweep({
      before: {
        // As in an execution that failed here and is redriven.
        bury: () => {
          source.pass(minutes * MINUTE);
          source.untold(() => {
            source.registry.execute('CreateThing', { thingName: 'bare', attributePayload: { attributes: { color: 'blue' } } });
            source.registry.execute('AddThingToThingGroup', LAMP_IN_ROOM);
          });
        },
      },
    });
    expect(source.sent).toEqual([]);
    expect(summary).toMatchObject({ inSync: false, counts: { gone: 2, deferred: 2, persisted: 0 } });
    expect(result(source)).toMatchObject({ found: 2, remaining: 2 });
    source.pass(10 * MINUTE);
    await source.sweep();
    expect(source.report.map(({ pk, sk, difference }) => `${difference} ${pk} ${sk}`)).toEqual(['different thing#bare thing']);
    expect(source.record(keyOf.membership('lamp', 'room'))).toMatchObject({ deleted: false });
  });

  test('a step that died after it was made counts it once', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    const put = source.bucket.put.bind(source.bucket);
    let dies = true;
    source.bucket.put = (command) => {
      if (dies && command.input.Key!.includes('/bury/')) {
        dies = false;
        throw new Error('the function is gone');
      }
      return put(command);
    };
    const step = source.step.bind(source);
    source.step = (request) => step(request).catch(() => step(request));
    expect(await source.sweep()).toMatchObject({ counts: { gone: 1, persisted: 1, stale: 0 } });
    expect(result(source)).toMatchObject({ found: 1, persisted: 1, remaining: 0 });
  });
});

describe('where reads of the table are behind, unless they are consistent', () => {
  test('what has come back a moment ago is not confirmed to be gone', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    expect(await source.sweep({ before: { confirm: () => passesBy(source, 'bare') } })).toMatchObject({ counts: { gone: 0, deferred: 1 } });
  });

  test('what has come back a moment ago is not buried', async () => {
    const source = await swept();
    source.untold(() => source.registry.execute('DeleteThing', { thingName: 'bare' }));
    source.pass(10 * MINUTE);
    await source.sweep({ before: { bury: () => passesBy(source, 'bare') } });
    expect(source.sent).toEqual([]);
    expect(result(source)).toMatchObject({ found: 1, persisted: 0, remaining: 0 });
  });

  test('a membership of a group that was dynamic a moment ago, and that the sweep has just put right, is buried', async () => {
    const source = await swept();
    source.put({ ...source.record(keyOf.group('room'))!, state: { ...source.record(keyOf.group('room'))!.state, dynamic: true } });
    source.untold(() => source.registry.execute('RemoveThingFromThingGroup', LAMP_IN_ROOM));
    source.pass(10 * MINUTE);
    const summary = await source.sweep({
      before: {
        groups: () => { source.tableLag = 0; },
        records: () => {
          source.pass(10);
          source.tableLag = 1_000;
        },
      },
    });
    expect(source.record(keyOf.group('room'))).toMatchObject({ state: { dynamic: false } });
    expect(summary).toMatchObject({ counts: { different: 1, gone: 1, persisted: 2 } });
  });
});

/** A thing lives for a moment: its creation is told. From then on reads of the table are behind. */
async function passesBy(source: Source, thingName: string): Promise<void> {
  await source.told(() => source.registry.execute('CreateThing', { thingName }));
  source.untold(() => source.registry.execute('DeleteThing', { thingName }));
  source.pass(10);
  source.tableLag = 1_000;
}
