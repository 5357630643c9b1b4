import type { Kind } from './kind';

/** The state of a set: its elements, sorted and without repetition. */
export interface SetState {
  readonly elements: readonly string[];
}

/** Strings in the form of the state of a set: sorted, so that equal sets are equal states. */
export function setOf(elements: Iterable<string>): SetState {
  return { elements: [...new Set(elements)].sort() };
}

/** An empty set does not exist. */
export function someOf(elements: readonly string[]): SetState | undefined {
  return elements.length > 0 ? { elements } : undefined;
}

/**
 * Common to all kinds that are a set of one owner, read and written whole: an element has no incarnation of its own. An empty set does not exist, so its
 * record is a tombstone.
 */
export const setKind: Required<Pick<Kind<string, string, SetState>, 'decode' | 'fields' | 'clearable' | 'carry'>> = {
  decode: (read) => ({ elements: read.list('elements') }),
  fields: ({ elements }) => ({ elements: [...elements].sort() }),
  clearable: () => ({}),
  carry: (before, between) => setOf([...before.elements, ...between.elements]),
};
