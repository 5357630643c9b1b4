import type { RegistryFacts } from './facts';
import type { Arns, Group, Ids, Thing, ThingType } from './state';

/** The kinds of registry events, named as UpdateEventConfigurations names them. */
export type EventKind = 'THING' | 'THING_GROUP' | 'THING_TYPE' | 'THING_GROUP_MEMBERSHIP' | 'THING_GROUP_HIERARCHY' | 'THING_TYPE_ASSOCIATION';
export type Change = 'CREATED' | 'UPDATED' | 'DELETED';
export type Link = 'ADDED' | 'REMOVED';
export type EventListener = (topic: string, payload: object) => void;

interface Scope {
  readonly accountId: string;
  readonly facts: RegistryFacts;
  readonly ids: Ids;
  readonly arns: Arns;
  readonly now: () => number;
  /** Without one, no event is made. */
  readonly onEvent?: EventListener;
  /** Kinds are on unless they are off here. */
  readonly enabled?: Partial<Readonly<Record<EventKind, boolean>>>;
}

export class Events {
  constructor(private readonly scope: Scope) {}

  /** The events of one operation share their id and time, as measured. */
  public operation(): OperationEvents {
    const { onEvent, ids, now } = this.scope;
    return onEvent ? new OperationEvents(this.scope, ids.next(), now()) : new OperationEvents(this.scope, '', 0);
  }
}

/** What one operation tells, in the documented shapes. */
export class OperationEvents {
  constructor(private readonly scope: Scope, private readonly eventId: string, private readonly timestamp: number) {}

  /** Tell of a deletion before the version changes: it carries the last one. */
  public thing(operation: Change, thing: Thing): void {
    if (!this.tells('THING')) return;
    const gone = operation === 'DELETED';
    this.publish(`thing/${thing.name}/${operation}`, {
      ...this.head('THING_EVENT', operation),
      accountId: this.scope.accountId,
      thingId: thing.id,
      thingName: thing.name,
      versionNumber: thing.version,
      thingTypeName: gone ? null : thing.type?.name ?? null,
      ...(this.scope.facts.billinGroupNameInEvents ? { billinGroupName: null } : {}),
      attributes: this.attributes(gone ? undefined : thing.attributes),
    });
  }

  public type(operation: Change, type: ThingType): void {
    if (!this.tells('THING_TYPE')) return;
    this.publish(`thingType/${type.name}/${operation}`, {
      ...this.head('THING_TYPE_EVENT', operation),
      accountId: this.scope.accountId,
      thingTypeId: type.id,
      thingTypeName: type.name,
      isDeprecated: type.deprecatedAt !== undefined,
      deprecationDate: type.deprecatedAt ?? null,
      ...this.list('searchableAttributes', type.searchableAttributes),
      ...this.list('propagatingAttributes', type.propagatingAttributes.map((each) => ({ ...each }))),
      ...this.description(type.description),
    });
  }

  public association(operation: Link, thing: Thing, type: ThingType): void {
    if (!this.tells('THING_TYPE_ASSOCIATION')) return;
    this.publish(`thingTypeAssociation/thing/${thing.name}/thingType/${type.name}/${operation}`, {
      ...this.head('THING_TYPE_ASSOCIATION_EVENT', operation),
      thingId: thing.id,
      thingName: thing.name,
      thingTypeName: type.name,
    });
  }

  public group(operation: Change, group: Group): void {
    if (!this.tells('THING_GROUP')) return;
    const { facts, accountId, arns } = this.scope;
    const parent = group.path.at(-1);
    const gone = operation === 'DELETED';
    this.publish(`thingGroup/${group.name}/${operation}`, {
      ...this.head('THING_GROUP_EVENT', operation),
      accountId,
      thingGroupId: group.id,
      thingGroupName: group.name,
      versionNumber: group.version,
      ...(parent || facts.unsetParentInEvents === 'null' ? { parentGroupName: parent?.name ?? null, parentGroupId: parent?.id ?? null } : {}),
      ...this.description(gone ? '' : group.description),
      ...this.list('rootToParentThingGroups', group.path.map((each) => ({ groupArn: arns.group(each.name), groupId: each.id }))),
      attributes: this.attributes(gone ? undefined : group.attributes),
      dynamicGroupMappingId: facts.dynamicGroupMappingIdInEvents ? group.query?.mappingId ?? null : null,
    });
  }

  public hierarchy(operation: Link, child: Group): void {
    const parent = child.path.at(-1);
    if (!parent || !this.tells('THING_GROUP_HIERARCHY')) return;
    this.publish(`thingGroupHierarchy/thingGroup/${parent.name}/childThingGroup/${child.name}/${operation}`, {
      ...this.head('THING_GROUP_HIERARCHY_EVENT', operation),
      accountId: this.scope.accountId,
      thingGroupId: parent.id,
      thingGroupName: parent.name,
      childGroupId: child.id,
      childGroupName: child.name,
    });
  }

  public membership(operation: Link, thing: Thing, group: Group, membershipId: string): void {
    if (!this.tells('THING_GROUP_MEMBERSHIP')) return;
    const { accountId, arns } = this.scope;
    this.publish(`thingGroupMembership/thingGroup/${group.name}/thing/${thing.name}/${operation}`, {
      ...this.head('THING_GROUP_MEMBERSHIP_EVENT', operation),
      accountId,
      groupArn: arns.group(group.name),
      groupId: group.id,
      thingArn: arns.thing(thing.name),
      thingId: thing.id,
      membershipId,
    });
  }

  private tells(kind: EventKind): boolean {
    return this.scope.onEvent !== undefined && this.scope.enabled?.[kind] !== false;
  }

  private head(eventType: string, operation: string) {
    return { eventType, eventId: this.eventId, timestamp: this.timestamp, operation };
  }

  private publish(topic: string, payload: object): void {
    const end = topic.lastIndexOf('/');
    this.scope.onEvent?.(`$aws/events/${topic.slice(0, end)}${topic.slice(end).toLowerCase()}`, payload);
  }

  private attributes(attributes: ReadonlyMap<string, string> | undefined): Record<string, string> | null {
    if (attributes?.size) return Object.fromEntries(attributes);
    return this.scope.facts.attributesNullWhenEmpty ? null : {};
  }

  private description(description: string): { description?: string | null } {
    const unset = this.scope.facts.unsetDescriptionInEvents;
    if (description === '' && unset === 'absent') return {};
    return { description: description === '' && unset === 'null' ? null : description };
  }

  private list(name: string, items: readonly unknown[]): Record<string, readonly unknown[] | null> {
    const empty = this.scope.facts.emptyListsInEvents;
    if (items.length === 0 && empty === 'absent') return {};
    return { [name]: items.length === 0 && empty === 'null' ? null : [...items] };
  }
}
