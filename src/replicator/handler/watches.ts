import pMap from 'p-map';
import { MAX_WAIT_MS } from './failure-routing';
import type { Outside } from './outside';
import { DelayedMessage, Queues, RetryMessage } from './queues';
import { MAX_DELAY_SECONDS } from '../sizing';
import { OVERDUE_MS } from './waiting-item';
import { ParkedKey, WaitingItems, WaitingPlace } from './waiting-items';
import { WatchItem, WatchItems } from './watch-items';
import { keyFromString, keyString, RecordKey } from '../../record/record';
import { WaitingIndex } from '../../record/state-keys';

/** `watch` of a message that requests a look now. */
export const LOOK_NOW = 'now';
/** The same, because a record of the prerequisite was applied: whether that creates or deletes it, the wait may have ended. */
export const WAKE = 'wake';
/** `watch` of a message that goes through the keys that were dead-lettered. */
export const LETTERED = 'lettered';

/** The latest first look after a key was parked: its prerequisite may have arrived meanwhile. */
const SOON_SECONDS = 60;

/**
 * The same for the first parked key, and after waking keys: most waits are short, because events overtake each other, and until the message of the
 * watch returns the status reports a wait. Longer than the lag of the index.
 */
const FIRST_SECONDS = 20;

/** Keys parked so long ago are in the index, which usually lags by a fraction of a second. */
const INDEX_LAG_MS = 10_000;

/**
 * Keys woken per second: just under the quota of 100 calls that create a thing or add one to a group. Faster is slower: the SDK answers each
 * throttled call with a lower rate for seconds.
 */
const WOKEN_PER_SECOND = 98;

/** Keys that are woken by one message, and for how long that lasts. */
const PAGE_SIZE = 5 * WOKEN_PER_SECOND;
const PAGE_MS = 5_000;

/** So much before those of the page before it are through, a page is prepared; and the most by which it hurries if it is late. */
const LEAD_MS = 1_000;

/**
 * The longest interval between two looks for what only its record can bring, which wakes what waits for it: the looks are for a wake that was lost. More often, a million new devices,
 * whose certificates arrive hours after what names them, would keep the retry queue busy with looks alone. The first look, which comes as soon as for others, is for a record
 * that was applied while the key was being parked.
 */
const RARELY_SECONDS = 6 * 60 * 60;

/** Messages that are sent on arrive at whole multiples of this: together, so that an invocation has ten of them, and not one. */
const TOGETHER_SECONDS = 10;

/** A message arrives up to a second before its time, because the queue accepts whole seconds. */
const EARLY_MS = 1_000;

/** Messages per request of the queue. */
const BATCH_SIZE = 10;

/** Items that are written at once, and batches that are sent. */
const CONCURRENCY = 16;

/** An entry of a watch. */
interface Noted {
  /** Whether it is the key itself that waits, for nothing that has a name. */
  readonly isUnnamed?: boolean;
  /** Whether a key was dead-lettered, rather than parked. */
  readonly isLettered?: boolean;
}

/** What a look knows of the prerequisite. */
interface Seen {
  readonly isThere: boolean;
  /** Whether a record of the prerequisite has just been applied, maybe with others that waited for it. */
  readonly wasApplied: boolean;
}

export interface WatchesOptions {
  readonly items: WaitingItems;
  readonly watches: WatchItems;
  readonly queues: Queues;
  /** Whether a prerequisite exists in the registry and is usable: at most one registry call. */
  readonly isThere: (key: RecordKey) => Promise<boolean>;
  /** Whether only its record can bring a prerequisite, whose application wakes what waits for it: nobody else can create it in a way that counts. */
  readonly comesByRecord: (key: RecordKey) => boolean;
  /** What does not wait any more, whether what it waited for is there or not. */
  readonly outside: Outside;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Another text each time. */
  readonly newRevision: () => string;
}

/**
 * Watches prerequisites: one message for each, however many keys wait for it. It returns after 20 seconds at first, later after
 * fifteen minutes; reads the registry once; and wakes parked keys as soon as the prerequisite exists, whoever created it. Where only its record can bring the prerequisite, it returns
 * after six hours: longer than the queue can delay a message, so the message is sent again on its way, many with one request.
 *
 * **No key sleeps forever.** A key is parked first, and then noted in the watch. A watch ends only after a look at the index that began
 * `INDEX_LAG_MS` after the last note and found nothing; otherwise it looks again. A message is sent before the item names it: a crash between the two leaves two messages, of which
 * the first that arrives continues, and the other is ignored. What is parked while a look is under way changes `parkedAt`, and the look neither ends the watch nor
 * puts it off for long. Once after kinds or prefixes were narrowed, it wakes what they do not select any more. A watch whose message is lost for good is overdue: the next key that is parked, the next that is applied, and each drift check set it
 * going again.
 */
