import { Admission, DeletionBreaker } from './deletion-breaker';
import { classify, UnsettledError } from './failures';
import { DependantFanOut, isFoundByIndex } from './fan-out';
import { changeBy, Footing, keptOf } from './premise';
import { Queues } from './queues';
import { ReadSet, Records } from './records';
import { DeletionMode } from '../../deletion-mode';
import type { RegistryRecord } from '../../kinds';
import { ApplyContext, Change, FanOut, Premise } from '../../kinds/handler/apply-context';
import { ruleOf } from '../../kinds/handler/applying';
import { Progress } from '../../kinds/handler/walk';
import { revisionOf } from '../../kinds/register';
import { RecordKey } from '../../record/record';
import { WaitingError } from '../../runtime/answers';
import { LookingIot } from '../../runtime/looking-iot';
import type { IotSender } from '../../runtime/senders';
import { isOfRetention } from '../../status/handler/retention';
import { Sizing } from '../sizing';

export interface ReconcilerOptions {
  readonly records: Records;
  /** A client of the registry, for the calls that a record leads to. */
  readonly iotFor: (record: RegistryRecord) => IotSender;
  readonly queues: Queues;
  readonly deletionMode: DeletionMode;
  /** Until when deletions were not replicated: milliseconds since the epoch. Read before each deletion of the source. */
  readonly retainedUntil: () => Promise<number | undefined>;
  readonly sourceRegion: string;
  /** Whether the invocation has time left. */
  readonly hasTime: () => boolean;
  /** Read before each deletion of the source. */
  readonly breaker: DeletionBreaker;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of an error that the retry queue deals with. */
  readonly onPostponed: (error: unknown) => void;
}

/** How often a key is applied while its records keep changing, before it goes to the queue. */
const MAX_ROUNDS = 5;

/**
 * By then the invocation is over whose write the queued key is a safeguard for. A key that came back earlier could be applied before that
 * write, and nothing would be left to mend what the write does.
 */
const SAFEGUARD_DELAY_SECONDS = Math.max(Sizing.STREAM_TIMEOUT_SECONDS, Sizing.RETRY_TIMEOUT_SECONDS);

/**
 * Several times as long as reads of the registry and of the members index were seen to be behind: seconds at most. Until then a message waits, and the
 * status says so.
 */
export const LOOK_AGAIN_SECONDS = 20;

/** A record of a Region that this replicator does not replicate. */
export class ForeignRecordError extends Error {
  public readonly name = 'ForeignRecord';
}

/** One try to apply a key: what it begins with, and what the next one has to know. */
export class Attempt {
  /** The place that its deletion has, if an earlier try was given one. */
  public readonly admission: Admission;
  /** What is known of the destination. */
  public readonly footing: Footing;
  /** Whether it is applied again because of one of its owners. */
  public readonly isReplayed: boolean;
  /** Whether its last step is left undone, because what has to come before follows. */
  public readonly isOpen: boolean;
  /** Whether what was retained is to be deleted too. */
  public readonly deleteRetained: boolean;
  /** Whether it was applied before and what it rested on has had its time to catch up. */
  public readonly isSecondLook: boolean;
  /** Whether the entity is most likely not there; to be wrong about it costs a call. */
  public readonly createFirst: boolean;
  /** How far what takes several tries has come; without it, none is begun. */
  public readonly progress?: Progress;

  constructor({
    admission = new Admission(), footing = new Footing(), isReplayed = false, isOpen = false, deleteRetained = false, isSecondLook = false,
    createFirst = false, progress,
  }: Partial<Attempt> = {}) {
    this.admission = admission;
    this.footing = footing;
    this.isReplayed = isReplayed;
    this.isOpen = isOpen;
    this.deleteRetained = deleteRetained;
    this.isSecondLook = isSecondLook;
    this.createFirst = createFirst;
    this.progress = progress;
  }
}

/** Makes one entity of the destination match its record. The one apply path, for stream, retry, repair and redrive alike. */
export class Reconciler {
  /** What has to be applied again because of an owner. */
  public readonly dependants: DependantFanOut;

  constructor(private readonly options: ReconcilerOptions) {
    this.dependants = new DependantFanOut(options.records, options.queues);
  }

  /**
   * Applies a change from the stream.
   *
   * @param attempt receives the place that a deletion was given
   * @returns the record that was applied, which can be newer than the stream's; undefined if there is none any more
   * @throws whatever keeps the record from being applied; `classify` determines what to do
   */
  public async applyChange(key: RecordKey, change: Change, attempt = new Attempt()): Promise<RegistryRecord | undefined> {
    return this.reconcile(key, change, attempt);
  }

  /** Applies the newest record of a key. Of the destination is known what the attempt has brought. Without a record there is nothing to do. */
  public async applyKey(key: RecordKey, attempt = new Attempt()): Promise<RegistryRecord | undefined> {
    return this.reconcile(key, undefined, attempt);
  }

