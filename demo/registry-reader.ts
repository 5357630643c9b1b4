import {
  DescribeThingGroupCommand, IoTClient, ListThingGroupsCommand, ListThingsCommand, ListThingsInThingGroupCommand, ListThingTypesCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-iot';
import pMap from 'p-map';

export interface ThingEntry {
  readonly thingTypeName?: string;
  readonly attributes: Record<string, string>;
}

export interface GroupEntry {
  /** Names from the root to the parent. */
  readonly path: string[];
  readonly description?: string;
  readonly attributes: Record<string, string>;
  /** Names of its members, sorted. */
  readonly members: string[];
}

export interface TypeEntry {
  readonly description?: string;
  readonly searchableAttributes: string[];
  /** `key=thing:attribute` or `key=connection:attribute`, sorted. */
  readonly propagatingAttributes: string[];
  readonly deprecated: boolean;
}

/** The replicated part of a registry in one canonical form: by name, sorted, without the ids, versions and dates that differ between Regions. */
export interface Registry {
  readonly types: Record<string, TypeEntry>;
  readonly groups: Record<string, GroupEntry>;
  readonly things: Record<string, ThingEntry>;
}

/** Stays below the rate limits of the control plane if nobody else uses the account. */
const CONCURRENCY = 8;

/** Reads things, types and static groups of the client's Region. It may see a part of concurrent changes. */
export async function readRegistry(iot: IoTClient): Promise<Registry> {
  const [types, groups, things] = await Promise.all([readTypes(iot), readGroups(iot), readThings(iot)]);
  return { types, groups, things };
}

async function readThings(iot: IoTClient): Promise<Record<string, ThingEntry>> {
  const things = await allPages((nextToken) => iot.send(new ListThingsCommand({ nextToken, maxResults: 250 })), (page) => page.things);
  return byName(things.map((thing) => [thing.thingName!, {
    ...present('thingTypeName', thing.thingTypeName),
    attributes: sorted(thing.attributes ?? {}),
  }]));
}

async function readTypes(iot: IoTClient): Promise<Record<string, TypeEntry>> {
  const types = await allPages((nextToken) => iot.send(new ListThingTypesCommand({ nextToken, maxResults: 250 })), (page) => page.thingTypes);
  return byName(types.map((type) => [type.thingTypeName!, {
    ...present('description', type.thingTypeProperties?.thingTypeDescription),
    searchableAttributes: [...type.thingTypeProperties?.searchableAttributes ?? []].sort(),
    propagatingAttributes: (type.thingTypeProperties?.mqtt5Configuration?.propagatingAttributes ?? [])
      .map((each) => `${each.userPropertyKey}=${each.thingAttribute ? `thing:${each.thingAttribute}` : `connection:${each.connectionAttribute}`}`).sort(),
    deprecated: type.thingTypeMetadata?.deprecated ?? false,
  }]));
}

async function readGroups(iot: IoTClient): Promise<Record<string, GroupEntry>> {
  const groups = await allPages((nextToken) => iot.send(new ListThingGroupsCommand({ nextToken, maxResults: 250 })), (page) => page.thingGroups);
  const read = await pMap(groups, ({ groupName }) => readGroup(iot, groupName!), { concurrency: CONCURRENCY });
  return byName(read.filter((each): each is [string, GroupEntry] => each !== undefined));
}

/** Undefined for a dynamic group, whose members follow from its query, and for a group that was deleted since the listing. */
async function readGroup(iot: IoTClient, thingGroupName: string): Promise<[string, GroupEntry] | undefined> {
  try {
    const [group, members] = await Promise.all([
      iot.send(new DescribeThingGroupCommand({ thingGroupName })),
      allPages((nextToken) => iot.send(new ListThingsInThingGroupCommand({ thingGroupName, nextToken, maxResults: 250 })), (page) => page.things),
    ]);
    if (group.queryString) return undefined;
    return [thingGroupName, {
      path: (group.thingGroupMetadata?.rootToParentThingGroups ?? []).map((each) => each.groupName!),
      ...present('description', group.thingGroupProperties?.thingGroupDescription),
      attributes: sorted(group.thingGroupProperties?.attributePayload?.attributes ?? {}),
      members: members.sort(),
    }];
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function allPages<Page extends { nextToken?: string }, Item>(
  get: (nextToken: string | undefined) => Promise<Page>, itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let nextToken: string | undefined;
  do {
    const page = await get(nextToken);
    items.push(...itemsOf(page) ?? []);
    nextToken = page.nextToken;
  } while (nextToken);
  return items;
}

/** Empty and absent mean the same, and APIs differ in which they return. */
function present<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return (value ? { [key]: value } : {}) as { [K in Key]?: string };
}

function sorted(map: Record<string, string>): Record<string, string> {
  return byName(Object.entries(map));
}

function byName<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The differences of two registries, one sentence each; none if they are equal.
 *
 * @param names the names of the two in the sentences
 */
export function difference(a: Registry, b: Registry, names: readonly [string, string] = ['source', 'destination']): string[] {
  return [
    ...entryDifferences('thing type', a.types, b.types, names),
    ...entryDifferences('thing group', a.groups, b.groups, names),
    ...entryDifferences('thing', a.things, b.things, names),
  ];
}

function entryDifferences(kind: string, a: Record<string, object>, b: Record<string, object>, names: readonly [string, string]): string[] {
  return union(a, b).flatMap((name) => {
    if (!Object.hasOwn(b, name)) return [`${kind} ${name}: only in ${names[0]}`];
    if (!Object.hasOwn(a, name)) return [`${kind} ${name}: only in ${names[1]}`];
    const [left, right] = [flat(a[name]), flat(b[name])];
    return union(left, right)
      .filter((field) => left[field] !== right[field])
      .map((field) => `${kind} ${name}: ${field} is ${left[field] ?? 'absent'} in ${names[0]}, ${right[field] ?? 'absent'} in ${names[1]}`);
  });
}

/** `{ attributes: { a: '1' }, path: ['x'] }` -> `{ 'attributes.a': '"1"', 'path': '["x"]' }` */
function flat(entry: object): Record<string, string> {
  return Object.fromEntries(Object.entries(entry).flatMap(([field, value]: [string, unknown]) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? Object.entries(value).map(([key, each]) => [`${field}.${key}`, JSON.stringify(each)]) : [[field, JSON.stringify(value)]];
  }));
}

function union(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
