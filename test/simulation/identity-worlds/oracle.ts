import { differsInStatus, identityViewOf, keyOfIdentity, ownersOf, pendingIn, relatedTo, saidBy, type IdentityView } from './view';
import type { StatusItem } from '../../../src/status/handler/status';
import { withoutForeign } from '../identities/foreign';
import type { Pipeline } from '../pipeline';

const MINUTE = 60_000;
/** Listings have settled by then, and sweeps leave what moved later. */
const MARGIN = 5 * MINUTE;
/** As late as a change may be applied before a status has to say so, where no function runs that would write one at once: a minute until the next, and another. */
const ALLOWED = 3 * MINUTE;
/** What a status is made of and written with, one after the other where the scheduler has it so. */
const CALLS_OF_A_STATUS = 9;
/** Certificate checks that may be missing before the last one is too old. */
const MISSED_CHECKS = 3;

/** Reasons that say something about identities alone. */
const OF_IDENTITIES = /^(IDENTITY_\w+|(NO_|OLD_)?CERTIFICATE_CHECK|COVERAGE|REJECTED_POLICY):/;

export interface IdentityOracleOptions {
  readonly pipeline: Pipeline;
  readonly isPaused: () => boolean;
  /** Whether the functions of the destination could not run at some moment since then. */
  readonly wasStalled: (since: number) => boolean;
  /** Milliseconds, at most, that one call takes. */
  readonly longestWait: number;
  /** Milliseconds, at most, by which listings are behind. */
  readonly listingLag: number;
  readonly certificateCheckMs: number;
  /** Milliseconds for which sweeps and drift checks are proof. */
  readonly proofMs: number;
}

/**
 * Knows from the simulation itself what is true of identities, and of each status that claims that they are in sync whether it could know better: all is as in the source, or what
 * differs changed there later than the documentation says that it is seen. It looks at no code of the status, and at records only for what they say.
 */
export class IdentityOracle {
  public readonly violations: string[] = [];
  /** How many statuses claimed identities in sync, and how many did while something differed that nobody could know. */
  public claims = 0;
  public excused = 0;
  /** When heartbeats arrived in the replica. */
  public readonly beatArrivals: number[] = [];
  private readonly changes = new Map<string, number>();
  private readonly touched = new Map<string, number>();
  private readonly arrivals = new Map<string, number>();
  /** By their starts, names whose records moved so late that a sweep had to leave them; the newest last. */
  private readonly sweeps: { readonly from: number; readonly busy: ReadonlySet<string> }[] = [];
  /** When the first certificate check of all had ended: it does not miss what is gone. */
  private firstCheckAt = Infinity;
  private letteredSince = Infinity;
  private pausedSince = Infinity;
  /** Each is reported once. */
  private readonly blamed = new Set<string>();

  constructor(private readonly options: IdentityOracleOptions) {}

  public sourceChanged(before: IdentityView, after: IdentityView): void {
    for (const name of differing(before, after)) this.changes.set(name, this.now);
  }

  /** Somebody has changed the destination. */
  public touchedByHand(before: IdentityView, after: IdentityView): void {
    for (const name of differing(before, after)) this.touched.set(name, this.now);
  }

  public arrived(key: string): void {
    this.arrivals.set(key, this.now);
  }

  /** The result of a sweep of identities has arrived. */
  public swept(from: number): void {
    if (this.sweeps.some((sweep) => sweep.from === from)) return;
    const { items } = this.options.pipeline.sourceTable;
    this.sweeps.push({ from, busy: new Set(items.keys().filter((key) => Number(items.get(key)!.timestamp.N) > from - MARGIN)) });
  }

  public checked(): void {
    this.firstCheckAt = Math.min(this.firstCheckAt, this.now);
  }

  /** Called with each step of the world: since when there are letters, and a pause. */
  public look(): void {
    const since = (is: boolean, before: number) => (is ? Math.min(before, this.now) : Infinity);
    this.letteredSince = since(this.options.pipeline.deadLetters.length > 0, this.letteredSince);
    this.pausedSince = since(this.options.isPaused(), this.pausedSince);
  }

  /** What differs, of what is replicated. */
  public differences(): string[] {
    const { pipeline } = this.options;
    const { wanted, there } = this.views();
    // What no record describes is nobody's.
    return differing(wanted, there).filter((name) => wanted.has(name) || pipeline.replica.get(keyOfIdentity(name)) !== undefined);
  }

  /** A status has been written. */
  public check(status: StatusItem): void {
    const { registryInSync, identitiesInSync, readyToFailOver, reasons } = status;
    if (readyToFailOver !== (registryInSync && identitiesInSync === true)) this.blame('readiness', `is ready ${readyToFailOver}, the registry is in sync ${registryInSync} and identities ${identitiesInSync}`, status);
    if (!registryInSync && reasons.every((reason) => OF_IDENTITIES.test(reason))) this.blame('registry', `blames the registry for ${reasons.join('; ')}`, status);
    if (!identitiesInSync) return;
    this.claims += 1;
    const late = this.now - ALLOWED - CALLS_OF_A_STATUS * this.options.longestWait;
    if (this.letteredSince < late) this.blame('letters', 'says in sync, but there are dead letters', status);
    if (this.pausedSince < late) this.blame('pause', 'says in sync, but the destination is paused', status);
    this.expectFresh(status);
    let isExcused = false;
    for (const name of this.differences()) {
      const why = this.reasonToBlame(name, status);
      if (why === undefined) isExcused = true;
      else this.blame(name, `says in sync, but ${name} differs: ${why}`, status);
    }
    if (isExcused) this.excused += 1;
  }

