import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import type { Ids } from '../kind';
import type { Relocation } from '../policy/handler/rewrite';

/** What decides how a state is in a destination that is not the same everywhere. */
export interface Destination {
  /** From the source to this Region. */
  readonly relocation: Relocation;
  /** The name of the replication, which marks the policies that it has created. */
  readonly owner: string;
  /** Whether policies that others have created are overwritten. */
  readonly adoptsPolicies: boolean;
  /** Prefixes of the names of policies that are replicated; absent means any name. */
  readonly policyPrefixes?: readonly string[];
}

/** How the state of a kind is in a destination, for kinds whose state is not the same in both Regions. */
export interface LocalForm<State> {
  /** What is to be there for the state of a record; undefined if nothing has to be. */
  wanted(state: State, destination: Destination): State | undefined;
  /**
   * The replicated part of what is there; undefined if there is none.
   *
   * @param hasRecord whether an entity has a record, even a tombstone; true where that is not known
   */
  counted(state: State, destination: Destination, hasRecord: (key: RecordKey) => boolean): State | undefined;
  /** Other entities whose records decide what of it is replicated. */
  mentioned?(state: State): readonly RecordKey[];
  /**
   * Why a record that differs from what is there can't be applied until somebody acts, as its dead letter says it; undefined if it can. Absent: each can be.
   *
   * @param isThere whether an entity with the names exists
   */
  rejection?(iot: IotSender, names: Ids, state: State, isThere: boolean, destination: Destination): Promise<Error | undefined>;
  /** Whether what is there is somebody else's, so that it stays although its record is deleted. Absent: nothing is. */
  isForeign?(iot: IotSender, names: Ids, destination: Destination): Promise<boolean>;
}

/** Whether a policy of this name is replicated. */
export function isSelectedPolicy(name: string, { policyPrefixes }: Pick<Destination, 'policyPrefixes'>): boolean {
  return !policyPrefixes || policyPrefixes.some((prefix) => name.startsWith(prefix));
}
