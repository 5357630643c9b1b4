/** @jest-environment ./test/simulation/environment.ts */
import { MINUTE, Source, SourceOptions } from './source';
import type { MadeCertificate } from '../simulation/registry';
import { madeCertificate } from '../simulation/registry';

const IDENTITIES: SourceOptions = {
  feature: 'identities', workflow: { features: ['identities'] }, scope: { kinds: ['policy', 'certificate', 'principals', 'groupPolicies'], prefixes: {} },
};

interface Losing {
  readonly certificates?: number;
  /** As many of these were not active, the first of them. */
  readonly inactive?: number;
  readonly policies?: number;
  readonly of?: number;
}

/** As many certificates and policies, with records, of which the first have gone. */
async function losing({ certificates = 0, inactive = 0, policies = 0, of = 5 }: Losing, options: SourceOptions = {}) {
  const source = new Source({ ...IDENTITIES, ...options });
  const made = Array.from({ length: of }, (_, i) => madeCertificate(`device-${i}`));
  for (const [i, { pem }] of made.entries()) {
    source.registry.execute('RegisterCertificateWithoutCA', { certificatePem: pem, status: i < inactive ? 'INACTIVE' : 'ACTIVE' });
    source.registry.execute('CreatePolicy', { policyName: `policy-${i}`, policyDocument: '{"Statement":[]}' });
  }
  source.pass(10 * MINUTE);
  await source.sweep();
  for (const { id } of made.slice(0, certificates)) {
    source.registry.execute('UpdateCertificate', { certificateId: id, newStatus: 'INACTIVE' });
    source.registry.execute('DeleteCertificate', { certificateId: id });
  }
  for (let i = 0; i < policies; i++) source.registry.execute('DeletePolicy', { policyName: `policy-${i}` });
  source.pass(10 * MINUTE);
  source.sent.length = 0;
  const isDeleted = ({ id }: MadeCertificate) => source.record({ pk: `cert#${id}`, sk: 'cert' })!.deleted as boolean;
  const deletedPolicies = () => made.filter((_, i) => source.record({ pk: `policy#policy-${i}`, sk: 'policy' })!.deleted).length;
  return { source, deleted: () => ({ certificates: made.filter(isDeleted).length, policies: deletedPolicies() }) };
}

test('a sweep that finds more certificates gone than may be deactivated deletes nothing, and fails with the number', async () => {
  const { source, deleted } = await losing({ certificates: 3, policies: 1 }, { maxDeactivations: 2, maxDeletions: 100 });
  await expect(source.sweep()).rejects.toMatchObject({
    name: 'TooManyDeactivations', message: expect.stringMatching(/^maxDeactivationsPerSweep: got more than 2 deactivations \(3 certificates .* start the execution with \{ "maxDeletions": 3 \}$/),
  });
  expect(deleted()).toEqual({ certificates: 0, policies: 0 });
  expect(source.results.at(-1)).toMatchObject({ eventType: 'REPLICATION_IDENTITY_SWEEP', inSync: false });
  expect(source.measured.at(-1)).toEqual(new Map([['DeactivationsRefused', 3]]));
  await source.sweep({ input: { maxDeletions: 3 } });
  expect(deleted()).toEqual({ certificates: 3, policies: 1 });
});

test('certificates do not count among other deletions, nor these among them', async () => {
  const { source, deleted } = await losing({ certificates: 2, policies: 1 }, { maxDeactivations: 2, maxDeletions: 1 });
  await expect(source.sweep()).resolves.toMatchObject({ counts: { gone: 3, persisted: 3 } });
  expect(deleted()).toEqual({ certificates: 2, policies: 1 });
});

test('certificates that were not active count nowhere: no device is locked out', async () => {
  const { source, deleted } = await losing({ certificates: 4, inactive: 3, policies: 1 }, { maxDeactivations: 1, maxDeletions: 1 });
  await expect(source.sweep()).resolves.toMatchObject({ counts: { gone: 5, persisted: 5 } });
  expect(deleted()).toEqual({ certificates: 4, policies: 1 });
});

test('a sweep names no more deactivations than there may be, beside certificates that were not active', async () => {
  const { source, deleted } = await losing({ certificates: 4, inactive: 2 }, { maxDeactivations: 1 });
  await expect(source.sweep()).rejects.toThrow('got more than 1 deactivation (2 certificates have a record and are not in the listing of the source registry any more; 2 of them');
  expect(source.measured.at(-1)).toEqual(new Map([['DeactivationsRefused', 2]]));
  expect(deleted().certificates).toBe(0);
});

test('other deletions have their limit as before', async () => {
  const { source, deleted } = await losing({ certificates: 1, policies: 2 }, { maxDeletions: 1 });
  await expect(source.sweep()).rejects.toMatchObject({ name: 'TooManyDeletions' });
  expect(deleted()).toEqual({ certificates: 0, policies: 0 });
});

test('however small its units are', async () => {
  const { source, deleted } = await losing({ certificates: 4 }, { maxDeactivations: 2, readsPerSecond: 0.05, remainingMs: () => 0 });
  const reads = source.callsOf('DescribeCertificate');
  await expect(source.sweep()).rejects.toThrow('3 of them were looked at and are gone');
  expect(source.callsOf('DescribeCertificate') - reads).toBe(3);
  expect(deleted().certificates).toBe(0);
});

test('by default, 50 may be', async () => {
  const { source, deleted } = await losing({ certificates: 51, of: 55 });
  await expect(source.sweep()).rejects.toThrow('got more than 50 deactivations (51 certificates');
  expect(deleted().certificates).toBe(0);
});
