import { Fleet, FleetThing } from './fleet';
import type { Entity, EntityKind } from '../../src/kinds';
import { OBSERVATION_EVENT, ObservedRecord, Origin, recordOf } from '../../src/kinds/observation';

/** An observation of the registry. */
export interface Observation {
  readonly eventType: typeof OBSERVATION_EVENT;
  readonly kind: EntityKind;
  readonly record: ObservedRecord;
}

/** Long before any sweep. */
const ORIGIN: Origin = { eventId: 'before', timestamp: 1_700_000_000_000 };

/** Everything in a fleet, as observations. */
export function* observationsOf(fleet: Fleet): Generator<Observation> {
  for (const entity of entitiesOf(fleet)) yield observationFor(fleet, entity);
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

/** A part of a fleet, as observations. */
export function observationFor(fleet: Fleet, entity: Entity): Observation {
  switch (entity.kind) {
    case 'thing': return thingObservation(fleet.thingNamed(entity.thingName)!);
    case 'membership': {
      const { thingId, groupId } = fleet.idsOf(entity.thingName, entity.groupName);
      return observed('membership', recordOf(entity, [thingId, groupId], ORIGIN));
    }
    case 'type': {
      const state = { searchableAttributes: ['serial'], propagatingAttributes: [], deprecated: false };
      return observed('type', recordOf({ ...entity, incarnation: `id-of-${entity.typeName}`, state }, [], ORIGIN));
    }
    case 'group': {
      const { groupName, groupId, parentGroupName } = fleet.groupNamed(entity.groupName);
      const state = { attributes: {}, parentGroupName, path: parentGroupName ? [parentGroupName] : [], dynamic: false };
      return observed('group', recordOf({ kind: 'group', groupName, incarnation: groupId, version: 1, state }, [], ORIGIN));
    }
    default: throw new Error(`the fleet has no ${entity.kind}`);
  }
}

export function thingObservation({ thingName, thingId, version, thingTypeName, attributes }: FleetThing, origin = ORIGIN): Observation {
  return observed('thing', recordOf({ kind: 'thing', thingName, incarnation: thingId, version, state: { thingTypeName, attributes } }, [], origin));
}

function observed(kind: EntityKind, record: ObservedRecord): Observation {
  return { eventType: OBSERVATION_EVENT, kind, record };
}
