import { DESTINATION_REGION, SOURCE_REGION } from '../definition';
import { identityDifference, type IdentitySnapshot } from '../registry';

/**
 * A line for each difference between what a destination has and what it ought to have of the source.
 *
 * @param caCertificates whether these are replicated
 */
export function differenceIn(destination: IdentitySnapshot, source: IdentitySnapshot, caCertificates: boolean): string[] {
  const isPending = (id: string) => source.certificates[id]?.status === 'PENDING_ACTIVATION';
  const relocated = (document: string) => document.replaceAll(`arn:aws:iot:${SOURCE_REGION}:`, `arn:aws:iot:${DESTINATION_REGION}:`);
  // What just-in-time registration has not admitted is not registered. What was registered before, deleted, and found by a device again is still there.
  const admitted = Object.entries(destination.certificates).filter(([id, { status }]) => isPending(id) && status === 'ACTIVE').map(([id]) => `certificate ${id} is active, and nobody has admitted it`);
  // A copy never lets devices register themselves.
  const copies = Object.entries(source.authorities).map(([id, { status }]) => [id, { status, autoRegisters: false }] as const);
  const expected = { ...source, authorities: caCertificates ? Object.fromEntries(copies) : {} };
  return [...admitted, ...identityDifference(replicated(expected, isPending), replicated(destination, isPending), relocated)];
}

/** What waits to be admitted is not, and what is being transferred is inactive. */
function replicated({ certificates, principals, ...rest }: IdentitySnapshot, isPending: (id: string) => boolean): IdentitySnapshot {
  const isThere = (id: string) => !isPending(id);
  const statuses = Object.entries(certificates).filter(([id]) => isThere(id)).map(([id, each]) => [id, each.status === 'PENDING_TRANSFER' ? { ...each, status: 'INACTIVE' } : each]);
  const attached = Object.entries(principals).map(([name, { exclusive, nonExclusive }]) => (
    [name, { exclusive: exclusive.filter(isThere), nonExclusive: nonExclusive.filter(isThere) }] as const
  ));
  return {
    ...rest,
    certificates: Object.fromEntries(statuses) as IdentitySnapshot['certificates'],
    principals: Object.fromEntries(attached.filter(([, { exclusive, nonExclusive }]) => exclusive.length + nonExclusive.length > 0)),
  };
}
