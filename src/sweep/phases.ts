import { Plan, RECORDS_PHASE, splitListings } from '../comparison/phases';

/**
 * The phases of a sweep, in their order. Kinds with owners follow after the records of their owners, because they contain their ids, and what was
 * replaced unheard is ended once nothing depends on it.
 */
export function sweepPhases(plan: Plan): readonly string[] {
  const { entities, dependants } = splitListings(plan);
  return [
    ...entities.map(({ phase }) => phase), 'persist', 'deprecate',
    ...dependants.map(({ phase }) => phase), 'persist-memberships', RECORDS_PHASE, 'confirm', 'bury', 'settle-replaced',
  ];
}
