import { EntityKind } from '../../kinds';
import { passWrites, writeRateOf } from '../../kinds/handler/quotas';
import { entityOf } from '../../kinds/register';
import { RecordKey } from '../../record/record';
import { RetryMessage, RetryQueue } from '../../replicator/handler/queues';
import { Pace } from '../../runtime/pace';
import { DriftKind, Repairable } from '../drift-kind';
import { USUAL_SECONDS } from '../repair-wait';

/** An entity whose record is to be applied again, and why. */
export interface Repair {
  readonly key: RecordKey;
  readonly kind: EntityKind;
  readonly difference: Repairable;
  /** Of the record that differs, where it has one. */
  readonly incarnation?: string;
  /** Its last step is left undone, until what has to come first is there: a type is deprecated at the end. */
  readonly isOpen?: true;
}

/** A difference as the engine calls it. */
const DIFFERENCES = { [DriftKind.MISSING]: 'missing', [DriftKind.DIFFERENT]: 'different', [DriftKind.SHOULD_BE_GONE]: 'gone' } as const;

/** Has records applied again by the retry queue's consumer, no faster than a share of the registry's quotas: live changes come first. */
export class Repairs {
  /** @param deleteRetained whether what was retained is to be deleted too */
  constructor(private readonly queue: RetryQueue, private readonly pace: Pace, private readonly deleteRetained?: true) {}

  /** How many of a kind get by in a second, whatever is wrong with them. */
  public rateOf(kind: EntityKind): number {
    return writeRateOf(this.pace, kind);
  }

  /** @throws RetryQueueError unless the queue took all of them */
  public async send(repairs: readonly Repair[]): Promise<void> {
    await Promise.all(repairs.map(({ kind, difference }) => passWrites(this.pace, kind, DIFFERENCES[difference])));
    await this.queue.enqueue(repairs.map((repair) => messageOf(repair, this.deleteRetained)), 0);
  }

  /**
   * Has the last step done of what was repaired without it, after the last of what has to come first: types are deprecated after their things.
   *
   * @throws RetryQueueError unless the queue took all of them
   */
  public async finish(keys: readonly RecordKey[]): Promise<void> {
    await Promise.all(keys.map((key) => passWrites(this.pace, entityOf(key)!.kind, DIFFERENCES[DriftKind.DIFFERENT])));
    await this.queue.enqueue(keys.map(({ pk, sk }) => ({ pk, sk })), USUAL_SECONDS);
  }
}

/** A check compares what belongs to others too, so what is mended in a thing or a group that stays is no reason to apply its memberships again. */
function messageOf({ key: { pk, sk }, difference, incarnation, isOpen }: Repair, deleteRetained: true | undefined): RetryMessage {
  if (difference !== DriftKind.DIFFERENT || incarnation === undefined) return { pk, sk, isOpen, deleteRetained };
  return { pk, sk, isOpen, deleteRetained, premise: { incarnation, history: 'kept' } };
}
