import type { Entity, RegistryEntity } from '..';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import type { EntityOf, Ids, ObservedOf } from '../kind';
import type { LocalForm } from './local';

/** The largest page of a listing of the registry. */
export const PAGE_SIZE = 250;

/** A page of a listing; without `next` it is the last. */
export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/** What `complete` reads of each entity, read of all of them by what they can have in common: fewer calls where many have the same. */
export interface SharedReading<Observed> {
  /** The call that takes the most time of `having`, and that of `complete`. */
  readonly calls: { readonly having: string; readonly complete: string };
  /** One page of the names of what entities can have. */
  names(iot: IotSender, cursor?: string): Promise<Page<string>>;
  /** One page of the keys of the entities that have it. */
  having(iot: IotSender, name: string, cursor?: string): Promise<Page<RecordKey>>;
  /** The entity with all that it has. */
  completed(listed: Observed, names: readonly string[]): Observed;
}

/**
 * How one kind is read: the half that listings, direct reads and apply rules share. Each call of it is one page or one entity. It does not write, decide,
 * pace, count or retry: its caller passes a client that does. Errors of AWS IoT are thrown as they are.
 *
 * Listings are eventually consistent, direct reads are not known to be.
 */
export interface Reader<Names, Observed> {
  /** Whether `list` returns only names. */
  readonly listsNames?: true;
  /** One page of the entities of an owner, by the kind of the owner; empty for a deleted owner. */
  readonly listIn?: Readonly<Record<string, (iot: IotSender, owner: Ids, cursor?: string) => Promise<Page<Observed>>>>;
  /** Another way to what `complete` reads. Absent: there is none. */
  readonly shared?: SharedReading<Observed>;
  /** Absent: its state is the same in every Region. */
  readonly local?: LocalForm<Observed extends { readonly state: infer State } ? State : never>;
  /**
   * One page of all entities, at most `limit`. An entity without a state is read directly before it is compared. Absent: it is listed by its owners.
   */
  list?(iot: IotSender, cursor?: string, limit?: number): Promise<Page<Names | Observed>>;
  /** What a listing lacks, for a comparison of everything. Absent: it lacks nothing, or names are all that it has. */
  complete?(iot: IotSender, listed: Observed): Promise<Observed>;
  /** Undefined only if it does not exist. With its incarnation, if it has one. */
  read(iot: IotSender, names: Names): Promise<Observed | undefined>;
}

/** The reader of one kind. */
export type KindReader<K> = Reader<EntityOf<K>, ObservedOf<K>>;

/** The reader of any kind. */
export type AnyReader = Reader<Entity, RegistryEntity>;
