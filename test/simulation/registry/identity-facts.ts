/** What AWS does not document of certificates, policies and principals, or what nobody has verified; numbers are parts of the fact sheet of identities. */
export interface IdentityFacts {
  // --- certificates, 1 ---

  /** UpdateCertificate that takes REVOKED back, which the guide rules out and both emulators accept (1). */
  readonly revokedBack: 'CertificateState' | 'InvalidRequest' | 'ok';
  /** UpdateCertificate raises the `customerVersion` (1: what it counts is not documented). */
  readonly updateRaisesCustomerVersion: boolean;
  /** The PEM comes back as it was given, or in lines of 64 characters (1). */
  readonly returnedPem: 'asGiven' | 'wrapped';
  /** Registering a certificate that has expired (1). */
  readonly expiredCertificate: 'ok' | 'CertificateValidation';

  // --- policies, 2 ---

  /** A document of more than 2,048 characters: the class of the error (10). */
  readonly longPolicyError: 'MalformedPolicy' | 'InvalidRequest' | 'LimitExceeded';
  /** Another default version gives the policy another `generationId` (2: what it counts is not documented). */
  readonly versionChangesGeneration: boolean;
  /** DeletePolicyVersion of the default version (2: documented, and otherwise in moto). */
  readonly deleteDefaultVersionError: 'DeleteConflict' | 'InvalidRequest';
  /** DeletePolicy has to wait for a detachment: "up to 5 minutes" (2, 10). */
  readonly detachmentHoldsPolicy: boolean;
  /** AttachPolicy of what is attached (2, 10). */
  readonly reattachingPolicy: 'ok' | 'InvalidRequest' | 'ResourceAlreadyExists';
  /** DetachPolicy of what is not attached; ResourceNotFound is not among its documented errors (2, 10). */
  readonly detachingUnattachedPolicy: 'ok' | 'ResourceNotFound';
  /** DetachPolicy where the policy or its target does not exist (2, 10). */
  readonly detachingMissingPolicy: 'ok' | 'ResourceNotFound';
  /** The eleventh policy of a certificate, the third of a group (10). */
  readonly policiesPerTargetError: 'LimitExceeded' | 'InvalidRequest';
  /** Whether what does not exist has policies, in ListAttachedPolicies, and things, in ListPrincipalThings: an error, or none (unsaid). */
  readonly listingOfMissingPrincipal: 'ResourceNotFound' | 'ok';
  /** DeleteThingGroup of a group that has policies (unsaid). */
  readonly deleteOfGroupWithPolicies: 'ok' | 'InvalidRequest';

  // --- principals, 3 ---

  /** AttachThingPrincipal of what is attached, with the same type (10). */
  readonly reattachingPrincipal: 'ok' | 'InvalidRequest';
  /** The same with another type (3). */
  readonly changingPrincipalType: 'InvalidRequest' | 'changes' | 'kept';
  /** AttachThingPrincipal that an exclusive attachment is in the way of (3). */
  readonly exclusiveConflict: 'InvalidRequest' | 'ResourceAlreadyExists' | 'LimitExceeded';
  /** Attaching and detaching raise the version of the thing, without an event (3). */
  readonly principalRaisesVersion: boolean;
  /** DeleteThing detaches the principals by itself (3, an old measurement). */
  readonly deleteThingDetaches: boolean;
  /** ListPrincipalThingsV2 gives names, or ARNs as a sample of the guide has it (3). */
  readonly principalThings: 'name' | 'arn';
  /**
   * AttachThingPrincipal while a detachment of the same two is under way, which "might take several seconds": the attachment lasts, ends with the detachment whatever its type,
   * ends with it unless it has another type, or is refused (3: unsaid).
   */
  readonly attachingWhileDetached: 'lasts' | 'ends' | 'endsIfOfSameType' | 'InvalidRequest';
}

type Outcomes = { readonly [Fact in keyof IdentityFacts]: readonly IdentityFacts[Fact][] };

/** Every outcome of every fact; the likeliest one first. */
export const ALL_IDENTITY_FACTS: Outcomes = {
  revokedBack: ['CertificateState', 'InvalidRequest', 'ok'],
  updateRaisesCustomerVersion: [false, true],
  returnedPem: ['asGiven', 'wrapped'],
  expiredCertificate: ['ok', 'CertificateValidation'],
  longPolicyError: ['MalformedPolicy', 'InvalidRequest', 'LimitExceeded'],
  versionChangesGeneration: [false, true],
  deleteDefaultVersionError: ['DeleteConflict', 'InvalidRequest'],
  detachmentHoldsPolicy: [true, false],
  reattachingPolicy: ['ok', 'InvalidRequest', 'ResourceAlreadyExists'],
  detachingUnattachedPolicy: ['ok', 'ResourceNotFound'],
  detachingMissingPolicy: ['ok', 'ResourceNotFound'],
  policiesPerTargetError: ['LimitExceeded', 'InvalidRequest'],
  listingOfMissingPrincipal: ['ResourceNotFound', 'ok'],
  deleteOfGroupWithPolicies: ['ok', 'InvalidRequest'],
  reattachingPrincipal: ['ok', 'InvalidRequest'],
  changingPrincipalType: ['InvalidRequest', 'changes', 'kept'],
  exclusiveConflict: ['InvalidRequest', 'ResourceAlreadyExists', 'LimitExceeded'],
  principalRaisesVersion: [false, true],
  deleteThingDetaches: [false, true],
  principalThings: ['name', 'arn'],
  attachingWhileDetached: ['lasts', 'ends', 'endsIfOfSameType', 'InvalidRequest'],
};

/** One outcome of each. They are drawn apart from the other facts, so that worlds without identities are what they were before there were any. */
export function drawIdentityFacts(choose: (outcomes: number) => number): IdentityFacts {
  const drawn = Object.entries<readonly unknown[]>(ALL_IDENTITY_FACTS).map(([fact, outcomes]) => [fact, outcomes[choose(outcomes.length)]]);
  return Object.fromEntries(drawn) as unknown as IdentityFacts;
}

export const DEFAULT_IDENTITY_FACTS: IdentityFacts = drawIdentityFacts(() => 0);
