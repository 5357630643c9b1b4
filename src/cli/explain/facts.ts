import type { FieldDifference } from '../../comparison/handler/differences';
import type { FoundLetter } from '../letters/letters';

/** What is recorded of an entity. */
export interface RecordFacts {
  readonly deleted: boolean;
  readonly version: number;
  /** When the change was made: ISO 8601. */
  readonly changedAt: string;
  readonly eventId: string;
  /** Whether a router has had a say: then the state is the router's. */
  readonly routed?: true;
  /** Absent for kinds without one. */
  readonly state?: unknown;
}

/** What a change waits for. */
export interface WaitingFacts {
  /** ISO 8601. */
  readonly since: string;
  /** As commands take it; absent if it is tried again by itself. */
  readonly for?: string;
  /** Whether it has given up after three days: it has a dead letter. */
  readonly lettered: boolean;
}

/** An entity in one Region. */
export interface PlaceFacts {
  readonly region: string;
  readonly role: 'source' | 'destination';
  /** Why it is as it is: one sentence. */
  readonly sentence: string;
  /** What to do about it: a command without the name of the program. */
  readonly advice?: string;
  /** Whether nothing has to be done. */
  readonly fine: boolean;
  /** Why nothing, or only a part, was read. */
  readonly problem?: string;
  readonly registry?: { readonly exists: boolean; readonly state?: unknown };
  /** `null`: there is none. `unreadable`: the item is no record. */
  readonly record?: RecordFacts | 'unreadable' | null;
  /** Of a destination: whether its record is that of the source; absent if that could not be read. */
  readonly hasNewest?: boolean;
  /** How the registry differs from the record, by the rules of a drift check. */
  readonly difference?: string;
  readonly fields?: readonly FieldDifference[];
  /** Of a policy in a destination: why its document can't be applied there. */
  readonly rejected?: string;
  /** Of a destination: it is deployed without `identities`, and the entity is one of those. */
  readonly withoutIdentities?: true;
  readonly waiting?: WaitingFacts;
  readonly letters: readonly FoundLetter[];
}
