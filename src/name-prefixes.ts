/**
 * Prefixes of the names that are replicated, for each kind of entity that has a name.
 *
 * A list has 1 to 36 prefixes, each of 1 to 128 letters, digits, colons, underscores and hyphens. An absent list selects every name.
 */
export interface NamePrefixes {
  /**
   * Only things whose names start with one of these are replicated. A membership is replicated if both its thing and its group are.
   *
   * @default - all things
   */
  readonly things?: string[];

  /**
   * Only thing groups whose names start with one of these are replicated.
   *
   * **A group needs its parent in the destination**: choose prefixes that cover whole paths of the hierarchy.
   *
   * @default - all static thing groups
   */
  readonly thingGroups?: string[];

  /**
   * Only thing types whose names start with one of these are replicated.
   *
   * **A thing needs its type in the destination**: choose prefixes that cover the types of the things that are replicated.
   *
   * @default - all thing types
   */
  readonly thingTypes?: string[];
}
