import pMap from 'p-map';
import { DriftRun } from './begin';
import { candidatesOf } from '../../comparison/counts';
import { RegistryEntity } from '../../comparison/entity';
import { Candidate, Unit } from '../../comparison/handler/journal';
import { countsOf } from '../../comparison/handler/phase';
import { RegistryReader } from '../../comparison/handler/registry-reader';
import { unitSize } from '../../comparison/handler/step';
import { stampOf, StoredRecord, StoredRecords, TableReader } from '../../comparison/handler/table-reader';
import { Mode } from '../../comparison/input';
import { isFromTheFuture } from '../../record/margin';
import { Pace } from '../../runtime/pace';
import { DriftCount } from '../counts';
import { DriftConfig } from './context';
import { DriftKind, isRepairable } from '../drift-kind';
import { Repair, Repairs } from './repairs';
import { REPAIRED_TYPES } from '../settling-time';
import { Verdict, VerdictOptions, verdictOf } from './verdict';
import { WaitingReader } from './waiting-reader';
import { WorkPosition, Worklist } from './worklist';
import { Difference, differenceOf } from '../../comparison/handler/differences';
import { withEnds } from '../../comparison/handler/listing';
import { entityOf } from '../../comparison/selection';
import { Entity, EntityKind, keyOf, keyString, MembershipRecord, RecordKey, RegistryRecord } from '../../record/record';
import { READS } from '../../runtime/quotas';

export interface SettlingContext {
  readonly run: DriftRun;
  readonly config: VerdictOptions & Pick<DriftConfig, 'isPaused'>;
  readonly registry: RegistryReader;
  readonly readPace: Pace;
  readonly table: TableReader;
  readonly repairs: Repairs;
  /** Why nothing may be repaired at this moment, by this run; undefined if it may. */
  readonly heldBack: () => Promise<string | undefined>;
  readonly waitingReader: WaitingReader;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** What the queue takes at a time. */
const BATCH_SIZE = 10;
/** Batches at once: some are read while others wait for their turn to be repaired. */
const CONCURRENT_BATCHES = 4;

/** Looks at some candidates directly, reports what is wrong with them and has it repaired. */
export async function settleUnit(context: SettlingContext, worklist: Worklist, cursor: WorkPosition | undefined): Promise<Unit> {
  const { run, readPace, repairs } = context;
  const rateOf = (kind: EntityKind) => Math.min(readPace.rateOf(READS[kind]), run.mode === Mode.REPAIR ? repairs.rateOf(kind) : Infinity);
  const { candidates, isLast, next } = await worklist.take(cursor, (kind) => unitSize(rateOf(kind)));
  if (isLast) {
    // In a pause too, and while the source is silent: it ends what this check has begun.
    await repairs.deprecate(candidates.filter(({ isOpen }) => isOpen));
    return { next };
  }
  // A check of a large fleet takes hours, in which its source may fall silent.
  const isHeldBack = await context.heldBack() !== undefined;
  const settled = await settleBatches(isHeldBack ? { ...context, run: { ...run, mode: Mode.REPORT } } : context, candidates);
  const unsettled = settled.flatMap(unsettledOf);
  return {
    next,
    candidates: unsettled,
    counts: countsOf([...settled.flatMap(outcomesOf), ...unsettled.flatMap((each) => [candidatesOf(), ...entityOf(each)?.kind === 'type' ? [REPAIRED_TYPES] : []])]),
    differences: settled.filter(({ isMoving }) => !isMoving).flatMap(reportedOf),
  };
}

/** What is wrong with candidates, and what became of it. */
export async function settleBatches(context: SettlingContext, candidates: readonly Candidate[]): Promise<readonly Settlement[]> {
  return (await pMap(batchesOf(candidates), (batch) => settleBatch(context, batch), { concurrency: CONCURRENT_BATCHES })).flat();
}

function batchesOf(candidates: readonly Candidate[]): Candidate[][] {
  return Array.from({ length: Math.ceil(candidates.length / BATCH_SIZE) }, (_, i) => candidates.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE));
}

/** What came of a look at a candidate. */
export interface Settlement {
  readonly candidate: Candidate;
  /** What is wrong with it; nothing if it is as its record says. */
  readonly verdict?: Verdict;
  /** Its record moves, so the difference may be a change that is under way. Or it may be one that was lost, and a record that moves for another reason. */
  readonly isMoving: boolean;
  /** Where applying the record again may help. */
  readonly repair?: Repair;
  /** What became of the repair. */
  readonly fate?: typeof DriftCount.REPAIRED | typeof DriftCount.WAITING;
}

/** Lines of the report. */
export function reportedOf({ candidate, verdict }: Settlement): Difference[] {
  return verdict ? [differenceOf(candidate, entityOf(candidate)!, verdict.difference, verdict.fields)] : [];
}

function outcomesOf({ verdict, isMoving, fate }: Settlement): string[] {
  if (!verdict) return [];
  return isMoving ? [DriftCount.IN_FLIGHT] : [DriftCount[verdict.difference], ...fate ? [fate] : []];
}

