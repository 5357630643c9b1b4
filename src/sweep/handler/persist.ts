import pMap from 'p-map';
import { SweepRun } from './begin';
import { SweepContext } from './context';
import { asLeft, incarnationIn, LeftBefore } from './left';
import { Persister, TOO_LARGE } from './persistence-client';
import { futureOf, replacedBy, VerdictOptions, verdictOf } from './verdict';
import { Count } from '../../comparison/counts';
import { Candidates, CandidatePosition } from '../../comparison/handler/candidates';
import { Difference, differenceOf } from '../../comparison/handler/differences';
import { Candidate, Unit } from '../../comparison/handler/journal';
import { referredBy } from '../../comparison/handler/listing';
import { countsOf, sum } from '../../comparison/handler/phase';
import { UNIT_SECONDS, unitSize } from '../../comparison/handler/step';
import { isAlive, storedRevisionOf, StoredRecord, StoredRecords, TableReader } from '../../comparison/handler/table-reader';
import { Mode } from '../../comparison/input';
import { kindsIn } from '../../comparison/phases';
import type { Selection } from '../../comparison/selection';
import type { Entity, EntityKind, RegistryEntity } from '../../kinds';
import { passWrites, readRateOf, writeRateOf } from '../../kinds/handler/quotas';
import { readEntity } from '../../kinds/handler/reading';
import { entityOf, isEntity, isObserved, keyOf, kindOf, ownerIdsOf, ownersOf, withOwners } from '../../kinds/register';
import { Outcome } from '../../persistence/outcome';
import { isRecent } from '../../record/margin';
import { keyString } from '../../record/record';
import type { Replicated } from '../../record/signal';
import type { IotSender } from '../../runtime/senders';

/** Outcomes of a candidate, besides those of the persistence workflow. */
export const RecheckOutcome = {
  /** Both sides are equal when they are read directly. */
  CONFIRMED_EQUAL: 'confirmedEqual',
  /** Its record has changed so recently that the next sweep decides. */
  DEFERRED: 'deferred',
  /** The previous sweep deferred it too, and no event has changed its record since. */
  DEFERRED_AGAIN: 'deferredAgain',
  /** Its record claims to be newer than the registry, and no such event arrived: somebody else wrote it. */
  REFUSED: 'refused',
} as const;

/** Candidates at once: enough to hide the latency of each, within the pace. */
const CONCURRENCY = 16;

export interface RecheckContext extends SweepContext {
  readonly run: SweepRun;
  readonly scope: Selection;
  /** The same as a digest, with the router. */
  readonly replicated: Replicated;
  /** The source registry. Its calls wait for their turn. */
  readonly iot: IotSender;
  readonly table: TableReader;
  readonly persister: Persister;
  readonly leftBefore: LeftBefore;
}

export interface RecheckResult {
  readonly counts: readonly string[];
  readonly difference?: Difference;
  /** For the next sweep. */
  readonly left?: Candidate;
}

/** The combined result of rechecks. */
export function unitOf(results: readonly RecheckResult[], next: unknown): Unit {
  return {
    next,
    counts: countsOf(results.flatMap(({ counts }) => counts)),
    differences: results.flatMap(({ difference }) => difference ?? []),
    left: results.flatMap(({ left }) => left ?? []),
  };
}

/** Moves the records of some candidates forward. */
export async function persistUnit(context: RecheckContext, candidates: Candidates, cursor: CandidatePosition | undefined): Promise<Unit> {
  const { readPace, writePace } = context;
  const rateOf = (kind: EntityKind) => Math.min(writeRateOf(writePace, kind, 'different'), ...readsFor(kind).map((each) => readRateOf(readPace, each)));
  const { candidates: taken, next } = await candidates.take(cursor, (phase) => unitSize(Math.min(...kindsIn(phase).map(rateOf))));
  const records = await context.table.batchGet(taken.flatMap(withOwners), true);
  const isNew = wasCreatedSince(context);
  // In a tree, children follow; everything else is in any order.
  const recheckOne = async (candidate: Candidate) => withFuture(context, candidate, records, await recheck(context, candidate, records, isNew));
  const results = await inTime(context, stagesOf(taken), recheckOne);
  // Read before the memberships are listed, because they are compared with these.
  const replacing = taken.slice(0, results.length).flatMap((candidate): Candidate[] => {
    const replaced = replacedBy(records.get(candidate));
    return replaced.length > 0 ? [{ ...candidate, replaced }] : [];
  });
  const unit = unitOf(results, results.length < taken.length ? (await candidates.take(cursor, () => results.length)).next : next);
  return {
    ...unit,
    ...await referredAfter(context, taken.slice(0, results.length)),
    candidates: replacing,
    counts: sum(unit.counts, { [Count.CANDIDATES]: replacing.length }),
  };
}

