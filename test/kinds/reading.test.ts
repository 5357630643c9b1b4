import { ServiceUnavailableException } from '@aws-sdk/client-iot';
import type { Entity } from '../../src/kinds';
import { READERS } from '../../src/kinds/handler';
import type { Page } from '../../src/kinds/handler/kind-reader';
import { readEntity } from '../../src/kinds/handler/reading';
import { Pace, pacingIot } from '../../src/runtime/pace';
import type { IotSender } from '../../src/runtime/senders';
import { InMemoryRegistryOptions } from '../simulation/registry';
import { Bench } from '../simulation/registry/fixture';

/** All readers, on one client. */
class Reader {
  constructor(private readonly iot: IotSender) {}

  public types = (token?: string) => READERS.type.list!(this.iot, token);
  public things = (token?: string) => READERS.thing.list!(this.iot, token);
  public groupNames = async (token?: string) => named(await READERS.group.list!(this.iot, token), ({ groupName }) => groupName);
  public members = async (groupName: string, token?: string) => named(await READERS.membership.listIn!.group(this.iot, { groupName }, token), ({ thingName }) => thingName);
  public thing = (thingName: string) => READERS.thing.read(this.iot, { kind: 'thing', thingName });
  public group = (groupName: string) => READERS.group.read(this.iot, { kind: 'group', groupName });
  public read = (entity: Entity) => readEntity(this.iot, entity);
}

function named<T>({ items, next }: Page<T>, of: (item: T) => string): Page<string> {
  return { items: items.map(of), next };
}

/** A registry, its reader, and what passed the pace. */
function world(options: Partial<InMemoryRegistryOptions> = {}) {
  const bench = new Bench(options);
  const paced: string[] = [];
  const pace: Pace = { pass: async (operation) => { paced.push(operation); }, rateOf: () => 1 };
  return { bench, registry: bench.registry, reader: new Reader(pacingIot(bench.registry.client, pace)), paced };
}

async function allOf<T>(list: (nextToken?: string) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = [];
  let token: string | undefined;
  do {
    const { items, next } = await list(token);
    pages.push(items);
    token = next;
  } while (token);
  return pages;
}

const names = (prefix: string, count: number) => [...Array(count)].map((_, i) => `${prefix}-${i}`);

describe('listings', () => {
  const { bench, reader, paced, registry } = world();
  for (const name of names('type', 260)) bench.type(name);
  for (const name of names('group', 260)) bench.group(name);
  for (const name of names('thing', 510)) {
    bench.thing(name);
    if (!name.endsWith('7')) bench.add(name, 'group-0');
  }
  const members = names('thing', 510).filter((name) => !name.endsWith('7'));

  test.each([
    ['types', 'ListThingTypes', () => allOf((token) => reader.types(token)), names('type', 260), (each: unknown) => (each as { typeName: string }).typeName],
    ['groups', 'ListThingGroups', () => allOf((token) => reader.groupNames(token)), names('group', 260), (each: unknown) => each],
    ['things', 'ListThings', () => allOf((token) => reader.things(token)), names('thing', 510), (each: unknown) => (each as { thingName: string }).thingName],
    ['members', 'ListThingsInThingGroup', () => allOf((token) => reader.members('group-0', token)), members, (each: unknown) => each],
  ] as const)('of %s are paged, in as few calls as there can be, each at its pace', async (_, operation, list, expected, nameOf) => {
    paced.length = 0;
    const before = registry.calls[operation] ?? 0;
    const pages = await list();
    expect(pages.flat().map(nameOf)).toEqual(expected);
    expect(pages.map((page) => page.length).slice(0, -1)).toEqual(pages.slice(1).map(() => 250));
    expect(registry.calls[operation]! - before).toBe(Math.ceil(expected.length / 250));
    expect(paced).toEqual(pages.map(() => operation));
  });

  test('of an empty registry are one empty page', async () => {
    const empty = world().reader;
    expect(await empty.types()).toEqual({ items: [], next: undefined });
    expect(await empty.groupNames()).toEqual({ items: [], next: undefined });
    expect(await empty.things()).toEqual({ items: [], next: undefined });
  });

  test('of members have those of the group itself, not of its children', async () => {
    const { bench: other, reader: ofOther } = world();
    other.group('root');
    other.group('leaf', 'root');
    for (const [thing, group] of [['a', 'root'], ['b', 'leaf']]) {
      other.thing(thing);
      other.add(thing, group);
    }
    expect((await ofOther.members('root')).items).toEqual(['a']);
  });

  test('of members of a group that is gone are empty', async () => {
    expect(await reader.members('gone')).toEqual({ items: [], next: undefined });
  });
});

test('groups below others are listed too', async () => {
  const { bench, reader } = world();
  bench.group('root');
  bench.group('middle', 'root');
  bench.group('leaf', 'middle');
  expect((await reader.groupNames()).items.sort()).toEqual(['leaf', 'middle', 'root']);
});

describe('things', () => {
  const { bench, reader } = world();
  bench.type('bulb');
  bench.thing('typed', { color: 'red' }, 'bulb');
  bench.thing('bare');
  bench.registry.execute('UpdateThing', { thingName: 'bare', attributePayload: { attributes: { size: 'xl' } } });

  test('have their type, attributes and version in a listing', async () => {
    expect((await reader.things()).items).toEqual([
      { kind: 'thing', thingName: 'typed', version: 1, state: { thingTypeName: 'bulb', attributes: { color: 'red' } } },
      { kind: 'thing', thingName: 'bare', version: 2, state: { thingTypeName: undefined, attributes: { size: 'xl' } } },
    ]);
  });

  test('have their id too when they are read', async () => {
    const { thingId } = bench.registry.execute('DescribeThing', { thingName: 'typed' });
    expect(thingId).toBeDefined();
    expect(await reader.read({ kind: 'thing', thingName: 'typed' }))
      .toEqual({ kind: 'thing', thingName: 'typed', version: 1, incarnation: thingId, state: { thingTypeName: 'bulb', attributes: { color: 'red' } } });
  });
});

