import { DriftCount } from './counts';
import { DriftKind } from './drift-kind';
import { candidatesOf } from '../comparison/counts';
import { jsonata } from '../regional/jsonata';
import { MAX_DELAY_SECONDS } from '../replicator/sizing';

/** Repairs are sent as the registry admits them, so the last of them is a matter of seconds, unless it waits for something else. */
export const USUAL_SECONDS = 2 * 60;

/** A type can be deleted five minutes after its deprecation; a deletion that waited for that is retried after the same time again. */
const WITH_TYPES_SECONDS = 10 * 60;

/** What the phase that repairs counts for it. */
export const REPAIRED_TYPES = candidatesOf('type');

/**
 * Seconds in which what was repaired arrives, unless something is wrong: for a state whose input has the counts of what was. Deletions that are more
 * than those of a minute wait for their turn, and are checked after it.
 */
export function settlingSeconds(maxDeletionsPerMinute: number): string {
  return jsonata(`(
    $deletions := $lookup($states.input.counts, '${DriftCount[DriftKind.SHOULD_BE_GONE]}');
    ($lookup($states.input.counts, '${REPAIRED_TYPES}') > 0 ? ${WITH_TYPES_SECONDS} : ${USUAL_SECONDS})
      + ($deletions > ${maxDeletionsPerMinute} ? $ceil($deletions / ${maxDeletionsPerMinute}) * 60 + ${MAX_DELAY_SECONDS} : 0)
  )`);
}
