/** Versions of what the registry counts none of: its creation precedes everything else. */
export const FIRST_VERSION = 1;
export const LATER_VERSION = 2;
