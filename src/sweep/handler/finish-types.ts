import { inTime, resolved, RecheckResult, RecheckContext, unitOf } from './persist';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { differenceOf } from '../../comparison/handler/differences';
import { Unit } from '../../comparison/handler/journal';
import { unitSize } from '../../comparison/handler/step';
import { Mode } from '../../comparison/input';
import { kindsIn } from '../../comparison/phases';
import { passWrites, writeRateOf } from '../../kinds/handler/quotas';
import { readEntity } from '../../kinds/handler/reading';
import { entityOf, kindOf, stateOf } from '../../kinds/register';
import { Outcome } from '../../persistence/outcome';

const NOTHING: RecheckResult = { counts: [] };

/**
 * Records the last step of entities that this run recorded as before that step, now that their prerequisites exist: types are deprecated.
 *
 * AWS refuses new things of a deprecated type. Recorded as deprecated first, the type would be undeprecated and deprecated again for each of its things.
 */
export async function finishTypes(context: RecheckContext, candidates: Candidates, cursor: CandidatePosition | undefined): Promise<Unit> {
  const { run, iot, table, persister, writePace, now } = context;
  if (run.mode === Mode.REPORT) return {};
  const { candidates: taken, next } = await candidates.take(cursor, (phase) => unitSize(Math.min(...kindsIn(phase).map((kind) => writeRateOf(writePace, kind, 'different')))));
  const records = await table.batchGet(taken, true);
  const results = await inTime(context, [taken], async (candidate): Promise<RecheckResult> => {
    const record = records.get(candidate);
    const lastStep = record && record !== 'unreadable' ? kindOf(record.kind).lastStep : undefined;
    if (!lastStep || !record || record === 'unreadable' || record.deleted || lastStep.isDone(stateOf(record)) || !persister.isOwn(record)) return NOTHING;
    const readAt = now();
    const there = await readEntity(iot, entityOf(candidate)!);
    if (!there || !lastStep.isDone(stateOf(there))) return NOTHING;
    await passWrites(writePace, there.kind, 'different');
    const outcome = await resolved(context, await persister.entity(there, [], record, readAt), candidate, records);
    // The sweep counted it when it recorded the state before the last step; if that state stays, it is another difference.
    if (outcome === Outcome.PERSISTED) return NOTHING;
    return { counts: ['different', outcome], difference: differenceOf(candidate, there, 'different', [{ field: lastStep.field, expected: true, actual: false }]) };
  });
  return unitOf(results, results.length < taken.length ? (await candidates.take(cursor, () => results.length)).next : next);
}
