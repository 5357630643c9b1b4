import { IdentityBench } from './harness';
import { madeCertificate } from '../../simulation/registry';

const ROOT = madeCertificate('root');

const theirs = ({ registry }: IdentityBench, { id } = ROOT) => registry.identitySnapshot().authorities[id];
const record = (bench: IdentityBench, status: string, more: object = {}, { id, pem } = ROOT) => (
  bench.record({ kind: 'ca', caCertificateId: id }, { status, pem }, more)
);

test('a new one is registered from its PEM alone, inactive, and activated last; none of its devices registers itself', async () => {
  const bench = new IdentityBench();
  const inputs: unknown[] = [];
  bench.registry.injectFault = (operation, input) => {
    if (operation === 'RegisterCACertificate') inputs.push(input);
    return undefined;
  };
  await bench.apply(record(bench, 'ACTIVE'), { history: 'new' });
  expect(bench.writes).toEqual(['RegisterCACertificate', 'UpdateCACertificate']);
  expect(inputs).toEqual([expect.objectContaining({ certificateMode: 'SNI_ONLY', setAsActive: false, allowAutoRegistration: false })]);
  expect(theirs(bench)).toEqual({ status: 'ACTIVE', autoRegisters: false });
  expect(bench.registry.execute('DescribeCACertificate', { certificateId: ROOT.id }).certificateDescription).toMatchObject({ certificateMode: 'SNI_ONLY' });
});

test.each(['new', 'unknown'] as const)('one that is inactive is registered so (%s)', async (history) => {
  const bench = new IdentityBench();
  await bench.apply(record(bench, 'INACTIVE'), { history });
  expect(theirs(bench)).toEqual({ status: 'INACTIVE', autoRegisters: false });
});

test.each([['ACTIVE', 'INACTIVE'], ['INACTIVE', 'ACTIVE']])('its status changes from %s to %s with one call', async (before, after) => {
  const bench = new IdentityBench();
  const old = record(bench, before);
  await bench.apply(old, { history: 'new' });
  bench.writes.splice(0);
  await bench.apply(record(bench, after), { history: 'plain', old });
  expect(bench.writes).toEqual(['UpdateCACertificate']);
  expect(theirs(bench)).toEqual({ status: after, autoRegisters: false });
});

test('an active one that is so already takes no call that writes', async () => {
  const bench = new IdentityBench();
  const old = record(bench, 'ACTIVE');
  await bench.apply(old, { history: 'new' });
  bench.writes.splice(0);
  await bench.apply(record(bench, 'ACTIVE'), { history: 'plain', old });
  await bench.apply(record(bench, 'ACTIVE'));
  expect(bench.writes).toEqual([]);
});

test.each(['new', 'unknown'] as const)('one that is there already is adopted, and only its status follows (%s)', async (history) => {
  const bench = new IdentityBench();
  const { registrationCode } = bench.registry.execute('GetRegistrationCode', {});
  const verificationCertificate = madeCertificate(registrationCode!, { issuer: 'root' }).pem;
  bench.registry.execute('RegisterCACertificate', { caCertificate: ROOT.pem, verificationCertificate, setAsActive: false, allowAutoRegistration: true });
  await bench.apply(record(bench, 'ACTIVE'), { history });
  expect(theirs(bench)).toEqual({ status: 'ACTIVE', autoRegisters: true });
  await bench.apply(record(bench, 'INACTIVE'));
  expect(theirs(bench)).toEqual({ status: 'INACTIVE', autoRegisters: true });
  expect(bench.registry.execute('DescribeCACertificate', { certificateId: ROOT.id }).certificateDescription).toMatchObject({ certificateMode: 'DEFAULT' });
});

test.each([[false, undefined], [true, { status: 'INACTIVE', autoRegisters: false }]])('a deleted one is inactive at once, and deleted unless it is retained (%s)', async (isRetained, left) => {
  const bench = new IdentityBench({ isRetained });
  await bench.apply(record(bench, 'ACTIVE'), { history: 'new' });
  bench.writes.splice(0);
  await bench.apply(record(bench, 'ACTIVE', { deleted: true }));
  expect(bench.writes).toEqual(['UpdateCACertificate', ...isRetained ? [] : ['DeleteCACertificate']]);
  expect(theirs(bench)).toEqual(left);
  expect(bench.admitted).toBe(isRetained ? 0 : 1);
});

test('a deleted one that is not there takes no place of the deletions', async () => {
  const bench = new IdentityBench();
  await bench.apply(record(bench, 'ACTIVE', { deleted: true }));
  expect([bench.admitted, theirs(bench)]).toEqual([0, undefined]);
});

test('one that somebody activates between its end and its deletion waits for another attempt', async () => {
  const bench = new IdentityBench();
  await bench.apply(record(bench, 'ACTIVE'), { history: 'new' });
  bench.registry.injectFault = (operation) => {
    if (operation === 'DeleteCACertificate') bench.registry.execute('UpdateCACertificate', { certificateId: ROOT.id, newStatus: 'ACTIVE' });
    return undefined;
  };
  await expect(bench.apply(record(bench, 'ACTIVE', { deleted: true }))).rejects.toMatchObject({ name: 'Waiting' });
  bench.registry.injectFault = undefined;
  await bench.apply(record(bench, 'ACTIVE', { deleted: true }));
  expect(theirs(bench)).toBeUndefined();
});

test.each(['ACTIVE', 'INACTIVE'])('an eleventh of one subject is rejected with the reason (%s)', async (status) => {
  const bench = new IdentityBench();
  for (let i = 0; i < 10; i++) bench.registry.execute('RegisterCACertificate', { caCertificate: madeCertificate('one', { issuer: `r${i}` }).pem, certificateMode: 'SNI_ONLY' });
  const eleventh = madeCertificate('one', { issuer: 'r10' });
  await expect(bench.apply(record(bench, status, {}, eleventh), { history: 'new' })).rejects.toMatchObject({ name: 'TooManyCaCertificates' });
  expect(theirs(bench, eleventh)).toBeUndefined();
});

test.each([['no certificate', 'hello'], ['another certificate', madeCertificate('other').pem]])('%s is refused, and registers nothing', async (_, pem) => {
  const bench = new IdentityBench();
  for (const status of ['ACTIVE', 'INACTIVE']) {
    await expect(bench.apply(record(bench, status, {}, { id: ROOT.id, pem }), { history: 'new' })).rejects.toMatchObject({ name: 'CertificateMismatch' });
  }
  expect(bench.registry.identitySnapshot().authorities).toEqual({});
});

test('the text before the certificate, which the source may have kept, is left out', async () => {
  const bench = new IdentityBench();
  const inputs: unknown[] = [];
  bench.registry.injectFault = (operation, input) => {
    if (operation === 'RegisterCACertificate') inputs.push((input as { readonly caCertificate: string }).caCertificate);
    return undefined;
  };
  await bench.apply(record(bench, 'ACTIVE', {}, { id: ROOT.id, pem: `subject=root\n${ROOT.pem}` }), { history: 'new' });
  expect(inputs).toEqual([expect.stringMatching(/^-----BEGIN CERTIFICATE-----/)]);
});
