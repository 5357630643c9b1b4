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
import { type Identities, NotReplicatedError, replicates } from '../../kinds/handler/identities';
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
  /** A client of the registry, for the calls that apply a record. */
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
  /** Absent where identities are not replicated. */
  readonly identities?: Identities;
  /** Called with an error that the retry queue handles. */
  readonly onPostponed: (error: unknown) => void;
}

/** How often a key is applied while its records keep changing, before it goes to the queue. */
const MAX_ROUNDS = 5;

/**
 * By then the invocation is over whose write the queued key protects. A key that returned earlier could be applied before that
 * write, and nothing would be left to correct the write.
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

/** One attempt to apply a key: what it begins with, and what the next one has to know. */
export class Attempt {
  /** The place of its deletion, if an earlier attempt got one. */
  public readonly admission: Admission;
  /** What is known about the destination. */
  public readonly footing: Footing;
  /** Whether it is applied again because of one of its owners. */
  public readonly isReplayed: boolean;
  /** Whether a rule of another kind has touched it. */
  public readonly isRestored: boolean;
  /** Whether its last step is skipped, because its prerequisites follow. */
  public readonly isOpen: boolean;
  /** Whether to delete a retained entity too. */
  public readonly deleteRetained: boolean;
  /** Whether it was applied before, long enough ago that the reads behind it have caught up. */
  public readonly isSecondLook: boolean;
  /** Revision of the record that was applied before, if this is a second look. */
  public readonly applied?: string;
  /** Whether the entity probably does not exist; a wrong guess costs one call. */
  public readonly createFirst: boolean;
  /** The progress of work that takes several attempts; without it, no such work begins. */
  public readonly progress?: Progress;

  constructor({
    admission = new Admission(), footing = new Footing(), isReplayed = false, isRestored = false, isOpen = false, deleteRetained = false,
    isSecondLook = false, applied, createFirst = false, progress,
  }: Partial<Attempt> = {}) {
    this.admission = admission;
    this.footing = footing;
    this.isReplayed = isReplayed;
    this.isRestored = isRestored;
    this.isOpen = isOpen;
    this.deleteRetained = deleteRetained;
    this.isSecondLook = isSecondLook;
    this.applied = applied;
    this.createFirst = createFirst;
    this.progress = progress;
  }
}

/** Makes one entity of the destination match its record. The only apply path, for stream, retry, repair and redrive alike. */
export class Reconciler {
  /** What has to be applied again because of an owner. */
  public readonly dependants: DependantFanOut;

  constructor(private readonly options: ReconcilerOptions) {
    this.dependants = new DependantFanOut(options.records, options.queues);
  }

  /**
   * Applies a change from the stream.
   *
   * @param attempt receives the place of a deletion
   * @returns the record that was applied, which can be newer than the stream's; undefined if it no longer exists
   * @throws whatever prevents the record from being applied; `classify` determines what happens next
   */
  public async applyChange(key: RecordKey, change: Change, attempt = new Attempt()): Promise<RegistryRecord | undefined> {
    return this.reconcile(key, change, attempt);
  }

