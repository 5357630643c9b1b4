import { keyFromString, keyString, RecordKey } from '../../record/record';
import { stateKeyOf } from '../../record/state-keys';
import { RetryQueue } from '../../replicator/handler/queues';
import { isLettered, hasMessage, rootOf } from '../../replicator/handler/waiting-item';
import { itemOf, WaitingItems } from '../../replicator/handler/waiting-items';
import { watchOf } from '../../replicator/handler/watch-items';
import { isIdle, LOOK_NOW } from '../../replicator/handler/watches';

/**
 * Which keys wait already. They are not repaired: each has a message, a watch or a dead letter, and another message would only try it once more.
 *
 * One object serves one step, in which a watch is asked to look once.
 */
export class WaitingReader {
  private readonly asked = new Set<string>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly items: WaitingItems, private readonly queue: RetryQueue, private readonly now: () => number) {}

  /**
   * @returns those of the keys that wait, as `keyString` writes them
   * @throws RetryQueueError if a watch can't be asked to look
   */
  public async among(keys: readonly RecordKey[]): Promise<Set<string>> {
    const names = [...new Set(keys.map(keyString))];
    const found = await this.items.batchGet(names.map(stateKeyOf.waiting));
    const waiting = names.flatMap((name) => {
      const item = found.get(stateKeyOf.waiting(name));
      return item ? [{ name, item: itemOf(item) }] : [];
    }).filter(({ item }) => item.prerequisite !== undefined || hasMessage(item, this.now()));
    await this.wakeWatches(waiting.map(({ item }) => item).flatMap((item) => {
      const root = rootOf(item);
      return root === undefined ? [] : [{ root, isLettered: isLettered(item) }];
    }));
    return new Set(waiting.map(({ name }) => name));
  }

  /**
   * Triggers watches that would not look on their own: those of dead letters, which rest, and those whose message was lost. What somebody has made by hand is
   * found so within a day.
   */
  private async wakeWatches(roots: readonly { readonly root: string; readonly isLettered: boolean }[]): Promise<void> {
    const distinct = [...new Set(roots.map(({ root }) => root))].filter((root) => !this.asked.has(root));
    const watches = await this.items.batchGet(distinct.map(stateKeyOf.watch));
    const idle = distinct.filter((root) => {
      const watch = watches.get(stateKeyOf.watch(root));
      return !watch || isIdle(watchOf(watch), this.now()) || roots.some((each) => each.root === root && each.isLettered);
    });
    if (idle.length > 0) await this.queue.enqueue(idle.map((root) => ({ ...keyFromString(root), watch: LOOK_NOW })), 0);
    for (const root of distinct) this.asked.add(root);
  }
}
