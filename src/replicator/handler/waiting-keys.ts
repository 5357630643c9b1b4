import { hasTakenOff } from './errand';
import { Failure } from './failure-routing';
import { DelayedMessage, Queues } from './queues';
import { Records } from './records';
import { afterWaiting, isLettered, rootOf, WaitingItem } from './waiting-item';
import { itemOf, WaitingItems } from './waiting-items';
import { watchOf } from './watch-items';
import { Watches } from './watches';
import type { RegistryRecord } from '../../kinds';
import { isEntity, kindOf } from '../../kinds/register';
import { keyFromString, keyString, RecordKey } from '../../record/record';
import { stateKeyOf, WaitingIndex } from '../../record/state-keys';
import { WaitingError } from '../../runtime/answers';

/**
 * Tries of a key before anything is written about it: a minute of them. Most waits are over by then, because events overtake each other, and cost no item.
 */
const QUICK_TRIES = 6;

/** Somebody else writes about the key at the same moment. */
const MAX_ATTEMPTS = 5;

export interface WaitingKeysOptions {
  readonly items: WaitingItems;
  readonly watches: Watches;
  readonly records: Records;
  readonly queues: Queues;
  /** Whether a prerequisite exists in the registry and is usable: at most one registry call. */
  readonly isThere: (key: RecordKey) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Another text each time. */
  readonly newRevision: () => string;
  /** Receives the error that kept the item of a key from being written. */
  readonly onFailure: (error: unknown, eventId: string | undefined) => void;
  /** Receives the error that kept keys that wait from being told of applied ones. */
  readonly onUntold: (error: unknown) => void;
}

/** A key, and the record that was applied: none if it has none any more. */
export interface AppliedKey {
  readonly key: RecordKey;
  readonly record?: RegistryRecord;
  /** Milliseconds since the epoch: when the try began. */
  readonly triedAt: number;
  /** Whether a watch has woken it: then the watch is active, and looks again on its own. */
  readonly isWoken?: boolean;
  /** Whether only what differs from the record before was applied. If that one waits, the rest is still to be done. */
  readonly isDifference?: boolean;
}

/** A key that has to wait, and its route from `routeOf`. */
export interface Postponed {
  readonly failure: Failure;
  /** Milliseconds since the epoch: when the try began. */
  readonly triedAt: number;
  readonly delayed: DelayedMessage;
  readonly isRedriven: boolean;
}

/**
 * Keys that wait for something else: each has one message at most, or none while it is parked for a prerequisite.
 *
 * One object serves one invocation.
 */
export class WaitingKeys {
  private readonly roots = new Map<string, Promise<string | undefined>>();
  private readonly there = new Map<string, Promise<boolean>>();

  constructor(private readonly options: WaitingKeysOptions) {}

  /**
   * Lets a key wait.
   *
   * - For a prerequisite that has no record, or waits itself, it is parked: nothing here is going to bring it soon. So it is for one that is missing although
   *   it should exist, once it has been tried for a while.
   * - A replacement that has removed a type from things continues with its own message, if another message has the key.
   * - For anything else it is retried with growing delays. From the seventh attempt on, an item determines which of its messages continues.
   *
   * If the table of state can't be used, the key waits with a message, as one that has been tried a few times does.
   *
   * @returns the message to send; none if the key is handled already
   */
  public async postpone(postponed: Postponed): Promise<DelayedMessage | undefined> {
    const { failure, delayed } = postponed;
    const { message } = delayed;
    const isPatient = (message.attempt ?? 0) > QUICK_TRIES;
    try {
      const root = await this.rootFor(failure, isPatient);
      if (root !== undefined) await this.park(postponed, root);
      else if (!isPatient) return delayed;
      else if (!await this.hold(postponed) && hasTakenOff(message)) return delayed;
      return undefined;
    } catch (reason) {
      this.options.onFailure(reason, failure.eventId);
      return delayed;
    }
  }

