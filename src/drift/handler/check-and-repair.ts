import pMap from 'p-map';
import { DriftRun } from './begin';
import { DriftConfig } from './context';
import { Repair, Repairs } from './repairs';
import { othersIn, Verdict, VerdictOptions, verdictOf } from './verdict';
import { WaitingReader } from './waiting-reader';
import { WorkPosition, Worklist } from './worklist';
import { candidatesOf } from '../../comparison/counts';
import { Difference, differenceOf } from '../../comparison/handler/differences';
import { Candidate, Unit } from '../../comparison/handler/journal';
import { countsOf } from '../../comparison/handler/phase';
import { unitSize } from '../../comparison/handler/step';
import { storedRevisionOf, StoredRecord, StoredRecords, TableReader } from '../../comparison/handler/table-reader';
import { Mode } from '../../comparison/input';
import type { Plan } from '../../comparison/phases';
import type { Entity, EntityKind, RegistryEntity } from '../../kinds';
import { readRateOf } from '../../kinds/handler/quotas';
import { mentionedIn, readEntity, readerOf } from '../../kinds/handler/reading';
import { EntityRecord, entityOf, isEntity, kindOf, ownerIdsOf, ownersOf, stateOf, withOwners } from '../../kinds/register';
import { isFromTheFuture } from '../../record/margin';
import { keyString, RecordKey } from '../../record/record';
import { Pace } from '../../runtime/pace';
import type { IotSender } from '../../runtime/senders';
import { DriftCount } from '../counts';
import { DriftKind, isRepairable } from '../drift-kind';
import { isCounted } from '../repair-wait';

export interface RecheckContext {
  readonly run: DriftRun;
  readonly plan: Plan;
  readonly config: VerdictOptions & Pick<DriftConfig, 'isPaused'>;
  /** The destination's registry. Its calls wait for their turn. */
  readonly iot: IotSender;
  readonly readPace: Pace;
  readonly table: TableReader;
  readonly repairs: Repairs;
  /** Why this run must not repair anything at this moment; undefined if it may. */
  readonly heldBack: () => Promise<string | undefined>;
  readonly waitingReader: WaitingReader;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** The maximum of keys in one call of SQS. */
const BATCH_SIZE = 10;
/** Batches at once: some are read while others wait for their turn to be repaired. */
const CONCURRENT_BATCHES = 4;

/** Reads some candidates directly, reports the differences and sends their keys to be repaired. */
export async function recheckUnit(context: RecheckContext, worklist: Worklist, cursor: WorkPosition | undefined): Promise<Unit> {
  const { run, readPace, repairs } = context;
  const rateOf = (kind: EntityKind) => Math.min(readRateOf(readPace, kind), run.mode === Mode.REPAIR ? repairs.rateOf(kind) : Infinity);
  const { candidates, isLast, next } = await worklist.take(cursor, (kind) => unitSize(rateOf(kind)));
  if (isLast) {
    // In a pause too, and while the source is silent: this completes repairs that the check has begun.
    await repairs.finish(candidates.filter(({ isOpen }) => isOpen));
    return { next };
  }
  // A check of a large fleet takes hours, in which its source may fall silent.
  const isHeldBack = await context.heldBack() !== undefined;
  const results = await recheckBatches(isHeldBack ? { ...context, run: { ...run, mode: Mode.REPORT } } : context, candidates);
  const toVerify = results.flatMap(toVerifyOf);
  return {
    next,
    candidates: toVerify,
    counts: countsOf([...results.flatMap(outcomesOf), ...toVerify.flatMap(countsOfCandidate)]),
    differences: results.filter(({ isMoving }) => !isMoving).flatMap(reportedOf),
  };
}

function countsOfCandidate(candidate: Candidate): string[] {
  const { kind } = entityOf(candidate)!;
  return [candidatesOf(), ...isCounted(kind) ? [candidatesOf(kind)] : []];
}

/** The differences of candidates, and the results of their repairs. */
export async function recheckBatches(context: RecheckContext, candidates: readonly Candidate[]): Promise<readonly RecheckResult[]> {
  return (await pMap(batchesOf(candidates), (batch) => recheckBatch(context, batch), { concurrency: CONCURRENT_BATCHES })).flat();
}

function batchesOf(candidates: readonly Candidate[]): Candidate[][] {
  return Array.from({ length: Math.ceil(candidates.length / BATCH_SIZE) }, (_, i) => candidates.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE));
}

