import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { CertificateStatus } from '@aws-sdk/client-iot';
import { Bench, DOCUMENT } from './fixture';
import { madeCertificate } from './made-certificates';
import { certificateIn, pemOf } from './pem';

const made = madeCertificate('device');

function described(bench: Bench, certificateId: string) {
  return bench.registry.execute('DescribeCertificate', { certificateId }).certificateDescription!;
}

describe('a certificate made for tests', () => {
  test('is one to every parser, the same each time, and its id is the hash of its bytes', () => {
    const parsed = new X509Certificate(madeCertificate('device', { issuer: 'root' }).pem);
    expect([parsed.subject, parsed.issuer, parsed.validTo]).toEqual(['CN=device', 'CN=root', 'Dec 31 23:59:59 2049 GMT']);
    expect(new X509Certificate(made.pem).fingerprint256.replace(/:/g, '').toLowerCase()).toBe(made.id);
    expect(madeCertificate('device')).toEqual(made);
    expect(madeCertificate('other').id).not.toBe(made.id);
  });
});

describe('reading a certificate', () => {
  test('sees what a parser sees in certificates of the world', () => {
    expect(rootCertificates.length).toBeGreaterThan(50);
    for (const pem of rootCertificates) {
      const parsed = new X509Certificate(pem);
      const { id, issuer, subject, commonName, notBefore, notAfter, der } = certificateIn(pem);
      expect([id, notBefore, notAfter]).toEqual([parsed.fingerprint256.replace(/:/g, '').toLowerCase(), Date.parse(parsed.validFrom), Date.parse(parsed.validTo)]);
      expect([issuer === subject, commonName]).toEqual([parsed.issuer === parsed.subject, /^CN=(.*)$/m.exec(parsed.subject)?.[1]]);
      expect(new X509Certificate(pemOf(der)).raw).toEqual(parsed.raw);
    }
  });

  test.each([
    ['no PEM', 'text'],
    ['no bytes', made.pem.replace(/\n[^-]+\n/, '\n\n')],
    ['bytes that are nothing', pemOf(Buffer.from('text'))],
    ['a cut one', pemOf(certificateIn(made.pem).der.subarray(0, -1))],
    ['two', made.pem + made.pem],
  ])('fails with %s', (_, certificatePem) => {
    expect(new Bench().outcome('RegisterCertificateWithoutCA', { certificatePem })).toBe('CertificateValidation');
  });
});

