import { DriftCount } from './counts';
import { SETTLE_PHASE } from './phases';
import { SettlingContext, settleBatches } from './settle';
import { CandidatePosition, Candidates } from '../convergence/candidates';
import { Mode } from '../convergence/input';
import { Unit } from '../convergence/journal';
import { countsOf } from '../convergence/phase';
import { READS } from '../convergence/quotas';
import { unitSize } from '../convergence/step';

/** Looks again at what was repaired, and repairs nothing: what differs all the same is not mended by applying its record. */
export async function verifyUnit(
  context: SettlingContext, repaired: Candidates<typeof SETTLE_PHASE>, cursor: CandidatePosition<typeof SETTLE_PHASE> | undefined,
): Promise<Unit> {
  // The kind with the lowest quota: candidates are of all kinds.
  const { candidates, next } = await repaired.take(cursor, () => unitSize(context.readPace.rateOf(READS.type)));
  const settled = await settleBatches({ ...context, run: { ...context.run, mode: Mode.REPORT } }, candidates);
  return { next, counts: countsOf(settled.filter(({ repair }) => repair).map(() => DriftCount.AFTER_REPAIR)) };
}