export class Watches {
  /** Notes that have not begun, and that others can join. */
  private readonly gathering = new Map<string, Promise<void>>();
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly options: WatchesOptions) {}

  /** Notes keys that were parked for a prerequisite, or dead-lettered. Notes of an invocation during a write share the next write. */
  public note(root: string, state: Noted = {}): Promise<void> {
    const name = `${root} ${state.isLettered ?? false}`;
    const gathering = this.gathering.get(name);
    if (gathering) return gathering;
    const note = (this.underWay.get(name) ?? Promise.resolve()).then(() => {
      this.gathering.delete(name);
      return this.write(root, state);
    });
    this.gathering.set(name, note);
    // Its failure is reported to those who asked for it; the next note is another try.
    this.underWay.set(name, note.catch(() => undefined));
    return note;
  }

  private async write(root: string, { isUnnamed = false, isLettered = false }: Noted): Promise<void> {
    const watch = await this.options.watches.note(root, this.options.now(), isUnnamed);
    if (!isLettered) await this.lookSoon(root, watch);
  }

  /** Ensures that the watch, if any, looks within a minute, or sooner for the first waiting key. */
  public async lookSoon(root: string, watch: WatchItem): Promise<void> {
    const seconds = watch.since === watch.parkedAt ? FIRST_SECONDS : SOON_SECONDS;
    if (isDueWithin(watch, this.options.now(), seconds * 1000)) return;
    await this.schedule(root, watch, seconds);
  }

  /** Looks at a prerequisite that a key no longer waits for, which may have been the last. */
  public async left(root: string): Promise<void> {
    const watch = await this.options.watches.get(root);
    if (watch) await this.lookSoon(root, watch);
  }

  /** Wakes the keys that wait for these, which were applied just now. */
  public async wakeFor(keys: readonly RecordKey[]): Promise<void> {
    await this.options.queues.enqueue(keys.map(({ pk, sk }) => ({ pk, sk, watch: WAKE })), 0);
  }

  /** Whether a lost wake of what waits for a key would be noticed only hours later. */
  public isLookedForRarely(key: RecordKey): boolean {
    return this.options.comesByRecord(key);
  }

  /**
   * Wakes the keys that wait for these, if any do.
   *
   * @returns those that the queue did not accept
   */
  public async wakeInAnyCase<T extends { readonly key: RecordKey }>(applied: readonly T[]): Promise<readonly T[]> {
    const wakeFor = ({ pk, sk }: RecordKey): DelayedMessage => ({ message: { pk, sk, watch: WAKE }, delaySeconds: 0 });
    return this.options.queues.retry(applied.map((each) => ({ ...each, ...wakeFor(each.key) })));
  }

  /** Whether a message has to wait longer than the queue could delay it. One that a pause has kept in the queue looks at once: that time does not count as waiting. */
  public isEarly(message: RetryMessage): boolean {
    const now = this.options.now();
    return message.lookAt !== undefined && message.lookAt > now + EARLY_MS && latenessOf(message, now) === 0;
  }

  /**
   * Sends early messages again, without those that continue no watch any more: what they waited for has come.
   *
   * @returns those that the queue did not accept
   */
  public async putOff<T extends { readonly message: RetryMessage }>(early: readonly T[]): Promise<T[]> {
    const { watches, queues, now } = this.options;
    const found = await watches.batchGet([...new Set(early.map(({ message: { pk, sk } }) => keyString({ pk, sk })))]);
    // One whose sender died before the watch could name it is of no use: what the sender was doing is done again.
    const left = early.filter(({ message: { pk, sk, watch: check } }) => found.get(keyString({ pk, sk }))?.check === check);
    return queues.retry(left.map((each) => {
      const message = { ...each.message, sentAt: now() };
      return { ...each, message, delaySeconds: delayOfEarly(message.lookAt!, now()) };
    }));
  }

  /** The prerequisite of a watch's message. */
  public async look(message: RetryMessage): Promise<void> {
    const { now, outside } = this.options;
    const { watch: check, wakeAfter, sifts: goesOnSifting = false, pk, sk } = message;
    const key: RecordKey = { pk, sk };
    const root = keyString(key);
    const watch = await this.named(root, message);
    if (!watch) return;
    if (check === LETTERED) return this.wakeLettered(key, { after: wakeAfter });
    const began = now();
    const interruptedMs = watch.interruptedMs + interruptionOf(watch, message, began);
    // Later pages continue with what the first found.
    const isThere = !goesOnSifting && (watch.isUnnamed || check === WAKE || wakeAfter !== undefined || await this.options.isThere(key));
    const sifts = goesOnSifting || !isThere && outside.name !== '' && outside.name !== watch.siftedBy;
    const current = { ...watch, interruptedMs };
    // What was applied just now waits for itself no longer. The index, which lags, may still show it, and its next application would wake it again.
    const waits = ({ key: each }: ParkedKey) => check !== WAKE || keyString(each) !== root;
    if (isThere && isAskedFor(check)) await this.wakeLettered(key, { waits });
    const longAgo = began - MAX_WAIT_MS - interruptedMs;
    const before = isThere || sifts ? undefined : longAgo;
    const found = await this.options.items.find(root, { before, after: wakeAfter, limit: PAGE_SIZE });
    const woken = found.filter((parked) => waits(parked) && (!sifts || parked.waitingSince < longAgo || outside.has(parked.key)));
    // By the time that was meant, so that pages follow each other without gaps. If the queue is behind, because the registry is slower, so are they.
    const from = wakeAfter && watch.checkAt !== undefined ? Math.max(watch.checkAt + LEAD_MS, began - LEAD_MS) : began;
    await this.wake(woken, current, from);
    if (found.length === PAGE_SIZE) {
      const seconds = Math.max(0, from + PAGE_MS - LEAD_MS - now()) / 1000;
      await this.schedule(root, current, seconds, { wakeAfter: placeOf(found[found.length - 1]), sifts: sifts || undefined });
      return;
    }
    // While everything is selected, only a watch that was sifted before has to know: the next selection may be the same as that one.
    const siftedBy = watch.siftedBy === undefined && outside.name === '' ? undefined : outside.name;
    const looked = isThere ? current : { ...current, siftedBy };
    if (woken.length > 0 || wakeAfter) {
      // Some may fail again, and some may have been parked after this look.
      await this.schedule(root, looked, FIRST_SECONDS);
    } else {
      await this.goOn(root, looked, { isThere, wasApplied: check === WAKE }, began);
    }
  }

  /** The watch, if this message is the one that continues it. */
  private async named(root: string, { watch: check, supersedes }: RetryMessage): Promise<WatchItem | undefined> {
    const { watches, now, newRevision } = this.options;
    const watch = await watches.get(root);
    if (!watch || check === undefined || check === LETTERED || check === watch.check) return watch;
    if (!isAskedFor(check) && watch.check !== supersedes) return undefined;
    // The requester of a look continues the watch as well: otherwise a key parked meanwhile would start another message for it, and end the pages after one.
    const next = { check: isAskedFor(check) ? newRevision() : check, checkAt: now() };
    return await watches.setCheck(root, watch, next) ? { ...watch, ...next } : undefined;
  }

  /** Nothing was to be woken. */
  private async goOn(root: string, watch: WatchItem, seen: Seen, began: number): Promise<void> {
    if (await this.settle(root, watch, seen, began)) return;
    const again = await this.options.watches.get(root);
    if (again && again.check === watch.check) await this.schedule(root, { ...again, siftedBy: watch.siftedBy }, SOON_SECONDS);
  }

  /** @returns whether the watch returns later, or not at all; false if it has to look soon */
  private async settle(root: string, watch: WatchItem, { isThere, wasApplied }: Seen, began: number): Promise<boolean> {
    const { items, watches, comesByRecord } = this.options;
    const [longest] = isThere ? [] : await items.find(root, { limit: 1 });
    if (longest) {
      const usual = clamp((began - watch.since) / 1000, SOON_SECONDS, MAX_DELAY_SECONDS);
      // Not beyond the end of the longest wait, which becomes a dead letter on time.
      const left = longest.waitingSince + MAX_WAIT_MS + watch.interruptedMs + EARLY_MS - began;
      const seconds = comesByRecord(keyFromString(root)) ? clamp(left / 1000, SOON_SECONDS, RARELY_SECONDS) : usual;
      return this.schedule(root, watch, seconds, { unlessParked: true });
    }
    if (watch.parkedAt > began - INDEX_LAG_MS) return false;
    const isLettered = (await items.find(`${WaitingIndex.LETTERED_PREFIX}${root}`, { limit: 1 })).length > 0;
    // What was applied together with the prerequisite is no letter any more, and the index, which lags, may still show it.
    if (isLettered && wasApplied) return false;
    // Dead-lettered keys wait without a message: for a redrive, for their prerequisite, or for a drift check that requests a look.
    return isLettered ? watches.setCheck(root, watch, undefined, true) : watches.delete(root, watch);
  }

  /** A message for each, then nothing in the index: in this order, a crash sends a key twice rather than never, and the item determines which of the two continues. */
  private async wake(found: readonly ParkedKey[], { interruptedMs }: WatchItem, from: number): Promise<void> {
    const { items, queues, now, newRevision } = this.options;
    const woken = found.map((parked) => ({ parked, revision: newRevision() }));
    const messages = woken.map(({ parked: { key: { pk, sk }, waitingSince }, revision }, i) => ({
      message: { pk, sk, waitingSince: waitingSince + interruptedMs, revision, sentAt: now() },
      delaySeconds: Math.floor(Math.max(0, from + i * 1000 / WOKEN_PER_SECOND - now()) / 1000),
      revision,
    }));
    const batches = Array.from({ length: Math.ceil(messages.length / BATCH_SIZE) }, (_, i) => messages.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE));
    const left = (await pMap(batches, (batch) => queues.retry(batch), { concurrency: CONCURRENCY })).flat();
    const refused = new Set(left.map(({ revision }) => revision));
    const sent = woken.filter(({ revision }) => !refused.has(revision));
    await pMap(sent, ({ parked, revision }) => items.release(parked, revision, now()), { concurrency: CONCURRENCY });
  }

  /** Each is attempted once, and keeps its item: if it fails again, it causes no second letter. */
  private async wakeLettered(
    key: RecordKey, { after, waits = () => true }: { readonly after?: WaitingPlace; readonly waits?: (parked: ParkedKey) => boolean },
  ): Promise<void> {
    const { items, queues } = this.options;
    const found = await items.find(`${WaitingIndex.LETTERED_PREFIX}${keyString(key)}`, { after, limit: PAGE_SIZE });
    await queues.enqueue(found.filter(waits).map(({ key: { pk, sk } }) => ({ pk, sk })), 0);
    if (found.length < PAGE_SIZE) return;
    await queues.enqueue([{ pk: key.pk, sk: key.sk, watch: LETTERED, wakeAfter: placeOf(found[found.length - 1]) }], PAGE_MS / 1000);
  }

  /** @param seconds until the watch looks; its message arrives up to one second early */
  private async schedule(
    root: string, watch: WatchItem, seconds: number,
    { wakeAfter, sifts, unlessParked }: { readonly wakeAfter?: WaitingPlace; readonly sifts?: boolean; readonly unlessParked?: boolean } = {},
  ): Promise<boolean> {
    const { queues, watches, now, newRevision } = this.options;
    const check = newRevision();
    const checkAt = now() + seconds * 1000;
    const lookAt = seconds > MAX_DELAY_SECONDS ? checkAt : undefined;
    const message = { ...keyFromString(root), watch: check, supersedes: watch.check, wakeAfter, sifts, lookAt, sentAt: now() };
    await queues.enqueue([message], lookAt === undefined ? delayOf(seconds * 1000) : delayOfEarly(lookAt, now()));
    return watches.setCheck(root, watch, { check, checkAt }, unlessParked);
  }
}

