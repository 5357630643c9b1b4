import { DriftKind, Repairable } from './verdict';
import { Pace } from '../convergence/pace';
import { Quota } from '../convergence/quotas';
import { RetryQueue } from '../replicator/queues';
import { EntityKind, RecordKey } from '../table/record';

/** An entity whose record is to be applied again, and why. */
export interface Repair {
  readonly key: RecordKey;
  readonly kind: EntityKind;
  readonly difference: Repairable;
}

/** The call that a repair leads to; of several, the one with the lowest quota. */
const CALLS: Readonly<Record<EntityKind, Readonly<Record<Repairable, Quota>>>> = {
  type: { [DriftKind.MISSING]: 'CreateThingType', [DriftKind.DIFFERENT]: 'DeprecateThingType', [DriftKind.SHOULD_BE_GONE]: 'DeleteThingType' },
  group: { [DriftKind.MISSING]: 'CreateThingGroup', [DriftKind.DIFFERENT]: 'UpdateThingGroup', [DriftKind.SHOULD_BE_GONE]: 'DeleteThingGroup' },
  thing: { [DriftKind.MISSING]: 'CreateThing', [DriftKind.DIFFERENT]: 'UpdateThing', [DriftKind.SHOULD_BE_GONE]: 'DeleteThing' },
  membership: {
    [DriftKind.MISSING]: 'AddThingToThingGroup',
    // A membership is there or not, so it can't differ.
    [DriftKind.DIFFERENT]: 'AddThingToThingGroup',
    [DriftKind.SHOULD_BE_GONE]: 'RemoveThingFromThingGroup',
  },
};

/** Has records applied again by the retry queue's consumer, no faster than a share of the registry's quotas: live changes come first. */
export class Repairs {
  constructor(private readonly queue: RetryQueue, private readonly pace: Pace) {}

  /** How many of a kind get by in a second, whatever is wrong with them. */
  public rateOf(kind: EntityKind): number {
    return Math.min(...Object.values(CALLS[kind]).map((call) => this.pace.rateOf(call)));
  }

  /** @throws RetryQueueError unless the queue took all of them */
  public async send(repairs: readonly Repair[]): Promise<void> {
    await Promise.all(repairs.map(({ kind, difference }) => this.pace.pass(CALLS[kind][difference])));
    await this.queue.enqueue(repairs.map(({ key: { pk, sk } }) => ({ pk, sk })), 0);
  }
}