/** What has to be looked at again: what was repaired, and what moved, repaired or not. */
function unsettledOf({ candidate: { pk, sk }, isMoving, repair, fate }: Settlement): Candidate[] {
  const isRepaired = fate === DriftCount.REPAIRED;
  return repair && (isRepaired || isMoving) ? [{ pk, sk, isOpen: isRepaired ? repair.isOpen : undefined, isMoving: isMoving || undefined }] : [];
}

/** The records are read before and after: what moved in between may have been applied or not, and says nothing. */
async function settleBatch(
  { run, config, registry, table, repairs, waitingReader, now }: SettlingContext, batch: readonly Candidate[],
): Promise<readonly Settlement[]> {
  const keys = withEnds(batch);
  const before = await table.batchGet(keys, true);
  const there = await Promise.all(batch.map((candidate) => registry.read(entityOf(candidate)!)));
  const after = await table.batchGet(keys, true);
  const settled = batch.map((candidate, i) => settle(candidate, there[i], { before, after }, { since: run.startedAt, now: now() }, config));
  // A check that began before a pause only reports from then on.
  if (run.mode === Mode.REPORT || config.isPaused) return settled;
  const wanted = settled.flatMap(({ repair }) => repair ?? []);
  const waiting = await waitingReader.among(wanted.map(({ key }) => key));
  const waits = ({ key }: Repair) => waiting.has(keyString(key));
  await repairs.send(wanted.filter((repair) => !waits(repair)));
  return settled.map((each) => (each.repair ? { ...each, fate: waits(each.repair) ? DriftCount.WAITING : DriftCount.REPAIRED } : each));
}

interface Readings {
  readonly before: StoredRecords;
  readonly after: StoredRecords;
}

/** Milliseconds since the epoch: a record from in between may be pending. One from the future would be forever, so it says nothing. */
interface Window {
  readonly since: number;
  readonly now: number;
}

function isWithin({ since, now }: Window, timestamp: number): boolean {
  return timestamp > since && !isFromTheFuture(timestamp, now);
}

function settle(candidate: Candidate, there: RegistryEntity | undefined, readings: Readings, window: Window, config: VerdictOptions): Settlement {
  const entity = entityOf(candidate)!;
  const verdict = verdictOf(entity, there, readings.after, config);
  if (!verdict) return { candidate, isMoving: false };
  const { difference } = verdict;
  const record = readings.after.get(candidate);
  return {
    candidate,
    verdict,
    isMoving: hasMoved(candidate, readings) || isRecent(entity, candidate, readings.after, window),
    repair: isRepairable(difference) ? { key: candidate, kind: entity.kind, difference, ...repairOf(record, verdict) } : undefined,
  };
}

/**
 * A type that lacks its deprecation gets it at the end: AWS refuses new things of a deprecated type, so each of those that are missing would
 * have it undeprecated and deprecated again. A check that dies before the end leaves it open, which is a difference for the next one.
 */
function repairOf(record: StoredRecord | undefined, { difference, fields = [] }: Verdict): Pick<Repair, 'incarnation' | 'isOpen'> {
  const lacksDeprecation = difference === DriftKind.MISSING || difference === DriftKind.DIFFERENT && fields.every(({ field }) => field === 'deprecated');
  const isDeprecated = isIncarnated(record) && record.kind === 'type' && !record.deleted && record.state.deprecated;
  return { incarnation: incarnationOf(record), isOpen: isDeprecated && lacksDeprecation || undefined };
}

function hasMoved(key: RecordKey, { before, after }: Readings): boolean {
  return withEnds([key]).some((each) => stampOf(before.get(each)) !== stampOf(after.get(each)));
}

/** Whether the record was written since the check began, so that it may be in flight; or, for a membership, an end was re-created since then. */
function isRecent(entity: Entity, key: RecordKey, records: StoredRecords, window: Window): boolean {
  const record = records.get(key);
  if (!record || record === 'unreadable') return false;
  if (isWithin(window, record.timestamp)) return true;
  if (entity.kind !== 'membership' || record.kind !== 'membership') return false;
  const [thing, group] = [records.get(keyOf.thing(entity.thingName)), records.get(keyOf.group(entity.groupName))];
  return isAnotherSince(window, thing, record.thingId) || isAnotherSince(window, group, record.groupId);
}

function isAnotherSince(window: Window, end: StoredRecord | undefined, id: string): boolean {
  return isIncarnated(end) && isWithin(window, end.timestamp) && (end.deleted || end.incarnation !== id);
}

function incarnationOf(record: StoredRecord | undefined): string | undefined {
  return isIncarnated(record) ? record.incarnation : undefined;
}

function isIncarnated(record: StoredRecord | undefined): record is Exclude<RegistryRecord, MembershipRecord> {
  return record !== undefined && record !== 'unreadable' && record.kind !== 'membership';
}
