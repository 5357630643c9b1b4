import { Relocation, rewritePolicy } from './rewrite';

/** The document can't be rewritten for this Region without a change of what it allows. */
export class UnfaithfulPolicyError extends Error {
  public readonly name = 'UnfaithfulPolicy';
}

/** The destination has a policy of this name that no replication of this source has created. */
export class ForeignPolicyError extends Error {
  public readonly name = 'ForeignPolicy';
  constructor({ sourceRegion }: Relocation) {
    super(`the destination has another policy of this name, which is no copy from the source, as it has no tag iot-registry-replication=${sourceRegion}: delete it, or set adoptPolicies to have it overwritten`);
  }
}

/** A policy that the source has deleted is attached to something that this replication does not manage, so it is not its to delete. */
export class PolicyInUseError extends Error {
  public readonly name = 'PolicyInUse';

  /** @param holders the kinds of what it is attached to; no names, which end in logs */
  constructor(holders: readonly string[]) {
    super(`the policy was deleted in the source, and stays here as it is attached to what this replication does not manage: ${holders.join(', ')}: detach it there, or keep the policy and delete the letter`);
  }
}

/** The document for this Region. @throws UnfaithfulPolicyError */
export function relocated(document: string, relocation: Relocation): string {
  const rewriting = rewritePolicy(document, relocation);
  if (rewriting.is === 'rejected') throw new UnfaithfulPolicyError(rewriting.message);
  return rewriting.document;
}
