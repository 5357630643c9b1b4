import { Plan, RECORDS_PHASE } from '../comparison/phases';

export const RECHECK_PHASE = 'settle';

/** The phases of a drift check, in their order. */
export function driftPhases({ listings }: Plan): readonly string[] {
  return [...listings.map(({ phase }) => phase), RECORDS_PHASE, RECHECK_PHASE, 'verify'];
}
