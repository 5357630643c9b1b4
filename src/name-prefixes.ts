/**
 * Prefixes of the names that are replicated, for each kind of entity that has a name.
 *
 * A list has 1 to 36 prefixes, each of 1 to 128 letters, digits, colons, underscores and hyphens; those of policies may contain `+=,.@` too, and no
 * colons. An absent list selects every name.
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

  /**
   * Only policies whose names start with one of these are replicated. It requires `identities`. At most 12 prefixes.
   *
   * Attachments of other policies are left alone in the destinations. **A certificate is replicated with the selected ones of its policies**: choose
   * prefixes that cover those that deny.
   *
   * @default - all policies, with `identities`
   */
  readonly policies?: string[];
}
