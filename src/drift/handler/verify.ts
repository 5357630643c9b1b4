import { DriftCount } from '../counts';
import { reportedOf, RecheckResult, RecheckContext, recheckBatches } from './check-and-repair';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Candidate, Unit } from '../../comparison/handler/journal';
import { countsOf } from '../../comparison/handler/phase';
import { unitSize } from '../../comparison/handler/step';
import { Mode } from '../../comparison/input';
import { slowestToRead } from '../../kinds/handler/quotas';

/** Where among what the phase before noted. */
export interface VerifyPosition {
  readonly position?: CandidatePosition;
  /** What still differs, and moves, goes first. */
  readonly again?: Again;
}

interface Again {
  readonly candidates: readonly Candidate[];
  /** How often it was looked at since one of it was as its record says. */
  readonly looks: number;
}

/** Milliseconds between two looks at what moves. */
export const PAUSE_MS = 20_000;

/** Together a minute, after which the status calls a change late. */
export const LOOKS = 3;

/**
 * Looks again at what was repaired and at what moved, and repairs nothing: applying the record again does not help if the entity still differs.
 *
 * What was once as its record says has lost nothing before that moment. So what moves is looked at for as long as that helps: whatever its record is written
 * for, a look finds it between two changes. If no look finds it, it counts as different; otherwise a lost change would never be noticed.
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
    counts: countsOf(remaining.map(outcomeOf)),
    differences: remaining.filter(hasMoved).flatMap(reportedOf),
  };
}

function nextOf(moving: readonly Candidate[], looks: number, position: VerifyPosition['position']): VerifyPosition | undefined {
  if (moving.length > 0) return { position, again: { candidates: moving, looks } };
  return position && { position };
}

/** What was found and repaired has been counted and reported as what it was. */
function outcomeOf(result: RecheckResult): string {
  return hasMoved(result) ? DriftCount[result.verdict!.difference] : DriftCount.NOT_REPAIRED;
}

function hasMoved({ candidate }: RecheckResult): boolean {
  return candidate.isMoving === true;
}
