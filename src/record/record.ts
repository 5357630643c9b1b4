/**
 * The record: one item per registry entity, the desired state that every destination is made to match.
 *
 * Workflow, replicator and sweeps share this one definition. It knows nothing of how a record is applied.
 */

/** Names of the item's attributes, once for the workflow that writes them and the code that reads them. */
export const Attribute = {
  PK: 'pk',
  SK: 'sk',
  INCARNATION: 'incarnation',
  THING_ID: 'thingId',
  GROUP_ID: 'groupId',
  GROUP_NAME: 'groupName',
  VERSION: 'version',
  TIMESTAMP: 'timestamp',
  DELETED: 'deleted',
  SOURCE_REGION: 'sourceRegion',
  EVENT_ID: 'eventId',
  EXPIRES_AT: 'expiresAt',
  STATE: 'state',
  SOURCE_DIGEST: 'sourceDigest',
  ROUTER_VERSION: 'routerVersion',
  REPLACES: 'replaces',
} as const;

/** The sparse index that finds a group's members: only memberships have its partition key. */
export const MembersIndex = { NAME: 'members', PARTITION_KEY: Attribute.GROUP_NAME, SORT_KEY: Attribute.PK } as const;

/** Names of things, groups and types: https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
export const RegistryName = { CHARACTERS: 'a-zA-Z0-9:_-', MAX_LENGTH: 128 } as const;
const OUTSIDE_OF_NAMES = new RegExp(`[^${RegistryName.CHARACTERS}]`);

/** `pk` prefixes and `sk` values. No registry name can contain `#`, so a key is never ambiguous. */
export const KeyPart = { THING: 'thing', GROUP: 'group', TYPE: 'type', SEPARATOR: '#' } as const;

