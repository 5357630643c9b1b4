import { isKnown, isNotedBy, knownSince, type Beat, type Notice, type Outage } from './gaps';
import { endsOf, isSelected, keyOfName, saidBy, selected, viewOf, type Said, type Deployed, type View } from './view';
import { DeletionMode } from '../../../src/deletion-mode';
import type { StatusItem } from '../../../src/status/handler/status';
import type { Pipeline } from '../pipeline';

/** Listings, events and reads of the table have settled by then. */
const MARGIN = 5 * 60_000;
/** As late as a change may be applied before a status has to say so: a minute by the promise, and some until it is written. */
const ALLOWED = 100_000;
/** The same where no function runs that would write one at once, or writes can fail or take long: a minute until the next, and another. */
const ALLOWED_IN_TROUBLE = 3 * 60_000;
/** What a status is made of and written with, one after the other where the scheduler has it so: what was seen is that old when it is written. */
const CALLS_OF_A_STATUS = 7;

/** A change of the source that no event reported. */
interface Loss {
  readonly at: number;
  /** What was the matter then; nothing if nobody could know. */
  readonly outages: readonly Outage[];
}

/** A sweep that has ended. */
export interface Swept {
  readonly from: number;
  /** Keys of records that moved so late that it had to leave them. */
  readonly busy: ReadonlySet<string>;
}

/** A drift check that has begun. */
export interface Checked {
  readonly from: number;
  /** What it compares. */
  readonly selection: Deployed;
}

export interface OracleOptions {
  readonly pipeline: Pipeline;
  readonly selection: () => Deployed;
  readonly deletionMode: () => DeletionMode;
  /** Milliseconds without a heartbeat that are silence. */
  readonly silenceMs: number;
  /** Whether each status that a function writes is written at once: none fails or is slow. */
  readonly isTold: boolean;
  /** Milliseconds after which a heartbeat is told again that a consumer could not write down: none where no call fails. */
  readonly graceMs: number;
  /** Whether the functions of the destination could not run at some moment since then. */
  readonly wasStalled: (since: number) => boolean;
  /** Milliseconds, at most, that one call takes. */
  readonly longestWait: number;
  /** Milliseconds, at most, by which listings of the destination are behind. */
  readonly listingLag: number;
}

/**
 * Knows from the simulation itself what is true, and of each status that claims a registry in sync whether it could know better. It looks at no code of the
 * status, and at records only for what they say.
 */
export class Oracle {
  public readonly violations: string[] = [];
  public readonly beats: Beat[] = [];
  /** Records that show that events were lost, or that the clock is wrong. */
  public readonly notices: Notice[] = [];
  /** When heartbeats arrived in the replica, applied or not. */
  public readonly beatArrivals: number[] = [];
  /** How many statuses claimed a registry in sync, and how many did while something differed that nobody could know. */
  public claims = 0;
  public excused = 0;
  public readonly sweeps = new Map<string, Swept>();
  public readonly checks = new Map<string, Checked>();
  private readonly losses = new Map<string, Loss>();
  /** When a record may have been forged: its true events do not undo it. */
  private readonly forgeries = new Map<string, Loss>();
  private readonly touched = new Map<string, number>();
  private readonly arrivals = new Map<string, number>();
  private readonly order: Swept[] = [];
  /** Each with what was replicated before and after it. */
  private readonly deployments: { readonly at: number; readonly before: string; readonly after: string }[] = [];
  private rivalKnownSince?: number;
  /** When the destination was added, if it has not always been there. */
  private addedAt = -Infinity;
  /** Each is reported once. */
  private readonly blamed = new Set<string>();

  constructor(private readonly options: OracleOptions) {}

