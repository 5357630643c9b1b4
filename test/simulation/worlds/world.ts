import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import type { Asked } from './acts';
import { ATTEMPTS, BaseWorld } from './base-world';
import type { WorldConditions } from './conditions';
import { routerOf, selectionOf, digestOf, workflowOf, routerVersionOf } from './deployments';
import { forgedEvent, namesOfLetter, type Forgery } from './forgery';
import type { Outage } from './gaps';
import { eventConfigurationsOf, Heartbeats } from './heartbeats';
import { callOfStepFunctions } from './integration';
import { Oracle } from './oracle';
import { endsOf, isSelected, keyOfName, kindOf, viewOf, type Deployed } from './view';
import { DEPLOYMENT_SETTLING_SECONDS } from '../../../src/comparison/properties';
import { DeletionMode } from '../../../src/deletion-mode';
import { isFromTheFuture } from '../../../src/record/margin';
import { SWEEP_EVENT_ID_PREFIX } from '../../../src/record/record';
import type { HeartbeatSignal } from '../../../src/record/signal';
import { type Marker, MarkerRole } from '../../../src/regional/marker';
import { RegistryKind } from '../../../src/registry-kind';
import { Sizing } from '../../../src/replicator/sizing';
import type { FailedLook, OtherReplicationsFacts } from '../../../src/status/handler/facts';
import { othersAmong } from '../../../src/status/handler/other-replications';
import type { StatusItem } from '../../../src/status/handler/status';
import type { DriftCheck } from '../../../src/status/status-request';
import { SOURCE_REGION, type Definitions } from '../definition';
import { DriftChecks } from '../drift';
import type { Item } from '../guarded-table';
import { perform, SUBSCRIBED, type Step } from '../history';
import { Pipeline } from '../pipeline';
import type { Random } from '../random';
import type { EventKind } from '../registry';
import { deployed } from '../simulation';
import { Sweeps } from '../sweep';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** DynamoDB keeps the records of a stream that long. */
const STREAM_KEEPS = DAY;
/** Lambda gives up records that are older; see the replicator's event source. */
const GIVEN_UP_AFTER = 23 * 60 * MINUTE;
/** While something has just happened, the status is written by the minute; when nothing happens, another status would be the same. */
const LIVELY = 4 * MINUTE;
/** Each minute the status looks for other replications, and can be slow to be written. */
const FOUND_WITHIN = 10 * MINUTE;
/** How long a drift check waits before it looks again at what it repaired: with types among it. */
const VERIFY_AFTER = 10 * MINUTE;

export interface WorldOptions {
  readonly conditions: WorldConditions;
  readonly random: Random;
  readonly onTrace?: (line: () => string) => void;
}

/** The workflow as it is deployed first. */
export function firstDefinition({ confirmDeletions, interval }: WorldConditions): Definitions {
  return confirmDeletions || interval !== 1 ? workflowOf({ dropped: [], confirmDeletions }, interval) : deployed().definition;
}

/** The marker of another replication into the destination. */
const RIVAL: Marker = { role: MarkerRole.DESTINATION, replicationName: 'rival', sourceRegion: SOURCE_REGION, stackName: 'rival', isPaused: false };

/** A source, a destination, and all that a user's years hold, with the status that says whether the destination can be relied on. */
export class World extends BaseWorld {
  public readonly pipeline: Pipeline;
  public readonly oracle: Oracle;
  public readonly sweeps: Sweeps;
  public readonly checks: DriftChecks;
  /** The probability that an event is lost. */
  public losing = 0;
  /** Milliseconds, at most, that a call of the destination's registry takes. */
  public slow = 0;
  public selection: Deployed;
  /** When the next act is due: until then nothing happens on its own. */
  public nextActAt = 0;
  /** Milliseconds by which the source's clock is ahead. */
  public ahead: number;
  /** The same of the clock of its AWS IoT. */
  private registryAhead: number;

