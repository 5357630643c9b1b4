import { createHash, generateKeyPairSync, KeyObject, randomBytes, sign } from 'node:crypto';

export interface SelfSignedOptions {
  readonly commonName: string;
  /** Days until it expires; negative if it is expired. Default 1. */
  readonly days?: number;
  /** The length of an RSA key, in bits. Default: a key on the curve P-256. */
  readonly rsaBits?: number;
}

export interface SelfSigned {
  readonly pem: string;
  /** The SHA-256 of its DER form, in lower-case hexadecimal digits. */
  readonly id: string;
}

/** Tags of ASN.1. */
const TAG = {
  integer: 0x02, bits: 0x03, bytes: 0x04, none: 0x05, oid: 0x06, text: 0x0c, time: 0x17, sequence: 0x30, set: 0x31, version: 0xa0, extensions: 0xa3,
} as const;

const OID = { ecdsaWithSha256: '2a8648ce3d040302', sha256WithRsa: '2a864886f70d01010b', commonName: '550403', basicConstraints: '551d13' } as const;
const TRUE = Buffer.from('0101ff', 'hex');
const VERSION_3 = Buffer.from('020102', 'hex');

const DAY_MILLIS = 86_400_000;
const YEAR_MILLIS = 365 * DAY_MILLIS;
const PEM_LINE = /.{1,64}/g;

/**
 * A certificate of a device, signed with its own key, which nobody keeps: no device can connect with it.
 *
 * Node.js reads certificates but does not create them, and what creates them would be inlined into the published program with ten packages of its own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned({ commonName, days = 1, rsaBits }: SelfSignedOptions): SelfSigned {
  const { publicKey, privateKey } = keys(rsaBits);
  const algorithm = rsaBits === undefined ? sequence(oid(OID.ecdsaWithSha256)) : sequence(oid(OID.sha256WithRsa), der(TAG.none));
  const name = sequence(der(TAG.set, sequence(oid(OID.commonName), der(TAG.text, Buffer.from(commonName)))));
  const end = Date.now() + days * DAY_MILLIS;
  const certified = sequence(
    der(TAG.version, VERSION_3), der(TAG.integer, serialNumber()), algorithm, name, sequence(time(end - YEAR_MILLIS), time(end)), name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(TAG.extensions, sequence(sequence(oid(OID.basicConstraints), TRUE, der(TAG.bytes, sequence())))),
  );
  const signature = der(TAG.bits, Buffer.of(0), sign('sha256', certified, privateKey));
  const certificate = sequence(certified, algorithm, signature);
  const lines = certificate.toString('base64').match(PEM_LINE)!;
  return {
    pem: `${['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n')}\n`,
    id: createHash('sha256').update(certificate).digest('hex'),
  };
}

function keys(rsaBits: number | undefined): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return rsaBits === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: rsaBits });
}

/** Positive, and without a leading zero. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.of(1), randomBytes(15)]);
}

function oid(hex: string): Buffer {
  return der(TAG.oid, Buffer.from(hex, 'hex'));
}

/** Of this century, to the second. */
function time(millis: number): Buffer {
  return der(TAG.time, Buffer.from(`${new Date(millis).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(TAG.sequence, ...contents);
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content), content]);
}

/** Short contents have their length in one byte, others have the number of bytes before it. */
function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + digits.length % 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 + bytes.length), bytes]);
}
