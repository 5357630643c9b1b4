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
 * Puts what belongs to an owner of unknown history on the retry queue: keys, so that each is applied on its own and by what is newest then.
 *
 * Those that were removed follow only if they may be left over: in an owner that was created just now nothing is, and of what shares its partition it takes
 * one look to know. The rule of what is found by an index looks automatically.
 */
export class DependantFanOut {
  constructor(private readonly records: Records, private readonly queues: Queues) {}

  public async begin(owner: Entity, { isNew }: FanOut, iot: IotSender): Promise<void> {
    for (const { kind, owner: { index } } of dependantsOf(owner.kind)) {
      if (index) await this.indexed(owner, kind, { isNew });
      else await this.partitioned(owner, kind, isNew, iot);
    }
  }

  /** Goes on with what follows a key in its index. */
  public async goOn(owner: Entity, { isNew, after }: FanOut & { readonly after: RecordKey }): Promise<void> {
    const name = entityOf(after)?.kind;
    const found = dependantsOf(owner.kind).find(({ kind }) => kind.name === name);
    if (found) await this.indexed(owner, found.kind, { isNew, after });
  }

  private async partitioned(owner: Entity, kind: Kind, isNew: boolean, iot: IotSender): Promise<void> {
    // In the destination, once that has to be known.
    let there: ReadonlySet<string> | undefined;
    for await (const page of this.records.underOwner(owner, kind)) {
      if (!isNew && page.some(({ deleted }) => deleted)) there ??= await keysIn(iot, owner, kind);
      await this.replay(page.filter(({ key, deleted }) => !deleted || there?.has(keyString(key))).map(({ key }) => key));
    }
  }

  /**
   * Puts one page of what the index has of an owner on the retry queue, and behind it a message that continues with the next.
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

  /** What has been removed by now was never added to an owner that is newer, and what is removed from now on comes automatically. */
  private async alive(keys: readonly RecordKey[]): Promise<RecordKey[]> {
    const alive = await pMap(keys, async (key) => (await this.records.get(key))?.deleted === false, { concurrency: CONCURRENCY });
    return keys.filter((_, i) => alive[i]);
  }
}

/** Whether what belongs to entities of this kind is found by an index, which may be behind. */
export function isFoundByIndex(kind: EntityKind): boolean {
  return dependantsOf(kind).some(({ owner: { index } }) => index);
}

/** Keys of what the destination has of a kind that belongs to the owner. */
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
