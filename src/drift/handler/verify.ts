import { DriftCount } from '../counts';
import { reportedOf, RecheckResult, RecheckContext, recheckBatches } from './check-and-repair';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Candidate, Unit } from '../../comparison/handler/journal';
import { countsOf } from '../../comparison/handler/phase';
import { unitSize } from '../../comparison/handler/step';
import { Mode } from '../../comparison/input';
import { slowestToRead } from '../../kinds/handler/quotas';

/** The position among the candidates of the previous phase. */
export interface VerifyPosition {
  readonly position?: CandidatePosition;
  /** Candidates that still differ and keep changing come first. */
  readonly again?: Again;
}

interface Again {
  readonly candidates: readonly Candidate[];
  /** The number of looks since one of them last equalled its record. */
  readonly looks: number;
}

/** Milliseconds between two looks at changing entities. */
export const PAUSE_MS = 20_000;

/** A minute in total, after which the status reports a change as late. */
export const LOOKS = 3;

/**
 * Verifies repaired and changing entities and repairs nothing: applying the record again does not help if the entity still differs.
 *
 * An entity that once equals its record has lost no change before that moment. So changing entities are read again as long as that helps: whatever writes
 * the record, one read finds the entity between two changes. If none does, the entity counts as different; otherwise nobody would ever notice a lost change.
 */
export async function verifyUnit(context: RecheckContext, toVerify: Candidates, cursor: VerifyPosition = {}): Promise<Unit> {
  const { again } = cursor;
  if (again) await context.pause(PAUSE_MS);
  const sizeOf = () => unitSize(slowestToRead(context.readPace, context.plan.kinds));
  const { candidates, next } = again ? { candidates: again.candidates, next: cursor.position } : await toVerify.take(cursor.position, sizeOf);
  const results = await recheckBatches({ ...context, run: { ...context.run, mode: Mode.REPORT } }, candidates);
  const differing = results.filter(({ repair }) => repair);
  const moving = differing.filter(({ isMoving }) => isMoving);
  const looks = again && moving.length === again.candidates.length ? again.looks + 1 : 0;
  // In a pause nothing is applied, so nobody has to wait for it.
  const isOver = looks === LOOKS || context.config.isPaused;
  const remaining = isOver ? differing : differing.filter(({ isMoving }) => !isMoving);
  return {
    next: nextOf(isOver ? [] : moving.map(({ candidate }) => candidate), looks, next),
    counts: countsOf(remaining.flatMap(outcomesOf)),
    differences: remaining.filter(hasMoved).flatMap(reportedOf),
  };
}

function nextOf(moving: readonly Candidate[], looks: number, position: VerifyPosition['position']): VerifyPosition | undefined {
  if (moving.length > 0) return { position, again: { candidates: moving, looks } };
  return position && { position };
}

/** The previous phase has already counted and reported the difference that it repaired. */
function outcomesOf(result: RecheckResult): string[] {
  const outcome = hasMoved(result) ? DriftCount[result.verdict!.difference] : DriftCount.NOT_REPAIRED;
  return [outcome, ...result.rejection ? [DriftCount.REJECTED] : []];
}

function hasMoved({ candidate }: RecheckResult): boolean {
  return candidate.isMoving === true;
}
