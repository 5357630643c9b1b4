import { inTime, resolved, Settlement, SettlingContext, unitOf } from './persist';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { differenceOf } from '../../comparison/handler/differences';
import { Unit } from '../../comparison/handler/journal';
import { unitSize } from '../../comparison/handler/step';
import { Mode } from '../../comparison/input';
import { entityOf } from '../../comparison/selection';
import { Outcome } from '../../persistence/outcome';
import { WRITES } from '../../runtime/quotas';

const NOTHING: Settlement = { counts: [] };

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
  const settled = await inTime(context, [taken], async (candidate): Promise<Settlement> => {
    const record = records.get(candidate);
    if (!record || record === 'unreadable' || record.kind !== 'type' || record.deleted || record.state.deprecated || !persister.isOwn(record)) return NOTHING;
    const there = await registry.read(entityOf(candidate)!);
    if (there?.kind !== 'type' || !there.state.deprecated) return NOTHING;
    await writePace.pass(WRITES.type.different);
    const outcome = await resolved(context, await persister.entity(there, record), candidate, records);
    // The type has been counted when it was recorded as it was before; that it stays so is another difference.
    if (outcome === Outcome.PERSISTED) return NOTHING;
    return { counts: ['different', outcome], difference: differenceOf(candidate, there, 'different', [{ field: 'deprecated', expected: true, actual: false }]) };
  });
  return unitOf(settled, settled.length < taken.length ? (await candidates.take(cursor, () => settled.length)).next : next);
}
