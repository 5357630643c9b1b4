import type { RegistryRecord } from '..';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import type { Ids } from '../kind';
import type { Relocation } from '../policy/handler/rewrite';

/** What decides how a state is in a destination that is not the same everywhere. */
export interface Destination {
  /** From the source, which marks the policies that were created here, to this Region. */
  readonly relocation: Relocation;
  /** Whether policies that others have created are overwritten. */
  readonly adoptsPolicies: boolean;
  /** Prefixes of the names of policies that are replicated; absent means any name. */
  readonly policyPrefixes?: readonly string[];
}

/** What is known of the records of other entities. */
export interface OtherRecords {
  /** Whether an entity has a record, even a tombstone; true where that is not known. */
  readonly has: (key: RecordKey) => boolean;
  /** Undefined where none is known. */
  readonly get: (key: RecordKey) => RegistryRecord | undefined;
}

/** How the state of a kind is in a destination, for kinds whose state is not the same in both Regions. */
export interface LocalForm<State> {
  /** What is to be there for the state of a record; undefined if nothing has to be. */
  wanted(state: State, destination: Destination, others: OtherRecords): State | undefined;
  /**
   * The replicated part of what is there; undefined if there is none.
   *
   * @param recorded the state of its record, if that is alive
   */
  counted(state: State, destination: Destination, others: OtherRecords, recorded: State | undefined): State | undefined;
  /** Other entities whose records decide what of it is replicated, whether there or recorded. */
  mentioned?(state: State): readonly RecordKey[];
  /**
   * Why a record that differs from what is there can't be applied until somebody acts, as its dead letter says it; undefined if it can. Absent: each can be.
   *
   * @param isThere whether an entity with the names exists
   */
  rejection?(iot: IotSender, names: Ids, state: State, isThere: boolean, destination: Destination): Promise<Error | undefined>;
  /**
   * Whether what is there stays although its record is deleted, because it is somebody else's, or somebody else needs it: then it is no difference. Absent: nothing does.
   *
   * @returns `reason` if its dead letter has one
   */
  staying?(
    iot: IotSender, names: Ids, destination: Destination, recordsOf: (keys: readonly RecordKey[]) => Promise<OtherRecords>,
  ): Promise<{ readonly reason?: Error } | undefined>;
}

/** Whether a policy of this name is replicated. */
export function isSelectedPolicy(name: string, { policyPrefixes }: Pick<Destination, 'policyPrefixes'>): boolean {
  return !policyPrefixes || policyPrefixes.some((prefix) => name.startsWith(prefix));
}
