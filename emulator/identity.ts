import { X509Certificate } from 'node:crypto';
import * as path from 'node:path';
import { run } from './child-process';
import { ROOT } from './paths';
import { emulatorPython } from './python-environment';

/** The key and the certificate with which a device identifies itself. */
export interface DeviceIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A key, and a certificate signing request for it. */
export interface SigningRequest {
  readonly requestPem: string;
  readonly privateKeyPem: string;
}

/** An identity to create. */
export interface IdentityOrder {
  readonly commonName: string;
  /** The authority that signs the certificate. Default: self-signed. */
  readonly issuer?: DeviceIdentity;
  /** Whether it is a CA certificate. Default false. */
  readonly authority?: boolean;
  /** Days until the certificate expires; negative if it is expired. Default 1. */
  readonly days?: number;
}

/**
 * Creates keys and certificates, without AWS. Node.js can't create certificates; the Python environment of the emulator contains
 * `cryptography`, pinned, because MiniStack issues its certificates with it.
 */
export async function makeIdentities(...orders: readonly IdentityOrder[]): Promise<DeviceIdentity[]> {
  return issue<DeviceIdentity>(orders);
}

/** Creates a key, and a request for CreateCertificateFromCsr. */
export async function makeSigningRequest(commonName: string): Promise<SigningRequest> {
  const [made] = await issue<SigningRequest>([{ commonName, request: true }]);
  return made;
}

/** The certificate id in AWS IoT: SHA-256 of the DER encoding, in lower case. */
export function certificateIdOf(certificatePem: string): string {
  return new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase();
}

async function issue<T>(orders: readonly object[]): Promise<T[]> {
  return JSON.parse(await run(await emulatorPython(), ['-B', path.join(ROOT, 'emulator', 'issue.py'), JSON.stringify(orders)])) as T[];
}