/** What records name by now. A router may have changed or dropped what was read, so only the records say. */
async function referredAfter({ table, scope }: RecheckContext, done: readonly Candidate[]): Promise<Pick<Unit, 'referred'>> {
  const referring = scope.onlyReferred ? done.filter((candidate) => kindOf(entityOf(candidate)!.kind).refersTo) : [];
  return referring.length > 0 ? referredBy(referring, await table.batchGet(referring, true), scope) : {};
}

/**
 * Rechecks candidates, stage by stage, as many as the time of a unit permits, but at least some.
 *
 * The pace limits their time, except with a router. A slow or failing router takes a minute and a half for each candidate with all its attempts, and the work of a step
 * that died before it recorded that is done again: the same events would be dead-lettered once more.
 */
export async function inTime(
  { config, now }: RecheckContext,
  stages: readonly (readonly Candidate[])[],
  recheckOne: (candidate: Candidate) => Promise<RecheckResult>,
): Promise<RecheckResult[]> {
  const until = now() + UNIT_SECONDS * 1000;
  const size = config.routerVersion === undefined ? Infinity : CONCURRENCY;
  const results: RecheckResult[] = [];
  for (const portion of stages.flatMap((stage) => portionsOf(stage, size))) {
    if (results.length > 0 && now() > until) break;
    results.push(...await pMap(portion, recheckOne, { concurrency: CONCURRENCY }));
  }
  return results;
}

function portionsOf(stage: readonly Candidate[], size: number): (readonly Candidate[])[] {
  return size >= stage.length ? [stage] : Array.from({ length: Math.ceil(stage.length / size) }, (_, i) => stage.slice(i * size, (i + 1) * size));
}

/** The owner that lists it is read as well. */
function readsFor(kind: EntityKind): EntityKind[] {
  const { listedBy } = kindOf(kind);
  return listedBy === undefined ? [kind] : [kind, listedBy as EntityKind];
}

function stagesOf(candidates: readonly Candidate[]): Candidate[][] {
  const stages: Candidate[][] = [];
  for (const candidate of candidates) {
    const last = stages[stages.length - 1];
    if (last && last[0].depth === candidate.depth) last.push(candidate);
    else stages.push([candidate]);
  }
  return stages;
}

async function recheck(
  context: RecheckContext, candidate: Candidate, records: StoredRecords, isNew: (owner: Entity) => Promise<boolean>,
): Promise<RecheckResult> {
  const { iot, run, persister, now, writePace } = context;
  const entity = entityOf(candidate)!;
  const isMoving = hasMoved(records.get(candidate), now());
  // It may be a candidate only because of what it replaced, and is checked nevertheless.
  if (isMoving && replacedBy(records.get(candidate)).length === 0) return leave(context, candidate, records);
  if (await mayHaveOtherOwners(context, candidate, entity, records)) return leave(context, candidate, records);
  const readAt = now();
  const there = await readEntity(iot, entity);
  const verdict = there && verdictOf(there, records, optionsOf(context));
  if (!verdict) return persister.isOwn(records.get(candidate)) ? persistedBefore(candidate, entity) : { counts: [RecheckOutcome.CONFIRMED_EQUAL] };
  if (isMoving) return leave(context, candidate, records);
  const difference = differenceOf(candidate, entity, verdict.difference, verdict.fields);
  const listedIn = ownersOf(entity).find(({ kind }) => kind === kindOf(entity.kind).listedBy);
  if (listedIn && await isNew(listedIn.entity)) return leave(context, candidate, records);
  if (run.mode === Mode.REPORT) return { counts: [verdict.difference], difference };
  await passWrites(writePace, entity.kind, verdict.difference);
  const outcome = await persistObserved(context, there, records, readAt);
  if (outcome === undefined) return leave(context, candidate, records);
  // An entity that the router drops is not a difference.
  if (outcome === Outcome.FILTERED && !isAlive(records.get(candidate))) return { counts: [outcome] };
  return { counts: [verdict.difference, await resolved(context, outcome, candidate, records)], difference: withOutcome(difference, outcome) };
}

/**
 * A record with a time in the future is a difference, whatever else a recheck has found: no event that it may wait for gets past the record, and what is equal
 * now can't follow the registry later.
 */
export function withFuture({ now }: RecheckContext, candidate: Candidate, records: StoredRecords, result: RecheckResult): RecheckResult {
  const record = records.get(candidate);
  if (result.difference || !record || record === 'unreadable') return result;
  const ahead = futureOf(record, now());
  if (ahead.length === 0) return result;
  return { counts: ['different', RecheckOutcome.REFUSED], difference: differenceOf(candidate, entityOf(candidate)!, 'different', ahead) };
}

