import { Fleet, FleetThing } from './fleet';
import { Entity } from '../../src/record/record';
import { EventOrigin, eventOf, membershipEvent, RegistryEvent } from '../../src/sweep/handler/observation';

export const ARN_PREFIX = 'arn:aws:iot:us-east-1:111122223333';

/** Long before any sweep. */
const ORIGIN: EventOrigin = { eventId: 'before', timestamp: 1_700_000_000_000, arnPrefix: ARN_PREFIX };

/** What would have told of everything in a fleet. */
export function* eventsOf(fleet: Fleet): Generator<RegistryEvent> {
  for (const entity of entitiesOf(fleet)) yield eventFor(fleet, entity);
}

/** Everything in a fleet, in the order of the phases. */
export function* entitiesOf(fleet: Fleet): Generator<Entity> {
  for (let t = 0; t < fleet.types; t++) yield { kind: 'type', typeName: fleet.typeName(t) };
  for (let g = 0; g < fleet.groups; g++) yield { kind: 'group', groupName: fleet.group(g).groupName };
  for (let i = 0; i < fleet.size; i++) yield { kind: 'thing', thingName: fleet.thing(i)!.thingName };
  for (let g = 0; g < fleet.groups; g++) {
    const { groupName } = fleet.group(g);
    for (const thingName of fleet.members(g)) yield { kind: 'membership', thingName, groupName };
  }
}

/** What would have told of something in a fleet. */
export function eventFor(fleet: Fleet, entity: Entity): RegistryEvent {
  switch (entity.kind) {
    case 'thing': return thingEvent(fleet.thingNamed(entity.thingName)!);
    case 'membership': return membershipEvent(entity, fleet.idsOf(entity.thingName, entity.groupName), ORIGIN);
    case 'type': {
      const state = { searchableAttributes: ['serial'], propagatingAttributes: [], deprecated: false };
      return eventOf({ ...entity, incarnation: `id-of-${entity.typeName}`, state }, ORIGIN);
    }
    case 'group': {
      const { groupName, groupId, parentGroupName } = fleet.groupNamed(entity.groupName);
      const state = { attributes: {}, parentGroupName, path: parentGroupName ? [parentGroupName] : [], dynamic: false };
      return eventOf({ kind: 'group', groupName, incarnation: groupId, version: 1, state }, ORIGIN);
    }
  }
}

export function thingEvent({ thingName, thingId, version, thingTypeName, attributes }: FleetThing): RegistryEvent {
  return eventOf({ kind: 'thing', thingName, incarnation: thingId, version, state: { thingTypeName, attributes } }, ORIGIN);
}
