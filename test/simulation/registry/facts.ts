import { DEFAULT_IDENTITY_FACTS, type IdentityFacts } from './identity-facts';

/**
 * What AWS does not document, or what nobody has verified. Each switch names the part of the fact sheet of the
 * registry that it comes from; those of "unsaid" are questions that the API reference leaves open.
 */
export interface RegistryFacts extends IdentityFacts {
  // --- updates, 3.1 and 3.3 ---

  /** UpdateThing with `attributes: {}` and no merge clears them; else it is no change (3.1, 10). */
  readonly emptyAttributeMapClears: boolean;
  /** The same of UpdateThingGroup, where a third party saw it ignored (3.3). */
  readonly emptyGroupAttributeMapClears: boolean;
  /** Only empty values and no merge: all attributes go (3.1, seen by a third party), or only those that are named. */
  readonly onlyEmptyValues: 'clearAll' | 'removeNamed';
  /** UpdateThingGroup with an empty description clears it; else it is no change (unsaid). */
  readonly emptyDescriptionClears: boolean;
  /** UpdateThingGroup without a description clears it; else it is no change (unsaid). */
  readonly absentDescriptionClears: boolean;
  /** An update that changes nothing counts as one: another version, an event; else neither (unsaid). */
  readonly updateWithoutChangeEmits: boolean;
  /** `removeThingType` on a thing without a type (unsaid). */
  readonly removeTypeOfUntypedThing: 'ok' | 'InvalidRequest';

  // --- thing types, 3.2 ---

  /** UpdateThing that names the deprecated type that the thing has already (3.2: "no new associations"). */
  readonly sameTypeDeprecatedUpdateRefused: boolean;
  /** CreateThing equal to an existing thing whose type is deprecated (3.1 against 3.2). */
  readonly equalCreateOfDeprecatedTypeRefused: boolean;
  /** CreateThingType that differs from the existing one in propagating attributes alone: an error, or no change (3.2). */
  readonly createTypeComparesPropagating: boolean;
  /** UpdateThingType on a deprecated type (unsaid). */
  readonly deprecatedTypeUpdateRefused: boolean;
  /** Deprecating what is deprecated: nothing, or an event and another five minutes before it can be deleted (unsaid). */
  readonly deprecationWithoutChange: 'ignored' | 'restartsClock';

  // --- thing groups and members, 3.3 ---

  /** DeleteThingGroup of a group that does not exist (3.3, seen by a third party). */
  readonly deleteOfMissingGroupSucceeds: boolean;
  /** CreateThingGroup equal but for the parent: an error, or success that leaves the parent (3.3, "the exact same attributes"). */
  readonly createGroupComparesParent: boolean;
  /** CreateThingGroup under a parent that does not exist; its documented errors lack "not found" (3.3). */
  readonly missingParentError: 'ResourceNotFound' | 'InvalidRequest';
  /** AddThingToThingGroup of a member (3.3, 10). */
  readonly readdingMember: 'ok' | 'InvalidRequest' | 'ResourceAlreadyExists';
  /** RemoveThingFromThingGroup of a thing that is no member (3.3, 10). */
  readonly removingNonMember: 'ok' | 'InvalidRequest' | 'ResourceNotFound';
  /** RemoveThingFromThingGroup from a group that does not exist (measured on an emulator: success). */
  readonly removeFromMissingGroup: 'ok' | 'ResourceNotFound';
  /** RemoveThingFromThingGroup of a thing that does not exist (3.3). */
  readonly removeOfMissingThing: 'ok' | 'ResourceNotFound';
  /** Adding a member, or removing what is none, emits its event again (measured on an emulator: it does not). */
  readonly membershipWithoutChangeEmits: boolean;
  /** The eleventh group of a thing; the documented errors of the call lack LimitExceeded (3.3). */
  readonly groupsPerThingError: 'LimitExceeded' | 'InvalidRequest';
  /** The second group of one hierarchy (3.3, 10). */
  readonly sameHierarchyError: 'LimitExceeded' | 'InvalidRequest';
  /** Too deep a hierarchy, too many children (3.3). */
  readonly groupTreeLimitError: 'LimitExceeded' | 'InvalidRequest';
  /** DetachThingPrincipal of what is not attached (unsaid). */
  readonly detachUnattached: 'ok' | 'ResourceNotFound';

  // --- events, 1.2 and 1.3 ---

