import type { Context, Group, Thing, ThingType } from './state';
import { propagatingText } from './types';

/** Everything that is replicated, and nothing else: no ids, versions or dates, no dynamic groups and no members of theirs. */
export interface Snapshot {
  readonly things: Readonly<Record<string, Fields>>;
  readonly groups: Readonly<Record<string, Fields>>;
  readonly types: Readonly<Record<string, Fields>>;
}

export type Field = string | boolean | null | readonly string[] | Readonly<Record<string, string>>;
export type Fields = Readonly<Record<string, Field>>;

/** Names and lists are sorted, so that equal registries have deeply equal snapshots of the same text. */
export function takeSnapshot({ things, groups, types }: Pick<Context, 'things' | 'groups' | 'types'>): Snapshot {
  return {
    things: sortedFields(things, thingFields),
    groups: sortedFields(groups, groupFields),
    types: sortedFields(types, typeFields),
  };
}

/** A line for each entity that only one has, and for each field in which they differ; none if they are equal. */
export function difference(one: Snapshot, other: Snapshot): string[] {
  return [...entityLines('type', one.types, other.types), ...entityLines('group', one.groups, other.groups), ...entityLines('thing', one.things, other.things)];
}

function thingFields({ type, attributes, groups }: Thing): Fields {
  const names: string[] = [];
  for (const { group } of groups.values()) if (!group.query) names.push(group.name);
  return { type: type?.name ?? null, attributes: sortedMap(attributes), groups: names.sort() };
}

function groupFields(group: Group): Fields | undefined {
  if (group.query) return undefined;
  return { description: group.description, attributes: sortedMap(group.attributes), parent: group.path.at(-1)?.name ?? null };
}

function typeFields(type: ThingType): Fields {
  return {
    description: type.description,
    searchableAttributes: [...type.searchableAttributes].sort(),
    propagatingAttributes: type.propagatingAttributes.map(propagatingText).sort(),
    deprecated: type.deprecatedAt !== undefined,
  };
}

export function sortedFields<T, F extends Fields>(entities: Iterable<readonly [string, T]>, fieldsOf: (entity: T) => F | undefined): Record<string, F> {
  const entries: [string, F][] = [];
  for (const [name, entity] of entities) {
    const fields = fieldsOf(entity);
    if (fields) entries.push([name, fields]);
  }
  return Object.fromEntries(entries.sort(byKey));
}

function sortedMap(map: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...map].sort(byKey));
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

export function entityLines(kind: string, one: Snapshot['things'], other: Snapshot['things']): string[] {
  return keysOf(one, other).flatMap((name) => {
    if (!Object.hasOwn(other, name)) return [`${kind} ${name}: only in the first`];
    if (!Object.hasOwn(one, name)) return [`${kind} ${name}: only in the second`];
    return keysOf(one[name], other[name]).flatMap((field) => fieldLines(`${kind} ${name}: ${field}`, one[name][field], other[name][field]));
  });
}

function fieldLines(label: string, one: Field, other: Field): string[] {
  if (isMap(one) && isMap(other)) return keysOf(one, other).flatMap((key) => fieldLines(`${label}.${key}`, own(one, key), own(other, key)));
  const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
  return first === second ? [] : [`${label} is ${first} in the first, ${second} in the second`];
}

function own(map: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(map, key) ? map[key] : null;
}

function isMap(field: Field): field is Readonly<Record<string, string>> {
  return typeof field === 'object' && field !== null && !Array.isArray(field);
}

function keysOf(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
}