  private readonly enabled: Partial<Record<EventKind, boolean>> = { ...SUBSCRIBED };
  private readonly outages = new Map<string, Outage>();
  /** By the keys of records. */
  private readonly futures = new Map<string, Outage>();
  private readonly begun = new Map<number, number>();
  private readonly seen = new Map<object, number>();
  private readonly deletionMode: DeletionMode;
  protected readonly heartbeats: Heartbeats;
  /** When things, groups and types of the source were created, by their ids. */
  private readonly createdAt = new Map<string, number>();
  /** Partition keys of records that may be forged. */
  private readonly forged = new Set<string>();
  private definition: Definitions;
  private hasLost = false;
  /** When the newest heartbeat was sent that a consumer has had, by the clock of the source. */
  private newestBeat = -Infinity;
  private livelyUntil = 0;
  private isWatched = false;
  /** Whether another replication has left its marker. */
  private hasRival = false;
  private metRivalAt = -Infinity;
  /** When a heartbeat last arrived in the replica, whatever it says. */
  private heardAt = 0;
  /** When checks began that nobody asked for repairs, while the source was silent. */
  private readonly checksInSilence = new Set<string>();

  constructor(private readonly options: WorldOptions) {
    const { conditions, random, onTrace } = options;
    const { troubles, reading, destinationListingLag } = conditions;
    super(random, conditions.interval);
    this.ahead = this.registryAhead = conditions.ahead;
    this.selection = { dropped: [], confirmDeletions: conditions.confirmDeletions };
    this.definition = firstDefinition(conditions);
    this.deletionMode = troubles.has('retain') ? DeletionMode.RETAIN : DeletionMode.REPLICATE;
    const [ofSource, ofDestination, ofLatency] = [random.fork(), random.fork(), random.fork()];
    const pipeline = this.pipeline = new Pipeline({
      ...deployed(),
      definition: this.definition,
      deletionMode: this.deletionMode,
      conditions: conditions.pipeline,
      events: [],
      random: random.fork(),
      onTrace,
      source: {
        history: [],
        loses: () => this.loses(),
        readLag: (operation) => (reading.directReadsLag || operation.startsWith('List') ? ofSource.below(reading.listingLag + 1) : 0),
        ahead: () => this.ahead,
        registryAhead: () => this.registryAhead,
        events: this.enabled,
      },
      destinationLag: (operation) => {
        const most = operation.startsWith('List') ? destinationListingLag : troubles.has('destinationLag') ? 2_000 : 0;
        return ofDestination.below(most + 1);
      },
      surroundings: {
        statusOf: (invocation) => this.statusOf(invocation),
        answer: (resource, input) => this.answer(resource, input),
        longestWait: () => conditions.longestWait,
        registryTakes: () => (this.slow > 0 ? ofLatency.below(this.slow) : 0),
      },
    });
    this.heartbeats = new Heartbeats(pipeline, conditions.pipeline.faults > 0);
    this.oracle = new Oracle({
      pipeline,
      wasStalled: (since) => this.wasStalled(since),
      selection: () => this.selection,
      deletionMode: () => this.deletionMode,
      silenceMs: this.silenceMs,
      isTold: conditions.pipeline.faults + conditions.pipeline.crashes + conditions.pipeline.slowness === 0,
      graceMs: conditions.pipeline.faults + conditions.pipeline.crashes > 0 ? 2 * this.intervalMs : 0,
      longestWait: conditions.longestWait,
      listingLag: destinationListingLag,
    });
    const ofRuns = { pipeline, reading, atWork: 0, attempts: ATTEMPTS, scope: () => selectionOf(this.selection) };
    const replicated = () => ({ selection: digestOf(this.selection), routerVersion: routerVersionOf(this.selection) });
    this.sweeps = new Sweeps({ ...ofRuns, replicated, random: random.fork(), ahead: () => this.ahead }, () => ({ routerVersion: routerVersionOf(this.selection) }));
    const afterSummary = (driftCheck: DriftCheck) => {
      const { startedAt, counts: { repaired } } = driftCheck;
      // Whose registry it is by now nobody knows, unless somebody decides.
      if (repaired > 0 && this.checksInSilence.has(startedAt)) pipeline.violations.push(`the drift check of ${startedAt}, which nobody asked to, repaired ${repaired} differences while the source was silent`);
      return this.writeStatus({ driftCheck });
    };
    const compared = () => ({ selection: digestOf(this.selection) });
    const paused = () => ({ isPaused: this.isPaused, deletionMode: this.deletionMode, silenceMs: this.silenceMs });
    this.checks = new DriftChecks({ ...ofRuns, replicated: compared, random: random.fork(), afterSummary }, paused, VERIFY_AFTER);
    pipeline.jobs.push(this.sweeps, this.checks);
    this.observe();
    this.beat();
  }

