import { madeCertificate, type IdentitySnapshot, type InMemoryRegistry } from '../registry';

/** Name of the policy. */
export const FOREIGN = 'foreign';
/** A certificate of an authority that nobody replicates. */
const FOREIGN_CA = madeCertificate('foreign-ca');

/** A policy, and a certificate with it, that nobody replicates. */
export function addForeign(registry: InMemoryRegistry): void {
  registry.execute('CreatePolicy', { policyName: FOREIGN, policyDocument: '{"Statement":[]}' });
  const { certificateArn } = registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(FOREIGN).pem, status: 'ACTIVE' });
  registry.execute('AttachPolicy', { policyName: FOREIGN, target: certificateArn });
}

/** A CA certificate of which the same is true, active, with registration of its devices. */
export function addForeignCa(registry: InMemoryRegistry): void {
  registry.execute('RegisterCACertificate', { caCertificate: FOREIGN_CA.pem, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true });
}

/** What became of them, as a text. */
export function foreignIn({ policies, certificates, authorities }: IdentitySnapshot): string {
  return JSON.stringify([policies[FOREIGN], authorities[FOREIGN_CA.id], Object.values(certificates).filter((each) => each.policies.includes(FOREIGN))]);
}

export function withoutForeign({ policies, certificates, authorities, ...rest }: IdentitySnapshot): IdentitySnapshot {
  return {
    ...rest,
    authorities: Object.fromEntries(Object.entries(authorities).filter(([id]) => id !== FOREIGN_CA.id)),
    policies: Object.fromEntries(Object.entries(policies).filter(([name]) => name !== FOREIGN)),
    certificates: Object.fromEntries(Object.entries(certificates).filter(([, each]) => !each.policies.includes(FOREIGN))),
  };
}