  /** Which deletions tell of the memberships, associations and hierarchies that end with them (1.3, 10). */
  readonly deletionCascade: 'all' | 'thing' | 'none';
  /** CreateThing with a type emits the association event too (1.3). */
  readonly createEmitsAssociation: boolean;
  /** The order of a type change's two association events (1.1). */
  readonly typeChangeOrder: 'addedFirst' | 'removedFirst';
  /** No attributes are `null` in events, or an empty map (1.2). */
  readonly attributesNullWhenEmpty: boolean;
  /** No description in events (1.2). */
  readonly unsetDescriptionInEvents: 'null' | 'empty' | 'absent';
  /** `parentGroupName` and `parentGroupId` in events of a root group (1.2). */
  readonly unsetParentInEvents: 'null' | 'absent';
  /** Empty `rootToParentThingGroups`, `searchableAttributes`, `propagatingAttributes` in events (1.2). */
  readonly emptyListsInEvents: 'empty' | 'null' | 'absent';
  /** The undocumented field, with the service's own typo, in events of things (1.2). */
  readonly billinGroupNameInEvents: boolean;
  /** Events of a dynamic group have a `dynamicGroupMappingId`; else nothing in them tells it from a static one (1.2). */
  readonly dynamicGroupMappingIdInEvents: boolean;
}

type Outcomes = { readonly [Fact in Exclude<keyof RegistryFacts, keyof IdentityFacts>]: readonly RegistryFacts[Fact][] };

/** Every outcome of every fact but those of identities; the likeliest one first. */
export const ALL_FACTS: Outcomes = {
  emptyAttributeMapClears: [false, true],
  emptyGroupAttributeMapClears: [false, true],
  onlyEmptyValues: ['clearAll', 'removeNamed'],
  emptyDescriptionClears: [true, false],
  absentDescriptionClears: [false, true],
  updateWithoutChangeEmits: [true, false],
  removeTypeOfUntypedThing: ['ok', 'InvalidRequest'],
  sameTypeDeprecatedUpdateRefused: [false, true],
  equalCreateOfDeprecatedTypeRefused: [false, true],
  createTypeComparesPropagating: [true, false],
  deprecatedTypeUpdateRefused: [false, true],
  deprecationWithoutChange: ['ignored', 'restartsClock'],
  deleteOfMissingGroupSucceeds: [true, false],
  createGroupComparesParent: [true, false],
  missingParentError: ['ResourceNotFound', 'InvalidRequest'],
  readdingMember: ['ok', 'InvalidRequest', 'ResourceAlreadyExists'],
  removingNonMember: ['ok', 'InvalidRequest', 'ResourceNotFound'],
  removeFromMissingGroup: ['ok', 'ResourceNotFound'],
  removeOfMissingThing: ['ok', 'ResourceNotFound'],
  membershipWithoutChangeEmits: [false, true],
  groupsPerThingError: ['LimitExceeded', 'InvalidRequest'],
  sameHierarchyError: ['LimitExceeded', 'InvalidRequest'],
  groupTreeLimitError: ['LimitExceeded', 'InvalidRequest'],
  detachUnattached: ['ok', 'ResourceNotFound'],
  deletionCascade: ['thing', 'all', 'none'],
  createEmitsAssociation: [true, false],
  typeChangeOrder: ['removedFirst', 'addedFirst'],
  attributesNullWhenEmpty: [false, true],
  unsetDescriptionInEvents: ['null', 'empty', 'absent'],
  unsetParentInEvents: ['null', 'absent'],
  emptyListsInEvents: ['empty', 'null', 'absent'],
  billinGroupNameInEvents: [true, false],
  dynamicGroupMappingIdInEvents: [true, false],
};

/**
 * One outcome of each fact; of those of identities the likeliest.
 *
 * @param choose gives an integer from 0 up to, not including, its argument: the seeded source of a simulation
 */
export function drawFacts(choose: (outcomes: number) => number): RegistryFacts {
  const drawn = Object.entries<readonly unknown[]>(ALL_FACTS).map(([fact, outcomes]) => [fact, outcomes[choose(outcomes.length)]]);
  return { ...Object.fromEntries(drawn), ...DEFAULT_IDENTITY_FACTS } as RegistryFacts;
}

/** The likeliest outcome of each fact. */
export const DEFAULT_FACTS: RegistryFacts = drawFacts(() => 0);
