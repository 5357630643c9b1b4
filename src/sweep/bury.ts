import pMap from 'p-map';
import { OUT_OF_SYNC, ZEROS } from './counts';
import { deletionLimit, TooManyDeletionsError } from './deletions';
import { hasMoved, Settled, SettlingContext } from './persist';
import { SWEEP_PHASES } from './phases';
import { CandidatePosition, Candidates } from '../convergence/candidates';
import { Difference, differenceOf } from '../convergence/comparison';
import { Count, candidatesOf, sumOf } from '../convergence/counts';
import { Mode } from '../convergence/input';
import { Candidate, Journal, Unit } from '../convergence/journal';
import { RECORDS_PHASE } from '../convergence/listing';
import { countsOf } from '../convergence/phase';
import { entityOf } from '../convergence/scope';
import { unitSize } from '../convergence/step';
import { totalsOf } from '../convergence/summary';
import { Outcome } from '../persistence/outcome';
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
    counts: countsOf(outcomes.flatMap((outcome) => (typeof outcome === 'string' ? outcome : [GONE, candidatesOf(entityOf(outcome.candidate)!.kind)]))),
    differences: gone.map(({ difference }) => difference),
  };
}

interface Confirmed {
  readonly candidate: Candidate;
  readonly difference: Difference;
}

async function expectFewer(gone: number, last: readonly Difference[], context: SettlingContext, journal: Journal): Promise<void> {
  const { run, persister, dependencies: { config, now } } = context;
  if (gone === 0 || run.mode === Mode.REPORT) return;
  const { total } = await journal.totalsOf(RECORDS_PHASE);
  const limit = deletionLimit(total[Count.RECORDS] ?? 0, run.maxDeletions, config.maxDeletions);
  if (gone <= limit) return;
  const { counts } = await totalsOf(journal, SWEEP_PHASES, ZEROS);
  // What was found does not become known by a summary any more: without this, an earlier sweep would go on to vouch for the table.
  await persister.result({
    mode: run.mode,
    inSync: false,
    durationSeconds: Math.round((now() - run.startedAt) / 1000),
    found: sumOf({ ...counts, [GONE]: gone }, OUT_OF_SYNC),
    persisted: counts[Outcome.PERSISTED],
    remaining: gone,
  }, run.startedAt);
  const { first } = await journal.totalsOf(CONFIRM_PHASE);
  throw new TooManyDeletionsError(gone, total[Count.CANDIDATES] ?? 0, limit, [...first, ...last]);
}

/** Where among what was confirmed to be gone, kind by kind. */
interface BuryCursor {
  /** Index of the kind in the order of deletions. */
  readonly rank: number;
  readonly position?: CandidatePosition<typeof CONFIRM_PHASE>;
}

/** Writes the tombstones of what was confirmed to be gone. */
export function buryUnit(context: SettlingContext, journal: Journal): (cursor: unknown) => Promise<Unit> {
  const confirmed = DELETION_ORDER.map((kind) => new Candidates(journal, [CONFIRM_PHASE], kind, 'deepestFirst'));
  return async (cursor) => {
    if (context.run.mode === Mode.REPORT) return {};
    let { rank, position } = cursor as BuryCursor | undefined ?? { rank: 0, position: undefined };
    for (; rank < confirmed.length; rank++) {
      const { candidates, next } = await confirmed[rank].take(position, () => unitSize(context.dependencies.deletionPace.perSecond));
      if (candidates.length > 0) {
        return { next: next ? { rank, position: next } : { rank: rank + 1 }, counts: countsOf(await bury(context, candidates)) };
      }
      position = undefined;
    }
    return {};
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
