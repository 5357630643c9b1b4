import pMap from 'p-map';
import { SettlingContext } from './persist';
import { CandidatePosition, Candidates } from '../convergence/candidates';
import { Mode } from '../convergence/input';
import { Unit } from '../convergence/journal';
import { countsOf } from '../convergence/phase';
import { WRITES } from '../convergence/quotas';
import { entityOf } from '../convergence/scope';
import { unitSize } from '../convergence/step';
import { Outcome } from '../persistence/outcome';

/** Types at once. */
const CONCURRENCY = 4;

/**
 * Deprecates the types that this run had recorded as they were before their deprecation, now that their things have been.
 *
 * AWS refuses new things of a deprecated type. Recorded as deprecated first, the type would be undeprecated and deprecated again for each of its things.
 */
export async function deprecateUnit(context: SettlingContext, candidates: Candidates, cursor: CandidatePosition | undefined): Promise<Unit> {
  const { run, registry, table, persister, dependencies: { writePace } } = context;
  if (run.mode === Mode.REPORT) return {};
  const { candidates: taken, next } = await candidates.take(cursor, () => unitSize(writePace.rateOf(WRITES.type.different)));
  const records = await table.batchGet(taken, true);
  const outcomes = await pMap(taken, async (candidate) => {
    const record = records.get(candidate);
    if (!record || record === 'unreadable' || record.kind !== 'type' || record.deleted || record.state.deprecated || !persister.isOwn(record)) return [];
    const there = await registry.read(entityOf(candidate)!);
    if (there?.kind !== 'type' || !there.state.deprecated) return [];
    await writePace.pass(WRITES.type.different);
    return [await persister.entity(there, record)];
  }, { concurrency: CONCURRENCY });
  // The type has been counted when it was recorded.
  return { next, counts: countsOf(outcomes.flat().filter((outcome) => outcome !== Outcome.PERSISTED)) };
}
