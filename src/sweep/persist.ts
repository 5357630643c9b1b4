import pMap from 'p-map';
import { SweepRun } from './begin';
import { SweepDependencies } from './dependencies';
import { Persister } from './persister';
import { EndIds } from './registry-event';
import { Verdict, verdictOf } from './verdict';
import { Candidates, CandidatePosition } from '../convergence/candidates';
import { Difference, differenceOf } from '../convergence/comparison';
import { keyOfEntity, RegistryEntity } from '../convergence/entity';
import { Mode } from '../convergence/input';
import { Candidate, Unit } from '../convergence/journal';
import { withEnds } from '../convergence/listing';
import { countsOf } from '../convergence/phase';
import { Quota, READS, WRITES } from '../convergence/quotas';
import { RegistryReader } from '../convergence/registry-reader';
import { entityOf } from '../convergence/scope';
import { unitSize } from '../convergence/step';
import { stampOf, StoredRecord, StoredRecords, TableReader } from '../convergence/table-reader';
import { Outcome } from '../persistence/outcome';
import { MARGIN_MS } from '../table/margin';
import { Entity, EntityKind, keyOf } from '../table/record';

/** What became of a candidate, besides the outcomes of the persistence workflow. */
export const Settled = {
  /** Both sides are equal when they are read directly. */
  EQUAL: 'equal',
  /** Its record has moved so recently that the next sweep will know better. */
  LEFT: 'left',
  /** Its record says that it is newer than what is there, and no event came that would be: somebody else wrote it. */
  REFUSED: 'refused',
} as const;

/** Candidates at once: enough to hide the latency of each, within the pace. */
const CONCURRENCY = 16;

export interface SettlingContext {
  readonly dependencies: SweepDependencies;
  readonly run: SweepRun;
  readonly registry: RegistryReader;
  readonly table: TableReader;
  readonly persister: Persister;
}

interface Settlement {
  readonly counts: readonly string[];
  readonly difference?: Difference;
}

/** Moves the records of some candidates forward. */
export async function persistUnit(context: SettlingContext, candidates: Candidates, cursor: CandidatePosition | undefined): Promise<Unit> {
  const { readPace, writePace } = context.dependencies;
  const rateOf = (kind: EntityKind) => Math.min(writePace.rateOf(WRITES[kind].different), ...readsOf(kind).map((read) => readPace.rateOf(read)));
  const { candidates: taken, next } = await candidates.take(cursor, (phase) => unitSize(rateOf(KIND_OF_PHASE[phase])));
  const records = await context.table.batchGet(withEnds(taken), true);
  const settled: Settlement[] = [];
  const isYoung = youthOf(context);
  // A group after its parent; all else in any order.
  for (const stage of stagesOf(taken)) {
    settled.push(...await pMap(stage, (candidate) => settle(context, candidate, records, isYoung), { concurrency: CONCURRENCY }));
  }
  return {
    next,
    counts: countsOf(settled.flatMap(({ counts }) => counts)),
    differences: settled.flatMap(({ difference }) => difference ?? []),
  };
}

/** The group of a membership is read as well. */
function readsOf(kind: EntityKind): Quota[] {
  return kind === 'membership' ? [READS.membership, READS.group] : [READS[kind]];
}

/** The kind with the lowest quota, of the phase whose candidates are of all kinds. */
const KIND_OF_PHASE = { types: 'type', groups: 'group', things: 'thing', memberships: 'membership', records: 'type' } as const;

function stagesOf(candidates: readonly Candidate[]): Candidate[][] {
  const stages: Candidate[][] = [];
  for (const candidate of candidates) {
    const last = stages[stages.length - 1];
    if (last && last[0].depth === candidate.depth) last.push(candidate);
    else stages.push([candidate]);
  }
  return stages;
}

