import { Item, SOURCE_REGION } from './harness';
import { keyOf } from '../../src/kinds/register';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { madeCertificate } from '../simulation/registry';

export const IDENTITIES: IdentitiesConfig = {
  features: ['identities'],
  arnPrefix: 'arn:aws:iot:eu-west-1:123456789012:',
  relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: 'eu-west-1' },
  adoptsPolicies: false,
};

export const LAMP = madeCertificate('lamp');

let written = 0;

/** The item of a record, newer than all before it. */
export function itemOf(entity: { readonly kind: string } & Readonly<Record<string, string>>, state: object, more: object): Item {
  written += 1;
  const { kind, ...names } = entity;
  return { ...keyOf(entity as never), ...names, version: 0, timestamp: 1_700_000_000_000 + written, deleted: false, sourceRegion: SOURCE_REGION, eventId: String(written), state, ...more };
}

export function certificateItem(status: string, policies: readonly string[] = [], more: object = {}): Item {
  return itemOf({ kind: 'certificate', certificateId: LAMP.id }, { status, pem: LAMP.pem, policies }, { incarnation: 'c', ...more });
}

export function policyItem(policyName: string, document: string, more: object = {}): Item {
  return itemOf({ kind: 'policy', policyName }, { document }, { incarnation: 'p', ...more });
}

export function groupPoliciesItem(groupName: string, elements: readonly string[]): Item {
  return itemOf({ kind: 'groupPolicies', groupName }, { elements }, { groupId: 'g' });
}
