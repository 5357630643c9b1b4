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
  /** The incarnation of the record that differs, if it has one. */
  readonly incarnation?: string;
  /** Its last step waits until its prerequisites exist: a type is deprecated at the end. */
  readonly isOpen?: true;
}

/** A difference as the engine calls it. */
const DIFFERENCES = { [DriftKind.MISSING]: 'missing', [DriftKind.DIFFERENT]: 'different', [DriftKind.SHOULD_BE_GONE]: 'gone' } as const;

/** Sends keys to the retry queue, whose consumer applies their records again; no faster than a share of the registry's quotas, because live changes come first. */
export class Repairs {
  /** @param deleteRetained whether to delete retained entities too */
  constructor(private readonly queue: RetryQueue, private readonly pace: Pace, private readonly deleteRetained?: true) {}

  /** How many entities of a kind can be repaired per second, whatever their difference. */
  public rateOf(kind: EntityKind): number {
    return writeRateOf(this.pace, kind);
  }

  /** @throws RetryQueueError unless the queue took all of them */
  public async send(repairs: readonly Repair[]): Promise<void> {
    await Promise.all(repairs.map(({ kind, difference }) => passWrites(this.pace, kind, DIFFERENCES[difference])));
    await this.queue.enqueue(repairs.map((repair) => messageOf(repair, this.deleteRetained)), 0);
  }

  /**
   * Completes the last step of entities that were repaired without it, after all of their prerequisites: types are deprecated after their things.
   *
   * @throws RetryQueueError unless the queue took all of them
   */
  public async finish(keys: readonly RecordKey[]): Promise<void> {
    await Promise.all(keys.map((key) => passWrites(this.pace, entityOf(key)!.kind, DIFFERENCES[DriftKind.DIFFERENT])));
    await this.queue.enqueue(keys.map(({ pk, sk }) => ({ pk, sk })), USUAL_SECONDS);
  }
}

/** A check compares memberships on their own, so the repair of a thing or a group that stays is no reason to apply its memberships again. */
function messageOf({ key: { pk, sk }, difference, incarnation, isOpen }: Repair, deleteRetained: true | undefined): RetryMessage {
  if (difference !== DriftKind.DIFFERENT || incarnation === undefined) return { pk, sk, isOpen, deleteRetained };
  return { pk, sk, isOpen, deleteRetained, premise: { incarnation, history: 'kept' } };
}
