/** The phases of a sweep, in their order. Memberships come once their ends have their records, because they carry the ids of those. */
export const SWEEP_PHASES = ['types', 'groups', 'things', 'persist', 'deprecate', 'memberships', 'persist-memberships', 'records', 'confirm', 'bury'] as const;
export type SweepPhase = (typeof SWEEP_PHASES)[number];
