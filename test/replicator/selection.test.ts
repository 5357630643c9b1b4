import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { record } from './harness';
import { DAY_MS, LAMP, lamp, MINUTE_MS, parkedFor, remembered, World, world } from './waiting-world';
import { EntityKind } from '../../src/kinds';
import { beginsWithOne, fingerprintsOf } from '../../src/replicator/fingerprints';
import { keyOf } from '../kinds/keys';
import { failure } from '../simulation/registry';

const REGISTRY: readonly EntityKind[] = ['type', 'group', 'thing', 'membership'];

/** Deploys other kinds and prefixes. */
function narrow({ destination }: World, kinds: readonly EntityKind[], prefixes: Readonly<Record<string, readonly string[]>> = {}): void {
  destination.select({ kinds, prefixes: Object.fromEntries(Object.entries(prefixes).map(([kind, texts]) => [kind, fingerprintsOf(texts)])) });
}

const withoutThings = REGISTRY.filter((kind) => kind !== 'thing');
const MEMBERSHIP = keyOf.membership('lamp', 'house');

/** What nobody is told of. */
const silent = ({ destination, time }: World) => [destination.deadLetters, time.queued, remembered(destination)];
const NOTHING = [[], [], []];

describe('what is not selected any more', () => {
  test.each<[string, () => ReturnType<typeof record.thing>, readonly EntityKind[], Readonly<Record<string, readonly string[]>>]>([
    ['a kind', () => record.thing('lamp'), withoutThings, {}],
    ['a kind, deleted', () => record.deletedThing('lamp'), withoutThings, {}],
    ['a name', () => record.thing('lamp'), REGISTRY, { thing: ['sensor-', 'lamps'] }],
    ['the name of a group', () => record.group('house'), REGISTRY, { group: ['hall-'] }],
    ['a membership of a name', () => record.membership('lamp', 'house'), REGISTRY, { group: ['hall-'] }],
  ])('is passed by in the stream, without a call, a letter or a wait: %s', async (_, of, kinds, prefixes) => {
    const here = world();
    narrow(here, kinds, prefixes);
    expect(await here.destination.calls(() => here.time.stream(here.destination.write(of())))).toEqual({});
    expect(silent(here)).toEqual(NOTHING);
  });

  test('is applied beside it if it is selected', async () => {
    const here = world();
    narrow(here, REGISTRY, { thing: ['lamp', 'sensor-'], group: ['hall-'] });
    await here.time.stream(here.destination.write(record.thing('lamp'), record.thing('sensor-1'), record.thing('sensor'), record.group('house'), record.type('light')));
    expect(here.destination.registry.snapshot()).toMatchObject({ things: { 'lamp': {}, 'sensor-1': {} }, groups: {}, types: { light: {} } });
    expect(Object.keys(here.destination.registry.snapshot().things)).toHaveLength(2);
    expect(here.destination.registry.snapshot().groups).toEqual({});
  });

  test('is passed by if it was on the retry queue, whatever it waited for', async () => {
    const here = world();
    const { destination, time } = here;
    destination.registry.injectFault = () => failure.Throttling();
    await time.stream(destination.write(record.thing('lamp')));
    expect(time.queued).toMatchObject([LAMP]);
    narrow(here, withoutThings);
    expect(await destination.calls(() => time.pass(DAY_MS))).toEqual({});
    expect(silent(here)).toEqual(NOTHING);
  });

  test('waits no longer for what is missing: one look ends it', async () => {
    const here = world();
    const { destination, time } = here;
    await time.stream(destination.write(lamp(), record.thing('lamp-2', { thingTypeName: 'light' })));
    expect(parkedFor(destination)).toBeDefined();
    await time.pass(DAY_MS);
    narrow(here, withoutThings);
    await time.pass(16 * MINUTE_MS);
    expect(silent(here)).toEqual(NOTHING);
  });

  test('waits no longer among thousands that still do, which nobody tries again', async () => {
    const here = world();
    const { destination, time } = here;
    const names = Array.from({ length: 1_100 }, (_, i) => `lamp-${i}`);
    await time.stream(destination.write(...names.map((name) => record.thing(name, { thingTypeName: 'light' }))));
    await time.pass(DAY_MS);
    narrow(here, REGISTRY, { thing: ['lamp-10'] });
    const calls = await destination.calls(() => time.pass(17 * MINUTE_MS));
    expect(calls).toEqual({ DescribeThingType: expect.any(Number) });
    expect(calls.DescribeThingType).toBeLessThanOrEqual(4);
    expect(destination.deadLetters).toEqual([]);
    // lamp-10, lamp-100 to lamp-109, lamp-1000 to lamp-1099, and what they wait for.
    expect(remembered(destination)).toHaveLength(111 + 1);
    // They are looked at once.
    const queries = () => destination.dynamodb.commandCalls(QueryCommand).filter(({ args: [{ input }] }) => input.Limit !== 1 && !input.ExpressionAttributeValues?.[':before']).length;
    const before = queries();
    await time.pass(DAY_MS);
    expect(queries()).toBe(before);
    await time.stream(destination.write(record.type('light')));
    await time.pass(10 * MINUTE_MS);
    expect(Object.keys(destination.registry.snapshot().things)).toHaveLength(111);
    expect(silent(here)).toEqual(NOTHING);
  });

  test('waits no longer a second time, once it was selected in between', async () => {
    const here = world();
    const { destination, time } = here;
    const of = (name: string) => record.thing(name, { thingTypeName: 'light' });
    await time.stream(destination.write(of('lamp'), of('sensor')));
    narrow(here, REGISTRY, { thing: ['sensor'] });
    await time.pass(20 * MINUTE_MS);
    destination.select(undefined);
    await time.stream(destination.write(of('lamp-2')));
    await time.pass(DAY_MS);
    narrow(here, REGISTRY, { thing: ['sensor'] });
    await time.pass(20 * MINUTE_MS);
    expect(remembered(destination)).toHaveLength(2);
  });

  test('ends with the reason, and without a call, if somebody asks for it', async () => {
    const here = world();
    const { destination } = here;
    narrow(here, withoutThings);
    destination.write(record.thing('lamp'));
    const letter = JSON.stringify({ ...LAMP, class: 'waiting', error: 'AccessDeniedException', reason: '', time: '' });
    expect(await destination.calls(() => destination.retry(letter))).toEqual({});
    expect(destination.deadLetters).toMatchObject([{ ...LAMP, class: 'rejected', error: 'NotReplicated', reason: expect.stringContaining('kinds and namePrefixes') }]);
  });

  test('is applied if it is selected again, by the check of the deployment', async () => {
    const here = world();
    const { destination, time } = here;
    narrow(here, withoutThings);
    await time.stream(destination.write(record.thing('lamp')));
    expect(destination.registry.snapshot().things).toEqual({});
    destination.select(undefined);
    // What a drift check sends.
    await destination.retry(LAMP);
    expect(destination.registry.snapshot().things).toHaveProperty('lamp');
  });
});

