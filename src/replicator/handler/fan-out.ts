import pMap from 'p-map';
import { Queues } from './queues';
import { Records } from './records';
import { Registry } from './registry';
import { FanOut } from '../../kinds/handler/apply-context';
import { keyOf, keyString, RecordKey } from '../../record/record';

/** Records that are read at once. */
const CONCURRENCY = 16;

/**
 * Puts memberships of an end of unknown history on the retry queue: keys, so that each is applied on its own and by what is newest then.
 *
 * Those that were removed follow only if they may be left over: in an end that was created just now nothing is, and of a thing it takes one look
 * to know. The rule of memberships looks at those of a group.
 */
export class MembershipFanOut {
  constructor(private readonly records: Records, private readonly queues: Queues) {}

  public async begin(end: FanOut, registry: Registry): Promise<void> {
    if (end.kind === 'group') return this.groupMembers(end.groupName, { isNew: end.isNew });
    // In the destination, once that has to be known.
    let there: ReadonlySet<string> | undefined;
    for await (const memberships of this.records.membershipsOfThing(end.thingName)) {
      if (!end.isNew && memberships.some(({ deleted }) => deleted)) there ??= await membershipsIn(registry, end.thingName);
      const followed = memberships.filter(({ key, deleted }) => !deleted || there?.has(keyString(key)));
      await this.replay(followed.map(({ key }) => key));
    }
  }

  /**
   * Sends one page of a group's memberships to the retry queue, followed by a message that continues with the next page.
   *
   * @param after the last key of the page before
   */
  public async groupMembers(groupName: string, { isNew, after }: { readonly isNew: boolean; readonly after?: RecordKey }): Promise<void> {
    const { keys, isLast } = await this.records.membershipsOfGroup(groupName, after);
    await this.replay(isNew ? await this.alive(keys) : keys);
    if (isLast) return;
    await this.queues.enqueue([{ ...keyOf.group(groupName), membersAfter: keys[keys.length - 1], ...isNew ? { isNew } : {} }], 0);
  }

  private async replay(keys: readonly RecordKey[]): Promise<void> {
    await this.queues.enqueue(keys.map((key) => ({ ...key, isReplayed: true })), 0);
  }

  /** A removed membership was never added to a newer end, and later removals have events of their own. */
  private async alive(keys: readonly RecordKey[]): Promise<RecordKey[]> {
    const alive = await pMap(keys, async (key) => (await this.records.get(key))?.deleted === false, { concurrency: CONCURRENCY });
    return keys.filter((_, i) => alive[i]);
  }
}

/** Keys of the memberships that the destination has of a thing. */
async function membershipsIn(registry: Registry, thingName: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const groupNames of registry.groupsOf(thingName)) {
    for (const groupName of groupNames) found.add(keyString(keyOf.membership(thingName, groupName)));
  }
  return found;
}
