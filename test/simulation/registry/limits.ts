import type { Operation } from './operations';

export interface RegistryLimits {
  readonly groupsPerThing: number;
  /** A thing may not be in two groups of one hierarchy. */
  readonly oneGroupPerHierarchy: boolean;
  /** Levels, the root included. */
  readonly groupDepth: number;
  readonly childGroups: number;
  readonly dynamicGroups: number;
  readonly attributesWithType: number;
  readonly attributesWithoutType: number;
  readonly groupAttributes: number;
  /** How long a type must have been deprecated before it can be deleted, in milliseconds. */
  readonly typeDeletionDelay: number;
  /** How long a detached principal still holds its thing, in milliseconds. */
  readonly principalDetachDelay: number;
  readonly policiesPerCertificate: number;
  readonly policiesPerGroup: number;
  readonly policyVersions: number;
  /** Characters of a policy's document, blanks not counted. */
  readonly policyLength: number;
  /** How long a policy can't be deleted after it was detached, in milliseconds. */
  readonly policyDeletionDelay: number;
  readonly authoritiesPerSubject: number;
  readonly tagsPerResource: number;
  /** Results of a list call that does not say how many it wants. */
  readonly pageSize: number;
  /** Results of a list call at most, however many it wants. */
  readonly maxPageSize: number;
  /** The part of the rate quotas that is left for this client; without it there is no throttling. */
  readonly quotaFactor?: number;
  /** Calls per second, where they differ from the default. */
  readonly quotas: Partial<Readonly<Record<Operation, number>>>;
}

export const DEFAULT_LIMITS: RegistryLimits = {
  groupsPerThing: 10,
  oneGroupPerHierarchy: true,
  groupDepth: 7,
  childGroups: 100,
  dynamicGroups: 100,
  attributesWithType: 50,
  attributesWithoutType: 3,
  groupAttributes: 50,
  typeDeletionDelay: 5 * 60_000,
  principalDetachDelay: 5_000,
  policiesPerCertificate: 10,
  policiesPerGroup: 2,
  policyVersions: 5,
  policyLength: 2_048,
  policyDeletionDelay: 5 * 60_000,
  authoritiesPerSubject: 10,
  tagsPerResource: 50,
  pageSize: 25,
  maxPageSize: 250,
  quotas: {},
};

/** Calls per second of an account in a Region, unless it asked for more. */
const DEFAULT_QUOTAS: Readonly<Record<Operation, number>> = {
  CreateThing: 100,
  UpdateThing: 100,
  DeleteThing: 100,
  DescribeThing: 350,
  ListThings: 10,
  CreateThingGroup: 25,
  UpdateThingGroup: 15,
  DeleteThingGroup: 15,
  DescribeThingGroup: 100,
  ListThingGroups: 10,
  CreateDynamicThingGroup: 5,
  DeleteDynamicThingGroup: 5,
  CreateThingType: 15,
  UpdateThingType: 15,
  DeprecateThingType: 15,
  DeleteThingType: 15,
  DescribeThingType: 100,
  ListThingTypes: 10,
  AddThingToThingGroup: 100,
  RemoveThingFromThingGroup: 100,
  ListThingGroupsForThing: 100,
  ListThingsInThingGroup: 25,
  AttachThingPrincipal: 100,
  DetachThingPrincipal: 100,
  ListThingPrincipals: 20,
  ListThingPrincipalsV2: 20,
  UpdateCertificate: 10,
  DeleteCertificate: 10,
  DescribeCertificate: 10,
  RegisterCertificate: 10,
  RegisterCertificateWithoutCA: 10,
  ListCertificates: 10,
  ListCertificatesByCA: 10,
  TransferCertificate: 10,
  CancelCertificateTransfer: 10,
  RegisterCACertificate: 10,
  UpdateCACertificate: 10,
  DeleteCACertificate: 10,
  DescribeCACertificate: 10,
  ListCACertificates: 10,
  GetRegistrationCode: 10,
  CreatePolicy: 10,
  GetPolicy: 10,
  DeletePolicy: 10,
  ListPolicies: 10,
  CreatePolicyVersion: 10,
  SetDefaultPolicyVersion: 10,
  DeletePolicyVersion: 10,
  ListPolicyVersions: 10,
  ListTargetsForPolicy: 10,
  ListPrincipalThings: 10,
  ListPrincipalThingsV2: 10,
  TagResource: 10,
  UntagResource: 10,
  ListTagsForResource: 10,
  GetPolicyVersion: 15,
  AttachPolicy: 15,
  DetachPolicy: 15,
  ListAttachedPolicies: 15,
};

/** A token bucket per operation, of one second's quota. */
export class Quotas {
  private readonly buckets = new Map<Operation, { tokens: number; at: number }>();

  constructor(private readonly limits: RegistryLimits) {}

  /** Whether the call is within its quota; takes a token if so. */
  public admits(operation: Operation, now: number): boolean {
    const { quotaFactor, quotas } = this.limits;
    if (quotaFactor === undefined) return true;
    const rate = (quotas[operation] ?? DEFAULT_QUOTAS[operation]) * quotaFactor;
    const capacity = Math.max(1, rate);
    let bucket = this.buckets.get(operation);
    if (!bucket) this.buckets.set(operation, bucket = { tokens: capacity, at: now });
    bucket.tokens = Math.min(capacity, bucket.tokens + Math.max(0, now - bucket.at) * rate / 1000);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
