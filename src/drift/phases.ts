/** The phases of a drift check, in their order. */
export const DRIFT_PHASES = ['types', 'groups', 'things', 'memberships', 'records', 'settle', 'verify'] as const;
export type DriftPhase = (typeof DRIFT_PHASES)[number];

export const SETTLE_PHASE = 'settle' satisfies DriftPhase;
