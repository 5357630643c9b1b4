/** The one phase of the workflow: its slices work through the stages. More phases would be more transitions, which a check of a small fleet mostly costs. */
export const CHECK_PHASE = 'check';

/** What a check does, one after the other. */
export const Stage = { LIST: 'list', ABSENT: 'absent', BURY: 'bury', READ: 'read', REMEMBER: 'remember' } as const;