  /** Something changes in the source. */
  public change(step: Omit<Step, 'after'>): void {
    const { registry } = this.pipeline.source!;
    const [before, old] = [viewOf(registry.snapshot()), registry.identities()];
    this.hasLost = false;
    perform(registry, { ...step, after: 0 });
    const outages = [...this.outages.values()].filter(({ what }) => this.hasLost || what === 'off');
    const [after, now] = [viewOf(registry.snapshot()), registry.identities()];
    for (const [name, id] of now) if (old.get(name) !== id) this.createdAt.set(id, this.now);
    const isLost = this.hasLost || this.outages.size > 0 || Math.abs(this.registryAhead - this.options.conditions.ahead) > DAY;
    this.oracle.sourceChanged(before, after, [old, now], (name) => {
      if (isLost) return { at: this.now, outages: outages.filter(({ what, kind }) => what !== 'off' || kind === kindOf(name)) };
      // Whatever really happens is older than a record of the future, and refused.
      const item = this.pipeline.sourceTable.items.get(keyOfName(name));
      return item && this.isOfFuture(item) ? { at: this.now, outages: [this.futureOf(keyOfName(name))] } : undefined;
    });
    this.liven();
  }

  /** Somebody changes the destination. */
  public changeByHand(step: Omit<Step, 'after'>): void {
    const { registry } = this.pipeline;
    const before = viewOf(registry.snapshot());
    perform(registry, { ...step, after: 0 });
    this.oracle.touchedByHand(before, viewOf(registry.snapshot()), this.now);
    this.liven();
  }

  /** Somebody takes away from the destination what nobody manages, or manages no longer, and what was retained: it can hold types and groups that have to go. */
  public removeUnmanaged(): void {
    const { registry, replica } = this.pipeline;
    const isManaged = (name: string) => {
      const record = replica.get(keyOfName(name));
      // A static group of the name that is a dynamic one's now is retained too.
      const isGone = record?.deleted?.BOOL || record?.state?.M?.dynamic?.BOOL;
      return record !== undefined && isSelected(name, this.selection) && !(this.deletionMode === DeletionMode.RETAIN && isGone);
    };
    const unmanaged = [...viewOf(registry.snapshot()).keys()].filter((name) => !endsOf(name) && !isManaged(name));
    for (const name of unmanaged.filter((each) => each.startsWith('thing '))) this.changeByHand({ call: 'DeleteThing', input: { thingName: name.slice('thing '.length) } });
    for (const name of unmanaged.filter((each) => each.startsWith('group '))) this.changeByHand({ call: 'DeleteThingGroup', input: { thingGroupName: name.slice('group '.length) } });
  }

  /** Somebody takes away the items that sweeps call refused, as the documentation says: the next sweep writes them again. */
  public removeBadItems(): void {
    const { sourceTable, replica } = this.pipeline;
    const refused = this.refusedTwice();
    const isBad = (item: Item) => this.forged.has(item.pk.S!) || this.isOfFuture(item) || refused.has(`${item.pk.S}|${item.sk.S}`);
    for (const key of sourceTable.items.keys()) if (isBad(sourceTable.items.get(key)!)) sourceTable.items.delete(key);
    const gone = replica.keys().filter((key) => isBad(replica.get(key)!));
    replica.expire(isBad);
    for (const key of gone) this.endFuture(key);
    // What the source has instead, the next sweep finds.
    const names = [...viewOf(this.pipeline.source!.registry.snapshot()).keys()].filter((name) => gone.includes(keyOfName(name)));
    for (const name of names) this.oracle.lost(name, this.now);
    // A key that waits would do so for its three days.
    for (const key of gone.filter((each) => !each.startsWith('signal|'))) this.pipeline.redrive(key);
    this.forged.clear();
  }