  /** Applies the newest record of a key. The attempt contains what is known about the destination. Without a record there is nothing to do. */
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
      // A change that depends only on the stream's image needs no second look: the stream itself brings the next change.
      if (readings.size === 0 || !await readings.hasChanged()) {
        const { record } = change;
        await this.beginErrand(record, attempt);
        if (fanOut) await this.dependants.begin(record, fanOut, this.options.iotFor(record));
        // A read of the index can lag too. One repetition is enough, unless the records changed during the second look.
        const readsIndex = fanOut !== undefined && isFoundByIndex(record.kind);
        if ((restsOnLook || readsIndex) && (!attempt.isSecondLook || round > 0)) {
          // Only entries of the index, such as the members of a group, may have been missed.
          await this.lookAgain(record, attempt, readsIndex ? undefined : keptOf(record));
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
    // A superseded tombstone must delete nothing, so a tombstone is always read from the table.
    if (told && !told.record.deleted) return told;
    const record = await readings.read(key);
    if (!record) return undefined;
    if (told && revisionOf(told.record) === revisionOf(record)) return told;
    const change = changeBy(premise, record);
    return { ...change, createFirst: createFirst || change.createFirst };
  }

  /** @throws UnsettledError in place of an error that is rejected after a read of the registry */
  private async apply(
    change: Change, readings: ReadSet, { admission, footing, isReplayed, isOpen, deleteRetained, applied, progress }: Attempt,
  ): Promise<{ readonly fanOut?: FanOut; readonly restsOnLook: boolean }> {
    const { record } = change;
    if (record.sourceRegion !== this.options.sourceRegion) {
      throw new ForeignRecordError(`got a record of the Region ${record.sourceRegion}, expected ${this.options.sourceRegion}`);
    }
    if (!replicates(this.options.identities, record.kind)) throw new NotReplicatedError(record.kind);
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
      recordOf: (key) => this.options.records.get(key),
      queueFirst: (keys) => this.options.queues.enqueue(keys.map((each) => ({ ...each, isRestored: true })), SAFEGUARD_DELAY_SECONDS),
      restsOnLook: () => { restsOnLook = true; },
      isSure: () => !restsOnLook || applied === revisionOf(record),
      applyAfter: (each) => after.push(each),
      identities: this.options.identities,
    };
    try {
      const fanOut = await ruleOf(record.kind).apply(change, context);
      // From here on, the record counts as read if another one was: only together do they make sense.
      if (readings.size > 0) readings.note(record, record);
      return { fanOut, restsOnLook };
    } catch (error) {
      throw iot.hasLooked && error instanceof Error && classify(error) === 'rejected' ? new UnsettledError(error) : error;
    } finally {
      for (const each of after) await this.applySafeguarded(each);
    }
  }

  /** An entity that the source deleted while deletions were not replicated stays, however late the tombstone arrives, unless somebody asks for its deletion. */
  private async isRetained({ timestamp }: RegistryRecord, deleteRetained: boolean): Promise<boolean> {
    if (this.options.deletionMode === DeletionMode.RETAIN) return true;
    return !deleteRetained && isOfRetention(timestamp, await this.options.retainedUntil());
  }

  /** This message is not done until the message of the errand that follows is on the queue. */
  private async beginErrand(record: RegistryRecord, { progress }: Attempt): Promise<void> {
    const phase = ruleOf(record.kind).errandAfter?.(record, progress);
    // Its listing has to show the changes of this attempt, and may lag.
    if (phase !== undefined) await this.options.queues.enqueue([{ pk: record.pk, sk: record.sk, walk: { phase } }], LOOK_AGAIN_SECONDS);
  }

  /** A removal that makes room for a live record is no deletion of the source. */
  private async admitDeletion(record: RegistryRecord, admission: Admission): Promise<void> {
    const identity = revisionOf(record);
    if (!record.deleted || admission.identity === identity) return;
    await this.options.breaker.admitDeletion();
    admission.identity = identity;
  }

  /** It keeps the place of its deletion: it is the same deletion. */
  private lookAgain(record: RegistryRecord, attempt: Attempt, premise: Premise | undefined): Promise<void> {
    const { queues, now } = this.options;
    const { admission, isReplayed, isRestored, isOpen, deleteRetained } = attempt;
    const { pk, sk } = record;
    const message = {
      pk,
      sk,
      looksAgain: true,
      applied: revisionOf(record),
      isReplayed: isReplayed || undefined,
      isRestored: isRestored || undefined,
      isOpen: isOpen || undefined,
      deleteRetained: deleteRetained || undefined,
      premise,
      admitted: admission.identity,
      sentAt: now(),
    };
    return queues.enqueue([message], LOOK_AGAIN_SECONDS);
  }

  /** For a key that is on the retry queue as well, which handles failures and reads that lag. */
  private async applySafeguarded(key: RecordKey): Promise<void> {
    try {
      await this.applyKey(key, new Attempt({ isSecondLook: true }));
    } catch (error) {
      this.options.onPostponed(error);
    }
  }
}
