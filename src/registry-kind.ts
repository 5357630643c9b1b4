/**
 * The kinds of entities that can be replicated.
 *
 * Each has registry events of its own. The association and hierarchy events of AWS IoT are not used: a thing's event contains its type and a
 * group's event its parent, and replaying the separate events in the order of arrival loses types.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html
 */
export enum RegistryKind {
  /** Things with their attributes and their type. */
  THING = 'THING',
  /** Thing types with their deprecation. */
  THING_TYPE = 'THING_TYPE',
  /** Static thing groups with their place in the hierarchy. */
  THING_GROUP = 'THING_GROUP',
  /** Which things are members of which static groups. */
  THING_GROUP_MEMBERSHIP = 'THING_GROUP_MEMBERSHIP',
}
