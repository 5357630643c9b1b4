import { X509Certificate } from 'node:crypto';
import { selfSigned } from '../../live-check/self-signed';

test.each([
  ['an elliptic curve', {}, 'ec'],
  ['RSA', { rsaBits: 1024 }, 'rsa'],
])('a certificate with a key of %s is one that others can read, with its id', (_, options, keyType) => {
  const { pem, id } = selfSigned({ commonName: 'live-check-abcd1234-belief-lamp', ...options });
  const certificate = new X509Certificate(pem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect([certificate.subject, certificate.issuer]).toEqual(Array.from({ length: 2 }, () => 'CN=live-check-abcd1234-belief-lamp'));
  expect([certificate.ca, certificate.publicKey.asymmetricKeyType]).toEqual([false, keyType]);
  expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(id);
  expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(23 * 3_600_000);
});

test('a certificate may have expired, and no two are alike', () => {
  const [one, other] = [selfSigned({ commonName: 'a', days: -1 }), selfSigned({ commonName: 'a', days: -1 })];
  expect(Date.parse(new X509Certificate(one.pem).validTo)).toBeLessThan(Date.now());
  expect(one.id).not.toBe(other.id);
  expect(new X509Certificate(one.pem).serialNumber).not.toBe(new X509Certificate(other.pem).serialNumber);
});
