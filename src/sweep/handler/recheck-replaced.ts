import { inTime, RecheckResult, RecheckContext, unitOf } from './persist';
import { replacedBy } from './verdict';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Candidate, Journal, Unit } from '../../comparison/handler/journal';
import { unitSize } from '../../comparison/handler/step';
import { Mode } from '../../comparison/input';
import { Plan, planFor, RECORDS_PHASE, splitListings } from '../../comparison/phases';
import { passWrites, writeRateOf } from '../../kinds/handler/quotas';
import { entityOf, isEntity, ownersOf } from '../../kinds/register';
import { keyString } from '../../record/record';

const NOTHING: RecheckResult = { counts: [] };

/**
 * Ends incarnations that records have replaced without a recorded deletion, if this run has found all memberships in order.
 *
 * The memberships of what was replaced count until a sweep has looked. It ends them, and has those persisted that there are: both are memberships that
 * it took for candidates. A destination gets records in any order, so it may get this end before what was persisted of the memberships, and would
 * take them away for a while; the next sweep, which finds nothing to do about them, ends it.
 *
 * The replaced incarnation is reported as deleted at the time of the record: no event is later, and the guard accepts a deletion of another incarnation only then.
 */
export function recheckReplacedUnit(context: RecheckContext, candidates: Candidates, journal: Journal): (cursor: unknown) => Promise<Unit> {
  const { run, scope, table, persister, writePace } = context;
  const plan = planFor(scope);
  let differing: Promise<ReadonlySet<string>> | undefined;
  return async (cursor) => {
    const position = cursor as CandidatePosition | undefined;
    if (run.mode === Mode.REPORT) return {};
    const { candidates: taken, next } = await candidates.take(position, () => unitSize(Math.min(...splitListings(plan).entities.map(({ kind }) => writeRateOf(writePace, kind, 'different')))));
    if (taken.length === 0) return {};
    differing ??= endsOfCandidates(journal, plan);
    const ends = await differing;
    const records = await table.batchGet(taken, true);
    const results = await inTime(context, [taken], async (candidate): Promise<RecheckResult> => {
      const record = records.get(candidate);
      if (!record || record === 'unreadable' || !isEntity(record) || ends.has(keyString(candidate))) return NOTHING;
      // Incarnations replaced since have memberships that were not checked.
      const replaced = replacedBy(record).filter((incarnation) => candidate.replaced?.includes(incarnation));
      for (const incarnation of replaced) {
        await passWrites(writePace, record.kind, 'different');
        await persister.replaced(record, incarnation);
      }
      return NOTHING;
    });
    return unitOf(results, results.length < taken.length ? (await candidates.take(position, () => results.length)).next : next);
  };
}

/** The owners of differences, whatever their outcome. */
async function endsOfCandidates(journal: Journal, plan: Plan): Promise<ReadonlySet<string>> {
  const phases = [...splitListings(plan).dependants.map(({ phase }) => phase), RECORDS_PHASE];
  const ends = await Promise.all(phases.map((phase) => journal.collect(phase, ({ candidates = [] }) => candidates.flatMap(endsOf))));
  return new Set(ends.flat(2));
}

function endsOf(candidate: Candidate): string[] {
  const entity = entityOf(candidate);
  return entity ? ownersOf(entity).map(({ key }) => keyString(key)) : [];
}
