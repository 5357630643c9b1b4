import { KINDS } from './index';
import type { Entity, EntityKind, RegistryEntity, RegistryRecord } from './index';
import type { Feature, Ids, Incarnated, KeyPart, Kind, PrefixesByKind, Owner, Quotas } from './kind';
import { RecordKey, RegistryName, SEPARATOR, UnknownRecordShapeError } from '../record/record';

const ALL: readonly Kind[] = KINDS;
const BY_NAME: ReadonlyMap<string, Kind> = new Map(ALL.map((kind) => [kind.name, kind]));

/** The names of the kinds, in the order in which a batch applies them: prerequisites first. Deletions have the reverse order. */
export const ENTITY_KINDS: readonly EntityKind[] = ordered();

/** The kinds that a replication with these features knows, in the order of application. What is deployed may mention no others, except for the filter of the stream. */
export function knownKinds(features: readonly Feature[] = []): readonly EntityKind[] {
  return ENTITY_KINDS.filter((name) => {
    const { feature } = kindOf(name);
    return feature === undefined || features.includes(feature);
  });
}

/** Links and sets. */
export function hasOwners(name: EntityKind): boolean {
  return kindOf(name).owners !== undefined;
}

/** The quota of each call. */
export const QUOTAS: Quotas = Object.assign({}, ...ALL.flatMap(({ quotas }) => Object.values(quotas)));

/** @throws Error if the order has a circle */
function ordered(): EntityKind[] {
  const names: string[] = [];
  while (names.length < ALL.length) {
    const next = ALL.find(({ name, after }) => !names.includes(name) && after.every((each) => names.includes(each)));
    if (!next) throw new Error(`kinds: got ${ALL.map(({ name }) => name).filter((name) => !names.includes(name)).join(', ')} after each other, expected an order without circles; see \`after\``);
    names.push(next.name);
  }
  return names as EntityKind[];
}

/** @throws Error if there is no such kind */
export function kindOf(name: string): Kind {
  const kind = BY_NAME.get(name);
  if (!kind) throw new Error(`kinds: got ${name}, expected one of ${[...BY_NAME.keys()].join(', ')}`);
  return kind;
}

/** The ids of an entity by name: its properties besides the kind. */
function idsIn(entity: Entity): Ids {
  return entity as unknown as Ids;
}

/** The key of an entity's record, whether it exists or not. */
export function keyOf(entity: Entity): RecordKey {
  return keyIn(kindOf(entity.kind), idsIn(entity));
}

function keyIn({ key }: Kind, ids: Ids): RecordKey {
  return { pk: partOf(key.pk, ids), sk: partOf(key.sk, ids) };
}

function partOf({ prefix, id }: KeyPart, ids: Ids): string {
  return id === undefined ? prefix : `${prefix}${SEPARATOR}${ids[id]}`;
}

/** The entity of a key; undefined for a key that is not the pipeline's: the table may contain other items. */
export function entityOf(key: RecordKey): Entity | undefined {
  for (const kind of ALL) {
    const pk = idIn(kind.key.pk, key.pk);
    const sk = pk && idIn(kind.key.sk, key.sk);
    if (sk) return { kind: kind.name, ...pk, ...sk } as unknown as Entity;
  }
  return undefined;
}

/**
 * The entity of a key.
 *
 * @throws UnknownRecordShapeError if the key names no entity of the registry
 */
export function parseKey(key: RecordKey): Entity {
  const entity = entityOf(key);
  if (!entity) throw new UnknownRecordShapeError(`the key is invalid: expected pk ${PARTITIONS} with the matching sk`);
  return entity;
}

/** The existing partition keys, for a message. */
const PARTITIONS = distinct(ALL.map(({ key: { pk } }) => `${pk.prefix}${SEPARATOR}…`)).join(', ').replace(/, ([^,]*)$/, ' or $1');

/** The entities that a record, or what a registry has, names in its state. */
export function referencesOf(record: RegistryRecord | RegistryEntity): readonly Entity[] {
  return (kindOf(record.kind).refersTo?.(stateOf(record)) ?? []) as unknown as readonly Entity[];
}

/** The entities that have to be in a destination before what a record names can be used there. */
export function neededBy(record: RegistryRecord): readonly Entity[] {
  return (kindOf(record.kind).needs?.(stateOf(record)) ?? []) as unknown as readonly Entity[];
}

/** Sort keys of the records of some kinds: some are equal to a string, others begin with one. */
export function sortKeysOf(kinds: readonly EntityKind[]): { readonly equal: string[]; readonly beginning: string[] } {
  const keys = ALL.filter(({ name }) => kinds.includes(name as EntityKind)).map(({ key: { sk } }) => sk);
  return {
    equal: distinct(keys.flatMap(({ prefix, id }) => (id === undefined ? [prefix] : []))),
    beginning: distinct(keys.flatMap(({ prefix, id }) => (id === undefined ? [] : [`${prefix}${SEPARATOR}`]))),
  };
}

