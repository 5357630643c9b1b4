import pMap from 'p-map';
import { OUT_OF_SYNC, remainingOf, ZEROS } from './counts';
import { deactivationLimit, deletionLimit, TooManyDeactivationsError, TooManyDeletionsError } from './deletion-limit';
import { hasMoved, inTime, leave, resolved, RecheckOutcome, RecheckResult, RecheckContext, unitOf, withFuture } from './persist';
import { Count, candidatesOf, Counts, sumOf } from '../../comparison/counts';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Difference, differenceOf } from '../../comparison/handler/differences';
import { Candidate, Journal, Unit } from '../../comparison/handler/journal';
import { unitSize } from '../../comparison/handler/step';
import { totalsOf } from '../../comparison/handler/summary';
import { Mode } from '../../comparison/input';
import { PermanentError } from '../../comparison/permanent-error';
import { phaseOf, planFor, RECORDS_PHASE } from '../../comparison/phases';
import type { RegistryRecord } from '../../kinds';
import { slowestToRead } from '../../kinds/handler/quotas';
import { readEntity } from '../../kinds/handler/reading';
import { depthOf, entityOf, kindOf, revisionOf, stateOf } from '../../kinds/register';
import { IdentityMetrics } from '../../metrics/metric-names';
import { Outcome } from '../../persistence/outcome';
import { sweepPhases } from '../phases';

/** Candidates at once. */
const CONCURRENCY = 16;

const CONFIRM_PHASE = 'confirm';
const GONE = 'gone';

/** Where the confirmation continues, and how many entities it has found to be gone. */
interface ConfirmCursor {
  readonly position: CandidatePosition;
  readonly gone: number;
  /** Credentials among them; not in a cursor of before there were any. */
  readonly credentials?: number;
  /** Those among these that devices connect with by their records; in a cursor of an older version, all of them may be. */
  readonly admitting?: number;
}

/**
 * Reads unlisted entities directly, because listings lag.
 *
 * The record is read first. Its incarnation existed by then, so if the registry has nothing afterwards, that incarnation
 * has ended forever.
 *
 * @throws TooManyDeletionsError, TooManyDeactivationsError as soon as more are gone than may be deleted
 */
export async function confirmUnit(
  context: RecheckContext, candidates: Candidates, journal: Journal, cursor: ConfirmCursor | undefined,
): Promise<Unit> {
  const { now, readPace, table, iot } = context;
  const { kinds } = planFor(context.scope);
  const { candidates: taken, next } = await candidates.take(cursor?.position, () => unitSize(slowestToRead(readPace, kinds)));
  const records = await table.batchGet(taken, true);
  const confirm = async (candidate: Candidate): Promise<Confirmation> => {
    const record = records.get(candidate);
    if (!record || record === 'unreadable') return { counts: [RecheckOutcome.CONFIRMED_EQUAL] };
    const entity = entityOf(candidate)!;
    if (record.deleted) return { counts: [RecheckOutcome.CONFIRMED_EQUAL] };
    if (hasMoved(record, now())) return leave(context, candidate, records);
    if (await readEntity(iot, entity)) return { counts: [RecheckOutcome.CONFIRMED_EQUAL] };
    return {
      counts: [GONE, candidatesOf(entity.kind)],
      gone: { ...candidate, depth: depthOf(record) ?? 0, identity: revisionOf(record) },
      admits: isAdmitting(record),
      difference: differenceOf(candidate, entity, GONE),
    };
  };
  const results: Confirmation[] = await pMap(
    taken, async (candidate) => withFuture(context, candidate, records, await confirm(candidate)), { concurrency: CONCURRENCY },
  );
  const gone = results.filter((each) => each.gone);
  const differences = gone.flatMap(({ difference }) => difference ?? []);
  const total = (cursor?.gone ?? 0) + gone.length;
  const credentials = (cursor?.credentials ?? 0) + differences.filter(({ kind }) => kindOf(kind).isCredential).length;
  const admitting = (cursor?.admitting ?? cursor?.credentials ?? 0) + gone.filter(({ admits }) => admits).length;
  await expectFewer({ gone: total, credentials, admitting }, differences, context, journal);
  return { ...unitOf(results, next && { position: next, gone: total, credentials, admitting }), candidates: gone.flatMap((each) => each.gone ?? []) };
}

/** What a candidate is confirmed to be. */
interface Confirmation extends RecheckResult {
  readonly gone?: Candidate;
  /** Whether devices are locked out if it is deleted. */
  readonly admits?: boolean;
}

/** Whether devices connect with it. */
function isAdmitting(record: RegistryRecord): boolean {
  const { isCredential, mayStay } = kindOf(record.kind);
  return isCredential === true && mayStay?.(stateOf(record)) !== true;
}

/** Entities that are gone. */
type Gone = Required<Omit<ConfirmCursor, 'position'>>;

