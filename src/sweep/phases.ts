import { LISTING_PHASES, RECORDS_PHASE } from '../comparison/phases';
import { DEPENDANTS } from '../kinds/register';

const isOfOthers = ({ kind }: (typeof LISTING_PHASES)[number]) => DEPENDANTS.includes(kind);

/** Listings of what has an incarnation of its own, and of what belongs to others. */
export const ENTITY_LISTINGS = LISTING_PHASES.filter((listing) => !isOfOthers(listing));
export const DEPENDANT_LISTINGS = LISTING_PHASES.filter(isOfOthers);

/**
 * The phases of a sweep, in their order. What belongs to others comes once its owners have their records, because it carries the ids of those, and what was
 * replaced unheard is ended once nothing depends on it.
 */
export const SWEEP_PHASES: readonly string[] = [
  ...ENTITY_LISTINGS.map(({ phase }) => phase), 'persist', 'deprecate',
  ...DEPENDANT_LISTINGS.map(({ phase }) => phase), 'persist-memberships', RECORDS_PHASE, 'confirm', 'bury', 'settle-replaced',
];