/** The facts of a run that the verdict depends on. */
export function optionsOf({ config, now }: RecheckContext): VerdictOptions {
  return { routerVersion: config.routerVersion, now: now() };
}

/** Leaves a candidate to the next sweep. If the previous sweep left it in the same state, nothing is pending any more: it differs. */
export async function leave({ leftBefore }: RecheckContext, candidate: Candidate, records: StoredRecords): Promise<RecheckResult> {
  const left = asLeft(candidate, records);
  if (!await leftBefore.hasLeft(left)) return { counts: [RecheckOutcome.DEFERRED], left };
  return { counts: [RecheckOutcome.DEFERRED_AGAIN], left, difference: differenceOf(candidate, entityOf(candidate)!, 'deferredAgain') };
}

/**
 * Whether an owner may have been re-created after the listing of its dependants: then they belonged to its predecessor.
 *
 * A changed owner is still the same. A recently changed one counts as re-created unless the record of the dependant, its version, or the previous sweep
 * shows that it is older: in many fleets things are updated every few minutes, and their memberships have to be repaired nevertheless.
 */
async function mayHaveOtherOwners(
  { leftBefore, now }: RecheckContext, candidate: Candidate, entity: Entity, records: StoredRecords,
): Promise<boolean> {
  const record = records.get(candidate);
  const known = record && record !== 'unreadable' ? ownerIdsOf(record) : undefined;
  for (const { key } of ownersOf(entity)) {
    const owner = records.get(key);
    if (!owner || owner === 'unreadable' || !isEntity(owner) || !hasMoved(owner, now())) continue;
    if (owner.deleted) return true;
    if (known ? known.includes(owner.incarnation) : owner.version > 1) continue;
    if (!await leftBefore.hasKnownOwner(candidate, owner.incarnation, now())) return true;
  }
  return false;
}

/** The outcome of a difference: `stale` only if an event has changed the record meanwhile; otherwise the record has refused it. */
export async function resolved(context: RecheckContext, outcome: string, candidate: Candidate, records: StoredRecords): Promise<string> {
  return outcome === Outcome.STALE && await isUnmoved(context, candidate, records) ? RecheckOutcome.REFUSED : outcome;
}

/** Who reads the report has to know that another sweep won't help. */
export function withOutcome(difference: Difference, outcome: string): Difference {
  return outcome === TOO_LARGE ? { ...difference, outcome } : difference;
}

/** Whether a record is unchanged. If not, an event has changed it meanwhile. */
async function isUnmoved({ table }: RecheckContext, candidate: Candidate, before: StoredRecords): Promise<boolean> {
  const after = await table.batchGet([candidate], true);
  return storedRevisionOf(after.get(candidate)) === storedRevisionOf(before.get(candidate));
}

/**
 * Whether an owner may have been created after the listing of its dependants: then they belonged to its predecessor. Where AWS does not report
 * the memberships that end with a group, no event would correct that. Each owner is checked once.
 */
function wasCreatedSince({ iot, now }: RecheckContext): (owner: Entity) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const look = async (owner: Entity) => {
    const createdAt = (await readEntity(iot, owner))?.createdAt;
    return createdAt !== undefined && isRecent(createdAt, now());
  };
  return (owner) => {
    const key = keyString(keyOf(owner));
    const answer = known.get(key) ?? look(owner);
    known.set(key, answer);
    return answer;
  };
}

/** A step of this run that died before it recorded that has persisted it; its difference is no longer known. */
function persistedBefore(candidate: Candidate, entity: Entity): RecheckResult {
  return { counts: ['different', Outcome.PERSISTED], difference: differenceOf(candidate, entity, 'different') };
}

/**
 * Has an entity persisted that was read directly.
 *
 * @returns undefined if an owner is gone by now
 */
export async function persistObserved(
  { persister, iot }: Pick<RecheckContext, 'persister' | 'iot'>, entity: RegistryEntity, records: StoredRecords, readAt: number,
): Promise<string | undefined> {
  const record = records.get(keyOf(entity));
  const ownerIds: string[] = [];
  for (const owner of ownersOf(entity)) {
    const id = incarnationIn(records.get(owner.key)) ?? (await readEntity(iot, owner.entity))?.incarnation;
    if (id === undefined) return undefined;
    ownerIds.push(id);
  }
  return persister.entity(entity, ownerIds, record, readAt);
}

/** Whether an event has changed the record so recently that others may be pending. */
export function hasMoved(record: StoredRecord | undefined, now: number): boolean {
  return record !== undefined && record !== 'unreadable' && !isObserved(record.kind) && isRecent(record.timestamp, now);
}
