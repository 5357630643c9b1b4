import type { EntityKind } from '../kinds';

/** What the consumers have to know of the kinds and prefixes that are selected, in the environment of their functions. */
export interface SelectionConfig {
  readonly kinds: readonly EntityKind[];
  /** Fingerprints of the prefixes of names, for each kind that they are about; absent means any name. */
  readonly prefixes: Readonly<Partial<Record<string, string>>>;
}
