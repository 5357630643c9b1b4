import { WaitingReader } from '../../src/drift/handler/waiting-reader';
import { keyString, RecordKey } from '../../src/record/record';
import { RetryQueue } from '../../src/replicator/handler/queues';
import { WaitingItems } from '../../src/replicator/handler/waiting-items';
import { Destination } from '../comparison/destination';

/** Keys that a drift check looks at together. */
const BATCH_SIZE = 10;

/** What a drift check does about keys that it finds missing: the real reader of what waits, and the repair of what does not. */
export class DriftStandIn {
  constructor(private readonly destination: Destination) {}

  /** @returns how many keys were put on the retry queue */
  public async check(keys: readonly RecordKey[]): Promise<number> {
    const { destination } = this;
    const reader = new WaitingReader(new WaitingItems(destination.stateClient, destination.stateTableName), new RetryQueue(destination.queueClient, 'r'), Date.now);
    let repaired = 0;
    for (let from = 0; from < keys.length; from += BATCH_SIZE) {
      const batch = keys.slice(from, from + BATCH_SIZE);
      const waiting = await reader.among(batch);
      const others = batch.filter((key) => !waiting.has(keyString(key)));
      destination.enqueue(others);
      repaired += others.length;
    }
    return repaired;
  }
}
