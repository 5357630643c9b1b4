import { EntityKind, RecordKey } from '../../record/record';
import { RetryMessage, RetryQueue } from '../../replicator/handler/queues';
import { Pace } from '../../runtime/pace';
import { WRITES } from '../../runtime/quotas';
import { DriftKind, Repairable } from '../drift-kind';
import { USUAL_SECONDS } from '../settling-time';

/** An entity whose record is to be applied again, and why. */
export interface Repair {
  readonly key: RecordKey;
  readonly kind: EntityKind;
  readonly difference: Repairable;
  /** Of the record that differs, where it has one. */
  readonly incarnation?: string;
  /** A type that is to be deprecated once its things are there. */
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
    return Math.min(...Object.values(WRITES[kind]).map((call) => this.pace.rateOf(call)));
  }

  /** @throws RetryQueueError unless the queue took all of them */
  public async send(repairs: readonly Repair[]): Promise<void> {
    await Promise.all(repairs.map(({ kind, difference }) => this.pace.pass(WRITES[kind][DIFFERENCES[difference]])));
    await this.queue.enqueue(repairs.map((repair) => messageOf(repair, this.deleteRetained)), 0);
  }

  /**
   * Has types deprecated that were repaired without it, after the last of their things that are on the queue.
   *
   * @throws RetryQueueError unless the queue took all of them
   */
  public async deprecate(types: readonly RecordKey[]): Promise<void> {
    await Promise.all(types.map(() => this.pace.pass(WRITES.type[DIFFERENCES[DriftKind.DIFFERENT]])));
    await this.queue.enqueue(types.map(({ pk, sk }) => ({ pk, sk })), USUAL_SECONDS);
  }
}

/** A check compares memberships too, so what is mended in a thing or a group that stays is no reason to apply its memberships again. */
function messageOf({ key: { pk, sk }, difference, incarnation, isOpen }: Repair, deleteRetained: true | undefined): RetryMessage {
  if (difference !== DriftKind.DIFFERENT || incarnation === undefined) return { pk, sk, isOpen, deleteRetained };
  return { pk, sk, isOpen, deleteRetained, premise: { incarnation, history: 'kept' } };
}
