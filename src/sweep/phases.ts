/**
 * The phases of a sweep, in their order. Memberships come once their ends have their records, because they carry the ids of those, and what was replaced
 * unheard is ended once nothing depends on it.
 */
export const SWEEP_PHASES = ['types', 'groups', 'things', 'persist', 'deprecate', 'memberships', 'persist-memberships', 'records', 'confirm', 'bury', 'settle-replaced'] as const;
export type SweepPhase = (typeof SWEEP_PHASES)[number];
