import { DriftCount } from './counts';
import { DriftKind } from './drift-kind';
import { candidatesOf } from '../comparison/counts';
import type { EntityKind } from '../kinds';
import { kindOf } from '../kinds/register';
import { jsonata } from '../regional/jsonata';
import { MAX_DELAY_SECONDS } from '../replicator/sizing';

/** Repairs are sent at the pace of the registry, so the last one takes seconds, unless it waits for something else. */
export const USUAL_SECONDS = 2 * 60;

/** Whether the repairing phase counts the candidates of a kind separately: kinds that arrive slowly, and kinds with a last step. */
export function isCounted(kind: EntityKind): boolean {
  return isSlow(kind) || kindOf(kind).lastStep !== undefined;
}

function isSlow(kind: EntityKind): boolean {
  return kindOf(kind).arrivesInSeconds !== undefined;
}

/** The time of the slowest repaired kind. */
function arrival(kinds: readonly EntityKind[]): string {
  const slowestLast = kinds.filter(isSlow).sort((a, b) => kindOf(a).arrivesInSeconds! - kindOf(b).arrivesInSeconds!);
  return slowestLast.reduce((otherwise, kind) => (
    `($lookup($states.input.counts, '${candidatesOf(kind)}') > 0 ? ${kindOf(kind).arrivesInSeconds} : ${otherwise})`
  ), String(USUAL_SECONDS));
}

/**
 * Seconds in which what was repaired of some kinds arrives, unless something is wrong: for a state whose input has the counts of what was. Deletions that are more
 * than those of a minute wait for their turn, and are checked after it.
 */
export function repairWaitSeconds(kinds: readonly EntityKind[], maxDeletionsPerMinute: number): string {
  return jsonata(`(
    $deletions := $lookup($states.input.counts, '${DriftCount[DriftKind.SHOULD_BE_GONE]}');
    ${arrival(kinds)}
      + ($deletions > ${maxDeletionsPerMinute} ? $ceil($deletions / ${maxDeletionsPerMinute}) * 60 + ${MAX_DELAY_SECONDS} : 0)
  )`);
}
