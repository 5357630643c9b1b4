import { Plan, RECORDS_PHASE, splitListings } from '../comparison/phases';
import { kindOf } from '../kinds/register';

/**
 * The phases of a sweep, in their order. Kinds with owners follow after the records of their owners, because they contain their ids, and what was
 * replaced unheard is ended once nothing depends on it.
 */
export function sweepPhases(plan: Plan): readonly string[] {
  const { entities, dependants } = splitListings(plan);
  return [
    ...entities.map(({ phase }) => phase), 'persist', ...hasLastSteps(plan) ? ['deprecate'] : [],
    ...dependants.map(({ phase }) => phase), 'persist-memberships', RECORDS_PHASE, 'confirm', 'bury', 'settle-replaced',
  ];
}

/** Whether some kind has a step that follows after others. */
export function hasLastSteps({ kinds }: Plan): boolean {
  return kinds.some((kind) => kindOf(kind).lastStep !== undefined);
}