  private async reconcile(key: RecordKey, told: Change | undefined, attempt: Attempt): Promise<RegistryRecord | undefined> {
    let change = told;
    let { premise } = attempt.footing;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const readings = new ReadSet(this.options.records);
      change = await this.changeToApply(key, change, readings, premise, attempt.createFirst);
      if (!change) return undefined;
      const { fanOut, restsOnLook } = await this.apply(change, readings, attempt);
      // What rests on the stream's image alone needs no second look: the stream itself brings what comes next.
      if (readings.size === 0 || !await readings.hasChanged()) {
        const { record } = change;
        await this.beginErrand(record, attempt);
        if (fanOut) await this.dependants.begin(record, fanOut, this.options.iotFor(record));
        // The index is a read that can be behind too. Once is enough, unless others were at work on the second look.
        const readsIndex = fanOut !== undefined && isFoundByIndex(record.kind);
        if ((restsOnLook || readsIndex) && (!attempt.isSecondLook || round > 0)) {
          // Only what is read from the index, as the members of a group, may have been missed.
          await this.lookAgain(key, attempt, readsIndex ? undefined : keptOf(record));
        }
        return record;
      }
      change = undefined;
      premise = undefined;
    }
    throw new WaitingError('its records keep changing');
  }

  /** The change to apply now: from the stream, or from the table. */
  private async changeToApply(
    key: RecordKey, told: Change | undefined, readings: ReadSet, premise: Premise | undefined, createFirst: boolean,
  ): Promise<Change | undefined> {
    // A tombstone that has been superseded deletes nothing, so it is never taken from the stream's word.
    if (told && !told.record.deleted) return told;
    const record = await readings.read(key);
    if (!record) return undefined;
    if (told && revisionOf(told.record) === revisionOf(record)) return told;
    const change = changeBy(premise, record);
    return { ...change, createFirst: createFirst || change.createFirst };
  }

  /** @throws UnsettledError in place of what is rejected after a read of the registry */
  private async apply(
    change: Change, readings: ReadSet, { admission, footing, isReplayed, isOpen, deleteRetained, progress }: Attempt,
  ): Promise<{ readonly fanOut?: FanOut; readonly restsOnLook: boolean }> {
    const { record } = change;
    if (record.sourceRegion !== this.options.sourceRegion) {
      throw new ForeignRecordError(`got a record of the Region ${record.sourceRegion}, expected ${this.options.sourceRegion}`);
    }
    const after: RecordKey[] = [];
    const iot = new LookingIot(this.options.iotFor(record));
    let restsOnLook = false;
    const context: ApplyContext = {
      iot,
      readings,
      isRetained: () => this.isRetained(record, deleteRetained),
      admitDeletion: () => this.admitDeletion(record, admission),
      isReplayed,
      isOpen,
      progress,
      hasTime: this.options.hasTime,
      voidPremise: () => footing.void(),
      hasRecord: async (key) => await this.options.records.get(key) !== undefined,
      queueFirst: (keys) => this.options.queues.enqueue(keys, SAFEGUARD_DELAY_SECONDS),
      restsOnLook: () => { restsOnLook = true; },
      applyAfter: (each) => after.push(each),
    };
    try {
      const fanOut = await ruleOf(record.kind).apply(change, context);
      // From here on the record counts as read if another one was: only together do they make sense.
      if (readings.size > 0) readings.note(record, record);
      return { fanOut, restsOnLook };
    } catch (error) {
      throw iot.hasLooked && error instanceof Error && classify(error) === 'rejected' ? new UnsettledError(error) : error;
    } finally {
      for (const each of after) await this.applySafeguarded(each);
    }
  }

  /** What the source deleted while deletions were not replicated stays, however late it arrives, unless somebody asks for its deletion. */
  private async isRetained({ timestamp }: RegistryRecord, deleteRetained: boolean): Promise<boolean> {
    if (this.options.deletionMode === DeletionMode.RETAIN) return true;
    return !deleteRetained && isOfRetention(timestamp, await this.options.retainedUntil());
  }

  /** Until the message of an errand that has to follow is on the queue, this one is not done. */
  private async beginErrand(record: RegistryRecord, { progress }: Attempt): Promise<void> {
    const phase = ruleOf(record.kind).errandAfter?.(record, progress);
    // Its listing has to show what was done just now, and may lag.
    if (phase !== undefined) await this.options.queues.enqueue([{ pk: record.pk, sk: record.sk, walk: { phase } }], LOOK_AGAIN_SECONDS);
  }

  /** What is taken away to make room for a record that lives is no deletion of the source. */
  private async admitDeletion(record: RegistryRecord, admission: Admission): Promise<void> {
    const identity = revisionOf(record);
    if (!record.deleted || admission.identity === identity) return;
    await this.options.breaker.admitDeletion();
    admission.identity = identity;
  }

  /** The place that its deletion has goes with it: it is the same deletion. */
  private lookAgain({ pk, sk }: RecordKey, { admission, isReplayed, isOpen, deleteRetained }: Attempt, premise: Premise | undefined): Promise<void> {
    const { queues, now } = this.options;
    const message = {
      pk,
      sk,
      looksAgain: true,
      isReplayed: isReplayed || undefined,
      isOpen: isOpen || undefined,
      deleteRetained: deleteRetained || undefined,
      premise,
      admitted: admission.identity,
      sentAt: now(),
    };
    return queues.enqueue([message], LOOK_AGAIN_SECONDS);
  }

  /** For a key that is on the retry queue as well: what goes wrong now, or rests on a read that is behind, is dealt with there. */
  private async applySafeguarded(key: RecordKey): Promise<void> {
    try {
      await this.applyKey(key, new Attempt({ isSecondLook: true }));
    } catch (error) {
      this.options.onPostponed(error);
    }
  }
}
