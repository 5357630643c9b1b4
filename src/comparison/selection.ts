import type { GroupEntity } from './entity';
import { Entity, EntityKind, parseKey, RecordKey, UnknownRecordShapeError } from '../record/record';

/** What of a registry is replicated. */
export interface Scope {
  readonly kinds: readonly EntityKind[];
  /** What a name has to start with, for each kind; absent means any name. */
  readonly prefixes: { readonly thing?: readonly string[]; readonly group?: readonly string[]; readonly type?: readonly string[] };
}

/** Whether the entity is replicated; a membership is when both its ends are. */
export function includes({ kinds, prefixes }: Scope, entity: Entity): boolean {
  if (!kinds.includes(entity.kind)) return false;
  switch (entity.kind) {
    case 'thing': return startsWithOne(entity.thingName, prefixes.thing);
    case 'group': return startsWithOne(entity.groupName, prefixes.group);
    case 'type': return startsWithOne(entity.typeName, prefixes.type);
    case 'membership': return startsWithOne(entity.thingName, prefixes.thing) && startsWithOne(entity.groupName, prefixes.group);
  }
}

/** Whether the group's members are to be listed; a dynamic group's follow from its query. */
export function hasMembers({ kinds, prefixes }: Scope, { groupName, state }: GroupEntity): boolean {
  return kinds.includes('membership') && !state.dynamic && startsWithOne(groupName, prefixes.group);
}

/** What a key names; undefined for a key that is none of the pipeline's: the table may hold more than records. */
export function entityOf(key: RecordKey): Entity | undefined {
  try {
    return parseKey(key);
  } catch (error) {
    if (error instanceof UnknownRecordShapeError) return undefined;
    throw error;
  }
}

function startsWithOne(name: string, prefixes: readonly string[] | undefined): boolean {
  return !prefixes || prefixes.some((prefix) => name.startsWith(prefix));
}