describe('registering', () => {
  test('without its authority gives the id, inactive unless it is asked for otherwise, for devices that send a server name', () => {
    const bench = new Bench();
    const answer = bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: made.pem });
    expect(answer).toMatchObject({ certificateId: made.id, certificateArn: bench.arn('cert', made.id) });
    expect(described(bench, made.id)).toMatchObject({ status: 'INACTIVE', certificateMode: 'SNI_ONLY', certificatePem: made.pem, creationDate: new Date(bench.time), validity: { notAfter: new Date('2049-12-31T23:59:59Z') } });
    expect(described(bench, bench.certificate('other', 'ACTIVE')).status).toBe('ACTIVE');
  });

  test('again fails with id and ARN of the one that is there', () => {
    const bench = new Bench();
    bench.certificate();
    expect(() => bench.certificate()).toThrow(expect.objectContaining({ name: 'ResourceAlreadyExistsException', resourceId: made.id, resourceArn: bench.arn('cert', made.id) }));
  });

  test.each([['REVOKED', 'ok'], ['PENDING_ACTIVATION', 'CertificateState'], ['PENDING_TRANSFER', 'CertificateState']] as const)('as %s: %s', (status, expected) => {
    expect(new Bench().outcome('RegisterCertificateWithoutCA', { certificatePem: made.pem, status })).toBe(expected);
  });

  test.each(['ok', 'CertificateValidation'] as const)('one that has expired: %s', (expiredCertificate) => {
    const bench = new Bench({ facts: { expiredCertificate } });
    expect(bench.outcome('RegisterCertificateWithoutCA', { certificatePem: madeCertificate('device', { isExpired: true }).pem })).toBe(expiredCertificate);
    expect(bench.outcome('RegisterCertificateWithoutCA', { certificatePem: made.pem })).toBe('ok');
  });

  test.each([['asGiven', false], ['wrapped', true]] as const)('the PEM comes back %s', (returnedPem, isWrapped) => {
    const bench = new Bench({ facts: { returnedPem } });
    const certificatePem = made.pem.replace(/\n/g, '\r\n').trimEnd();
    bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem });
    expect(described(bench, made.id).certificatePem).toBe(isWrapped ? made.pem : certificatePem);
  });

  test('deleted and registered anew, it has the same id and another date of creation', () => {
    const bench = new Bench();
    const first = described(bench, bench.certificate());
    bench.registry.execute('DeleteCertificate', { certificateId: made.id });
    expect(bench.outcome('DescribeCertificate', { certificateId: made.id })).toBe('ResourceNotFound');
    bench.time += 1_000;
    const second = described(bench, bench.certificate());
    expect(second.creationDate!.getTime() - first.creationDate!.getTime()).toBe(1_000);
    expect(second.generationId).not.toBe(first.generationId);
  });

  test('what AWS issues is for all devices, and can be pending', () => {
    const bench = new Bench();
    bench.registry.issue({ certificatePem: made.pem, status: 'ACTIVE' });
    expect(described(bench, made.id)).toMatchObject({ status: 'ACTIVE', certificateMode: 'DEFAULT' });
    const pending = bench.registry.issue({ certificatePem: madeCertificate('first').pem, status: 'PENDING_ACTIVATION' });
    expect(bench.outcome('UpdateCertificate', { certificateId: pending, newStatus: 'ACTIVE' })).toBe('ok');
  });
});

describe('the status', () => {
  test('of what is revoked stays', () => {
    for (const [revokedBack, outcome] of [['CertificateState', 'CertificateState'], ['InvalidRequest', 'InvalidRequest'], ['ok', 'ok']] as const) {
      const bench = new Bench({ facts: { revokedBack } });
      const certificateId = bench.certificate('device', 'REVOKED');
      for (const newStatus of ['ACTIVE', 'INACTIVE'] as const) expect(bench.outcome('UpdateCertificate', { certificateId, newStatus })).toBe(outcome);
      expect(bench.outcome('UpdateCertificate', { certificateId, newStatus: 'REVOKED' })).toBe('ok');
    }
  });

  test.each(['PENDING_ACTIVATION', 'PENDING_TRANSFER', undefined] as (CertificateStatus | undefined)[])('cannot be set to %s', (newStatus) => {
    const bench = new Bench();
    expect(bench.outcome('UpdateCertificate', { certificateId: bench.certificate(), newStatus })).toBe('InvalidRequest');
  });

  test('cannot be set while the certificate is handed over to another account', () => {
    const bench = new Bench();
    const certificateId = bench.certificate();
    bench.registry.execute('TransferCertificate', { certificateId, targetAwsAccount: '444455556666' });
    expect(bench.outcome('UpdateCertificate', { certificateId, newStatus: 'ACTIVE' })).toBe('CertificateState');
    expect(bench.outcome('DeleteCertificate', { certificateId })).toBe('CertificateState');
    bench.registry.execute('CancelCertificateTransfer', { certificateId });
    expect(described(bench, certificateId).status).toBe('INACTIVE');
  });

  test.each([[false, 1], [true, 2]])('changed, where that raises the version of the customer: %s', (updateRaisesCustomerVersion, customerVersion) => {
    const bench = new Bench({ facts: { updateRaisesCustomerVersion } });
    const certificateId = bench.certificate();
    bench.time += 1_000;
    bench.registry.execute('UpdateCertificate', { certificateId, newStatus: 'ACTIVE' });
    expect(described(bench, certificateId)).toMatchObject({ customerVersion, lastModifiedDate: new Date(bench.time) });
  });
});