/** Whether the message does not continue a watch, but was sent by somebody else. */
function isAskedFor(check: string | undefined): boolean {
  return check === LOOK_NOW || check === WAKE;
}

/** Whether a message will come within so many milliseconds. One that should have come an hour ago is lost. */
export function isDueWithin({ checkAt }: WatchItem, now: number, milliseconds: number): boolean {
  return checkAt !== undefined && checkAt <= now + milliseconds && now <= checkAt + OVERDUE_MS;
}

/** Whether nothing will look, or the message that should have is lost. */
export function isIdle({ checkAt }: WatchItem, now: number): boolean {
  return checkAt === undefined || now > checkAt + OVERDUE_MS;
}

/** How long a pause kept the message in the queue. That does not count as waiting; three days are three days of looks. */
function interruptionOf({ checkAt }: WatchItem, message: RetryMessage, now: number): number {
  if (isAskedFor(message.watch) || checkAt === undefined) return 0;
  return message.lookAt === undefined ? Math.max(now - checkAt - OVERDUE_MS, 0) : latenessOf(message, now);
}

/** By how much more than an hour a message that is sent again and again is late, in milliseconds. */
function latenessOf({ sentAt = 0, lookAt = 0 }: RetryMessage, now: number): number {
  return Math.max(now - Math.min(lookAt, sentAt + MAX_DELAY_SECONDS * 1000) - OVERDUE_MS, 0);
}

/** For a message that is sent on until its time has come. */
function delayOfEarly(lookAt: number, now: number): number {
  const last = now / 1000 + MAX_DELAY_SECONDS;
  return lookAt / 1000 < last ? delayOf(lookAt - now) : Math.floor(last - last % TOGETHER_SECONDS - now / 1000);
}

/** Whole seconds that the queue accepts. */
function delayOf(milliseconds: number): number {
  return Math.floor(Math.min(Math.max(milliseconds / 1000, 0), MAX_DELAY_SECONDS));
}

function placeOf({ waitingSince, pk }: ParkedKey): WaitingPlace {
  return { waitingSince, pk };
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}