  /** Keys that the last two sweeps have reported, where the last one says that records were refused. */
  private refusedTwice(): ReadonlySet<string> {
    const [before, last] = this.sweeps.ended.flatMap(({ summary }) => summary ?? []).slice(-2).map(({ first, counts }) => ({ keys: first.map(({ pk, sk }) => `${pk}|${sk}`), refused: counts.refused }));
    return new Set(last && last.refused > 0 ? last.keys.filter((key) => before.keys.includes(key)) : []);
  }

  /** Somebody takes out the items of what prefixes select no more, as the documentation says. */
  public removeOutside(): void {
    const { sourceTable, replica } = this.pipeline;
    const isOutside = ({ pk }: Item) => pk.S!.startsWith('thing#') && !isSelected(pk.S!.replace('#', ' '), this.selection);
    for (const key of sourceTable.items.keys()) if (isOutside(sourceTable.items.get(key)!)) sourceTable.items.delete(key);
    replica.expire(isOutside);
  }

  /** What a record of the future hides. */
  private futureOf(key: string): Outage {
    const future = this.futures.get(key) ?? { what: 'future', from: this.now, to: Infinity };
    this.futures.set(key, future);
    return future;
  }

  /** The record is one of today, or there is none: it hides nothing from now on. */
  private endFuture(key: string): void {
    const future = this.futures.get(key);
    if (future) future.to = this.now;
    this.futures.delete(key);
  }

  private isOfFuture({ timestamp }: Item): boolean {
    return isFromTheFuture(Number(timestamp.N), this.now + this.ahead);
  }

  public setClock(of: 'Region' | 'registry', ahead: number): void {
    if (of === 'Region') this.ahead = ahead;
    this.registryAhead = ahead;
  }

  /** An event arrives that no registry has made. */
  public forge(forgery: Forgery): void {
    const { thingName, says } = forgery;
    const { pipeline, selection, options: { conditions: { confirmDeletions, reading } } } = this;
    const trueId = pipeline.source!.registry.identities().get(`thing ${thingName}`);
    // A direct read that is behind the creation of the thing confirms that there is none.
    const isSeen = trueId !== undefined && !(reading.directReadsLag && this.now - (this.createdAt.get(trueId) ?? 0) <= reading.listingLag);
    pipeline.emit({ at: this.now, payload: forgedEvent(forgery, trueId, this.now + this.ahead) });
    const isRefused = says === 'future' || (says === 'deletion' && confirmDeletions && selection.confirmDeletions && isSeen);
    if (isRefused) return;
    this.forged.add(`thing#${thingName}`);
    this.oracle.forged(`thing ${thingName}`, this.now);
    this.liven();
  }

  public switchEvents(kind: EventKind, on: boolean): void {
    if (on) this.end(kind);
    else this.outages.set(kind, { what: 'off', kind, from: this.now, to: Infinity });
    this.enabled[kind] = on;
  }

  /** Whether the source can be asked whether its events are on; and else, whether anything comes out of it. */
  public switchSource(what: 'unknown' | 'dark', on: boolean): void {
    if (on) this.end(what);
    else this.outages.set(what, { what, from: this.now, to: Infinity });
  }

  public override resume(): void {
    this.expireStream();
    super.resume();
  }

  protected checkAfterPause(): void {
    this.check('nothing');
  }

  public sweep(mode: Asked, input: object = {}, settlingMs = 0): void {
    this.begun.set(this.now + this.ahead, this.now);
    this.sweeps.begin({ ...mode === 'nothing' ? {} : { mode }, ...input }, settlingMs);
  }

  public check(mode: Asked, isPaused = this.isPaused): void {
    if (mode === 'nothing' && this.isSilent()) this.checksInSilence.add(new Date(this.now).toISOString());
    this.oracle.checks.set(new Date(this.now).toISOString(), { from: this.now, selection: this.selection });
    this.checks.begin(mode === 'nothing' ? {} : { mode: isPaused ? 'report' : mode });
  }

  /** Failed runs go on where they stopped. One that stopped at its beginning asks again whether the source is silent. */
  public redriveRuns(atMost = Infinity): void {
    if (!this.isSilent()) this.checksInSilence.clear();
    for (const runs of [this.sweeps, this.checks]) for (let i = 0; i < atMost && runs.redrivable > 0; i++) runs.redrive();
  }

