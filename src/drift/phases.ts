import { LISTING_PHASES, RECORDS_PHASE } from '../comparison/phases';

export const SETTLE_PHASE = 'settle';

/** The phases of a drift check, in their order. */
export const DRIFT_PHASES: readonly string[] = [...LISTING_PHASES.map(({ phase }) => phase), RECORDS_PHASE, SETTLE_PHASE, 'verify'];
