import { Bench } from './fixture';
import { madeCertificate } from './made-certificates';

const root = madeCertificate('root');

function registered(bench: Bench, { pem } = root): string {
  const { registrationCode } = bench.registry.execute('GetRegistrationCode', {});
  const verificationCertificate = madeCertificate(registrationCode!, { issuer: 'root' }).pem;
  return bench.registry.execute('RegisterCACertificate', { caCertificate: pem, verificationCertificate, setAsActive: true }).certificateId!;
}

describe('registering the certificate of an authority', () => {
  test('for all devices takes the proof of this account and Region', () => {
    const bench = new Bench();
    const register = (verificationCertificate?: string) => bench.outcome('RegisterCACertificate', { caCertificate: root.pem, verificationCertificate });
    expect(register()).toBe('InvalidRequest');
    expect(register(madeCertificate('another code', { issuer: 'root' }).pem)).toBe('RegistrationCodeValidation');
    expect(register(madeCertificate('another code', { issuer: 'other' }).pem)).toBe('CertificateValidation');
    registered(bench);
    expect(bench.registry.execute('DescribeCACertificate', { certificateId: root.id }).certificateDescription).toMatchObject({ certificateMode: 'DEFAULT', status: 'ACTIVE', certificatePem: root.pem, autoRegistrationStatus: 'DISABLE' });
    const elsewhere = new Bench({ region: 'us-east-1' }).registry.execute('GetRegistrationCode', {}).registrationCode;
    expect(elsewhere).not.toBe(bench.registry.execute('GetRegistrationCode', {}).registrationCode);
  });

  test('for devices that send a server name takes none, and is inactive unless it is asked for otherwise', () => {
    const bench = new Bench();
    const register = (verificationCertificate?: string) => bench.outcome('RegisterCACertificate', { caCertificate: root.pem, certificateMode: 'SNI_ONLY', verificationCertificate });
    expect(register(root.pem)).toBe('InvalidRequest');
    expect(register()).toBe('ok');
    expect(bench.registry.execute('DescribeCACertificate', { certificateId: root.id }).certificateDescription).toMatchObject({ certificateMode: 'SNI_ONLY', status: 'INACTIVE' });
    expect(register()).toBe('ResourceAlreadyExists');
  });

  test('an eleventh of one subject fails', () => {
    const bench = new Bench();
    const register = (issuer: string) => bench.outcome('RegisterCACertificate', { caCertificate: madeCertificate('one', { issuer }).pem, certificateMode: 'SNI_ONLY' });
    expect(Array.from({ length: 11 }, (_, i) => register(`r${i}`))).toEqual([...Array<string>(10).fill('ok'), 'LimitExceeded']);
  });
});

test('a certificate of an authority can be changed, listed, tagged, and deleted once it is inactive', () => {
  const bench = new Bench();
  const certificateId = registered(bench);
  bench.registry.execute('UpdateCACertificate', { certificateId, newAutoRegistrationStatus: 'ENABLE' });
  bench.registry.execute('TagResource', { resourceArn: bench.arn('cacert', certificateId), tags: [{ Key: 'k', Value: 'v' }] });
  expect(bench.registry.identitySnapshot().authorities).toEqual({ [certificateId]: { status: 'ACTIVE', autoRegisters: true } });
  expect(bench.registry.execute('ListCACertificates', {}).certificates).toMatchObject([{ certificateId, status: 'ACTIVE' }]);
  expect(bench.outcome('DeleteCACertificate', { certificateId })).toBe('CertificateState');
  bench.registry.execute('UpdateCACertificate', { certificateId, newStatus: 'INACTIVE', removeAutoRegistration: true });
  expect(bench.registry.identitySnapshot().authorities).toEqual({ [certificateId]: { status: 'INACTIVE', autoRegisters: false } });
  expect(bench.outcome('DeleteCACertificate', { certificateId })).toBe('ok');
  expect(bench.outcome('DescribeCACertificate', { certificateId })).toBe('ResourceNotFound');
});

describe('a certificate that an authority has signed', () => {
  const leaf = madeCertificate('leaf', { issuer: 'root' });

  test('is registered under it where it is there, active, and the only one of its name', () => {
    const bench = new Bench();
    const register = (caCertificatePem?: string) => bench.outcome('RegisterCertificate', { certificatePem: leaf.pem, caCertificatePem });
    expect(register()).toBe('CertificateState');
    const certificateId = registered(bench);
    const other = madeCertificate('root', { issuer: 'above' });
    bench.registry.execute('RegisterCACertificate', { caCertificate: other.pem, certificateMode: 'SNI_ONLY' });
    expect(register()).toBe('CertificateConflict');
    expect(register(other.pem)).toBe('CertificateState');
    expect(register(root.pem)).toBe('ok');
    expect(bench.registry.execute('DescribeCertificate', { certificateId: leaf.id }).certificateDescription).toMatchObject({ caCertificateId: certificateId, certificateMode: 'DEFAULT', status: 'INACTIVE' });
  });

  test('is listed under it, and not where it was registered without it', () => {
    const bench = new Bench({ limits: { pageSize: 1 } });
    const caCertificateId = registered(bench);
    bench.registry.execute('RegisterCertificate', { certificatePem: leaf.pem });
    bench.certificate('second', 'ACTIVE', { issuer: 'root' });
    const pending = bench.registry.issue({ certificatePem: madeCertificate('third', { issuer: 'root' }).pem, status: 'PENDING_ACTIVATION', authorityId: caCertificateId });
    const first = bench.registry.execute('ListCertificatesByCA', { caCertificateId });
    const second = bench.registry.execute('ListCertificatesByCA', { caCertificateId, marker: first.nextMarker });
    expect([first, second].map(({ certificates }) => certificates!.map((each) => each.certificateId))).toEqual([[pending], [leaf.id]]);
    expect(second.nextMarker).toBeUndefined();
  });
});
