import { classify } from './failures';
import { Footing, keptOf } from './premise';
import { Queues } from './queues';
import { Attempt, Reconciler } from './reconciler';
import { Records } from './records';
import { ErrandContext } from '../../kinds/handler/kind-rule';
import { IotSender } from '../../runtime/senders';

export interface ErrandOptions {
  readonly reconciler: Reconciler;
  readonly records: Records;
  readonly iot: IotSender;
  readonly queues: Queues;
  readonly hasTime: () => boolean;
}

/** The context of errands; each gets its own progress. */
export function errandContextOf({ reconciler, records, iot, queues, hasTime }: ErrandOptions): Omit<ErrandContext, 'progress'> {
  return {
    iot,
    hasTime,
    get: (key) => records.get(key),
    applyKept: async (record) => {
      const { pk, sk } = record;
      const premise = keptOf(record);
      try {
        await reconciler.applyKey({ pk, sk }, new Attempt({ footing: new Footing(premise) }));
      } catch (error) {
        // If the registry is exhausted, there is no reason to continue with the next one.
        if (classify(error) === 'throttled') throw error;
        await queues.enqueue([{ pk, sk, premise, isRestored: true }], 0);
      }
    },
  };
}
