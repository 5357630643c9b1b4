import { failure } from './errors';

const NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const ATTRIBUTE_NAME = /^[a-zA-Z0-9_.,@/:#-]{1,128}$/;
const ATTRIBUTE_VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;
// eslint-disable-next-line no-control-regex
const DESCRIPTION = /^[^\x00-\x1f\x7f]{0,2028}$/;
const USER_PROPERTY = /^[a-zA-Z0-9:$.]{1,128}$/;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const CERTIFICATE_ID = /^[a-fA-F0-9]{64}$/;
const MAX_RESULTS = 250;

/** The name of a thing, group or type. */
export function validName(member: string, value: string | undefined): string {
  return matching(member, value, NAME);
}

export function validPolicyName(value: string | undefined): string {
  return matching('policyName', value, POLICY_NAME);
}

/** The id of a certificate, or of that of an authority. */
export function validCertificateId(value: string | undefined): string {
  return matching('certificateId', value, CERTIFICATE_ID).toLowerCase();
}

export function validText(member: string, value: string | undefined): string {
  if (!value) throw invalid(member, value, 'length greater than or equal to 1');
  return value;
}

export function validDescription(member: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : matching(member, value, DESCRIPTION);
}

export function validAttributes(attributes: Readonly<Record<string, string>> | undefined): void {
  if (attributes === undefined) return;
  for (const [name, value] of Object.entries(attributes)) {
    validAttributeName(name);
    matching('attributePayload.attributes', value, ATTRIBUTE_VALUE);
  }
}

export function validAttributeName(name: string | undefined): string {
  return matching('attributeName', name, ATTRIBUTE_NAME);
}

export function validUserProperty(member: string, value: string | undefined): string {
  return matching(member, value, USER_PROPERTY);
}

export function validPage(maxResults: number | undefined, ofDefault: number): number {
  if (maxResults === undefined) return ofDefault;
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > MAX_RESULTS) throw invalid('maxResults', maxResults, `an integer from 1 to ${MAX_RESULTS}`);
  return maxResults;
}

function matching(member: string, value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw invalid(member, value, `regular expression pattern: ${pattern.source}`);
  return value;
}

function invalid(member: string, value: unknown, constraint: string) {
  return failure.InvalidRequest(`1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must satisfy ${constraint}`);
}
