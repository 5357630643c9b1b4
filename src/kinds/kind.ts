import type { Feature } from '../record/feature';
import type { RecordKey } from '../record/record';
import type { StateReader } from '../record/state-reader';

export type { Feature };

/** The compared fields of a state, by their names in reports. */
export type Fields = Readonly<Record<string, unknown>>;

/** Replaces the value of a field that this side does not contain, so that it can't be compared. */
export const UNKNOWN = Symbol('unknown');

/** The names in a key. */
export type Ids = Readonly<Record<string, string>>;

/** A part of a key: `thing` or, with the name of an id, `thing#<thingName>`. */
export interface KeyPart<Id extends string = string> {
  readonly prefix: string;
  readonly id?: Id;
  /** The characters of the id, as in a class of a regular expression. Absent: those of `RegistryName`. */
  readonly characters?: string;
}

/** Prefixes of names, by the kind that they name; absent means any name. */
export type PrefixesByKind = Readonly<Partial<Record<string, readonly string[]>>>;

/** The owner of an entity. The key of the entity contains the names of the owner. */
export interface Owner<Attribute extends string = string> {
  readonly kind: string;
  /** The attribute of the record that contains the incarnation of the owner. */
  readonly attribute: Attribute;
  /** The index that finds the entities of one owner, by an id that is also an attribute of the record. Without it, they are under the owner's partition key. */
  readonly index?: { readonly name: string; readonly id: string };
}

/** Calls, and the resources for which IAM authorizes them. */
export interface Permission {
  /** `thing` means the selected things, `thing/*` all things, `*` calls for which AWS defines no resource. */
  readonly resources: readonly string[];
  readonly calls: readonly string[];
}

/** Calls with their default quota per second, account and Region. https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export type Quotas = Readonly<Record<string, number>>;

/**
 * What the pipeline has to know about one kind of entity: data and pure functions, loaded at synthesis and by every handler. None of them may call AWS,
 * read a clock, or use another kind except by name. `KindReader` and `KindRule` call AWS IoT; `KindEvent` is the part in the persistence workflow.
 *
 * A kind with `owners` belongs to other entities: a link has two owners, a set that is read and written whole has one. Every other kind has an incarnation.
 */
export interface Kind<Name extends string = string, Id extends string = string, State = unknown, OwnerId extends string = string> {
  readonly name: Name;
  /** The phase of sweeps and drift checks that lists it. */
  readonly phase: string;
  /** The plural in words, as in "List thing types". */
  readonly plural: string;
  /** The member of `RegistryKind` that selects it; without one, it is replicated where all of its owners are. */
  readonly choice?: string;
  /** The feature that it belongs to. The kinds of a feature, with those of the features that extend it, are compared on their own. Absent: it is compared by the sweeps of the registry. */
  readonly feature?: Feature;
  /** Kinds that are applied before it and deleted after it: every order in the pipeline follows from this. */
  readonly after: readonly string[];
  readonly owners?: readonly Owner<OwnerId>[];
  /** For a kind with owners: the kind of the owner whose listing takes the fewest calls. */
  readonly listedBy?: string;
  /** No other kind may have keys of the same shape. A part with an id begins with its prefix and `#`, one without is equal to it. */
  readonly key: { readonly pk: KeyPart<Id>; readonly sk: KeyPart<Id> };
  /** The kind whose prefixes apply to an id. */
  readonly selectedBy: { readonly [name in Id]?: string };
  /** Its resource type in ARNs. The text after it in a message is a name, and is removed from logs. */
  readonly resource?: string;

  /** A step that has to be the last, as a type is deprecated after its things exist. It can be undone within an incarnation. */
  readonly lastStep?: { readonly field: string; isDone(state: State): boolean; without(state: State): State };
  /** A value of a field after which, within an incarnation, only a deletion follows. */
  readonly final?: { readonly field: string; readonly value: string };
  /**
   * Whether devices connect with it. Then a check compares its listing every few minutes with what it knows of the records, so whoever observes such an entity notes that
   * before its record is written; and how many of those that are gone are deleted has a limit of its own.
   */
  readonly isCredential?: true;
  /**
   * Whether a hint that finds it gone ends its record: for kinds of which a destination deletes nothing that anything still needs. Absent: only checks and sweeps do, which
   * have a limit.
   */
  readonly endsByHint?: true;
  /** Entities that follow from something else, as the members of a dynamic group follow from its query. They and what belongs to them are not replicated. */
  readonly derived?: { readonly field: string; is(state: State): boolean };
  /** Seconds after which a repair has taken effect, if that can take longer than two minutes. */
  readonly arrivesInSeconds?: number;
  /** Calls that list, read and repair it. The slowest one paces a batch. */
  readonly quotas: Readonly<Record<'list' | 'read' | 'missing' | 'different' | 'gone', Quotas>>;
  /**
   * Permissions to list and read it, to apply it, and for rules of other kinds to read any name. Never an action with `*`.
   *
   * `unselected`: what rules of other kinds do to it where it is not replicated, or not any more, so that it stays there as it was when one of theirs is replaced. It contains no deletion.
   */
  readonly permissions: {
    readonly read: readonly Permission[];
    readonly write: readonly Permission[];
    readonly others?: readonly Permission[];
    readonly unselected?: readonly Permission[];
  };

