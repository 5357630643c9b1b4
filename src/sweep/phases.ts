import { LISTING_PHASES, RECORDS_PHASE } from '../comparison/phases';
import { DEPENDANTS } from '../kinds/register';

const isOfOthers = ({ kind }: (typeof LISTING_PHASES)[number]) => DEPENDANTS.includes(kind);

/** Listings of kinds with an incarnation, and of kinds with owners. */
export const ENTITY_LISTINGS = LISTING_PHASES.filter((listing) => !isOfOthers(listing));
export const DEPENDANT_LISTINGS = LISTING_PHASES.filter(isOfOthers);

/**
 * The phases of a sweep, in their order. Kinds with owners follow after the records of their owners, because they contain their ids, and what was
 * replaced unheard is ended once nothing depends on it.
 */
export const SWEEP_PHASES: readonly string[] = [
  ...ENTITY_LISTINGS.map(({ phase }) => phase), 'persist', 'deprecate',
  ...DEPENDANT_LISTINGS.map(({ phase }) => phase), 'persist-memberships', RECORDS_PHASE, 'confirm', 'bury', 'settle-replaced',
];
