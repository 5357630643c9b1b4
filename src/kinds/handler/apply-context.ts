import type { RegistryRecord } from '..';
import type { Identities } from './identities';
import type { Progress } from './walk';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';

/**
 * What is known about the state of an entity in the destination.
 *
 * - `new`: from the stream, no old image: the pipeline has not created anything
 * - `plain`: from the stream, the old image alive and of the same incarnation: the destination has it, or a retry is pending
 * - `unknown`: everything else; the destination may be in any state
 */
export type History = 'new' | 'plain' | 'unknown';

/**
 * What a message of the retry queue contains about the destination's entity, so that one throttled call costs one more call, and not one for
 * each membership too.
 *
 * The sender of a key has to apply what it knew: a consumer of the stream its change, a drift check the difference that it found.
 * A deletion ends an incarnation permanently, so while the record has the same incarnation, no deletion in the source can have removed
 * memberships. A removal by an apply rule itself voids the premise.
 */
export interface Premise {
  /** Incarnation of the record when the key came to the queue. */
  readonly incarnation: string;
  /**
   * - `new`, `plain`: the history of the change that the stream brought
   * - `kept`: its state is unknown, but the drift check handles its memberships, which it compares too
   */
  readonly history: 'new' | 'plain' | 'kept';
  /** The change removes something that has to be read first: a description, a type, the last attributes. */
  readonly loses?: true;
  /** Revision of the record after the change; removals of a newer one are unknown here. */
  readonly revision?: string;
  /** The names of changes, for a kind that has a call for each. */
  readonly changes?: readonly string[];
}

/** One record to make the destination match. */
export interface Change<R = RegistryRecord> {
  readonly record: R;
  readonly history: History;
  /** The stream shows that no live entity of this name existed before. */
  readonly createFirst: boolean;
  /** The old image, if the stream contained one, plus all clearable fields between it and the record. */
  readonly old?: R;
  /** The premise of the message, if the key came through the retry queue and the premise still holds. */
  readonly premise?: Premise;
}

/** The context of an apply rule. */
export interface ApplyContext {
  /** The registry of the destination. The creator of the context counts, paces and aborts its calls. */
  readonly iot: IotSender;
  /** Reads of records, all of which are read again afterwards. */
  readonly readings: { read(key: RecordKey): Promise<RegistryRecord | undefined> };
  /** Whether a deleted entity stays: deletions are not replicated, or were not at the time of this one. Ask before deleting. */
  readonly isRetained: () => Promise<boolean>;
  /**
   * Call it immediately before a deletion: if the record is a tombstone, it takes one of the places of the minute.
   *
   * @throws DeletionsPausedError if there is none left
   * @throws DeletionCounterError if the number is unknown
   */
  readonly admitDeletion: () => Promise<void>;
  /** The key is applied again because of one of its owners, so probably nothing has to be done. */
  readonly isReplayed: boolean;
  /** Other changes precede its last step, which stays unchanged, such as the deprecation of a type whose things follow. The sender of the key sends it once more after them. */
  readonly isOpen: boolean;
  /** Call it before any action after which a retry must treat the destination as unknown. */
  readonly voidPremise: () => void;
  /** The record of a key, even a tombstone; an entity without one is unmanaged. It is not read again afterwards: for work on more entities than one attempt can read twice. */
  readonly recordOf: (key: RecordKey) => Promise<RegistryRecord | undefined>;
  /** The progress of work that takes several invocations; none on the stream path. */
  readonly progress?: Progress;
  /** Whether this invocation has time left to continue. */
  readonly hasTime: () => boolean;
  /** Sends keys to the retry queue now, before the next registry call, so that a crash can't lose them. */
  readonly queueFirst: (keys: readonly RecordKey[]) => Promise<void>;
  /**
   * Call it where an action, or its omission, relies on a read of the registry: the read may lag, so the key is applied once more later.
   */
  readonly restsOnLook: () => void;
  /** Whether nothing that was done so far relies on a read that may lag: none was made, or the same record was applied before, long enough ago. */
  readonly isSure: () => boolean;
  /** Applies another key as soon as this one is finished, whether it succeeded or not. */
  readonly applyAfter: (key: RecordKey) => void;
  /** Absent where identities are not replicated. */
  readonly identities?: Identities;
}

/** The result of applying a record whose dependants have to be applied again, because its history is unknown. */
export interface FanOut {
  /** It was created just now, so there are no leftovers to remove. */
  readonly isNew: boolean;
}

/** The result for a thing or a group. */
export type Written = 'updated' | 'created' | 'moved';

/** Whether an earlier entity may have lost its memberships, or left some behind. */
export function losesMembers({ history, premise }: Pick<Change, 'history' | 'premise'>, written: Written): boolean {
  if (written === 'moved') return true;
  if (premise) return history !== 'new' && written === 'created';
  return history === 'unknown';
}
