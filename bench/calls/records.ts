import { GroupState } from '../../src/kinds/group/group';
import { ThingState } from '../../src/kinds/thing/thing';
import { TypeState } from '../../src/kinds/type/type';
import { RecordKey } from '../../src/record/record';
import { keyOf } from '../../test/kinds/keys';

export const SOURCE_REGION = 'us-east-1';

/** An item of the registry table, as the workflow writes it. */
export type Item = RecordKey & Readonly<Record<string, unknown>>;

let written = 0;

/** Later than everything before it. */
function common(version: number, deleted: boolean) {
  written++;
  return { version, deleted, timestamp: 1_700_000_000_000 + written, eventId: `00000000-0000-4000-8000-${String(written).padStart(12, '0')}`, sourceRegion: SOURCE_REGION, ...(deleted ? { expiresAt: 2_000_000_000 } : {}) };
}

export interface Life {
  readonly version?: number;
  readonly deleted?: boolean;
}

export function thingItem(name: string, state: Partial<ThingState> = {}, { version = 1, deleted = false }: Life = {}): Item {
  return { ...keyOf.thing(name), ...common(version, deleted), incarnation: `id-of-${name}`, state: { attributes: {}, ...state } };
}

export function groupItem(name: string, state: Partial<GroupState> = {}, { version = 1, deleted = false }: Life = {}): Item {
  return { ...keyOf.group(name), ...common(version, deleted), incarnation: `id-of-${name}`, state: { attributes: {}, path: [], dynamic: false, ...state } };
}

export function typeItem(name: string, state: Partial<TypeState> = {}, { version = 1, deleted = false }: Life = {}): Item {
  const full = { searchableAttributes: [], propagatingAttributes: [], deprecated: false, ...state };
  return { ...keyOf.type(name), ...common(version, deleted), incarnation: `id-of-${name}`, state: full };
}

export function membershipItem(thing: string, group: string, deleted = false): Item {
  return { ...keyOf.membership(thing, group), ...common(0, deleted), thingId: `id-of-${thing}`, groupId: `id-of-${group}`, groupName: group, state: {} };
}