async function settle(
  context: SettlingContext, candidate: Candidate, records: StoredRecords, isYoung: (groupName: string) => Promise<boolean>,
): Promise<Settlement> {
  const { registry, run, persister, dependencies: { now, writePace, config } } = context;
  const entity = entityOf(candidate)!;
  // A membership that a listing still shows can be one of an end that has been re-created since.
  if (withEnds([candidate]).some((key) => hasMoved(records.get(key), now()))) return { counts: [Settled.LEFT] };
  const there = await registry.read(entity);
  const verdict = there && verdictOf(there, records, config);
  if (!verdict) return persister.isOwn(records.get(candidate)) ? persistedBefore(candidate, entity) : { counts: [Settled.EQUAL] };
  const difference = differenceOf(candidate, entity, verdict.difference, verdict.fields);
  if (there.kind === 'membership' && await isYoung(there.groupName)) return { counts: [Settled.LEFT] };
  if (run.mode === Mode.REPORT) return { counts: [verdict.difference], difference };
  await writePace.pass(WRITES[entity.kind][verdict.difference]);
  const outcome = await persist(context, there, records);
  return persisted(outcome === Outcome.STALE && await isUnmoved(context, candidate, records) ? Settled.REFUSED : outcome, verdict, difference);
}

/** Whether a record is what it was. If not, an event has moved it meanwhile. */
async function isUnmoved({ table }: SettlingContext, candidate: Candidate, before: StoredRecords): Promise<boolean> {
  const after = await table.batchGet([candidate], true);
  return stampOf(after.get(candidate)) === stampOf(before.get(candidate));
}

/**
 * Tells whether a group may have been created since the listing that shows a member of it: the member is one of the group before it then. Where
 * AWS tells nothing of the memberships that end with a group, no event would put that right. Each group is looked at once.
 */
function youthOf({ registry, dependencies: { now } }: SettlingContext): (groupName: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const look = async (groupName: string) => {
    const createdAt = (await registry.group(groupName))?.createdAt;
    return createdAt !== undefined && createdAt > now() - MARGIN_MS;
  };
  return (groupName) => {
    const answer = known.get(groupName) ?? look(groupName);
    known.set(groupName, answer);
    return answer;
  };
}

/** By a step of this run that died before it noted so; how it differed is not known any more. */
function persistedBefore(candidate: Candidate, entity: Entity): Settlement {
  return { counts: ['different', Outcome.PERSISTED], difference: differenceOf(candidate, entity, 'different') };
}

/** What the router does not let pass is no difference. */
function persisted(outcome: string | undefined, { difference: kind }: Verdict, difference: Difference): Settlement {
  if (outcome === undefined) return { counts: [Settled.LEFT] };
  return outcome === Outcome.FILTERED ? { counts: [outcome] } : { counts: [kind, outcome], difference };
}

/** @returns undefined for a membership one of whose ends is gone by now */
async function persist({ persister, registry }: SettlingContext, entity: RegistryEntity, records: StoredRecords): Promise<string | undefined> {
  const record = records.get(keyOfEntity(entity));
  if (entity.kind === 'type' && entity.state.deprecated && !record) return persister.undeprecated(entity);
  if (entity.kind !== 'membership') return persister.entity(entity, record);
  const thingId = idIn(records.get(keyOf.thing(entity.thingName))) ?? (await registry.thing(entity.thingName))?.incarnation;
  const groupId = idIn(records.get(keyOf.group(entity.groupName))) ?? (await registry.group(entity.groupName))?.incarnation;
  if (thingId === undefined || groupId === undefined) return undefined;
  const ids: EndIds = { thingId, groupId };
  return persister.membership(entity, ids);
}

/** The id by which events know the end of a membership. */
function idIn(record: StoredRecord | undefined): string | undefined {
  return record && record !== 'unreadable' && record.kind !== 'membership' && !record.deleted ? record.incarnation : undefined;
}

/** Whether an event has moved the record so recently that others may be on their way. */
export function hasMoved(record: StoredRecord | undefined, now: number): boolean {
  return record !== undefined && record !== 'unreadable' && record.timestamp > now - MARGIN_MS;
}
