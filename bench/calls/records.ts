import { GroupState } from '../../src/kinds/group/group';
import { keyOf as keyOfEntity } from '../../src/kinds/register';
import { ThingState } from '../../src/kinds/thing/thing';
import { TypeState } from '../../src/kinds/type/type';
import { RecordKey } from '../../src/record/record';
import { keyOf } from '../../test/kinds/keys';
import type { MadeCertificate } from '../../test/simulation/registry/made-certificates';

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

/** It allows one action on everything in the source Region. */
export function policyItem(policyName: string, action: string): Item {
  const Resource = `arn:aws:iot:${SOURCE_REGION}:111122223333:*`;
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource }] });
  return { ...keyOfEntity({ kind: 'policy', policyName }), ...common(0, false), incarnation: `id-of-${policyName}`, state: { document } };
}

export function certificateItem({ id, pem }: MadeCertificate, state: { readonly status: string; readonly policies: readonly string[] }): Item {
  return { ...keyOfEntity({ kind: 'certificate', certificateId: id }), ...common(0, false), incarnation: `id-of-${id}`, state: { pem, ...state } };
}

export function principalsItem(thingName: string, elements: readonly string[]): Item {
  return { ...keyOfEntity({ kind: 'principals', thingName }), ...common(0, false), thingId: `id-of-${thingName}`, state: { elements } };
}

export function groupPoliciesItem(groupName: string, elements: readonly string[]): Item {
  return { ...keyOfEntity({ kind: 'groupPolicies', groupName }), ...common(0, false), groupId: `id-of-${groupName}`, state: { elements } };
}
