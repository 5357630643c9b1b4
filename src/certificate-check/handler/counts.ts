import { Part, PARTS } from './known-certificates';
import { Count, Counts, sumOf } from '../../comparison/counts';
import { Outcome } from '../../persistence/outcome';
import { FAILED, TOO_LARGE } from '../../sweep/handler/persistence-client';

/** Counts of a check besides the outcomes of the persistence workflow. */
export const CheckCount = {
  /** Certificates of the listing. */
  LISTED: Count.LISTED,
  /** Known certificates. */
  KNOWN: 'known',
  /** Their record was as they are, read directly. */
  EQUAL: 'equal',
  /** They differed from their record. */
  DIFFERENT: 'different',
  /** They had no record. */
  MISSING: 'missing',
  /** They do not exist any more. */
  GONE: 'gone',
  /** They had no record, or the listing lacked them and they were not active, and they were left to the next check, or to a sweep. */
  POSTPONED: 'postponed',
  /** The listing lacked them, and they were left active: there were too many. */
  UNLISTED: 'unlisted',
  /** Looked at among those. */
  LOOKED_AT: 'lookedAt',
  /** Gone among those. */
  LOOKED_AT_GONE: 'lookedAtGone',
  /** Records of active certificates that became those of others. */
  DEACTIVATED: 'deactivated',
} as const;

export const ZEROS: Counts = Object.fromEntries([
  ...Object.values(CheckCount), Outcome.PERSISTED, Outcome.STALE, Outcome.FILTERED, Outcome.DEAD_LETTERED, FAILED, TOO_LARGE,
].map((name) => [name, 0]));

/** Of what differs. */
export function foundIn(counts: Counts): number {
  return sumOf(counts, [CheckCount.DIFFERENT, CheckCount.MISSING, CheckCount.GONE]);
}

/** Differences that remain, for whatever reason. */
export function remainingOf(counts: Counts): number {
  return foundIn(counts) - sumOf(counts, [Outcome.PERSISTED, Outcome.STALE]) + sumOf(counts, [CheckCount.POSTPONED, CheckCount.UNLISTED]);
}

/** The number of changes of a part. */
export function changesOf(part: Part): string {
  return `changes.${part}`;
}

/** The numbers of changes by part. */
export function changeCounts(changes: readonly { readonly part: Part }[]): Counts {
  return Object.fromEntries(PARTS.flatMap((part) => {
    const count = changes.filter((each) => each.part === part).length;
    return count > 0 ? [[changesOf(part), count]] : [];
  }));
}
