import type { RegistryRecord } from '..';
import type { Progress } from './walk';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';

/**
 * What is known of the destination's state of an entity.
 *
 * - `new`: from the stream, no old image: nothing of the pipeline's is there
 * - `plain`: from the stream, the old image alive and of the same incarnation: the destination has it, or a retry is pending
 * - `unknown`: everything else; the destination may be in any state
 */
export type History = 'new' | 'plain' | 'unknown';

/**
 * What a message of the retry queue knows of the destination's entity, so that one call which was throttled costs one call and not one for
 * each membership too.
 *
 * The sender of a key has to apply what it knew: a consumer of the stream its change, a drift check the difference that it found.
 * A deletion ends an incarnation for good, so while the record is of the same incarnation nothing that the source deleted can have taken
 * memberships along. What apply rules take away themselves voids the premise.
 */
export interface Premise {
  /** Of the record when the key came to the queue. */
  readonly incarnation: string;
  /**
   * - `new`, `plain`: the history of the change that the stream brought
   * - `kept`: its state is unknown, but its memberships are what another one looks after: the drift check, which compares them too
   */
  readonly history: 'new' | 'plain' | 'kept';
  /** The change takes away what has to be looked for first: a description, a type, the last attributes. */
  readonly loses?: true;
  /** Of the record that the change led to; what a newer one takes away is not known here. */
  readonly revision?: string;
  /** What changes, of a kind that has a call for each. */
  readonly changes?: readonly string[];
}

/** One record to make the destination match. */
export interface Change<R = RegistryRecord> {
  readonly record: R;
  readonly history: History;
  /** The stream shows that no live entity of this name existed before. */
  readonly createFirst: boolean;
  /** The image before, where the stream brought one, with all of what is clearable that there was between it and the record. */
  readonly old?: R;
  /** What the message knew that brought the key, if it came by the retry queue and that still holds. */
  readonly premise?: Premise;
}

/** What an apply rule works with. */
export interface ApplyContext {
  /** The registry of the destination. Its calls are counted, paced and aborted by anyone who made the context. */
  readonly iot: IotSender;
  /** Reads of records, all of which are read again afterwards. */
  readonly readings: { read(key: RecordKey): Promise<RegistryRecord | undefined> };
  /** Whether what the record says is gone stays: deletions are not replicated, or were not when the source made this one. To be asked before it is deleted. */
  readonly isRetained: () => Promise<boolean>;
  /**
   * To be called right before the registry is asked to delete: where the record is a tombstone, takes one of the places of the minute.
   *
   * @throws DeletionsPausedError if there is none left
   * @throws DeletionCounterError if the number is unknown
   */
  readonly admitDeletion: () => Promise<void>;
  /** The key is one that is applied again because of one of its owners, so most likely there is nothing to do. */
  readonly isReplayed: boolean;
  /** What has to come before its last step follows: that is left as it is, as the deprecation of a type whose things are to come. The sender of the key sends it once more after them. */
  readonly isOpen: boolean;
  /** To be called before anything after which a retry has to take the destination for unknown. */
  readonly voidPremise: () => void;
  /** Whether there is a record of the key, be it a tombstone; what has none is somebody else's. */
  readonly hasRecord: (key: RecordKey) => Promise<boolean>;
  /** How far what takes more than one invocation has come; none on the stream path. */
  readonly progress?: Progress;
  /** Whether this invocation has time left to continue. */
  readonly hasTime: () => boolean;
  /** Puts keys on the retry queue now, before the next registry call, so that a crash can't lose them. */
  readonly queueFirst: (keys: readonly RecordKey[]) => Promise<void>;
  /**
   * To be called where what is done, or left, rests on a read of the registry: it may have been behind, so the key is applied once more later.
   */
  readonly restsOnLook: () => void;
  /** Applies another key as soon as this one is done with, whether it succeeded or not. */
  readonly applyAfter: (key: RecordKey) => void;
}

/** What applying a record has come to, where what belongs to the entity has to be applied again: its history is unknown. */
export interface FanOut {
  /** It was created just now, so nothing is left over that would have to be removed. */
  readonly isNew: boolean;
}

/** What became of a thing or a group. */
export type Written = 'updated' | 'created' | 'moved';

/** Whether what was there before may have taken its memberships with it, or left some behind. */
export function losesMembers({ history, premise }: Pick<Change, 'history' | 'premise'>, written: Written): boolean {
  if (written === 'moved') return true;
  if (premise) return history !== 'new' && written === 'created';
  return history === 'unknown';
}