  /** Throws what the state reader throws, whose messages contain fields and no values. Absent: it has no state, it exists or not. */
  decode?(state: StateReader): State;
  /** Equal states have equal fields, different states don't. Without values that a destination counts or names on its own. */
  fields?(state: State): Fields;
  /** Whether a record precedes all others of a batch, with a client of its own, as a revocation does. Absent: it never does. */
  isUrgent?(record: { readonly deleted: boolean; readonly state: State }): boolean;
  /** Whether it may be in a destination where nothing has to be, as what was deleted may where deletions are not replicated. Absent: it may. */
  mayStay?(state: State): boolean;
  /** The entities that its state refers to, by the kind and the names of each, and that may be new as it is. Absent: none. */
  refersTo?(state: State): readonly ({ readonly kind: string } & Ids)[];
  /** The entities that a destination needs before it can apply its state, by the kind and the names of each. Absent: none that its own kind does not have. */
  needs?(state: State): readonly ({ readonly kind: string } & Ids)[];
  /** For trees: the number of ancestors. Entities with fewer are created first, and deleted last. */
  depthOf?(state: State): number;
  /** The part of the state that changes may wait for. A change of the rest ends no wait. Absent: any change may end one. */
  awaited?(state: State): unknown;
  /** Fields that an update clears only if it names them, by whether the state has them. Not fields that an update overwrites. */
  clearable?(state: State): Readonly<Record<string, boolean>>;
  /** The state before a change, plus all clearable fields of a state in between. Nothing else of that state. */
  carry?(before: State, between: State): State;
  /** The names of changes that need a call of their own; undefined if the change is impossible in place. Absent: one call overwrites everything. */
  changes?(old: State, state: State): readonly string[] | undefined;
}

/** Calls on resources, as `on('thing', 'CreateThing')`. */
export function on(resources: string | readonly string[], ...calls: string[]): Permission {
  return { resources: typeof resources === 'string' ? [resources] : resources, calls };
}

/** Attributes of every record. */
export interface CommonRecord<Name extends string = string> extends RecordKey {
  readonly kind: Name;
  /** `versionNumber` of the event; 1 or 2 for kinds without one, 0 for kinds with owners. */
  readonly version: number;
  /** Of the event, in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly deleted: boolean;
  readonly sourceRegion: string;
  readonly eventId: string;
  /** Seconds since the epoch; only on tombstones. */
  readonly expiresAt?: number;
  /** For a record that a router passed: the version of that router. */
  readonly routerVersion?: string;
  /** For a record that a router passed: a digest of the state in the source. */
  readonly sourceDigest?: string;
}

/** Additional attributes of an entity's record. */
export interface Incarnated {
  /** thingId, thingGroupId or thingTypeId of the source: a deletion ends it forever. */
  readonly incarnation: string;
  /** Earlier incarnations whose deletion was never recorded: their end, and later events, are unknown. Mostly absent. */
  readonly replaces?: readonly string[];
}

type Named<Name extends string> = { readonly [name in Name]: string };

type StateOf<State> = [State] extends [undefined] ? object : { readonly state: State };

/** The record of a kind: with an incarnation, or with those of its owners. */
export type RecordOf<K> = K extends Kind<infer Name, infer Id, infer State, infer OwnerId>
  ? CommonRecord<Name> & Named<Id> & StateOf<State> & ([OwnerId] extends [never] ? Incarnated : Named<OwnerId>)
  : never;

/** The entity that a key of a kind names. */
export type EntityOf<K> = K extends Kind<infer Name, infer Id, infer _State, infer _OwnerId> ? { readonly kind: Name } & Named<Id> : never;

/** An entity as a registry contains it: the counterpart of a record. */
export type ObservedOf<K> = K extends Kind<infer Name, infer Id, infer State, infer _OwnerId>
  ? { readonly kind: Name } & Named<Id> & StateOf<State> & Observation
  : never;

/** What a registry returns for an entity besides its names and its state. */
export interface Observation {
  /** For kinds whose changes the registry counts. */
  readonly version?: number;
  /** Listings don't contain it. */
  readonly incarnation?: string;
  /** Milliseconds since the epoch, if the registry returns it. */
  readonly createdAt?: number;
}
