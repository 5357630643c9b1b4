import pMap from 'p-map';
import { deletionLimit, TooManyDeletionsError } from './deletions';
import { hasMoved, Settled, SettlingContext } from './persist';
import { CandidatePosition, Candidates } from '../convergence/candidates';
import { Difference, differenceOf } from '../convergence/comparison';
import { Mode } from '../convergence/input';
import { Candidate, Journal, Unit } from '../convergence/journal';
import { Count, RECORDS_PHASE } from '../convergence/listing';
import { countsOf } from '../convergence/phase';
import { entityOf } from '../convergence/scope';
import { unitSize } from '../convergence/step';
import { identityOf } from '../replicator/records';
import { EntityKind } from '../table/record';

/** Candidates at once. */
const CONCURRENCY = 16;

/** The order of deletions: what refers to others goes first. */
const DELETION_ORDER: readonly EntityKind[] = ['membership', 'thing', 'group', 'type'];

const CONFIRM_PHASE = 'confirm';
const GONE = 'gone';

/** Where the confirmation goes on, and how many it has found to be gone. */
interface ConfirmCursor {
  readonly position: CandidatePosition;
  readonly gone: number;
}

/**
 * Reads what was not listed directly: a listing may have been behind.
 *
 * The record comes first. It is of an incarnation that the registry had by then, so if the registry has nothing afterwards, that incarnation
 * has ended for ever.
 *
 * @throws TooManyDeletionsError as soon as more are gone than may be deleted
 */
export async function confirmUnit(
  context: SettlingContext, candidates: Candidates, journal: Journal, cursor: ConfirmCursor | undefined,
): Promise<Unit> {
  const { dependencies: { now, readPace }, table, registry } = context;
  const { candidates: taken, next } = await candidates.take(cursor?.position, () => unitSize(readPace.rateOf('DescribeThingType')));
  const records = await table.batchGet(taken, true);
  const outcomes = await pMap(taken, async (candidate): Promise<string | Confirmed> => {
    const record = records.get(candidate);
    if (!record || record === 'unreadable' || record.deleted) return Settled.EQUAL;
    if (hasMoved(record, now())) return Settled.LEFT;
    const entity = entityOf(candidate)!;
    if (await registry.read(entity)) return Settled.EQUAL;
    const depth = record.kind === 'group' ? record.state.path?.length ?? 0 : 0;
    return { candidate: { ...candidate, depth, identity: identityOf(record) }, difference: differenceOf(candidate, entity, GONE) };
  }, { concurrency: CONCURRENCY });
  const gone = outcomes.filter((outcome): outcome is Confirmed => typeof outcome !== 'string');
  const total = (cursor?.gone ?? 0) + gone.length;
  await expectFewer(total, gone.map(({ difference }) => difference), context, journal);
  return {
    next: next && { position: next, gone: total },
    candidates: gone.map(({ candidate }) => candidate),
    counts: countsOf(outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : GONE))),
    differences: gone.map(({ difference }) => difference),
  };
}

interface Confirmed {
  readonly candidate: Candidate;
  readonly difference: Difference;
}

async function expectFewer(gone: number, last: readonly Difference[], context: SettlingContext, journal: Journal): Promise<void> {
  const { run, dependencies: { config } } = context;
  if (gone === 0 || run.mode === Mode.REPORT) return;
  const { total } = await journal.totalsOf(RECORDS_PHASE);
  const limit = deletionLimit(total[Count.RECORDS] ?? 0, run.maxDeletions, config.maxDeletions);
  if (gone <= limit) return;
  const { first } = await journal.totalsOf(CONFIRM_PHASE);
  throw new TooManyDeletionsError(gone, total[Count.CANDIDATES] ?? 0, limit, [...first, ...last]);
}

/** Writes the tombstones of what was confirmed to be gone. */
export function buryUnit(context: SettlingContext, journal: Journal): (cursor: unknown) => Promise<Unit> {
  let confirmed: readonly Candidate[] | undefined;
  return async (cursor) => {
    if (context.run.mode === Mode.REPORT) return {};
    confirmed ??= inDeletionOrder((await journal.collect(CONFIRM_PHASE, (entry) => entry.candidates ?? [])).flat());
    const from = cursor as number | undefined ?? 0;
    const taken = confirmed.slice(from, from + unitSize(context.dependencies.deletionPace.perSecond));
    const next = from + taken.length;
    return { next: next < confirmed.length ? next : undefined, counts: countsOf(await bury(context, taken)) };
  };
}

async function bury(context: SettlingContext, candidates: readonly Candidate[]): Promise<string[]> {
  const { table, persister, dependencies: { now, deletionPace } } = context;
  const records = await table.batchGet(candidates, true);
  return pMap(candidates, async (candidate) => {
    const record = records.get(candidate);
    // It has been deleted or re-created since by an event.
    if (!record || record === 'unreadable' || record.deleted || identityOf(record) !== candidate.identity) return Settled.EQUAL;
    if (hasMoved(record, now())) return Settled.LEFT;
    await deletionPace.pass();
    return persister.deletion(record);
  }, { concurrency: CONCURRENCY });
}

function inDeletionOrder(candidates: readonly Candidate[]): Candidate[] {
  const rank = (candidate: Candidate) => DELETION_ORDER.indexOf(entityOf(candidate)!.kind);
  return [...candidates].sort((a, b) => rank(a) - rank(b) || (b.depth ?? 0) - (a.depth ?? 0));
}
