import { certificateIdOf, pemOf } from './pem';

export interface MadeCertificate {
  readonly id: string;
  readonly pem: string;
}

export interface CertificateNames {
  /** The common name of who signed it. @default its own: a root */
  readonly issuer?: string;
  /** @default false: until the end of 2049 */
  readonly isExpired?: boolean;
}

/**
 * X.509 certificates that cost nothing and are the same in every run: every parser takes them, and no check of their signature would. There is no
 * private key; all have the base point of the curve for their public key.
 */
export function madeCertificate(commonName: string, { issuer = commonName, isExpired = false }: CertificateNames = {}): MadeCertificate {
  const body = field(SEQUENCE, VERSION_AND_NUMBER, SIGNED_BY, name(issuer), isExpired ? EXPIRED : VALID, name(commonName), PUBLIC_KEY);
  const der = field(SEQUENCE, body, SIGNED_BY, SIGNATURE);
  return { id: certificateIdOf(der), pem: pemOf(der) };
}

const SEQUENCE = 0x30;
const BASE_POINT = '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
const SIGNED_BY = field(SEQUENCE, identifier('2a8648ce3d040302'));
const VERSION_AND_NUMBER = Buffer.concat([field(0xA0, integer(2)), integer(1)]);
const VALID = field(SEQUENCE, time('200101000000Z'), time('491231235959Z'));
const EXPIRED = field(SEQUENCE, time('200101000000Z'), time('210101000000Z'));
const SIGNATURE = bits(field(SEQUENCE, integer(1), integer(1)));
const PUBLIC_KEY = field(SEQUENCE, field(SEQUENCE, identifier('2a8648ce3d0201'), identifier('2a8648ce3d030107')), bits(Buffer.from(BASE_POINT, 'hex')));

function field(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  return Buffer.concat([Buffer.from(size < 0x80 ? [tag, size] : size < 0x100 ? [tag, 0x81, size] : [tag, 0x82, Math.floor(size / 0x100), size % 0x100]), content]);
}

function integer(value: number): Buffer {
  return field(0x02, Buffer.from([value]));
}

function bits(content: Buffer): Buffer {
  return field(0x03, Buffer.from([0]), content);
}

function identifier(hex: string): Buffer {
  return field(0x06, Buffer.from(hex, 'hex'));
}

function name(commonName: string): Buffer {
  return field(SEQUENCE, field(0x31, field(SEQUENCE, identifier('550403'), field(0x0C, Buffer.from(commonName)))));
}

function time(text: string): Buffer {
  return field(0x17, Buffer.from(text));
}