async function expectFewer(all: Gone, last: readonly Difference[], context: RecheckContext, journal: Journal): Promise<void> {
  const { run, scope, replicated, persister, meter, now } = context;
  const { gone, credentials } = all;
  if (gone === 0 || run.mode === Mode.REPORT) return;
  const failure = await failureOf(gone - credentials, last, context, journal) ?? await lockoutOf(all, context, journal);
  if (!failure) return;
  const noted = await totalsOf(journal, sweepPhases(planFor(scope)), ZEROS);
  const counts: Counts = { ...noted.counts, [GONE]: gone };
  // The run fails before its summary, so report the result here; otherwise the status would keep trusting an earlier sweep.
  await persister.result({
    mode: run.mode,
    inSync: false,
    durationSeconds: Math.round((now() - run.startedAt) / 1000),
    found: sumOf(counts, OUT_OF_SYNC),
    persisted: counts[Outcome.PERSISTED],
    remaining: remainingOf(counts),
    ...replicated,
  }, run.startedAt, planFor(scope).feature);
  if (failure instanceof TooManyDeactivationsError) meter.publish([[IdentityMetrics.SOURCE.DEACTIVATIONS_REFUSED, failure.refused]]);
  throw failure;
}

async function failureOf(gone: number, last: readonly Difference[], context: RecheckContext, journal: Journal): Promise<PermanentError | undefined> {
  const { run, config } = context;
  const { total } = await journal.totalsOf(RECORDS_PHASE);
  const limit = deletionLimit(total[Count.RECORDS] ?? 0, run.maxDeletions, config.maxDeletions);
  if (gone <= limit) return undefined;
  const { first } = await journal.totalsOf(CONFIRM_PHASE);
  return new TooManyDeletionsError(gone, total[Count.CANDIDATES] ?? 0, limit, [...first, ...last]);
}

/**
 * Credentials have a limit of their own: without them, devices are locked out. Those that nobody connects with count nowhere, as in a check. Their number is that of those that
 * were listed, and of those that were not.
 */
async function lockoutOf(
  { credentials, admitting }: Gone, { run, scope, config }: RecheckContext, journal: Journal,
): Promise<PermanentError | undefined> {
  const kinds = scope.kinds.filter((kind) => kindOf(kind).isCredential);
  if (kinds.length === 0) return undefined;
  const { total } = await journal.totalsOf(RECORDS_PHASE);
  const listings = await Promise.all(kinds.map((kind) => journal.totalsOf(phaseOf(kind))));
  const listed = listings.reduce((sum, listing) => sum + (listing.total[Count.LISTED] ?? 0), 0);
  const unlisted = kinds.reduce((sum, kind) => sum + (total[candidatesOf(kind)] ?? 0), 0);
  const limit = deactivationLimit(listed + unlisted, run.maxDeletions, config.maxDeactivations);
  const suspected = unlisted - (credentials - admitting);
  return admitting > limit ? new TooManyDeactivationsError({ suspected, confirmed: admitting, limit, input: 'maxDeletions' }) : undefined;
}

/** The position among the confirmed deletions, kind by kind. */
interface TombstoneCursor {
  /** Index of the kind in the order of deletions. */
  readonly rank: number;
  readonly position?: CandidatePosition<typeof CONFIRM_PHASE>;
}

/** Writes the tombstones of the confirmed deletions. */
export function writeTombstonesUnit(context: RecheckContext, journal: Journal): (cursor: unknown) => Promise<Unit> {
  // Entities that refer to others first.
  const confirmed = [...planFor(context.scope).kinds].reverse().map((kind) => new Candidates(journal, [CONFIRM_PHASE], kind, 'deepestFirst'));
  return async (cursor) => {
    if (context.run.mode === Mode.REPORT) return {};
    let { rank, position } = cursor as TombstoneCursor | undefined ?? { rank: 0, position: undefined };
    for (; rank < confirmed.length; rank++) {
      const { candidates, next } = await confirmed[rank].take(position, () => unitSize(context.deletionPace.perSecond));
      if (candidates.length > 0) {
        const written = await writeTombstones(context, candidates);
        const rest = written.length < candidates.length ? (await confirmed[rank].take(position, () => written.length)).next : next;
        return unitOf(written, rest ? { rank, position: rest } : { rank: rank + 1 });
      }
      position = undefined;
    }
    return {};
  };
}

/**
 * The registry is read once more: many deletions take hours, an execution can be redriven days later, and an event may be missing that reports that something came
 * back meanwhile.
 */
async function writeTombstones(context: RecheckContext, candidates: readonly Candidate[]): Promise<RecheckResult[]> {
  const { table, iot, persister, deletionPace, now } = context;
  const records = await table.batchGet(candidates, true);
  return inTime(context, [candidates], async (candidate): Promise<RecheckResult> => {
    const record = records.get(candidate);
    if (!record || record === 'unreadable') return { counts: [Outcome.STALE] };
    // A step of this run that died before it recorded that has deleted it, or an event has; another revision comes from an event.
    if (record.deleted) return { counts: [persister.isOwn(record) ? Outcome.PERSISTED : Outcome.STALE] };
    if (revisionOf(record) !== candidate.identity) return { counts: [Outcome.STALE] };
    await deletionPace.pass();
    const readAt = now();
    if (await readEntity(iot, entityOf(candidate)!)) return leave(context, candidate, records);
    return { counts: [await resolved(context, await persister.deletion(record, readAt), candidate, records)] };
  });
}
