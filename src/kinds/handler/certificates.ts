import { createHash } from 'node:crypto';

/** The first certificate of a PEM, and its body. Text before it means nothing: https://www.rfc-editor.org/rfc/rfc7468#section-2. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;

/** The id of a record is not that of its certificate. */
export class CertificateMismatchError extends Error {
  public readonly name = 'CertificateMismatch';
  constructor() {
    super('got a certificate whose id is not the SHA-256 of its DER form, expected the one that the key of the record names');
  }
}

/** The certificate in a PEM without the text around it, which the source may have kept; the whole text if there is none. */
export function certificateIn(pem: string): string {
  return CERTIFICATE.exec(pem)?.[0] ?? pem;
}

/**
 * The id of a certificate: the SHA-256 of its DER form; undefined for what has no such form.
 *
 * AWS does not document it: it was measured, and the registry's own answer is compared with it by the key of the record.
 */
export function certificateIdOf(pem: string): string | undefined {
  const [, body] = CERTIFICATE.exec(pem) ?? [];
  return body === undefined ? undefined : createHash('sha256').update(Buffer.from(body, 'base64')).digest('hex');
}

/** The time of its registration, in milliseconds: a certificate that is registered again has the same id. */
export function incarnationOf({ creationDate }: { readonly creationDate?: Date }): string {
  return String(creationDate!.getTime());
}

/** @throws CertificateMismatchError unless the id is that of the certificate */
export function expectPemOf(certificateId: string, pem: string | undefined): void {
  if (pem === undefined || certificateIdOf(pem) !== certificateId) throw new CertificateMismatchError();
}
