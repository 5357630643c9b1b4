import pMap from 'p-map';
import type { Queues } from './queues';
import type { Records } from './records';
import type { Entity, EntityKind } from '../../kinds';
import type { FanOut } from '../../kinds/handler/apply-context';
import { ruleOf } from '../../kinds/handler/applying';
import type { Kind } from '../../kinds/kind';
import { dependantsOf, entityOf, keyOf, namesOf } from '../../kinds/register';
import { keyString, RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';

/** Records that are read concurrently. */
const CONCURRENCY = 16;

/**
 * Sends the keys of the dependants of an owner with unknown history to the retry queue, so that each is applied on its own with the newest record.
 *
 * Removed ones follow only if there may be leftovers: a new owner has none, and for dependants in the owner's partition one
 * look shows it. The rule of dependants in an index looks on its own.
 */
export class DependantFanOut {
  constructor(private readonly records: Records, private readonly queues: Queues) {}

  public async begin(owner: Entity, { isNew }: FanOut, iot: IotSender): Promise<void> {
    for (const { kind, owner: { index } } of dependantsOf(owner.kind)) {
      if (index) await this.indexed(owner, kind, { isNew });
      else await this.partitioned(owner, kind, isNew, iot);
    }
  }

  /** Continues after a key in its index. */
  public async goOn(owner: Entity, { isNew, after }: FanOut & { readonly after: RecordKey }): Promise<void> {
    const name = entityOf(after)?.kind;
    const found = dependantsOf(owner.kind).find(({ kind }) => kind.name === name);
    if (found) await this.indexed(owner, found.kind, { isNew, after });
  }

  private async partitioned(owner: Entity, kind: Kind, isNew: boolean, iot: IotSender): Promise<void> {
    // In the destination, read only if needed.
    let there: ReadonlySet<string> | undefined;
    for await (const page of this.records.underOwner(owner, kind)) {
      if (!isNew && page.some(({ deleted }) => deleted)) there ??= await keysIn(iot, owner, kind);
      await this.replay(page.filter(({ key, deleted }) => !deleted || there?.has(keyString(key))).map(({ key }) => key));
    }
  }

  /**
   * Sends one page of an owner's dependants in the index to the retry queue, followed by a message that continues with the next page.
   *
   * @param after the last key of the page before
   */
  private async indexed(owner: Entity, kind: Kind, { isNew, after }: FanOut & { readonly after?: RecordKey }): Promise<void> {
    const { index } = kind.owners!.find((each) => each.kind === owner.kind)!;
    const { keys, isLast } = await this.records.inIndex(owner, index!, after);
    await this.replay(isNew ? await this.alive(keys) : keys);
    if (isLast) return;
    await this.queues.enqueue([{ ...keyOf(owner), membersAfter: keys[keys.length - 1], ...isNew ? { isNew } : {} }], 0);
  }

  private async replay(keys: readonly RecordKey[]): Promise<void> {
    await this.queues.enqueue(keys.map((key) => ({ ...key, isReplayed: true })), 0);
  }

  /** A removed dependant was never added to a newer owner, and later removals have events of their own. */
  private async alive(keys: readonly RecordKey[]): Promise<RecordKey[]> {
    const alive = await pMap(keys, async (key) => (await this.records.get(key))?.deleted === false, { concurrency: CONCURRENCY });
    return keys.filter((_, i) => alive[i]);
  }
}

/** Whether an index finds the dependants of this kind; the index may lag. */
export function isFoundByIndex(kind: EntityKind): boolean {
  return dependantsOf(kind).some(({ owner: { index } }) => index);
}

/** Keys of the owner's dependants of a kind in the destination. */
async function keysIn(iot: IotSender, owner: Entity, { name }: Kind): Promise<ReadonlySet<string>> {
  const list = ruleOf(name as EntityKind).listIn![owner.kind];
  const found = new Set<string>();
  let cursor: string | undefined;
  do {
    const { items, next } = await list(iot, namesOf(owner), cursor);
    for (const each of items) found.add(keyString(keyOf(each)));
    cursor = next;
  } while (cursor);
  return found;
}
