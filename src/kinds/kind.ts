import type { RecordKey } from '../record/record';
import type { StateReader } from '../record/state-reader';

/** Fields of a state that are compared, by the names that reports have for them. */
export type Fields = Readonly<Record<string, unknown>>;

/** In place of a field's value: this side does not tell it, so that it can't be compared. */
export const UNTOLD = Symbol('untold');

/** The names in a key. */
export type Ids = Readonly<Record<string, string>>;

/** A part of a key: `thing` or, with the name of an id, `thing#<thingName>`. */
export interface KeyPart<Id extends string = string> {
  readonly prefix: string;
  readonly id?: Id;
}

/** What a name has to start with, by the kind that it names; absent means any name. */
export type PrefixesByKind = Readonly<Partial<Record<string, readonly string[]>>>;

/** An entity that something belongs to. It has the names of the owner in its own key. */
export interface Owner<Attribute extends string = string> {
  readonly kind: string;
  /** The attribute of the record that says which incarnation of the owner it belongs to. */
  readonly attribute: Attribute;
  /** The index that finds what belongs to one owner, by an id that is an attribute of the record too. Without it, that is under the owner's partition key. */
  readonly index?: { readonly name: string; readonly id: string };
}

/** Calls, and the resources that AWS checks them on. */
export interface Permission {
  /** `thing` stands for the things that are selected, `thing/*` for all of them, `*` for calls that AWS defines no resource for. */
  readonly resources: readonly string[];
  readonly calls: readonly string[];
}

/** Calls with the quota that an account has in a Region by default, a second. https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export type Quotas = Readonly<Record<string, number>>;

/**
 * What the pipeline has to know about one kind of entity: data and pure functions, loaded at synthesis and by every handler. None of them may call AWS,
 * read a clock, or know of another kind but by name. What calls AWS IoT is `KindReader` and `KindRule`, what is in the persistence workflow `KindEvent`.
 *
 * A kind with `owners` belongs to others: two for a link between them, one for a set that is read and written whole. Any other has an incarnation.
 */
export interface Kind<Name extends string = string, Id extends string = string, State = unknown, OwnerId extends string = string> {
  readonly name: Name;
  /** The phase of sweeps and drift checks that lists it. */
  readonly phase: string;
  /** In words, as in "List thing types". */
  readonly plural: string;
  /** By what users choose it; without, it is replicated where all of its owners are. */
  readonly choice?: string;
  /** Kinds that are applied before it and deleted after it: every order in the pipeline follows from this. */
  readonly after: readonly string[];
  readonly owners?: readonly Owner<OwnerId>[];
  /** Of what belongs to others: the kind of the owner by which it is listed, with the fewest calls. */
  readonly listedBy?: string;
  /** No other kind may have keys of the same shape. A part with an id begins with its prefix and `#`, one without is equal to it. */
  readonly key: { readonly pk: KeyPart<Id>; readonly sk: KeyPart<Id> };
  /** Which prefixes an id has to begin with, by the kind that it names. */
  readonly selectedBy: { readonly [name in Id]?: string };
  /** Its resource type in ARNs. What follows it in a message is a name, and does not get into logs. */
  readonly resource?: string;

  /** A step that others have to come before, as a type is deprecated once its things are there. It can be undone within an incarnation. */
  readonly lastStep?: { readonly field: string; isDone(state: State): boolean; without(state: State): State };
  /** What follows from something else, as a dynamic group from its query, and so does what belongs to it: none of that is replicated. */
  readonly derived?: { readonly field: string; is(state: State): boolean };
  /** Seconds after which a repair has arrived, if it can take longer than two minutes. */
  readonly arrivesInSeconds?: number;
  /** Calls that list it, read it, and make it right again. The slowest one paces a batch. */
  readonly quotas: Readonly<Record<'list' | 'read' | 'missing' | 'different' | 'gone', Quotas>>;
  /** What listing and reading it takes, what applying it takes, and what the rules of other kinds look at whatever its name. Never an action with `*`. */
  readonly permissions: { readonly read: readonly Permission[]; readonly write: readonly Permission[]; readonly others?: readonly Permission[] };

  /** Throws what the reader throws, whose messages name fields and no values. Absent: it has no state, it is there or not. */
  decode?(state: StateReader): State;
  /** Equal states have equal fields, unequal ones have not. Nothing that a destination counts or names for itself. */
  fields?(state: State): Fields;
  /** Of a tree: how many ancestors it has. Those with fewer come first, and go last. */
  depthOf?(state: State): number;
  /** What others, or it itself, may wait for. A change of the rest ends no wait. Absent: any change may end one. */
  awaited?(state: State): unknown;
  /** What an update can't clear without naming it, by whether the state has it. Not what an update overwrites. */
  clearable?(state: State): Readonly<Record<string, boolean>>;
  /** The state before a change, with all of what is clearable that another state between had. Nothing else of that. */
  carry?(before: State, between: State): State;
  /** What has a call of its own to change, by name; undefined if it can't be changed. Absent: one call overwrites all. */
  changes?(old: State, state: State): readonly string[] | undefined;
}

/** Calls on resources, as `on('thing', 'CreateThing')`. */
export function on(resources: string | readonly string[], ...calls: string[]): Permission {
  return { resources: typeof resources === 'string' ? [resources] : resources, calls };
}

/** What all records have. */
export interface CommonRecord<Name extends string = string> extends RecordKey {
  readonly kind: Name;
  /** `versionNumber` of the event; 1 or 2 for what has none, 0 for what belongs to others. */
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
  /** Of what a router let pass: a digest of the state as the source has it. */
  readonly sourceDigest?: string;
}

/** What a record of an entity has on top. */
export interface Incarnated {
  /** thingId, thingGroupId or thingTypeId of the source: what a deletion ends forever. */
  readonly incarnation: string;
  /** Incarnations before it whose deletion was never recorded, so nothing is known of how they ended, nor of what happened since. Mostly absent. */
  readonly replaces?: readonly string[];
}

type Named<Name extends string> = { readonly [name in Name]: string };

type StateOf<State> = [State] extends [undefined] ? object : { readonly state: State };

/** The record of a kind: an entity's has an incarnation, another one those of its owners. */
export type RecordOf<K> = K extends Kind<infer Name, infer Id, infer State, infer OwnerId>
  ? CommonRecord<Name> & Named<Id> & StateOf<State> & ([OwnerId] extends [never] ? Incarnated : Named<OwnerId>)
  : never;

/** What a key of a kind names. */
export type EntityOf<K> = K extends Kind<infer Name, infer Id, infer _State, infer _OwnerId> ? { readonly kind: Name } & Named<Id> : never;

/** What a registry has of a kind: the counterpart of a record. */
export type ObservedOf<K> = K extends Kind<infer Name, infer Id, infer State, infer _OwnerId>
  ? { readonly kind: Name } & Named<Id> & StateOf<State> & Observation
  : never;

/** What a registry tells of an entity besides its names and its state. */
export interface Observation {
  /** Of kinds whose changes the registry counts. */
  readonly version?: number;
  /** Listings don't tell it. */
  readonly incarnation?: string;
  /** Milliseconds since the epoch, where the registry tells it. */
  readonly createdAt?: number;
}