/** The result of reading a candidate directly. */
export interface RecheckResult {
  readonly candidate: Candidate;
  /** How it differs; undefined if it equals its record. */
  readonly verdict?: Verdict;
  /** Its record is changing, so the difference may be a change in flight. It may also be a lost change of a record that changes for another reason. */
  readonly isMoving: boolean;
  /** Present if applying the record again may help. */
  readonly repair?: Repair;
  /** Why applying the record can't end the difference before somebody acts. It is applied nevertheless: its dead letter is what notifies them. */
  readonly rejection?: Error;
  /** The result of the repair. */
  readonly fate?: typeof DriftCount.REPAIRED | typeof DriftCount.WAITING;
}

/** Lines of the report. */
export function reportedOf({ candidate, verdict, rejection }: RecheckResult): Difference[] {
  if (!verdict) return [];
  const fields = rejection ? [...verdict.fields ?? [], { field: 'rejection', actual: `${rejection.name}: ${rejection.message}` }] : verdict.fields;
  return [differenceOf(candidate, entityOf(candidate)!, verdict.difference, fields)];
}

/** Whether a record that was sent to be repaired is rejected, the next phase says. */
function outcomesOf({ verdict, isMoving, rejection, fate }: RecheckResult): string[] {
  if (!verdict) return [];
  if (isMoving) return [DriftCount.IN_FLIGHT];
  // What stays is no difference.
  const isRejected = rejection && verdict.difference !== DriftKind.UNMANAGED;
  return [DriftCount[verdict.difference], ...isRejected && fate !== DriftCount.REPAIRED ? [DriftCount.REJECTED] : [], ...fate ? [fate] : []];
}

/** Entities to verify: those that were repaired, and those whose record changed, repaired or not. */
function toVerifyOf({ candidate: { pk, sk }, isMoving, repair, fate }: RecheckResult): Candidate[] {
  const isRepaired = fate === DriftCount.REPAIRED;
  return repair && (isRepaired || isMoving) ? [{ pk, sk, isOpen: isRepaired ? repair.isOpen : undefined, isMoving: isMoving || undefined }] : [];
}

/** The records are read before and after the registry: a record that changed in between may have been applied or not, so it proves nothing. */
async function recheckBatch(
  { run, config, iot, table, repairs, waitingReader, now }: RecheckContext, batch: readonly Candidate[],
): Promise<readonly RecheckResult[]> {
  const keys = batch.flatMap(withOwners);
  const before = await table.batchGet(keys, true);
  const there = await Promise.all(batch.map((candidate) => readEntity(iot, entityOf(candidate)!)));
  const after = await table.batchGet([...keys, ...there.flatMap(mentionedIn), ...batch.flatMap((key) => mentionedIn(before.get(key)))], true);
  const results = await Promise.all(batch.map(async (candidate, i): Promise<RecheckResult> => {
    const result = recheck(candidate, there[i], { before, after }, { since: run.startedAt, now: now() }, config);
    const staying = await stayingOf(iot, table, result, config);
    if (staying) return { candidate, verdict: { difference: DriftKind.UNMANAGED }, isMoving: false, rejection: staying.reason };
    return { ...result, rejection: await rejectionOf(iot, result, there[i], after, config) };
  }));
  // A check that began before a pause only reports from then on.
  if (run.mode === Mode.REPORT || config.isPaused) return results;
  const wanted = results.flatMap(({ repair }) => repair ?? []);
  const waiting = await waitingReader.among(wanted.map(({ key }) => key));
  const waits = ({ key }: Repair) => waiting.has(keyString(key));
  await repairs.send(wanted.filter((repair) => !waits(repair)));
  return results.map((each) => (each.repair ? { ...each, fate: waits(each.repair) ? DriftCount.WAITING : DriftCount.REPAIRED } : each));
}