  public workflowOf(selection: Deployed): Definitions {
    return workflowOf(selection, this.options.conditions.interval);
  }

  private isSilent(): boolean {
    return this.now - this.heardAt > this.silenceMs + MINUTE;
  }

  /** A deployment with other prefixes, or another router; a sweep and a drift check of what it compares follow. */
  public deploy(selection: Deployed): void {
    const before = this.selection;
    const replicated = (each: Deployed) => JSON.stringify([digestOf(each), routerVersionOf(each)]);
    const isOther = replicated(selection) !== replicated(before);
    this.selection = selection;
    const { dropped } = selection;
    this.definition = this.workflowOf(selection);
    this.pipeline.redeploy({ definition: this.definition, deletionMode: this.deletionMode, router: dropped.length > 0 ? routerOf(selection) : undefined });
    // The same once more changes nothing that a sweep of before could not have compared.
    if (isOther) this.oracle.redeployed(this.now, replicated(before), replicated(selection));
    this.sweep('nothing', {}, DEPLOYMENT_SETTLING_SECONDS * 1000);
    this.check('nothing');
  }

  /** The destination is one that has just been added, in a Region with such a registry: its first drift check begins. */
  public addDestination(): void {
    const { pipeline } = this;
    this.noteBeats();
    pipeline.addDestination();
    for (const shard of pipeline.replica.shards) this.seen.set(shard, shard.position);
    this.oracle.added(this.now);
    this.check('nothing');
    this.liven();
  }

  /** Another replication is deployed to the destination, or taken away again. */
  public meetRival(isHere: boolean): void {
    if (this.hasRival === isHere) return;
    this.hasRival = isHere;
    this.metRivalAt = this.now;
    this.oracle.metRival(undefined);
    this.liven();
  }

  /** Now and then, while functions fail, the look fails too. */
  protected override async lookForOthers(): Promise<OtherReplicationsFacts | FailedLook> {
    const lookedAt = new Date(this.now).toISOString();
    if (this.random.chance(this.failing)) return { lookedAt, failure: 'TimeoutError' };
    const { found } = othersAmong(this.hasRival ? [RIVAL] : [], { replicationName: 'fleet', sourceRegion: SOURCE_REGION, acknowledged: [] });
    return { lookedAt, found, notFound: [] };
  }

  /** Tombstones whose time has come go; who looks at their items by hand takes others. */
  public expireItems(isExpired = (expiresAt: number) => expiresAt * 1000 < this.now): void {
    const { sourceTable, replica } = this.pipeline;
    const expires = (item: Readonly<Record<string, { N?: string }>>) => item.expiresAt?.N !== undefined && isExpired(Number(item.expiresAt.N));
    for (const key of sourceTable.items.keys()) if (expires(sourceTable.items.get(key) as never)) sourceTable.items.delete(key);
    replica.expire((item) => expires(item as never));
  }

  public get usualAhead(): number {
    return this.options.conditions.ahead;
  }

  private end(key: string): void {
    const outage = this.outages.get(key);
    if (outage) outage.to = this.now;
    this.outages.delete(key);
  }

  private loses(): boolean {
    const share = this.outages.has('dark') ? 1 : this.outages.has('unknown') ? 0.5 : this.losing;
    if (!this.random.chance(share)) return false;
    this.hasLost = true;
    return true;
  }

  /** What AWS answers to the tasks of a heartbeat, and of a deletion that is to be confirmed. */
  private answer(resource: string, input: unknown): object {
    const [service, action] = resource.split(':').slice(-2);
    if (service !== 'iot') return {};
    if (action !== 'describeEventConfigurations') return callOfStepFunctions(this.pipeline.source!.registry, action, input as object);
    if (this.outages.has('unknown')) throw Object.assign(new Error('injected'), { name: 'Iot.InternalFailureException' });
    return eventConfigurationsOf(this.enabled);
  }

  protected statusOptions() {
    return { sweepProofMs: 3 * DAY, driftProofMs: 3 * DAY, deletionMode: this.deletionMode };
  }

