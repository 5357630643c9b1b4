/**
 * The kinds of registry changes that can be replicated.
 *
 * The association and hierarchy events of AWS IoT are not among them: a thing's event carries its type and a group's event its parent,
 * and replaying the separate events in the order of arrival loses types.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html
 */
export enum RegistryEventType {
  /** Things with their attributes and their type. */
  THING = 'THING',
  /** Thing types with their deprecation. */
  THING_TYPE = 'THING_TYPE',
  /** Static thing groups with their place in the hierarchy. */
  THING_GROUP = 'THING_GROUP',
  /** Which things are members of which static groups. */
  THING_GROUP_MEMBERSHIP = 'THING_GROUP_MEMBERSHIP',
}
