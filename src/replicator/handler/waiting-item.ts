import { WaitingIndex } from '../../record/state-keys';

/**
 * The stored item about a waiting key.
 *
 * - *parked* for a prerequisite: no message of its own is on the queue, a watch wakes it
 * - *lettered*: it has waited for three days and is in the dead-letter queue; only its prerequisite, a redrive or a change cause another attempt
 * - otherwise it has a message of its own, the one that carries `revision`
 */
export interface WaitingItem {
  /** Milliseconds since the epoch. */
  readonly waitingSince: number;
  readonly revision: string;
  /** Milliseconds since the epoch. */
  readonly triedAt: number;
  /** Partition of the index, if it is in the index. */
  readonly prerequisite?: string;
  /** Milliseconds since the epoch: when its message comes back. */
  readonly dueAt?: number;
}

/** A try of a key that ended with waiting. */
export interface WaitingTry {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When it began. */
  readonly triedAt: number;
  readonly waitingSince: number;
  /** The prerequisite that the key is parked for, as `keyString` writes it; absent if it gets a message of its own. */
  readonly root?: string;
  /** Revision that the message carried which brought the key. */
  readonly revision?: string;
  /** Revision of the item when that message was sent. */
  readonly supersedes?: string;
  /** Whether the message was a dead letter. */
  readonly isRedriven: boolean;
}

/** A message that is so much later than the item records is no longer awaited: the current consumer continues with the key. */
export const OVERDUE_MS = 60 * 60_000;

/** Whether the key has its dead letter already. */
export function isLettered({ prerequisite }: WaitingItem): boolean {
  return prerequisite?.startsWith(WaitingIndex.LETTERED_PREFIX) ?? false;
}

/** The prerequisite of an item in the index, dead-lettered or not. */
export function rootOf({ prerequisite }: WaitingItem): string | undefined {
  return prerequisite?.startsWith(WaitingIndex.LETTERED_PREFIX) ? prerequisite.slice(WaitingIndex.LETTERED_PREFIX.length) : prerequisite;
}

/** Whether the key returns with a message of its own. */
export function hasMessage({ prerequisite, dueAt }: WaitingItem, now: number): boolean {
  return prerequisite === undefined && dueAt !== undefined && now <= dueAt + OVERDUE_MS;
}

/**
 * What happens to a waiting key, given its stored item: since when it waits from here on, or `joined` if nothing has to be done because
 * another consumer's message returns it. So each key has one message at most, however many drift checks, fan-outs and sweeps send it.
 */
export function afterWaiting(before: WaitingItem | undefined, attempt: WaitingTry): 'joined' | { readonly waitingSince: number } {
  const { now, triedAt, waitingSince, root, revision, supersedes, isRedriven } = attempt;
  if (!before) return { waitingSince };
  // A later attempt, with a newer reading, has handled it. Otherwise the older reason would replace the newer one, and its end would wake nothing.
  if (before.triedAt > triedAt) return 'joined';
  if (isLettered(before)) {
    const isSame = root === undefined || rootOf(before) === root;
    return isSame && !isRedriven ? 'joined' : { waitingSince: now };
  }
  // The item names the message, or named none but the one before it: then the message's sender has not got round to it.
  const isNamed = before.revision === revision || (revision !== undefined && before.revision === supersedes);
  if (root === undefined && !isNamed && hasMessage(before, now)) return 'joined';
  // The message knows interruptions, which do not count as waiting; for parked keys, the watch does.
  return { waitingSince: root === undefined && isNamed ? waitingSince : before.waitingSince };
}
