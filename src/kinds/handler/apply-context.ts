import { RecordKey, RegistryRecord } from '../../record/record';
import { Premise } from '../../replicator/handler/premise';
import { Readings } from '../../replicator/handler/records';
import { Registry } from '../../replicator/handler/registry';
import { Progress } from '../../replicator/handler/walk';

/**
 * What is known of the destination's state of an entity.
 *
 * - `new`: from the stream, no old image: nothing of the pipeline's is there
 * - `plain`: from the stream, the old image alive and of the same incarnation: the destination has it, or a retry is pending
 * - `unknown`: everything else; the destination may be in any state
 */
export type History = 'new' | 'plain' | 'unknown';

/** One record to make the destination match. */
export interface Change<R extends RegistryRecord = RegistryRecord> {
  readonly record: R;
  readonly history: History;
  /** The stream shows that no live entity of this name existed before. */
  readonly createFirst: boolean;
  /** The image before, where the stream brought one, with all that things and groups had between it and the record. */
  readonly old?: R;
  /** What the message knew that brought the key, if it came by the retry queue and that still holds. */
  readonly premise?: Premise;
}

/** What an apply rule works with. */
export interface ApplyContext {
  readonly registry: Registry;
  /** Reads of records, all of which are read again afterwards. */
  readonly readings: Readings;
  /** Whether what the record says is gone stays: deletions are not replicated, or were not when the source made this one. To be asked before it is deleted. */
  readonly isRetained: () => Promise<boolean>;
  /**
   * To be called right before the registry is asked to delete: where the record is a tombstone, takes one of the places of the minute.
   *
   * @throws DeletionsPausedError if there is none left
   * @throws DeletionCounterError if the number is unknown
   */
  readonly admitDeletion: () => Promise<void>;
  /** The key is a membership that is applied again because of one of its ends, so most likely there is nothing to do. */
  readonly isReplayed: boolean;
  /** The key is a type, and things of it follow: its deprecation is left as it is. The sender of the key sends it once more after them. */
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

/** Keys that have to be applied again after a record was: the memberships of a thing or a group whose history is unknown. */
export type FanOut = ({ readonly kind: 'thing'; readonly thingName: string } | { readonly kind: 'group'; readonly groupName: string }) & {
  /** The thing or group was created just now, so no membership is left over that would have to be removed. */
  readonly isNew: boolean;
};

/** What became of a thing or a group. */
export type Written = 'updated' | 'created' | 'moved';

/** Whether what was there before may have taken its memberships with it, or left some behind. */
export function losesMembers({ history, premise }: Change, written: Written): boolean {
  if (written === 'moved') return true;
  if (premise) return history !== 'new' && written === 'created';
  return history === 'unknown';
}
