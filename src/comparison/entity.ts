import { Entity, GroupState, keyOf, RecordKey, ThingState, TypeState } from '../record/record';

/** A thing as a registry has it. */
export interface ThingEntity {
  readonly kind: 'thing';
  readonly thingName: string;
  readonly version: number;
  /** thingId; listings don't contain it. */
  readonly incarnation?: string;
  readonly state: ThingState;
}

/** A thing group as a registry has it. */
export interface GroupEntity {
  readonly kind: 'group';
  readonly groupName: string;
  readonly version: number;
  readonly incarnation: string;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
  readonly state: GroupState;
}

/** A thing type as a registry has it; the registry counts no versions of types. */
export interface TypeEntity {
  readonly kind: 'type';
  readonly typeName: string;
  /** thingTypeId; listings don't contain it. */
  readonly incarnation?: string;
  readonly state: TypeState;
}

export interface MembershipEntity {
  readonly kind: 'membership';
  readonly thingName: string;
  readonly groupName: string;
}

/** What a registry has: the counterpart of a record. */
export type RegistryEntity = ThingEntity | GroupEntity | TypeEntity | MembershipEntity;

/** The key of the record that an entity has, or should have. */
export function keyOfEntity(entity: Entity): RecordKey {
  switch (entity.kind) {
    case 'thing': return keyOf.thing(entity.thingName);
    case 'group': return keyOf.group(entity.groupName);
    case 'type': return keyOf.type(entity.typeName);
    case 'membership': return keyOf.membership(entity.thingName, entity.groupName);
  }
}