/** The kinds of entities, in the order in which a batch applies them: what others need comes first. */
export const ENTITY_KINDS = ['type', 'group', 'thing', 'membership'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** Begins the eventId of a record that a sweep had persisted: its time is not that of a change. */
export const SWEEP_EVENT_ID_PREFIX = 'sweep-';

export interface RecordKey {
  readonly pk: string;
  readonly sk: string;
}

/** What a key names. */
export type Entity =
  | { readonly kind: 'thing'; readonly thingName: string }
  | { readonly kind: 'membership'; readonly thingName: string; readonly groupName: string }
  | { readonly kind: 'group'; readonly groupName: string }
  | { readonly kind: 'type'; readonly typeName: string };

export interface ThingState {
  readonly thingTypeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface GroupState {
  readonly description?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parentGroupName?: string;
  /** Names from the root to the parent; absent if the event did not contain them. */
  readonly path?: readonly string[];
  /** A dynamic group's members follow from its query; neither is replicated. */
  readonly dynamic: boolean;
}

/** One MQTT 5 user property that a type adds to the messages of its things: exactly one of the two sources is set. */
export interface PropagatingAttribute {
  readonly userPropertyKey: string;
  readonly thingAttribute?: string;
  readonly connectionAttribute?: string;
}

export interface TypeState {
  readonly description?: string;
  readonly searchableAttributes: readonly string[];
  readonly propagatingAttributes: readonly PropagatingAttribute[];
  readonly deprecated: boolean;
}

interface CommonAttributes extends RecordKey {
  /** `versionNumber` of the event; 1 or 2 for a type, 0 for a membership. */
  readonly version: number;
  /** Of the event, in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly deleted: boolean;
  readonly sourceRegion: string;
  readonly eventId: string;
  /** Seconds since the epoch; only on tombstones. */
  readonly expiresAt?: number;
  /** Of what a router let pass: the version of that router. */
  readonly routerVersion?: string;
}

interface Incarnated extends CommonAttributes {
  /** thingId, thingGroupId or thingTypeId of the source: what a deletion ends forever. */
  readonly incarnation: string;
  /** Of what a router let pass: a digest of the state as the source has it. */
  readonly sourceDigest?: string;
  /** Incarnations before it whose deletion was never recorded, so nothing is known of how they ended, nor of what happened since. Mostly absent. */
  readonly replaces?: readonly string[];
}

export interface ThingRecord extends Incarnated { readonly kind: 'thing'; readonly thingName: string; readonly state: ThingState }
export interface GroupRecord extends Incarnated { readonly kind: 'group'; readonly groupName: string; readonly state: GroupState }
export interface TypeRecord extends Incarnated { readonly kind: 'type'; readonly typeName: string; readonly state: TypeState }
export interface MembershipRecord extends CommonAttributes {
  readonly kind: 'membership';
  readonly thingName: string;
  readonly groupName: string;
  readonly thingId: string;
  readonly groupId: string;
}
export type RegistryRecord = ThingRecord | GroupRecord | TypeRecord | MembershipRecord;

export const keyOf = {
  thing: (thingName: string): RecordKey => ({ pk: `${KeyPart.THING}#${thingName}`, sk: KeyPart.THING }),
  membership: (thingName: string, groupName: string): RecordKey => ({ pk: `${KeyPart.THING}#${thingName}`, sk: `${KeyPart.GROUP}#${groupName}` }),
  group: (groupName: string): RecordKey => ({ pk: `${KeyPart.GROUP}#${groupName}`, sk: KeyPart.GROUP }),
  type: (typeName: string): RecordKey => ({ pk: `${KeyPart.TYPE}#${typeName}`, sk: KeyPart.TYPE }),
};

/** One string per key, for maps and sets. */
export function keyString(key: RecordKey): string {
  return `${key.pk}|${key.sk}`;
}

/** The key that `keyString` has written. */
export function keyFromString(text: string): RecordKey {
  const at = text.indexOf('|');
  return { pk: text.slice(0, at), sk: text.slice(at + 1) };
}

/** An item that is not a record of this pipeline. No attempt can apply it. */
export class UnknownRecordShapeError extends Error {
  public readonly name = 'UnknownRecordShape';
}

/**
 * What the key names.
 *
 * @throws UnknownRecordShapeError if it names no entity of the registry
 */
export function parseKey(key: RecordKey): Entity {
  const [prefix, name] = nameIn(key.pk);
  if (prefix === KeyPart.THING && name) {
    if (key.sk === KeyPart.THING) return { kind: 'thing', thingName: name };
    const [end, groupName] = nameIn(key.sk);
    if (end === KeyPart.GROUP && groupName) return { kind: 'membership', thingName: name, groupName };
  }
  if (prefix === KeyPart.GROUP && name && key.sk === KeyPart.GROUP) return { kind: 'group', groupName: name };
  if (prefix === KeyPart.TYPE && name && key.sk === KeyPart.TYPE) return { kind: 'type', typeName: name };
  throw new UnknownRecordShapeError('the key is invalid: expected pk thing#…, group#… or type#… with the matching sk');
}

/** A part of a key, and the name in it if it is one that the registry takes. */
function nameIn(part: string): [string, string | undefined] {
  const at = part.indexOf(KeyPart.SEPARATOR);
  if (at < 0) return [part, undefined];
  const name = part.slice(at + 1);
  return [part.slice(0, at), name.length <= RegistryName.MAX_LENGTH && !OUTSIDE_OF_NAMES.test(name) ? name : undefined];
}

/**
 * The record in an unmarshalled item.
 *
 * @throws UnknownRecordShapeError if an attribute is missing or of another type; the message names the attribute, not its value
 */
export function decodeRecord(item: Readonly<Record<string, unknown>>): RegistryRecord {
  const read = new Reader(item);
  const key = { pk: read.string(Attribute.PK), sk: read.string(Attribute.SK) };
  const common: CommonAttributes = {
    ...key,
    version: read.number(Attribute.VERSION),
    timestamp: read.number(Attribute.TIMESTAMP),
    deleted: read.boolean(Attribute.DELETED),
    sourceRegion: read.string(Attribute.SOURCE_REGION),
    eventId: read.string(Attribute.EVENT_ID),
    expiresAt: read.optional(Attribute.EXPIRES_AT, 'number'),
    routerVersion: read.optional(Attribute.ROUTER_VERSION, 'string'),
  };
  const entity = parseKey(key);
  switch (entity.kind) {
    case 'membership':
      return { ...common, ...entity, thingId: read.string(Attribute.THING_ID), groupId: read.string(Attribute.GROUP_ID) };
    case 'thing':
      return { ...common, ...entity, ...incarnated(read), state: thingState(read.child(Attribute.STATE)) };
    case 'group':
      return { ...common, ...entity, ...incarnated(read), state: groupState(read.child(Attribute.STATE)) };
    case 'type':
      return { ...common, ...entity, ...incarnated(read), state: typeState(read.child(Attribute.STATE)) };
  }
}

function incarnated(read: Reader): Pick<Incarnated, 'incarnation' | 'replaces' | 'sourceDigest'> {
  return {
    incarnation: read.string(Attribute.INCARNATION),
    sourceDigest: read.optional(Attribute.SOURCE_DIGEST, 'string'),
    ...read.has(Attribute.REPLACES) ? { replaces: read.list(Attribute.REPLACES) } : {},
  };
}

function thingState(read: Reader): ThingState {
  return { thingTypeName: read.optional('thingTypeName', 'string'), attributes: read.strings('attributes') };
}

function groupState(read: Reader): GroupState {
  return {
    description: read.optional('description', 'string'),
    attributes: read.strings('attributes'),
    parentGroupName: read.optional('parentGroupName', 'string'),
    path: read.has('path') ? read.list('path') : undefined,
    dynamic: read.boolean('dynamic'),
  };
}

function typeState(read: Reader): TypeState {
  return {
    description: read.optional('description', 'string'),
    searchableAttributes: read.list('searchableAttributes'),
    propagatingAttributes: read.children('propagatingAttributes').map((each) => ({
      userPropertyKey: each.string('userPropertyKey'),
      thingAttribute: each.optional('thingAttribute', 'string'),
      connectionAttribute: each.optional('connectionAttribute', 'string'),
    })),
    deprecated: read.boolean('deprecated'),
  };
}

interface Primitives { string: string; number: number; boolean: boolean }

/** Reads typed attributes and says which one is wrong; values stay out of messages, they are the customer's. */
class Reader {
  constructor(private readonly from: Readonly<Record<string, unknown>>, private readonly path = '') {}

  public string(name: string): string { return this.typed(name, 'string'); }
  public number(name: string): number { return this.typed(name, 'number'); }
  public boolean(name: string): boolean { return this.typed(name, 'boolean'); }

  public has(name: string): boolean {
    return this.from[name] !== undefined && this.from[name] !== null;
  }

  public optional<T extends keyof Primitives>(name: string, type: T): Primitives[T] | undefined {
    return this.has(name) ? this.typed(name, type) : undefined;
  }

  public child(name: string): Reader {
    return new Reader(this.map(name, this.from[name]), `${this.path}${name}.`);
  }

  public strings(name: string): Record<string, string> {
    const map = this.map(name, this.from[name]);
    for (const value of Object.values(map)) if (typeof value !== 'string') throw this.wrong(name, 'a map of strings', value);
    return map as Record<string, string>;
  }

  public list(name: string): string[] {
    const list = this.array(name);
    for (const value of list) if (typeof value !== 'string') throw this.wrong(name, 'a list of strings', value);
    return list as string[];
  }

  public children(name: string): Reader[] {
    return this.array(name).map((each, i) => new Reader(this.map(name, each), `${this.path}${name}[${i}].`));
  }

  private typed<T extends keyof Primitives>(name: string, type: T): Primitives[T] {
    const value = this.from[name];
    if (typeof value !== type) throw this.wrong(name, `a ${type}`, value);
    return value as Primitives[T];
  }

  private map(name: string, value: unknown): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong(name, 'a map', value);
    return value as Record<string, unknown>;
  }

  private array(name: string): unknown[] {
    const value = this.from[name];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list', value);
    return value;
  }

  private wrong(name: string, expected: string, value: unknown): UnknownRecordShapeError {
    const got = value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
    return new UnknownRecordShapeError(`${this.path}${name}: expected ${expected}, got ${got}`);
  }
}
