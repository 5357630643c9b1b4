import { madeCertificate, type IdentitySnapshot, type InMemoryRegistry } from '../registry';

const FOREIGN = 'foreign';

/** A policy, and a certificate with it, that nobody replicates. */
export function addForeign(registry: InMemoryRegistry): void {
  registry.execute('CreatePolicy', { policyName: FOREIGN, policyDocument: '{"Statement":[]}' });
  const { certificateArn } = registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(FOREIGN).pem, status: 'ACTIVE' });
  registry.execute('AttachPolicy', { policyName: FOREIGN, target: certificateArn });
}

/** What became of them, as a text. */
export function foreignIn({ policies, certificates }: IdentitySnapshot): string {
  return JSON.stringify([policies[FOREIGN], Object.values(certificates).filter((each) => each.policies.includes(FOREIGN))]);
}

export function withoutForeign({ policies, certificates, ...rest }: IdentitySnapshot): IdentitySnapshot {
  return {
    ...rest,
    policies: Object.fromEntries(Object.entries(policies).filter(([name]) => name !== FOREIGN)),
    certificates: Object.fromEntries(Object.entries(certificates).filter(([, each]) => !each.policies.includes(FOREIGN))),
  };
}