  /**
   * Sends a key that has waited for too long to the dead-letter queue, and stores that.
   *
   * The letter is sent first: a crash in between causes a second letter rather than none.
   *
   * @returns false if it has its letter already; what has taken a type off things gets another, because the first says nothing of that
   */
  public async letter({ failure, triedAt, isRedriven }: Omit<Postponed, 'delayed'>, send: () => Promise<void>): Promise<boolean> {
    const { items, watches, now, newRevision } = this.options;
    const { key } = failure;
    const own = keyString(key);
    // What is there by now may have been missing a moment ago: then its watch finds the letter.
    const root = await this.rootFor(failure, true) ?? prerequisitesOf(failure.error).map(keyString).at(-1) ?? own;
    let before = await items.get(key);
    const isKnown = before !== undefined && isLettered(before) && !isRedriven;
    if (isKnown && !(failure.previous && hasTakenOff(failure.previous))) return false;
    await send();
    const prerequisite = `${WaitingIndex.LETTERED_PREFIX}${root}`;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const waitingSince = before?.waitingSince ?? now();
      await this.leave(before, root);
      if (await items.put(key, { waitingSince, revision: newRevision(), triedAt, prerequisite }, before)) break;
      before = await items.get(key);
    }
    await watches.note(root, { isUnnamed: root === own, isLettered: true });
    return true;
  }

  /**
   * Tells what waits that keys were applied. If that fails, an item that is left is forgotten the next time that its key is woken, and most of what waits for these is looked for soon. The rest is
   * woken without a look at what waits.
   *
   * @param isAnyParked whether anything waits for something else at all
   * @returns those that have to be applied again, because the queue does not accept their wakes
   */
  public async tell<T extends AppliedKey>(applied: readonly T[], isAnyParked: () => Promise<boolean> = async () => true): Promise<readonly T[]> {
    const { watches, onUntold } = this.options;
    if (applied.length === 0) return [];
    try {
      if (await isAnyParked()) await this.applied(applied);
      return [];
    } catch (error) {
      onUntold(error);
    }
    const awaitedForLong = applied.filter(({ key }) => watches.isLookedForRarely(key));
    try {
      return await watches.wakeInAnyCase(awaitedForLong);
    } catch (error) {
      onUntold(error);
      return awaitedForLong;
    }
  }

  /** Deletes the items of applied keys, and wakes the keys that wait for them. */
  private async applied(applied: readonly AppliedKey[]): Promise<void> {
    const { items, watches, queues } = this.options;
    const keys = [...new Map(applied.map(({ key }) => [keyString(key), key])).values()];
    const prerequisites = applied.filter(({ record }) => record && isPrerequisite(record)).map(({ key }) => keyString(key));
    const found = await items.batchGet([...keys.map((key) => stateKeyOf.waiting(keyString(key))), ...new Set(prerequisites.map(stateKeyOf.watch))]);
    const tries = new Map(applied.map((each) => [keyString(each.key), each.triedAt]));
    const triedAt = (key: RecordKey) => tries.get(keyString(key))!;
    const woken = new Set(applied.filter(({ isWoken }) => isWoken).map(({ key }) => keyString(key)));
    const differences = new Set(applied.filter(({ isDifference }) => isDifference).map(({ key }) => keyString(key)));
    const left = new Set<string>();
    await Promise.all(keys.map(async (key) => {
      const item = found.get(stateKeyOf.waiting(keyString(key)));
      if (!item) return;
      const waiting = itemOf(item);
      // It failed later, with a newer reading: the change applied here is older.
      if (waiting.triedAt > triedAt(key)) return;
      const root = rootOf(waiting);
      // First, for a crash. What is not parked has a message.
      if (root !== undefined && differences.has(keyString(key))) await queues.enqueue([{ pk: key.pk, sk: key.sk }], 0);
      if (await items.delete(key, waiting) && root !== undefined && !woken.has(keyString(key))) left.add(root);
    }));
    const awaited = [...new Set(prerequisites)].filter((each) => found.has(stateKeyOf.watch(each)));
    if (awaited.length > 0) await watches.wakeFor(awaited.map(keyFromString));
    // The last of those that waited for something else: its watch ends.
    const others = [...left].filter((root) => !awaited.includes(root));
    const watched = await items.batchGet(others.map(stateKeyOf.watch));
    for (const root of others) {
      const watch = watched.get(stateKeyOf.watch(root));
      if (watch) await watches.lookSoon(root, watchOf(watch));
    }
  }

  private async park(postponed: Postponed, root: string): Promise<void> {
    const { watches, newRevision } = this.options;
    const { triedAt } = postponed;
    const isWritten = await this.write(postponed, root, (waitingSince) => ({ waitingSince, revision: newRevision(), triedAt, prerequisite: root }));
    if (isWritten) await watches.note(root);
  }

  /**
   * Sends the message that continues the key, then records that; see `Watches` for the order.
   *
   * @returns false if another consumer has handled the key
   */
  private async hold(postponed: Postponed): Promise<boolean> {
    const { queues, now, newRevision } = this.options;
    const { delayed, triedAt } = postponed;
    return this.write(postponed, undefined, async (waitingSince, before) => {
      const revision = newRevision();
      await queues.enqueue([{ ...delayed.message, waitingSince, revision, supersedes: before?.revision }], delayed.delaySeconds);
      return { waitingSince, revision, triedAt, dueAt: now() + delayed.delaySeconds * 1000 };
    });
  }

  /** @returns false if another consumer has handled the key */
  private async write(
    { failure: { key, previous }, triedAt, delayed, isRedriven }: Postponed, root: string | undefined,
    next: (waitingSince: number, before: WaitingItem | undefined) => WaitingItem | Promise<WaitingItem>,
  ): Promise<boolean> {
    const { items, now } = this.options;
    const { revision, supersedes } = previous ?? {};
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await items.get(key);
      const waitingSince = delayed.message.waitingSince ?? now();
      const after = afterWaiting(before, { now: now(), triedAt, waitingSince, root, revision, supersedes, isRedriven });
      if (after === 'joined') return false;
      await this.leave(before, root);
      if (await items.put(key, await next(after.waitingSince, before), before)) return true;
    }
    throw new Error(`other writers changed the item of a waiting key ${MAX_ATTEMPTS} times in a row`);
  }

  /**
   * Call it before a key is written that waits for another root, or for none: the look comes later than the write. Nothing looks soon at a certificate, or at what only dead letters wait for. If
   * this was the last key that waited for it, its watch would stay, and the status would report a wait.
   */
  private async leave(before: WaitingItem | undefined, root: string | undefined): Promise<void> {
    const left = before && rootOf(before);
    if (left !== undefined && left !== root) await this.options.watches.left(left);
  }

  /**
   * What a key is parked for: the first of its prerequisites that nothing here is going to bring, or what that one waits for itself, so that a thing's
   * memberships wait for the thing's type.
   *
   * Of a key that has been tried for a while, or was woken, it is the first that is missing in the registry too. A key that is parked for one that
   * somebody has created by hand would be woken at once, again and again, if it lacks another.
   *
   * @returns undefined if nothing is known to be missing: then the key is retried with growing delays
   */
  private async rootFor({ error, previous }: Failure, isPatient: boolean): Promise<string | undefined> {
    const candidates = prerequisitesOf(error);
    const isChecked = isPatient || previous?.revision !== undefined;
    for (const candidate of candidates) {
      const root = await this.rootOf(candidate);
      if (root !== undefined && !(isChecked && await this.isThere(root))) return root;
    }
    if (!isPatient) return undefined;
    for (const candidate of candidates.map(keyString)) if (!await this.isThere(candidate)) return candidate;
    return undefined;
  }

  private isThere(root: string): Promise<boolean> {
    const isThere = this.there.get(root) ?? this.options.isThere(keyFromString(root));
    this.there.set(root, isThere);
    return isThere;
  }

  private rootOf(prerequisite: RecordKey): Promise<string | undefined> {
    const key = keyString(prerequisite);
    const known = this.roots.get(key);
    if (known) return known;
    const root = this.findRoot(prerequisite);
    this.roots.set(key, root);
    return root;
  }

  private async findRoot(prerequisite: RecordKey): Promise<string | undefined> {
    const { items, records } = this.options;
    const key = keyString(prerequisite);
    const item = await items.get(prerequisite);
    if (item) return rootOf(item) ?? key;
    const record = await records.get(prerequisite);
    return record && !record.deleted ? undefined : key;
  }
}

/** What may be missing, by record key; nothing if the error has no name for it. */
function prerequisitesOf(error: unknown): readonly RecordKey[] {
  return error instanceof WaitingError ? error.prerequisites : [];
}

/** Whether other keys can wait for the entity of a record. */
function isPrerequisite(record: RegistryRecord): boolean {
  return isEntity(record);
}

/** Whether applying a change can end a wait: its own, or that of others. A change of attributes alone can't, so nothing is read for it. */
export function mayEndWaiting(record: RegistryRecord, old: RegistryRecord | undefined): boolean {
  if (!old || record.deleted || old.deleted || !isEntity(record) || !isEntity(old) || record.incarnation !== old.incarnation) return true;
  const { awaited } = kindOf(record.kind);
  return !awaited || awaited(record.state) !== awaited(old.state);
}