describe('what is not selected any more stays as it is when something selected is replaced', () => {
  test('members return to a group that is placed again', async () => {
    const here = world();
    const { destination, time } = here;
    await time.stream(destination.write(record.thing('lamp'), record.group('house'), record.membership('lamp', 'house')));
    narrow(here, ['group']);
    await time.stream(destination.write(record.group('street')));
    destination.write(record.group('house', { path: ['street'] }, { version: 2 }));
    await destination.retry(keyOf.group('house'));
    await time.pass(DAY_MS);
    expect(destination.registry.snapshot()).toMatchObject({ groups: { house: { parent: 'street' } }, things: { lamp: { groups: ['house'] } } });
    expect(silent(here)).toEqual(NOTHING);
  });

  test('but for names that the role refuses', async () => {
    const here = world();
    const { destination } = here;
    narrow(here, REGISTRY, { thing: ['sensor'] });
    destination.write(record.thing('lamp'), record.group('house'), record.membership('lamp', 'house'));
    expect(await destination.calls(() => destination.retry({ ...MEMBERSHIP, isReplayed: true }))).toEqual({});
    expect(destination.deadLetters).toEqual([]);
  });

  test('a deprecated type is deprecated again after a new thing of it, whatever happens to its function', async () => {
    const here = world();
    const { destination, time } = here;
    await time.stream(destination.write(record.type('light')));
    await time.stream(destination.write(record.type('light', { deprecated: true }, { version: 2 })));
    narrow(here, ['thing']);
    // The function dies once it has made the thing: only the queue has the type.
    destination.registry.injectFault = (operation) => (operation === 'DeprecateThingType' && destination.registry.snapshot().things.lamp ? failure.Throttling() : undefined);
    await time.stream(destination.write(lamp()));
    destination.registry.injectFault = undefined;
    expect(destination.registry.snapshot()).toMatchObject({ things: { lamp: { type: 'light' } }, types: { light: { deprecated: false } } });
    await time.pass(DAY_MS);
    expect(destination.registry.snapshot().types).toMatchObject({ light: { deprecated: true } });
    expect(silent(here)).toEqual(NOTHING);
  });

  test('a type returns to its things, if the first try fails too', async () => {
    const here = world();
    const { destination, time } = here;
    await time.stream(destination.write(record.type('light'), lamp()));
    narrow(here, ['type']);
    await time.stream(destination.write(record.type('light', { searchableAttributes: ['a'] }, { incarnation: 'light-2' })));
    let failures = 0;
    destination.registry.injectFault = (operation, input) => (
      operation === 'UpdateThing' && !('removeThingType' in input && input.removeThingType) && ++failures === 1 ? failure.VersionConflict('not now') : undefined
    );
    await time.pass(DAY_MS);
    expect(failures).toBeGreaterThan(1);
    expect(destination.registry.snapshot()).toMatchObject({ things: { lamp: { type: 'light' } }, types: { light: { searchableAttributes: ['a'] } } });
    expect(silent(here)).toEqual(NOTHING);
  });
});

test('a prefix selects what begins with it, and nothing else', () => {
  const prefixes = ['a', 'lamp-', 'x'.repeat(128)];
  const fingerprints = fingerprintsOf(prefixes);
  const names = ['a', 'apple', 'b', 'lamp', 'lamp-', 'lamp-1', 'Lamp-1', 'x'.repeat(127), 'x'.repeat(128), `y${'x'.repeat(127)}`, ''];
  expect(names.filter((name) => beginsWithOne(name, fingerprints))).toEqual(names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix))));
  expect(fingerprints).toHaveLength(prefixes.length * 6);
});
