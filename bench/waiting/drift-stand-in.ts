import { WaitingReader } from '../../src/drift/handler/waiting-reader';
import { keyString, RecordKey } from '../../src/record/record';
import { RetryQueue } from '../../src/replicator/handler/queues';
import { WaitingItems } from '../../src/replicator/handler/waiting-items';
import { Destination } from '../comparison/destination';

/** Keys that a drift check reads together. */
const BATCH_SIZE = 10;

/** The repairs of a drift check for missing entities: the real reader of waiting keys, and the repair of all others. */
export class DriftStandIn {
  constructor(private readonly destination: Destination) {}

  /** @returns the number of keys sent to the retry queue */
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
