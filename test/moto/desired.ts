import { GroupEntry, Registry, ThingEntry, TypeEntry } from '../../demo/registry-reader';
import { RegistryRecord } from '../../src/kinds';
import { decodeRecord } from '../../src/kinds/decode-record';
import { GroupRecord } from '../../src/kinds/group/group';
import { MembershipRecord } from '../../src/kinds/membership/membership';
import { ThingRecord } from '../../src/kinds/thing/thing';
import { TypeRecord } from '../../src/kinds/type/type';
import { Item } from '../replicator/harness';

/** The registry as the records want it, in the form in which a registry is read. */
export function desiredRegistry(items: readonly Item[]): Registry {
  const records = items.map(decodeRecord).filter(({ deleted }) => !deleted);
  const things = of(records, 'thing');
  const groups = of(records, 'group').filter(({ state }) => !state.dynamic);
  const memberships = of(records, 'membership').filter(({ thingName, thingId }) => things.some((thing) => thing.thingName === thingName && thing.incarnation === thingId));
  return {
    types: Object.fromEntries(of(records, 'type').map((type) => [type.typeName, typeEntry(type)])),
    groups: Object.fromEntries(groups.map((group) => [group.groupName, groupEntry(group, memberships)])),
    things: Object.fromEntries(things.map((thing) => [thing.thingName, thingEntry(thing)])),
  };
}

function of<K extends RegistryRecord['kind']>(records: readonly RegistryRecord[], kind: K): Extract<RegistryRecord, { kind: K }>[] {
  return records.filter((each): each is Extract<RegistryRecord, { kind: K }> => each.kind === kind);
}

function thingEntry({ state: { thingTypeName, attributes } }: ThingRecord): ThingEntry {
  return { ...(thingTypeName ? { thingTypeName } : {}), attributes: { ...attributes } };
}

function groupEntry({ groupName, incarnation, state }: GroupRecord, memberships: readonly MembershipRecord[]): GroupEntry {
  return {
    path: [...state.path ?? []],
    ...(state.description ? { description: state.description } : {}),
    attributes: { ...state.attributes },
    members: memberships.filter((each) => each.groupName === groupName && each.groupId === incarnation).map(({ thingName }) => thingName).sort(),
  };
}

function typeEntry({ state }: TypeRecord): TypeEntry {
  return {
    ...(state.description ? { description: state.description } : {}),
    searchableAttributes: [...state.searchableAttributes].sort(),
    propagatingAttributes: state.propagatingAttributes
      .map((each) => `${each.userPropertyKey}=${each.thingAttribute ? `thing:${each.thingAttribute}` : `connection:${each.connectionAttribute}`}`).sort(),
    deprecated: state.deprecated,
  };
}
