import { createHash } from 'node:crypto';
import { failure } from './errors';

/** What the registry looks at in a certificate. */
export interface CertificateContents {
  /** As AWS has it, in all Regions. */
  readonly id: string;
  readonly der: Buffer;
  /** Names as their bytes in hexadecimal digits: equal names are equal texts. */
  readonly issuer: string;
  readonly subject: string;
  readonly commonName?: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;
const LINE = /.{1,64}/g;
const SEQUENCE = 0x30;
const VERSION = 0xA0;
const UTC_TIME = 0x17;
/** The identifier of a common name, as it stands in a name. */
const COMMON_NAME = '0603550403';

/**
 * Reads a certificate, without a look at its keys and signature.
 *
 * @throws CertificateValidationException if the text is not the PEM of one
 */
export function certificateIn(pem: string): CertificateContents {
  const der = Buffer.from(PEM.exec(pem)?.[1] ?? '', 'base64');
  try {
    const [certificate, ...others] = fieldsOf(der);
    if (others.length > 0) throw new RangeError('more than one');
    const [signed] = fieldsOf(within(certificate, SEQUENCE));
    const all = fieldsOf(within(signed, SEQUENCE));
    // Number, algorithm, issuer, validity, subject; before them the version, unless it is the first.
    const [, , issuer, validity, subject] = all[0].tag === VERSION ? all.slice(1) : all;
    const [notBefore, notAfter] = fieldsOf(within(validity, SEQUENCE)).map(timeOf);
    const [issuedBy, issuedTo] = [issuer, subject].map((each) => within(each, SEQUENCE));
    return {
      id: certificateIdOf(der),
      der,
      issuer: issuedBy.toString('hex'),
      subject: issuedTo.toString('hex'),
      commonName: commonNameIn(issuedTo),
      notBefore,
      notAfter,
    };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw failure.CertificateValidation('The certificate is not a valid PEM-encoded X.509 certificate.');
  }
}

/** The id that AWS gives a certificate. */
export function certificateIdOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex');
}

export function pemOf(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').match(LINE)!.join('\n')}\n-----END CERTIFICATE-----\n`;
}

interface Field { readonly tag: number; readonly content: Buffer }

/** The fields of a structure in DER, one after the other. */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, short] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
    const lengthBytes = short < 0x80 ? 0 : short - 0x80;
    const start = at + 2 + lengthBytes;
    const end = start + (lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes));
    if (end > bytes.length) throw new RangeError('longer than there are bytes');
    fields.push({ tag, content: bytes.subarray(start, end) });
    at = end;
  }
  return fields;
}

function within({ tag, content }: Field, expected: number): Buffer {
  if (tag !== expected) throw new RangeError(`expected field ${expected}, got ${tag}`);
  return content;
}

function timeOf({ tag, content }: Field): number {
  const digits = content.toString('latin1');
  const year = tag === UTC_TIME ? digits.slice(0, 2).replace(/^[0-4]/, '20$&').replace(/^[5-9]/, '19$&') : digits.slice(0, 4);
  const rest = tag === UTC_TIME ? digits.slice(2) : digits.slice(4);
  const time = Date.parse(rest.replace(/^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, `${year}-$1-$2T$3:$4:$5Z`));
  if (Number.isNaN(time)) throw new RangeError(`expected a time, got ${digits}`);
  return time;
}

function commonNameIn(name: Buffer): string | undefined {
  const at = name.indexOf(Buffer.from(COMMON_NAME, 'hex'));
  return at < 0 ? undefined : fieldsOf(name.subarray(at))[1]?.content.toString('utf8');
}
