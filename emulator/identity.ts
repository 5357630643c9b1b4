import { X509Certificate } from 'node:crypto';
import * as path from 'node:path';
import { run } from './child-process';
import { ROOT } from './paths';
import { emulatorPython } from './python-environment';

/** What a device proves with who it is. */
export interface DeviceIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A key, and the request that a certificate authority signs. */
export interface SigningRequest {
  readonly requestPem: string;
  readonly privateKeyPem: string;
}

/** An identity that is wanted. */
export interface IdentityOrder {
  readonly commonName: string;
  /** Who signs the certificate. Default its own key. */
  readonly issuer?: DeviceIdentity;
  /** Whether it is the certificate of an authority. Default false. */
  readonly authority?: boolean;
  /** Until the certificate expires; less than 0 if it has. Default 1. */
  readonly days?: number;
}

/**
 * Makes keys and certificates, without AWS. Node.js has no call that makes a certificate; the Python environment of the emulator has
 * `cryptography`, pinned, since it makes the certificates of AWS IoT with it.
 */
export async function makeIdentities(...orders: readonly IdentityOrder[]): Promise<DeviceIdentity[]> {
  return issue<DeviceIdentity>(orders);
}

/** Makes a key, and a request to CreateCertificateFromCsr. */
export async function makeSigningRequest(commonName: string): Promise<SigningRequest> {
  const [made] = await issue<SigningRequest>([{ commonName, request: true }]);
  return made;
}

/** The id that AWS IoT gives to a certificate: SHA-256 of its DER encoding, in lower case. */
export function certificateIdOf(certificatePem: string): string {
  return new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase();
}

async function issue<T>(orders: readonly object[]): Promise<T[]> {
  return JSON.parse(await run(await emulatorPython(), ['-B', path.join(ROOT, 'emulator', 'issue.py'), JSON.stringify(orders)])) as T[];
}