describe('deleting a certificate', () => {
  test('fails while it is active, has things, or has policies that nobody says to ignore', () => {
    const bench = new Bench({ limits: { principalDetachDelay: 1_000 } });
    const certificateId = bench.certificate('device', 'ACTIVE');
    const arn = bench.arn('cert', certificateId);
    bench.policy();
    bench.thing('lamp');
    bench.registry.execute('AttachPolicy', { policyName: 'connect', target: arn });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: arn });
    const outcome = (forceDelete: boolean) => bench.outcome('DeleteCertificate', { certificateId, forceDelete });
    expect(outcome(true)).toBe('CertificateState');
    bench.registry.execute('UpdateCertificate', { certificateId, newStatus: 'INACTIVE' });
    expect(outcome(true)).toBe('DeleteConflict');
    bench.registry.execute('DetachThingPrincipal', { thingName: 'lamp', principal: arn });
    expect(outcome(true)).toBe('DeleteConflict');
    bench.time += 1_000;
    expect(outcome(false)).toBe('DeleteConflict');
    expect(outcome(true)).toBe('ok');
    expect(bench.registry.execute('ListTargetsForPolicy', { policyName: 'connect' }).targets).toEqual([]);
    expect(outcome(true)).toBe('ResourceNotFound');
  });
});

describe('listing certificates', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  test.each([[true, names], [false, [...names].reverse()], [undefined, [...names].reverse()]])('in pages that deletions do not shift, ascending: %s', (ascendingOrder, expected) => {
    const bench = new Bench();
    const ids = new Map(names.map((name) => [bench.certificate(name), name]));
    const list = (marker?: string) => bench.registry.execute('ListCertificates', { pageSize: 2, ascendingOrder, marker });
    const pages = [list()];
    bench.registry.execute('DeleteCertificate', { certificateId: pages[0].certificates![0].certificateId });
    while (pages.at(-1)!.nextMarker !== undefined) pages.push(list(pages.at(-1)!.nextMarker));
    expect(pages.map(({ certificates }) => certificates!.map((each) => ids.get(each.certificateId!)))).toEqual([expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)]);
    expect(Object.keys(pages[0].certificates![0]).sort()).toEqual(['certificateArn', 'certificateId', 'certificateMode', 'creationDate', 'status']);
  });

  test('that is behind shows the status and the policies of then', () => {
    const lag = { ms: 0 };
    const bench = new Bench({ readLag: () => lag.ms });
    const certificateId = bench.certificate('device', 'ACTIVE');
    bench.policy();
    bench.registry.execute('AttachPolicy', { policyName: 'connect', target: bench.arn('cert', certificateId) });
    bench.time += 1_000;
    bench.registry.execute('UpdateCertificate', { certificateId, newStatus: 'REVOKED' });
    bench.registry.execute('DetachPolicy', { policyName: 'connect', target: bench.arn('cert', certificateId) });
    bench.registry.execute('CreatePolicyVersion', { policyName: 'connect', policyDocument: '{"Statement":[]}', setAsDefault: true });
    const seen = () => [
      bench.registry.execute('ListCertificates', {}).certificates![0].status, described(bench, certificateId).status, bench.registry.execute('GetPolicy', { policyName: 'connect' }).policyDocument,
      bench.registry.execute('ListAttachedPolicies', { target: bench.arn('cert', certificateId) }).policies!.length, bench.registry.execute('ListTargetsForPolicy', { policyName: 'connect' }).targets!.length,
    ];
    expect(seen()).toEqual(['REVOKED', 'REVOKED', '{"Statement":[]}', 0, 0]);
    lag.ms = 1_000;
    expect(seen()).toEqual(['ACTIVE', 'ACTIVE', DOCUMENT, 1, 1]);
  });

  test('beyond the quota is throttled', () => {
    const bench = new Bench({ limits: { quotaFactor: 1 } });
    expect(Array.from({ length: 11 }, () => bench.outcome('ListCertificates', {})).at(-1)).toBe('Throttling');
  });
});