describe('groups', () => {
  const { bench, reader } = world();
  bench.group('root');
  bench.group('middle', 'root');
  bench.group('leaf', 'middle', { floor: '1' }, 'text');
  bench.dynamicGroup('dynamic');

  test('have their place, description, attributes and version', async () => {
    const { thingGroupId } = bench.registry.execute('DescribeThingGroup', { thingGroupName: 'leaf' });
    expect(await reader.read({ kind: 'group', groupName: 'leaf' })).toEqual({
      kind: 'group',
      groupName: 'leaf',
      version: 1,
      incarnation: thingGroupId,
      createdAt: bench.time,
      state: { description: 'text', attributes: { floor: '1' }, parentGroupName: 'middle', path: ['root', 'middle'], dynamic: false },
    });
  });

  test('that are roots have an empty path', async () => {
    expect(await reader.group('root')).toMatchObject({ state: { description: undefined, attributes: {}, parentGroupName: undefined, path: [], dynamic: false } });
  });

  test('that are dynamic say so', async () => {
    expect(await reader.group('dynamic')).toMatchObject({ state: { dynamic: true, path: [] } });
  });

  test('whose ancestors are absent have no path', async () => {
    const answer = { thingGroupName: 'g', thingGroupId: 'i', version: 3, thingGroupMetadata: { parentGroupName: 'p' } };
    const silent = new Reader({ send: async () => answer } as never);
    expect(await silent.group('g')).toMatchObject({ version: 3, incarnation: 'i', state: { attributes: {}, parentGroupName: 'p', path: undefined } });
  });
});

describe('types', () => {
  const { bench, reader } = world();
  bench.type('plain');
  bench.registry.execute('CreateThingType', {
    thingTypeName: 'full',
    thingTypeProperties: {
      thingTypeDescription: 'text',
      searchableAttributes: ['a', 'b'],
      mqtt5Configuration: { propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }, { userPropertyKey: 'v', connectionAttribute: 'iot:ClientId' }] },
    },
  });
  bench.deprecate('full');
  const plain = { description: undefined, searchableAttributes: [], propagatingAttributes: [], deprecated: false };
  const full = {
    description: 'text',
    searchableAttributes: ['a', 'b'],
    propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }, { userPropertyKey: 'v', connectionAttribute: 'iot:ClientId' }],
    deprecated: true,
  };

  test('have everything but their id in a listing', async () => {
    expect((await reader.types()).items).toEqual([{ kind: 'type', typeName: 'plain', state: plain }, { kind: 'type', typeName: 'full', state: full }]);
  });

  test('have their id too when they are read', async () => {
    const { thingTypeId } = bench.registry.execute('DescribeThingType', { thingTypeName: 'full' });
    expect(thingTypeId).toBeDefined();
    expect(await reader.read({ kind: 'type', typeName: 'full' })).toEqual({ kind: 'type', typeName: 'full', incarnation: thingTypeId, state: full });
  });
});

describe('memberships', () => {
  const membership = (thingName: string, groupName: string): Entity => ({ kind: 'membership', thingName, groupName });

  test('are read, on any page', async () => {
    const { bench, reader, registry } = world({ limits: { maxPageSize: 1, oneGroupPerHierarchy: false } });
    bench.thing('lamp');
    for (const group of ['a', 'b', 'c', 'd']) bench.group(group);
    for (const group of ['a', 'b', 'c']) bench.add('lamp', group);
    expect(await reader.read(membership('lamp', 'c'))).toEqual(membership('lamp', 'c'));
    expect(registry.calls.ListThingGroupsForThing).toBe(3);
    expect(await reader.read(membership('lamp', 'd'))).toBeUndefined();
  });

  test('of a thing that is gone are gone', async () => {
    expect(await world().reader.read(membership('gone', 'room'))).toBeUndefined();
  });
});

test.each<Entity>([{ kind: 'thing', thingName: 'gone' }, { kind: 'group', groupName: 'gone' }, { kind: 'type', typeName: 'gone' }])('what is gone is not there: %j', async (entity) => {
  expect(await world().reader.read(entity)).toBeUndefined();
});

test.each<Entity>([
  { kind: 'thing', thingName: 'a lamp' }, { kind: 'group', groupName: 'gröup' }, { kind: 'type', typeName: 'x'.repeat(129) }, { kind: 'membership', thingName: 'lamp', groupName: 'a#b' },
])('what can\'t be named so is not there, and not asked for: %j', async (entity) => {
  const { reader, registry } = world();
  expect(await reader.read(entity)).toBeUndefined();
  expect(registry.calls).toEqual({});
});

test.each<[string, (reader: Reader) => Promise<unknown>]>([
  ['a listing', (reader) => reader.things()],
  ['a listing of members', (reader) => reader.members('room')],
  ['a thing', (reader) => reader.thing('lamp')],
  ['a group', (reader) => reader.group('room')],
  ['a type', (reader) => reader.read({ kind: 'type', typeName: 'bulb' })],
  ['a membership', (reader) => reader.read({ kind: 'membership', thingName: 'lamp', groupName: 'room' })],
])('%s that can\'t be read fails: it must not be taken for one that is gone', async (_, read) => {
  const { reader } = world({ injectFault: () => new ServiceUnavailableException({ message: 'down', $metadata: {} }) });
  await expect(read(reader)).rejects.toThrow('down');
});
