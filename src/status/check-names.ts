/** Name prefix, before a time, of a drift check that starts because a replica was filled with changes that its stream does not contain. */
export const COPY_PREFIX = 'copy-';
