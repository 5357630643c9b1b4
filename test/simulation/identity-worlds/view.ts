import { isPending } from '../../../src/kinds/certificate/certificate';
import { decodeImage } from '../../../src/kinds/handler/items';
import { attachmentOf } from '../../../src/kinds/principals/principals';
import { keyOf } from '../../../src/kinds/register';
import { keyString } from '../../../src/record/record';
import { DESTINATION_REGION, SOURCE_REGION } from '../definition';
import type { Item } from '../guarded-table';
import { canonicalJson, type IdentitySnapshot } from '../registry';

/** Identities, by names for people such as `certificate 1f…`, each with all that is replicated of it as a text. */
export type IdentityView = ReadonlyMap<string, string>;

type Kind = 'certificate' | 'policy' | 'principals' | 'groupPolicies';

/** Ids of the certificates that nobody has admitted. */
export function pendingIn({ certificates }: IdentitySnapshot): ReadonlySet<string> {
  return new Set(Object.keys(certificates).filter((id) => certificates[id].status === 'PENDING_ACTIVATION'));
}

/**
 * What a registry has. Whoever waits to be admitted is not replicated, and who is transferred is inactive.
 *
 * @param pending of the source: what it had admitted before, a destination may still have, but not active
 */
export function identityViewOf(snapshot: IdentitySnapshot, pending = pendingIn(snapshot)): Map<string, string> {
  const { certificates, policies, principals, groupPolicies } = snapshot;
  const view = new Map<string, string>();
  for (const [id, { status, policies: attached }] of Object.entries(certificates)) {
    if (status === 'ACTIVE' || !pending.has(id)) view.set(`certificate ${id}`, certificateText(status, attached));
  }
  for (const [name, { document }] of Object.entries(policies)) view.set(`policy ${name}`, relocated(document));
  for (const [name, { exclusive, nonExclusive }] of Object.entries(principals)) {
    const admitted = [exclusive, nonExclusive].map((ids) => ids.filter((id) => !pending.has(id)));
    if (admitted.flat().length > 0) view.set(`principals ${name}`, JSON.stringify(admitted));
  }
  for (const [name, { policies: attached }] of Object.entries(groupPolicies)) view.set(`groupPolicies ${name}`, JSON.stringify(attached));
  return view;
}

/** What a record says, as a view has it; undefined if there is none, or if it says that nothing is there. @param get the item of a key */
export function saidBy(item: Item | undefined, get: (key: string) => Item | undefined): string | undefined {
  const record = item && decodeImage(item);
  if (!record || record.deleted) return undefined;
  switch (record.kind) {
    case 'certificate': return isPending(record) ? undefined : certificateText(record.state.status, record.state.policies ?? []);
    case 'policy': return relocated(record.state.document);
    case 'groupPolicies': return record.state.elements.length > 0 ? JSON.stringify(record.state.elements) : undefined;
    case 'principals': {
      const isLeftOut = (certificateId: string) => {
        const certificate = get(keyOfIdentity(`certificate ${certificateId}`));
        return certificate !== undefined && isPending(decodeImage(certificate));
      };
      const attachments = record.state.elements.map(attachmentOf).filter(({ certificateId }) => !isLeftOut(certificateId));
      const of = (exclusive: boolean) => attachments.filter(({ isExclusive }) => isExclusive === exclusive).map(({ certificateId }) => certificateId).sort();
      return attachments.length > 0 ? JSON.stringify([of(true), of(false)]) : undefined;
    }
    default: throw new Error(`expected a record of identities, got one of the kind ${record.kind}`);
  }
}

/** The key of the record of a name. */
export function keyOfIdentity(name: string): string {
  const [kind, id] = name.split(' ') as [Kind | 'thing' | 'group', string];
  switch (kind) {
    case 'certificate': return keyString(keyOf({ kind, certificateId: id }));
    case 'policy': return keyString(keyOf({ kind, policyName: id }));
    case 'principals': return keyString(keyOf({ kind, thingName: id }));
    case 'groupPolicies': return keyString(keyOf({ kind, groupName: id }));
    case 'thing': return keyString(keyOf({ kind, thingName: id }));
    case 'group': return keyString(keyOf({ kind, groupName: id }));
  }
}

/** Whose it is. */
export function ownersOf(name: string): string[] {
  const [kind, id] = name.split(' ') as [Kind, string];
  return kind === 'principals' ? [`thing ${id}`] : kind === 'groupPolicies' ? [`group ${id}`] : [];
}

/** What else the fields of a name can depend on: whose it is, and what is attached. */
export function relatedTo(name: string, ...texts: readonly (string | undefined)[]): string[] {
  const [kind] = name.split(' ') as [Kind];
  if (kind === 'policy') return [];
  const mentioned = texts.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as (string | string[])[])));
  const attached = mentioned.flatMap((each) => (kind === 'certificate' && !Array.isArray(each) ? [] : each));
  switch (kind) {
    case 'certificate': return attached.map((policy) => `policy ${policy}`);
    case 'principals': return [...ownersOf(name), ...attached.map((certificate) => `certificate ${certificate}`)];
    case 'groupPolicies': return [...ownersOf(name), ...attached.map((policy) => `policy ${policy}`)];
  }
}

/** Whether two texts of a certificate differ in more than its policies. */
export function differsInStatus(one: string | undefined, other: string | undefined): boolean {
  const statusOf = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as [string])[0]);
  return statusOf(one) !== statusOf(other);
}

function certificateText(status: string, policies: readonly string[]): string {
  return JSON.stringify([status === 'PENDING_TRANSFER' ? 'INACTIVE' : status, [...policies].sort()]);
}

/** As a destination ought to have it; what is there already is the same afterwards. */
function relocated(document: string): string {
  return canonicalJson(document).replaceAll(`arn:aws:iot:${SOURCE_REGION}:`, `arn:aws:iot:${DESTINATION_REGION}:`);
}
