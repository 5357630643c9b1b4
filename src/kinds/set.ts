import type { Kind } from './kind';

/** The state of a set: what is in it, sorted and without repetition. */
export interface SetState {
  readonly elements: readonly string[];
}

/** Texts as the state of a set has them: one order for each set, so that equal sets are equal states. */
export function setOf(elements: Iterable<string>): SetState {
  return { elements: [...new Set(elements)].sort() };
}

/**
 * What all kinds share that are a set of one owner, read whole and written whole: an element has no life of its own. A set that is empty is not there, so its
 * record is a tombstone.
 */
export const setKind: Required<Pick<Kind<string, string, SetState>, 'decode' | 'fields' | 'clearable' | 'carry'>> = {
  decode: (read) => ({ elements: read.list('elements') }),
  fields: ({ elements }) => ({ elements: [...elements].sort() }),
  clearable: () => ({}),
  carry: (before, between) => setOf([...before.elements, ...between.elements]),
};