  /** Sends a heartbeat, now and then again. While nothing happens some are left out: not so many that they would be missed. */
  private beat(): void {
    const { clock } = this.pipeline;
    const isIdle = this.now > this.livelyUntil && this.pipeline.isIdle;
    if (!this.outages.has('dark')) {
      const isUnknown = this.outages.has('unknown');
      const off = Object.values(RegistryKind).filter((type) => !isUnknown && this.enabled[type as EventKind] === false);
      this.oracle.beats.push({ at: this.now, timestamp: this.now + this.ahead, off, isUnknown });
      this.sendHeartbeat(this.definition, isUnknown ? undefined : eventConfigurationsOf(this.enabled), this.now + this.ahead);
    }
    const room = Math.floor((this.nextActAt - this.intervalMs - this.now) / this.intervalMs);
    // In weeks of nothing, all are: they count as missed then.
    const skipped = isIdle ? Math.max(1, room * this.intervalMs > 7 * DAY ? room : Math.min(4, room)) : 1;
    clock.at(this.now + skipped * this.intervalMs, () => this.beat());
  }

  /** Something has happened: for a while the status is written by the minute, as it always is. */
  private liven(): void {
    this.livelyUntil = this.now + LIVELY;
    if (this.isWatched) return;
    this.isWatched = true;
    this.pipeline.clock.at(this.now + MINUTE, () => this.watch());
  }

  private watch(): void {
    this.runStatus();
    this.isWatched = this.now < this.livelyUntil;
    if (this.isWatched) this.pipeline.clock.at(this.now + MINUTE, () => this.watch());
    // Late by then is what is still not applied.
    else this.pipeline.clock.at(this.livelyUntil + this.intervalMs, () => this.runStatus());
  }

  protected override statusWritten(status: StatusItem): void {
    this.noteBeats();
    this.lookAtRival(status);
  }

  /** Once it is in a status, or had the time to be, no status says in sync while it is here. */
  private lookAtRival({ otherReplications }: StatusItem): void {
    // What a look could not find it may find from now on.
    if (this.failing > 0) this.metRivalAt = this.now;
    const isKnown = otherReplications?.found.length || this.now - this.metRivalAt > FOUND_WITHIN;
    if (this.hasRival && isKnown) this.oracle.metRival(this.now);
  }

  /** Has the oracle hear of all that it goes by. */
  private observe(): void {
    const { pipeline, oracle } = this;
    const { registry, replica } = pipeline;
    const execute = registry.execute.bind(registry);
    registry.execute = (operation, input) => {
      const output = execute(operation, input);
      if (!/^(List|Describe)/.test(operation)) this.liven();
      return output;
    };
    this.failSteps();
    const send = replica.send.bind(replica);
    replica.send = (item) => {
      send(item);
      const beat = item.sk.S === 'heartbeat' && this.oracle.beats.find(({ timestamp }) => String(timestamp) === item.timestamp.N);
      if (beat) beat.isStored = true;
    };
    const write = replica.write.bind(replica);
    replica.write = (item) => {
      write(item);
      const key = `${item.pk.S}|${item.sk.S}`;
      if (key === 'signal|heartbeat') {
        this.heardAt = this.now;
        // One of the future, or from long ago, is none to the destination.
        const sentAt = Number(item.timestamp.N);
        if (!isFromTheFuture(sentAt, this.now) && sentAt > this.newestBeat) oracle.beatArrivals.push(this.now);
        return;
      }
      if (key === 'signal|sweep') this.noteSweep(Number(item.timestamp.N));
      else oracle.arrived(key, this.now);
      if (!isFromTheFuture(Number(item.timestamp.N), this.now)) this.endFuture(key);
      this.liven();
    };
    // A true event that a wrong clock takes for one of the future, or that nobody could be asked about, is lost.
    const { sourceDeadLetters } = pipeline;
    sourceDeadLetters.push = (...letters) => {
      for (const letter of letters) for (const name of namesOfLetter(letter)) oracle.lost(name, this.now);
      return Array.prototype.push.apply(sourceDeadLetters, letters);
    };
    this.checkStatuses();
  }