  /** The source has changed. @param lossOf whether events about an entity were lost */
  public sourceChanged(before: View, after: View, identities: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>], lossOf: (name: string) => Loss | undefined): void {
    const [old, now] = identities;
    for (const name of new Set([...before.keys(), ...after.keys(), ...old.keys(), ...now.keys()])) {
      if (before.get(name) === after.get(name) && old.get(name) === now.get(name)) continue;
      const loss = lossOf(name);
      if (loss) this.losses.set(name, loss);
      else this.losses.delete(name);
    }
  }

  /** An event about an entity has ended as a dead letter of the source. */
  public lost(name: string, at: number): void {
    this.losses.set(name, { at, outages: [] });
  }

  /** A record of this name may say what nobody knows to be wrong, until a sweep has looked. */
  public forged(name: string, at: number): void {
    this.forgeries.set(name, { at, outages: [] });
  }

  /** Somebody has changed the destination. */
  public touchedByHand(before: View, after: View, at: number): void {
    for (const name of new Set([...before.keys(), ...after.keys()])) if (before.get(name) !== after.get(name)) this.touched.set(name, at);
  }

  /** Something else is wanted from now on. Heartbeats report it. */
  public redeployed(at: number, before: string, after: string): void {
    this.deployments.push({ at, before, after });
  }

  /** The destination knows nothing any more but what its table contains, and what heartbeats say from now on. */
  public added(at: number): void {
    this.addedAt = at;
  }

  /** Since when a status names another replication that writes here too; never, if none is here or none has been found yet. */
  public metRival(at: number | undefined): void {
    this.rivalKnownSince = at === undefined ? undefined : this.rivalKnownSince ?? at;
  }

  public arrived(key: string, at: number): void {
    this.arrivals.set(key, at);
  }

  public swept(startedAt: string, swept: Swept): void {
    this.sweeps.set(startedAt, swept);
    this.order.push(swept);
  }

  /** What differs: entities of the source that are not so in the destination, and the other way round. */
  public differences(): string[] {
    const { pipeline, selection, deletionMode } = this.options;
    const wanted = selected(viewOf(pipeline.source!.snapshot()), selection());
    const there = viewOf(pipeline.snapshot());
    const differing: string[] = [];
    for (const [name, fields] of wanted) if (there.get(name) !== fields) differing.push(name);
    for (const name of there.keys()) {
      // What no record describes is nobody's, and what is retained is no difference.
      if (wanted.has(name) || deletionMode() === DeletionMode.RETAIN || !isSelected(name, selection()) || !pipeline.replica.get(keyOfName(name))) continue;
      differing.push(name);
    }
    return differing;
  }

  /** A status has been written. */
  public check(status: StatusItem): void {
    if (!status.registryInSync) return;
    this.claims += 1;
    if (this.rivalKnownSince !== undefined) this.violations.push(`the status of ${status.asOf} says in sync, but another replication writes here too, known since ${new Date(this.rivalKnownSince).toISOString()}`);
    const differing = this.differences();
    let isExcused = false;
    for (const name of differing) {
      const [excuse, why] = this.excuseFor(name, status);
      if (excuse) {
        isExcused = true;
      } else if (!this.blamed.has(name)) {
        this.blamed.add(name);
        this.violations.push(`the status of ${status.asOf} says in sync, but ${name} differs: ${why}`);
      }
    }
    if (isExcused) this.excused += 1;
  }

  /** Why a status can't be blamed for not knowing of a difference, or why it can. */
  private excuseFor(name: string, status: StatusItem): readonly [boolean, string] {
    const { pipeline, listingLag } = this.options;
    const now = pipeline.clock.now();
    const names = this.relevantTo(name);
    if (names.some((each) => this.isUnderWay(each))) return [true, 'it is under way'];
    const arrivalOf = (all: readonly string[]) => Math.max(...all.map((each) => this.arrivals.get(keyOfName(each)) ?? -Infinity));
    const arrivedAt = arrivalOf(names);
    if (this.toldBy(arrivalOf([...names, ...this.thingsOf(name)])) > now) return [true, 'it has just arrived'];
    if (!this.isRecorded(name)) return this.excuseForMissing(names, status);
    const touchedAt = Math.max(...names.map((each) => this.touched.get(each) ?? -Infinity));
    const check = status.lastDrift && this.checks.get(status.lastDrift.startedAt);
    const checkedAt = check?.from;
    if (checkedAt === undefined) return [false, 'it is recorded, and no drift check of the status has taken place'];
    if (!isSelected(name, check!.selection)) {
      return this.hasHeardOther(checkedAt) ? [false, 'it is selected since the last drift check, which heartbeats reported'] : [true, 'it is selected since the last drift check'];
    }
    // What nobody managed then is no difference, until there is a record: a check has to look once more.
    if (touchedAt > 0 && arrivedAt > checkedAt) return [true, 'it was changed by hand before it was managed'];
    if (touchedAt > checkedAt - listingLag) return [true, 'it was changed by hand since the last drift check'];
    return [false, `it is recorded, arrived ${Math.round((now - arrivedAt) / 1000)} s ago${touchedAt > 0 ? `, was changed by hand ${Math.round((checkedAt - touchedAt) / 1000)} s before the last drift check` : ''}`];
  }

  /**
   * When a status has to say that something is late which arrived then: the consumer that works on it says so on its own. Where no function can run, the
   * next heartbeat that arrives says so, and if none does nobody can tell.
   */
  private toldBy(arrivedAt: number): number {
    const { isTold, wasStalled, longestWait } = this.options;
    const inTrouble = ALLOWED_IN_TROUBLE + CALLS_OF_A_STATUS * longestWait;
    if (!wasStalled(arrivedAt)) return arrivedAt + (isTold ? ALLOWED : inTrouble);
    return (this.beatArrivals.find((at) => at > arrivedAt) ?? Infinity) + inTrouble;
  }

  /** Whether a heartbeat has been applied that reports something else than what was replicated at that time. What comes and goes between two is unheard. */
  private knowsOfDeployment(since: number): boolean {
    return this.appliedSince(since).some(({ at }) => this.isOtherAt(at, since));
  }

  /** Whether the newest of these does: a status compares the last drift check with that one alone. */
  private hasHeardOther(since: number): boolean {
    const newest = this.appliedSince(since).reduce((latest, { at }) => Math.max(latest, at), -Infinity);
    return this.isOtherAt(newest, since);
  }

  private appliedSince(since: number): readonly Beat[] {
    const appliedBy = this.options.pipeline.clock.now() - this.options.graceMs;
    return knownSince(this.addedAt, this.beats).filter(({ at, appliedAt }) => at > since && appliedAt !== undefined && appliedAt <= appliedBy);
  }

  private isOtherAt(time: number, since: number): boolean {
    return time > since && this.replicatedAt(time - 1) !== this.replicatedAt(since);
  }

  private get redeployedAt(): number {
    return this.deployments.at(-1)?.at ?? -Infinity;
  }

  private replicatedAt(time: number): string | undefined {
    return this.deployments.reduce((replicated, { at, after }) => (at <= time ? after : replicated), this.deployments[0]?.before);
  }

  /** The records do not say what the source has. */
  private excuseForMissing(names: readonly string[], status: StatusItem): readonly [boolean, string] {
    const losses = names.flatMap((each) => [this.losses.get(each) ?? [], this.forgeries.get(each) ?? []].flat());
    const sweep = status.lastSweep && this.sweeps.get(status.lastSweep.startedAt);
    if (sweep && sweep.from < this.redeployedAt) {
      return this.knowsOfDeployment(sweep.from) ? [false, 'something else is replicated since the last sweep, which heartbeats reported'] : [true, 'something else is replicated since the last sweep'];
    }
    const isBusy = (each: Swept | undefined) => each !== undefined && names.some((one) => each.busy.has(keyOfName(one)));
    const before = sweep && this.order[this.order.indexOf(sweep) - 1];
    if (losses.length === 0 && this.redeployedAt > 0) {
      if (isBusy(sweep) && !(isBusy(before) && before!.from > this.redeployedAt)) return [true, 'the last sweep had to leave it'];
      return [false, 'what is replicated has changed, and a sweep has taken place since'];
    }
    if (losses.length === 0) return [false, 'all its events have arrived, and its records do not say so'];
    const loss = losses.reduce((one, other) => (one.at >= other.at ? one : other));
    if (!sweep) return [false, 'no sweep of the status has taken place'];
    if (loss.at > sweep.from - MARGIN) {
      const { silenceMs, graceMs, pipeline } = this.options;
      const appliedBy = pipeline.clock.now() - graceMs;
      const beats = knownSince(this.addedAt, this.beats);
      const isHeard = ({ what, appliedAt = Infinity }: Outage) => what !== 'future' || appliedAt > this.addedAt;
      const known = losses.flatMap(({ outages }) => outages).find((outage) => isHeard(outage) && isKnown(outage, beats, silenceMs, appliedBy) && outage.to > sweep.from);
      const notice = this.notices.find((each) => each.at >= loss.at && each.at > sweep.from && isNotedBy(each, this.addedAt, this.beats, appliedBy));
      if (notice) return [false, 'its event was lost before a record arrived that shows such a loss, and no sweep has begun since'];
      return known ? [false, `its event was lost ${known.what === 'future' ? 'to a record of the future, which has arrived' : `while registry events were ${known.what}, which heartbeats reported`}, and no sweep has begun since`] : [true, 'its event was lost since the last sweep'];
    }
    // The one before had no reason to leave it if what is replicated has changed since: then it is left once, not twice in a row.
    if (isBusy(sweep) && !(isBusy(before) && loss.at <= before!.from - MARGIN && before!.from > this.redeployedAt)) return [true, 'the last sweep had to leave it'];
    return [false, `a sweep that began ${Math.round((sweep.from - loss.at) / 1000)} s after its event was lost has ended`];
  }

  /** What its difference can depend on: its own record, and those of its ends. */
  private relevantTo(name: string): string[] {
    const ends = endsOf(name);
    return ends ? [name, ends.thing, ends.group] : [name];
  }

  /** Things of a type. While one of them is written, a type that is deprecated is not. */
  private thingsOf(name: string): string[] {
    if (!name.startsWith('type ')) return [];
    const { replica } = this.options.pipeline;
    const ofType = `"${name.slice('type '.length)}"`;
    const keys = replica.keys().filter((key) => key.endsWith('|thing') && JSON.stringify(replica.get(key)!.state ?? {}).includes(ofType));
    return keys.map((key) => `thing ${key.slice('thing#'.length, -'|thing'.length)}`);
  }

  private isUnderWay(name: string): boolean {
    const { pipeline } = this.options;
    if (pipeline.replica.underWay.has(keyOfName(name))) return true;
    const words = name.split(' ').filter((word) => /^[tgx]\d/.test(word));
    return [...pipeline.due.map(({ event }) => event.payload), ...pipeline.persisting].some((payload) => words.every((word) => JSON.stringify(payload).includes(word)));
  }

  /** Whether the replica's records say of an entity what the source has. */
  private isRecorded(name: string): boolean {
    const { pipeline, selection } = this.options;
    const source = pipeline.source!;
    const wanted = selected(viewOf(source.snapshot()), selection()).get(name);
    const ids = source.registry.identities();
    const said = (each: string) => saidBy(pipeline.replica.get(keyOfName(each)));
    const record = said(name);
    const ends = endsOf(name);
    if (!ends) {
      if (wanted === undefined) return !record || record.deleted || record.dynamic;
      return record !== undefined && !record.deleted && record.fields === wanted && record.incarnation === ids.get(name);
    }
    const [thing, group] = [said(ends.thing), said(ends.group)];
    const isOf = (end: Said | undefined, endName: string, id: string | undefined) => end !== undefined && !end.deleted && end.incarnation === id && id === ids.get(endName);
    if (wanted !== undefined) return record !== undefined && !record.deleted && isOf(thing, ends.thing, record.thingId) && isOf(group, ends.group, record.groupId);
    if (!record || record.deleted || thing?.deleted || group?.deleted || group?.dynamic) return true;
    const isOfAnother = (end: Said | undefined, endName: string, id: string | undefined) => end !== undefined && end.incarnation !== id && end.incarnation === ids.get(endName);
    return isOfAnother(thing, ends.thing, record.thingId) || isOfAnother(group, ends.group, record.groupId);
  }
}
