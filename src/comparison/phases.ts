import type { EntityKind } from '../kinds';
import { ENTITY_KINDS, kindOf } from '../kinds/register';

/** A phase that compares the two sides for a kind. It yields candidates: listings lag, so each is read directly afterwards. */
export interface ListingPhase {
  readonly phase: string;
  readonly kind: EntityKind;
  /** Its name in the workflow. */
  readonly title: string;
}

/** In the order of application. */
export const LISTING_PHASES: readonly ListingPhase[] = ENTITY_KINDS.map((kind) => {
  const { phase, plural } = kindOf(kind);
  return { phase, kind, title: `List ${plural}` };
});

/** The phase that finds records of unlisted entities. */
export const RECORDS_PHASE = 'records';

/** The kinds whose candidates a phase notes; of all kinds for one that is no listing. */
export function kindsIn(phase: string): readonly EntityKind[] {
  const listing = LISTING_PHASES.find((each) => each.phase === phase);
  return listing ? [listing.kind] : ENTITY_KINDS;
}

/** The name of the phase that lists a kind. */
export function phaseOf(kind: EntityKind): string {
  return kindOf(kind).phase;
}
