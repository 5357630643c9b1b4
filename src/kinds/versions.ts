/** Versions for kinds that the registry does not count: the creation precedes everything else. */
export const FIRST_VERSION = 1;
export const LATER_VERSION = 2;