/** The deletion of its record leaves it alone: somebody may have named it so before, or may use the name again; or somebody here needs what the source has deleted. */
async function stayingOf(
  iot: IotSender, table: TableReader, { candidate, verdict }: RecheckResult, { destination }: VerdictOptions,
): Promise<{ readonly reason?: Error } | undefined> {
  if (verdict?.difference !== DriftKind.SHOULD_BE_GONE || !destination) return undefined;
  const entity = entityOf(candidate)!;
  return readerOf(entity.kind).local?.staying?.(iot, entity, destination, async (keys) => othersIn(await table.batchGet(keys, true)));
}

async function rejectionOf(
  iot: IotSender, { candidate, verdict, isMoving }: RecheckResult, there: RegistryEntity | undefined, records: StoredRecords,
  { destination }: VerdictOptions,
): Promise<Error | undefined> {
  const record = records.get(candidate);
  const mayBe = verdict?.difference === DriftKind.MISSING || verdict?.difference === DriftKind.DIFFERENT;
  if (!mayBe || isMoving || !destination || !record || record === 'unreadable' || record.deleted) return undefined;
  return readerOf(record.kind).local?.rejection?.(iot, entityOf(candidate)!, stateOf(record) as never, there !== undefined, destination);
}

interface BeforeAndAfter {
  readonly before: StoredRecords;
  readonly after: StoredRecords;
}

/** Milliseconds since the epoch: a record from in between may be pending. A record from the future would be pending forever, so it proves nothing. */
interface Window {
  readonly since: number;
  readonly now: number;
}

function isWithin({ since, now }: Window, timestamp: number): boolean {
  return timestamp > since && !isFromTheFuture(timestamp, now);
}

function recheck(
  candidate: Candidate, there: RegistryEntity | undefined, records: BeforeAndAfter, window: Window, config: VerdictOptions,
): RecheckResult {
  const entity = entityOf(candidate)!;
  const verdict = verdictOf(entity, there, records.after, config);
  if (!verdict) return { candidate, isMoving: false };
  const { difference } = verdict;
  const record = records.after.get(candidate);
  return {
    candidate,
    verdict,
    isMoving: hasMoved(candidate, records) || isRecent(entity, candidate, records.after, window),
    repair: isRepairable(difference) ? { key: candidate, kind: entity.kind, difference, ...repairOf(record, verdict) } : undefined,
  };
}

/**
 * An entity that lacks only its last step gets it at the end: AWS refuses new things of a deprecated type, so each missing thing would undeprecate and
 * deprecate the type again. If the check dies before the end, the missing step is a difference for the next check.
 */
function repairOf(record: StoredRecord | undefined, { difference, fields = [] }: Verdict): Pick<Repair, 'incarnation' | 'isOpen'> {
  if (!isIncarnated(record)) return {};
  const { lastStep } = kindOf(record.kind);
  const lacksIt = difference === DriftKind.MISSING || difference === DriftKind.DIFFERENT && fields.every(({ field }) => field === lastStep?.field);
  const isDue = lastStep !== undefined && !record.deleted && lastStep.isDone(stateOf(record));
  return { incarnation: record.incarnation, isOpen: isDue && lacksIt || undefined };
}

function hasMoved(key: RecordKey, { before, after }: BeforeAndAfter): boolean {
  return withOwners(key).some((each) => storedRevisionOf(before.get(each)) !== storedRevisionOf(after.get(each)));
}

/** Whether the record was written since the check began, or one that it mentions, so that it may be in flight; or an owner was re-created since. */
function isRecent(entity: Entity, key: RecordKey, records: StoredRecords, window: Window): boolean {
  const record = records.get(key);
  if (!record || record === 'unreadable') return false;
  const mentioned = mentionedIn(record).map((each) => records.get(each));
  if ([record, ...mentioned].some((each) => each && each !== 'unreadable' && isWithin(window, each.timestamp))) return true;
  const ids = ownerIdsOf(record);
  return ownersOf(entity).some((owner, i) => isAnotherSince(window, records.get(owner.key), ids[i]));
}

function isAnotherSince(window: Window, owner: StoredRecord | undefined, id: string): boolean {
  return isIncarnated(owner) && isWithin(window, owner.timestamp) && (owner.deleted || owner.incarnation !== id);
}

function isIncarnated(record: StoredRecord | undefined): record is EntityRecord {
  return record !== undefined && record !== 'unreadable' && isEntity(record);
}
