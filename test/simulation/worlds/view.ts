import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../guarded-table';
import type { EventKind, Snapshot } from '../registry';

/** What is replicated of a registry: each entity, by a name for people, with its fields as a text. A membership is called `t0 in g0`. */
export type View = ReadonlyMap<string, string>;

/** What a deployment makes of what the source has. */
export interface Deployed {
  /** What names of things start with. @default any */
  readonly thingPrefixes?: readonly string[];
  /** Attributes of things that a router takes away. */
  readonly dropped: readonly string[];
  /** Whether the registry is asked before anything is deleted. @default false */
  readonly confirmDeletions?: boolean;
}

type Attributes = Readonly<Record<string, string>>;
interface Propagating { readonly userPropertyKey: string; readonly thingAttribute?: string; readonly connectionAttribute?: string }
interface RecordState {
  readonly thingTypeName?: string;
  readonly attributes?: Attributes;
  readonly description?: string;
  readonly parentGroupName?: string;
  readonly dynamic?: boolean;
  readonly searchableAttributes?: readonly string[];
  readonly propagatingAttributes?: readonly Propagating[];
  readonly deprecated?: boolean;
}

/** A record, as far as it matters what it says. */
export interface Said {
  readonly deleted: boolean;
  readonly incarnation?: string;
  readonly thingId?: string;
  readonly groupId?: string;
  readonly timestamp: number;
  readonly dynamic: boolean;
  /** The fields, as a view has them; empty for a membership. */
  readonly fields: string;
}

export function nameOfMembership(thingName: string, groupName: string): string {
  return `${thingName} in ${groupName}`;
}

/** The ends of a membership; nothing for any other entity. */
export function endsOf(name: string): { readonly thing: string; readonly group: string } | undefined {
  const [thing, group] = name.split(' in ');
  return group === undefined ? undefined : { thing: `thing ${thing}`, group: `group ${group}` };
}

export function viewOf({ things, groups, types }: Snapshot): Map<string, string> {
  const view = new Map<string, string>();
  for (const [name, { type, attributes, groups: memberOf }] of Object.entries(things)) {
    view.set(`thing ${name}`, JSON.stringify([type, attributes]));
    for (const group of memberOf as readonly string[]) view.set(nameOfMembership(name, group), '');
  }
  for (const [name, fields] of Object.entries(groups)) view.set(`group ${name}`, JSON.stringify([fields.description, fields.attributes, fields.parent]));
  for (const [name, fields] of Object.entries(types)) view.set(`type ${name}`, JSON.stringify([fields.description, fields.searchableAttributes, fields.propagatingAttributes, fields.deprecated]));
  return view;
}

/** Whether an entity is replicated at all. */
export function isSelected(name: string, { thingPrefixes }: Deployed): boolean {
  const thing = endsOf(name)?.thing ?? name;
  return !thingPrefixes || !thing.startsWith('thing ') || thingPrefixes.some((prefix) => thing.startsWith(`thing ${prefix}`));
}

/** What destinations are to have of what the source has. */
export function selected(view: View, selection: Deployed): Map<string, string> {
  const wanted = new Map<string, string>();
  for (const [name, fields] of view) {
    if (isSelected(name, selection)) wanted.set(name, selection.dropped.length > 0 && name.startsWith('thing ') ? routed(fields, selection.dropped) : fields);
  }
  return wanted;
}

function routed(fields: string, dropped: readonly string[]): string {
  const [type, attributes] = JSON.parse(fields) as [string | null, Attributes];
  return JSON.stringify([type, Object.fromEntries(Object.entries(attributes).filter(([name]) => !dropped.includes(name)))]);
}

/** What an item of the table says; nothing if it is no record. */
export function saidBy(item: Item | undefined): Said | undefined {
  if (!item) return undefined;
  const { sk, deleted, incarnation, thingId, groupId, timestamp, state = {} } = unmarshall(item) as Omit<Said, 'fields' | 'dynamic'> & { readonly sk: string; readonly state?: RecordState };
  return { deleted, incarnation, thingId, groupId, timestamp, dynamic: state.dynamic === true, fields: fieldsOf(sk, state) };
}

function fieldsOf(sk: string, { thingTypeName, attributes, description, parentGroupName, searchableAttributes, propagatingAttributes, deprecated }: RecordState): string {
  switch (sk) {
    case 'thing': return JSON.stringify([thingTypeName ?? null, sorted(attributes)]);
    case 'group': return JSON.stringify([description ?? '', sorted(attributes), parentGroupName ?? null]);
    case 'type': return JSON.stringify([description ?? '', [...searchableAttributes ?? []].sort(), (propagatingAttributes ?? []).map(textOf).sort(), deprecated === true]);
    default: return '';
  }
}

function textOf({ userPropertyKey, thingAttribute, connectionAttribute }: Propagating): string {
  return thingAttribute === undefined ? `${userPropertyKey} of connection ${connectionAttribute}` : `${userPropertyKey} of thing ${thingAttribute}`;
}

function sorted(attributes: Attributes = {}): Attributes {
  return Object.fromEntries(Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The kind of events that an entity has. */
export function kindOf(name: string): EventKind {
  if (endsOf(name)) return 'THING_GROUP_MEMBERSHIP';
  return name.startsWith('thing ') ? 'THING' : name.startsWith('group ') ? 'THING_GROUP' : 'THING_TYPE';
}

/** The key of the record of an entity. */
export function keyOfName(name: string): string {
  const ends = endsOf(name);
  const [kind, rest] = [name.slice(0, name.indexOf(' ')), name.slice(name.indexOf(' ') + 1)];
  return ends ? `thing#${ends.thing.slice('thing '.length)}|group#${ends.group.slice('group '.length)}` : `${kind}#${rest}|${kind}`;
}
