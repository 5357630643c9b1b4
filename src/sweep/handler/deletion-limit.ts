import { Difference } from '../../comparison/handler/differences';
import { PermanentError } from '../../comparison/permanent-error';
import { counted } from '../../runtime/counted';

/** Deletions that are always allowed, whatever the number of entities. */
const ALWAYS_ALLOWED = 50;
/** Of the entities that have a record. */
const SHARE_ALLOWED = 0.05;

/** Names that the error contains. */
const NAMED = 10;

/** More is gone than a sweep may delete: most likely something went wrong in the source, or the listing did. */
export class TooManyDeletionsError extends PermanentError {
  public readonly name = 'TooManyDeletions';

  constructor(confirmed: number, suspected: number, limit: number, first: readonly Difference[]) {
    super(
      `maxDeletionsPerSweep: got more than ${counted(limit, 'deletion')} (${counted(suspected, 'record has', 'records have')} nothing in the listings of the source registry any more; ${confirmed} of them were looked at `
      + `and are gone, among them ${first.slice(0, NAMED).map(({ pk, sk }) => `${pk} ${sk}`).join(', ')}), expected at most ${limit}; `
      + `nothing was deleted. If all of them are to be deleted, start the sweep with { "maxDeletions": ${suspected} }`,
    );
  }
}

/**
 * More certificates are gone than may be deactivated: devices would be locked out. Those that are active by their records count: what is not has been deactivated by somebody,
 * or was never active.
 */
export class TooManyDeactivationsError extends PermanentError {
  public readonly name = 'TooManyDeactivations';
  /** Certificates that stay active. */
  public readonly refused: number;

  constructor({ suspected, confirmed, limit, input }: Deactivations) {
    super(
      `maxDeactivationsPerSweep: got more than ${counted(limit, 'deactivation')} (${counted(suspected, 'certificate has a record and is', 'certificates have a record and are')} not in the listing of the source registry any more; ${confirmed} of them were looked at `
      + `and are gone), expected at most ${limit}; none of them was deactivated. If all of them are to be, start the execution with { "${input}": ${suspected} }`,
    );
    this.refused = suspected;
  }
}

/** Certificates that the source does not have any more. */
export interface Deactivations {
  /** Those that a listing lacks. */
  readonly suspected: number;
  /** Those that were read directly and are gone. */
  readonly confirmed: number;
  readonly limit: number;
  /** The field of an execution's input that allows more. */
  readonly input: string;
}

/** The maximum number of certificates that are deactivated because they are absent, by one sweep or one check: one rule with that of deletions. */
export const deactivationLimit = deletionLimit;

/** The maximum number of deletions of a sweep. */
export function deletionLimit(records: number, ...given: (number | undefined)[]): number {
  return given.find((each) => each !== undefined) ?? Math.max(ALWAYS_ALLOWED, Math.floor(records * SHARE_ALLOWED));
}