  private blame(what: string, text: string, { asOf }: StatusItem): void {
    if (this.blamed.has(what)) return;
    this.blamed.add(what);
    this.violations.push(`the status of ${asOf} ${text}`);
  }

  /** What it is based on is not older than documented; what the source does is not expected of one that is silent. */
  private expectFresh(status: StatusItem): void {
    const { certificateCheckMs, proofMs } = this.options;
    const { lastSweep, lastDrift, lastCertificateCheck } = status.identities!;
    const heard = this.beatArrivals.at(-1) ?? this.now;
    const ages = [
      ['sweep', lastSweep, heard, proofMs], ['drift check', lastDrift, this.now, proofMs], ['certificate check', lastCertificateCheck, heard, MISSED_CHECKS * certificateCheckMs],
    ] as const;
    const saidToBeOld = status.reasons.some((reason) => reason.startsWith('OLD_CERTIFICATE_CHECK')) ? 'certificate check' : undefined;
    for (const [what, run, until, most] of ages) {
      if (run && what === saidToBeOld) continue;
      if (!run || until - Date.parse(run.startedAt) > most + ALLOWED) this.blame(what, `says in sync, but its last ${what} began ${run ? `${Math.round((until - Date.parse(run.startedAt)) / MINUTE)} minutes before` : 'never'}`, status);
    }
  }

  /** Why a status can be blamed for not knowing of a difference; undefined if it can't. */
  private reasonToBlame(name: string, { identities }: StatusItem): string | undefined {
    const { pipeline, listingLag } = this.options;
    const { wanted, there } = this.views();
    const said = saidBy(pipeline.replica.get(keyOfIdentity(name)), (key) => pipeline.replica.get(key));
    const names = [name, ...relatedTo(name, wanted.get(name), there.get(name), said)];
    if (names.some((each) => this.isUnderWay(each))) return undefined;
    const arrivedAt = latest(names.map((each) => this.arrivals.get(keyOfIdentity(each))));
    if (this.toldBy(arrivedAt) > this.now) return undefined;
    const changedAt = latest([name, ...ownersOf(name)].map((each) => this.changes.get(each)));
    if (said === wanted.get(name)) {
      const checkedAt = Date.parse(identities!.lastDrift!.startedAt);
      const touchedAt = latest(names.map((each) => this.touched.get(each)));
      // What nobody managed then is no difference, until there is a record: a check has to look once more.
      if (touchedAt > checkedAt - listingLag || (touchedAt > 0 && arrivedAt > checkedAt)) return undefined;
      return `it is recorded as it is in the source, arrived ${Math.round((this.now - arrivedAt) / 1000)} s ago, and nobody has changed it since the last drift check`;
    }
    const sweep = this.sweepOf(identities!.lastSweep!.startedAt);
    const isBusy = names.some((each) => sweep?.busy.has(keyOfIdentity(each)));
    const from = (isBusy ? this.sweeps[this.sweeps.indexOf(sweep!) - 1]?.from : sweep?.from) ?? -Infinity;
    if (changedAt <= from - MARGIN - listingLag) return `the source changed it ${Math.round((from - changedAt) / 1000)} s before a sweep that has ended`;
    const checkFrom = Date.parse(identities!.lastCertificateCheck!.startedAt);
    const isSeenByChecks = name.startsWith('certificate ') && differsInStatus(said, wanted.get(name)) && (wanted.has(name) || this.firstCheckAt < changedAt);
    if (isSeenByChecks && changedAt <= checkFrom - MARGIN - listingLag) return `the source changed its status ${Math.round((checkFrom - changedAt) / 1000)} s before the last certificate check`;
    return undefined;
  }

  private sweepOf(startedAt: string): { readonly from: number; readonly busy: ReadonlySet<string> } | undefined {
    return this.sweeps.find(({ from }) => from === Date.parse(startedAt));
  }

  private views(): { readonly wanted: IdentityView; readonly there: IdentityView } {
    const { pipeline } = this.options;
    const source = pipeline.source!.identitySnapshot();
    return { wanted: identityViewOf(source), there: identityViewOf(withoutForeign(pipeline.registry.identitySnapshot()), pendingIn(source)) };
  }

  /** When a status has to say that something is late which arrived then: where no function can run, the next heartbeat that arrives says so. */
  private toldBy(arrivedAt: number): number {
    const { wasStalled, longestWait } = this.options;
    const late = ALLOWED + CALLS_OF_A_STATUS * longestWait;
    if (!wasStalled(arrivedAt)) return arrivedAt + late;
    return (this.beatArrivals.find((at) => at > arrivedAt) ?? Infinity) + late;
  }

  private isUnderWay(name: string): boolean {
    const { pipeline } = this.options;
    if (pipeline.replica.underWay.has(keyOfIdentity(name))) return true;
    const id = JSON.stringify(name.slice(name.indexOf(' ') + 1));
    return [...pipeline.due.map(({ event }) => event.payload), ...pipeline.persisting].some((payload) => JSON.stringify(payload).includes(id));
  }

  private get now(): number {
    return this.options.pipeline.clock.now();
  }
}

function differing(one: IdentityView, other: IdentityView): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
}

function latest(times: readonly (number | undefined)[]): number {
  return Math.max(-Infinity, ...times.map((time) => time ?? -Infinity));
}