  /** The result of a sweep has arrived. */
  private noteSweep(startedAt: number): void {
    const from = this.begun.get(startedAt);
    if (from === undefined) return;
    const { items } = this.pipeline.sourceTable;
    const late = startedAt - 5 * MINUTE;
    // One of the future moves forever, which is no reason to leave it.
    const busy = new Set(items.keys().filter((key) => Number(items.get(key)!.timestamp.N) > late && !isFromTheFuture(Number(items.get(key)!.timestamp.N), startedAt)));
    this.oracle.swept(new Date(startedAt).toISOString(), { from, busy });
  }

  /** Heartbeats, and records of the future, that have come to a consumer. */
  private noteBeats(): void {
    for (const shard of this.pipeline.replica.shards) {
      for (let i = this.seen.get(shard) ?? 0; i < shard.position; i++) {
        const { Keys, NewImage, ApproximateCreationDateTime } = shard.records[i].dynamodb!;
        if (NewImage && isFromTheFuture(Number(NewImage.timestamp.N), ApproximateCreationDateTime! * 1000)) this.futureOf(`${Keys!.pk.S}|${Keys!.sk.S}`).appliedAt ??= this.now;
        if (NewImage && Keys!.pk.S !== 'signal') this.noteLossOf(shard.records[i].dynamodb!);
        if (Keys!.pk.S !== 'signal' || Keys!.sk.S !== 'heartbeat') continue;
        const beat = this.oracle.beats.find(({ timestamp }) => String(timestamp) === NewImage!.timestamp.N);
        // Of the future, it is ignored.
        // One of the future, or older than what is known, tells a destination nothing: the clock of its source is wrong.
        if (!beat || isFromTheFuture(beat.timestamp, this.now) || beat.timestamp <= this.newestBeat) continue;
        this.newestBeat = beat.timestamp;
        // What it says, not what was so when it was sent: the workflow asks again for some seconds.
        const { registryEventsOff, registryEventsUnknown } = (unmarshall(NewImage as never) as { readonly state: Pick<HeartbeatSignal, 'registryEventsOff' | 'registryEventsUnknown'> }).state;
        Object.assign(beat, { off: registryEventsOff, isUnknown: registryEventsUnknown.length > 0, appliedAt: this.now });
      }
      this.seen.set(shard, shard.position);
    }
  }

  /** A record that replaces a live one of another incarnation shows that its deletion was lost, and maybe more; one that is older than the one before it, that times are wrong. */
  private noteLossOf({ NewImage, OldImage, ApproximateCreationDateTime }: StreamRecord): void {
    const [record, old] = [NewImage as Item, OldImage as Item | undefined];
    if (old && Number(record.timestamp.N) < Number(old.timestamp.N) - 5 * MINUTE) this.oracle.notices.push({ at: this.now, appliedAt: this.now });
    if (!record.replaces || old?.incarnation?.S === record.incarnation.S) return;
    // The sweep that has found it has also found the rest.
    const sweptAt = record.eventId.S!.startsWith(SWEEP_EVENT_ID_PREFIX) ? this.begun.get(Number(record.timestamp.N) + 5 * MINUTE) : undefined;
    this.oracle.notices.push({ at: sweptAt === undefined ? ApproximateCreationDateTime! * 1000 : sweptAt - 5 * MINUTE, appliedAt: this.now });
  }

  /** What DynamoDB has trimmed is gone, and what Lambda gives up is a dead letter a batch. */
  private expireStream(): void {
    this.noteBeats();
    for (const shard of this.pipeline.replica.shards) {
      const ageOf = (index: number) => this.now - shard.records[index].dynamodb!.ApproximateCreationDateTime! * 1000;
      let givenUp = 0;
      for (; shard.position < shard.records.length && ageOf(shard.position) > GIVEN_UP_AFTER; shard.position++) {
        if (ageOf(shard.position) > STREAM_KEEPS) continue;
        if (givenUp++ % Sizing.STREAM_BATCH_SIZE === 0) this.pipeline.deadLetters.push(JSON.stringify({ DDBStreamBatchInfo: { shardId: 'shard' } }));
      }
      this.seen.set(shard, shard.position);
    }
  }
}