/** Whether records of some kinds have a sort key. An item with that sort key need not be a record. */
export function hasSortKeyOf(kinds: readonly EntityKind[], sk: string): boolean {
  const { equal, beginning } = sortKeysOf(kinds);
  return equal.includes(sk) || beginning.some((text) => sk.startsWith(text));
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** The id in a part of a key, if the registry accepts it. */
function idIn({ prefix, id, characters }: KeyPart, part: string): Ids | undefined {
  if (id === undefined) return part === prefix ? {} : undefined;
  if (!part.startsWith(`${prefix}${SEPARATOR}`)) return undefined;
  const name = part.slice(prefix.length + 1);
  return isName(name, characters) ? { [id]: name } : undefined;
}

/** By the characters of a name, what finds any other. Made once: each key that is read has names. */
const OTHERS: ReadonlyMap<string, RegExp> = new Map(
  [RegistryName.CHARACTERS, ...ALL.flatMap(({ key: { pk, sk } }) => [pk, sk].flatMap(({ characters }) => characters ?? []))].map((characters) => [characters, new RegExp(`[^${characters}]`)]),
);

function isName(text: string, characters: string = RegistryName.CHARACTERS): boolean {
  return text !== '' && text.length <= RegistryName.MAX_LENGTH && !OTHERS.get(characters)!.test(text);
}

/** Whether the registry accepts the names of an entity: asking for another name is an error. */
export function hasValidNames(entity: Entity): boolean {
  const { pk, sk } = kindOf(entity.kind).key;
  return [pk, sk].every(({ id, characters }) => id === undefined || isName(idsIn(entity)[id], characters));
}

/** The kinds that are replicated for a choice of the user, in the order of application. */
export function kindsOf(choices: readonly string[], features: readonly Feature[] = []): readonly EntityKind[] {
  const isChosen = ({ choice, owners = [] }: Kind): boolean => (
    choice === undefined ? owners.every((owner) => isChosen(kindOf(owner.kind))) : choices.includes(choice)
  );
  return knownKinds(features).filter((name) => isChosen(kindOf(name)));
}

/** Only the names in its key. */
export function namesOf(entity: Entity): Ids {
  const { pk, sk } = kindOf(entity.kind).key;
  return Object.fromEntries([pk.id, sk.id].flatMap((id) => (id === undefined ? [] : [[id, idsIn(entity)[id]]])));
}

/** A record with an incarnation. */
export type EntityRecord = Extract<RegistryRecord, Incarnated>;

export function isEntity(record: RegistryRecord): record is EntityRecord {
  return kindOf(record.kind).owners === undefined;
}

/** Whether no registry event reports it: then no change is pending that has not been read. */
export function isObserved(kind: EntityKind): boolean {
  return kindOf(kind).choice === undefined;
}

/** Whether it precedes all others of a batch. */
export function isUrgent(record: RegistryRecord): boolean {
  return kindOf(record.kind).isUrgent?.({ deleted: record.deleted, state: stateOf(record) }) ?? false;
}

/** Its state; undefined for a kind without one. */
export function stateOf(record: RegistryRecord | RegistryEntity): unknown {
  return 'state' in record ? record.state : undefined;
}

/** An owner of one entity. */
export interface OwnerOf extends Owner {
  readonly entity: Entity;
  readonly key: RecordKey;
}

/** The owners of an entity; none for a kind with an incarnation. */
export function ownersOf(entity: Entity): readonly OwnerOf[] {
  return (kindOf(entity.kind).owners ?? []).map((owner) => {
    const named = { ...idsIn(entity), kind: owner.kind } as unknown as Entity;
    return { ...owner, entity: { kind: owner.kind, ...namesOf(named) } as unknown as Entity, key: keyOf(named) };
  });
}

/** The incarnations of its owners in a record, in their order. */
export function ownerIdsOf(record: RegistryRecord): readonly string[] {
  return (kindOf(record.kind).owners ?? []).map(({ attribute }) => (record as unknown as Ids)[attribute]);
}

/** Kinds whose entities belong to an entity of this kind, with the owner's description. */
export function dependantsOf(name: string): readonly { readonly kind: Kind; readonly owner: Owner }[] {
  return ENTITY_KINDS.flatMap((each) => {
    const kind = kindOf(each);
    return (kind.owners ?? []).filter((owner) => owner.kind === name).map((owner) => ({ kind, owner }));
  });
}

/** Kinds that are listed by entities of this kind. */
export function listedBy(name: string): readonly EntityKind[] {
  return ENTITY_KINDS.filter((each) => kindOf(each).listedBy === name);
}

/** The key, and those of the owners. */
export function withOwners(key: RecordKey): RecordKey[] {
  const entity = entityOf(key);
  return entity ? [key, ...ownersOf(entity).map((owner) => owner.key)] : [key];
}

/** The number of its ancestors; undefined for kinds without a tree. */
export function depthOf(record: { readonly kind: string; readonly state?: unknown }): number | undefined {
  return kindOf(record.kind).depthOf?.(record.state);
}

/** Whether it follows from something else, so that neither it nor its dependants are replicated. */
export function isDerived(record: { readonly kind: string; readonly state?: unknown }): boolean {
  return kindOf(record.kind).derived?.is(record.state) ?? false;
}

/** Whether all of its names have a selected prefix. */
export function isSelected(entity: Entity, prefixes: PrefixesByKind): boolean {
  return hasNames(entity, (kind, name) => startsWithOne(name, prefixes[kind]));
}

/** Whether all of its names that prefixes are about are right, by the kind whose prefixes these are. */
export function hasNames(entity: Entity, isRight: (kind: string, name: string) => boolean): boolean {
  return Object.entries(kindOf(entity.kind).selectedBy).every(([id, kind]) => isRight(kind!, idsIn(entity)[id]));
}

function startsWithOne(name: string, prefixes: readonly string[] | undefined): boolean {
  return !prefixes || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Distinguishes two records of one key: the guard passes no write that has all of these in common with the stored record. */
export function revisionOf(record: RegistryRecord): string {
  return JSON.stringify([record.version, record.timestamp, record.deleted, record.eventId, ...incarnationsOf(record)]);
}

/** The incarnations of a record, with those that it replaces: once their deletion is known, records of those no longer count. */
export function incarnationsOf(record: RegistryRecord): readonly string[] {
  return isEntity(record) ? [record.incarnation, ...record.replaces ?? []] : ownerIdsOf(record);
}
