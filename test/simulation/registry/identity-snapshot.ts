import type { CACertificateStatus, CertificateStatus } from '@aws-sdk/client-iot';
import { entityLines, sortedFields } from './snapshot';
import type { Authority, Certificate, Context, Group, Policy, PolicyLink, Thing } from './state';

/** All of identities that is replicated, and nothing else: no dates, modes, numbers of versions, tags and Cognito identities. */
export interface IdentitySnapshot {
  readonly certificates: Readonly<Record<string, CertificateFields>>;
  readonly authorities: Readonly<Record<string, AuthorityFields>>;
  readonly policies: Readonly<Record<string, PolicyFields>>;
  /** By the name of the thing; things without certificates are left out. */
  readonly principals: Readonly<Record<string, PrincipalsFields>>;
  /** By the name of the group; groups without policies are left out. */
  readonly groupPolicies: Readonly<Record<string, GroupPoliciesFields>>;
}

export type CertificateFields = { readonly status: CertificateStatus; readonly policies: readonly string[] };
export type AuthorityFields = { readonly status: CACertificateStatus; readonly autoRegisters: boolean };
/** The document of the default version: members in the order of their names, without blanks. */
export type PolicyFields = { readonly document: string };
/** Ids of certificates. */
export type PrincipalsFields = { readonly exclusive: readonly string[]; readonly nonExclusive: readonly string[] };
export type GroupPoliciesFields = { readonly policies: readonly string[] };

type Identities = Pick<Context, 'things' | 'groups' | 'certificates' | 'authorities' | 'policies'>;

const KINDS: readonly (readonly [keyof IdentitySnapshot, label: string])[] = [
  ['policies', 'policy'], ['certificates', 'certificate'], ['authorities', 'CA certificate'], ['groupPolicies', 'policies of group'], ['principals', 'principals of thing'],
];

/** Sorted as those of the other entities are. */
export function takeIdentitySnapshot({ things, groups, certificates, authorities, policies }: Identities): IdentitySnapshot {
  return {
    certificates: sortedFields(certificates.values().map((each) => [each.id, each]), certificateFields),
    authorities: sortedFields(authorities.values().map((each) => [each.id, each]), authorityFields),
    policies: sortedFields(policies.values().map((each) => [each.name, each]), policyFields),
    principals: sortedFields(things, principalsOf),
    groupPolicies: sortedFields(groups, groupPolicies),
  };
}

/**
 * A line for each entry that only one has, and for each field in which they differ; none if they are equal.
 *
 * @param translated gives the document that the second ought to have for one of the first. @default the same
 */
export function identityDifference(one: IdentitySnapshot, other: IdentitySnapshot, translated: (document: string) => string = (document) => document): string[] {
  const policies = Object.fromEntries(Object.entries(one.policies).map(([name, { document }]) => [name, { document: canonicalJson(translated(document)) }]));
  const expected: IdentitySnapshot = { ...one, policies };
  return KINDS.flatMap(([kind, label]) => entityLines(label, expected[kind], other[kind]));
}

export function certificateFields({ status, policies }: Certificate): CertificateFields {
  return { status, policies: namesOf(policies.values()) };
}

export function authorityFields({ status, autoRegisters }: Authority): AuthorityFields {
  return { status, autoRegisters };
}

export function policyFields({ defaultVersion }: Policy): PolicyFields {
  return { document: canonicalJson(defaultVersion.document) };
}

/** A certificate that is being detached is none any more. */
export function principalsOf({ principals }: Thing): PrincipalsFields | undefined {
  const attached = [...principals.values()].flatMap(({ principal, type, until }) => {
    const id = /:cert\/([0-9a-f]{64})$/.exec(principal)?.[1];
    return id === undefined || until < Infinity ? [] : [{ id, type }];
  });
  if (attached.length === 0) return undefined;
  const ids = (isExclusive: boolean) => attached.filter(({ type }) => (type === 'EXCLUSIVE_THING') === isExclusive).map(({ id }) => id).sort();
  return { exclusive: ids(true), nonExclusive: ids(false) };
}

export function groupPolicies({ policies }: Group): GroupPoliciesFields | undefined {
  return policies.size === 0 ? undefined : { policies: namesOf(policies.values()) };
}

export function canonicalJson(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function namesOf(links: readonly PolicyLink[]): string[] {
  return links.map(({ policy }) => policy.name).sort();
}
