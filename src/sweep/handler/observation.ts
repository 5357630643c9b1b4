import { RegistryEntity, TypeEntity } from '../../comparison/entity';
import { GroupRecord, MembershipRecord, RegistryRecord } from '../../record/record';

/** What all events of a sweep have in common. */
export interface EventOrigin {
  /** `sweep-<execution>`. */
  readonly eventId: string;
  /** Milliseconds since the epoch: the moment from which on events know better. */
  readonly timestamp: number;
  /** `arn:<partition>:iot:<region>:<account>`. */
  readonly arnPrefix: string;
}

/** A registry event as AWS would have sent it: https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html */
export type RegistryEvent = Readonly<Record<string, unknown>>;

/** Ids of a membership's ends. */
export interface EndIds {
  readonly thingId: string;
  readonly groupId: string;
}

export interface MembershipNames {
  readonly thingName: string;
  readonly groupName: string;
}

/** An entity as it was read, in the form of an event that produces its record. */
export function eventOf(entity: Exclude<RegistryEntity, { kind: 'membership' }>, origin: EventOrigin): RegistryEvent {
  const common = { ...commonOf(origin), operation: 'UPDATED' };
  switch (entity.kind) {
    case 'thing': return {
      ...common,
      eventType: 'THING_EVENT',
      thingName: entity.thingName,
      thingId: entity.incarnation,
      versionNumber: entity.version,
      thingTypeName: entity.state.thingTypeName ?? null,
      attributes: entity.state.attributes,
    };
    case 'group': return {
      ...common,
      eventType: 'THING_GROUP_EVENT',
      thingGroupName: entity.groupName,
      thingGroupId: entity.incarnation,
      versionNumber: entity.version,
      parentGroupName: entity.state.parentGroupName ?? null,
      rootToParentThingGroups: ancestorsOf(entity.state.path, origin),
      description: entity.state.description ?? null,
      attributes: entity.state.attributes,
      // An event identifies a dynamic group by the id of its mapping; a reading does not contain it, and nothing uses its value.
      dynamicGroupMappingId: entity.state.dynamic ? origin.eventId : null,
    };
    case 'type': return {
      ...common,
      eventType: 'THING_TYPE_EVENT',
      thingTypeName: entity.typeName,
      thingTypeId: entity.incarnation,
      description: entity.state.description ?? null,
      searchableAttributes: entity.state.searchableAttributes,
      propagatingAttributes: entity.state.propagatingAttributes,
      isDeprecated: entity.state.deprecated,
    };
  }
}

/** A type as it was created: what is deprecated by now takes no new things, and those that it has are still to come. */
export function creationEvent(type: TypeEntity, origin: EventOrigin): RegistryEvent {
  return { ...eventOf(type, origin), operation: 'CREATED', isDeprecated: false };
}

/** A membership that the registry has. */
export function membershipEvent({ thingName, groupName }: MembershipNames, ids: EndIds, origin: EventOrigin): RegistryEvent {
  return { ...membershipFields(thingName, groupName, ids, origin), operation: 'ADDED' };
}

/** What has a record, and the registry does not have any more. It ends the incarnation that was recorded and no other. */
export function deletionEvent(record: RegistryRecord, origin: EventOrigin): RegistryEvent {
  const common = { ...commonOf(origin), operation: 'DELETED' };
  switch (record.kind) {
    case 'thing': return { ...common, eventType: 'THING_EVENT', thingName: record.thingName, thingId: record.incarnation, versionNumber: record.version };
    case 'group': return groupDeletion(record, common, origin);
    case 'type': return { ...common, eventType: 'THING_TYPE_EVENT', thingTypeName: record.typeName, thingTypeId: record.incarnation };
    case 'membership': return membershipDeletion(record, origin);
  }
}

/** With its place: groups are deleted from the leaves on. */
function groupDeletion({ groupName, incarnation, version, state }: GroupRecord, common: RegistryEvent, origin: EventOrigin): RegistryEvent {
  return {
    ...common,
    eventType: 'THING_GROUP_EVENT',
    thingGroupName: groupName,
    thingGroupId: incarnation,
    versionNumber: version,
    parentGroupName: state.parentGroupName ?? null,
    rootToParentThingGroups: ancestorsOf(state.path, origin),
    dynamicGroupMappingId: state.dynamic ? origin.eventId : null,
  };
}

function membershipDeletion({ thingName, groupName, thingId, groupId }: MembershipRecord, origin: EventOrigin): RegistryEvent {
  return { ...membershipFields(thingName, groupName, { thingId, groupId }, origin), operation: 'REMOVED' };
}

function membershipFields(thingName: string, groupName: string, { thingId, groupId }: EndIds, origin: EventOrigin): RegistryEvent {
  return {
    ...commonOf(origin),
    eventType: 'THING_GROUP_MEMBERSHIP_EVENT',
    thingArn: `${origin.arnPrefix}:thing/${thingName}`,
    thingId,
    groupArn: `${origin.arnPrefix}:thinggroup/${groupName}`,
    groupId,
  };
}

function commonOf({ eventId, timestamp }: EventOrigin): RegistryEvent {
  return { eventId, timestamp };
}

function ancestorsOf(path: readonly string[] | undefined, { arnPrefix }: EventOrigin): RegistryEvent[] | null {
  return path && path.length > 0 ? path.map((groupName) => ({ groupArn: `${arnPrefix}:thinggroup/${groupName}` })) : null;
}
