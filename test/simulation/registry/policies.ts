import { failure, named } from './errors';
import type { Handlers, Input } from './operations';
import { Ordered } from './ordered';
import { markedPage } from './pages';
import { byName, type Context, type Policy, type PolicyVersion } from './state';
import { setTags } from './tags';
import { validPolicyName, validText } from './validation';

type PolicyOperation = 'CreatePolicy' | 'GetPolicy' | 'DeletePolicy' | 'ListPolicies' | 'CreatePolicyVersion' | 'GetPolicyVersion' | 'DeletePolicyVersion'
| 'SetDefaultPolicyVersion' | 'ListPolicyVersions';

export function policyOperations(context: Context): Handlers<PolicyOperation> {
  const { policies, limits, arns } = context;
  const policyOf = (input: { readonly policyName?: string }) => byName.policy(context, validPolicyName(input.policyName));
  const answer = (policy: Policy, { id, document }: PolicyVersion) => ({
    policyName: policy.name, policyArn: arns.policy(policy.name), policyDocument: document, policyVersionId: id,
  });
  return {
    CreatePolicy: (input) => {
      const policy = create(context, input);
      return answer(policy, policy.defaultVersion);
    },
    GetPolicy: (input) => {
      const policy = policyOf(input);
      const { policyVersionId, ...described } = answer(policy, policy.defaultVersion);
      return { ...described, defaultVersionId: policyVersionId, creationDate: new Date(policy.createdAt), lastModifiedDate: new Date(policy.modifiedAt), generationId: policy.generationId };
    },
    DeletePolicy: (input) => {
      remove(context, policyOf(input));
      return {};
    },
    ListPolicies: (input) => {
      const { items, nextMarker } = markedPage(policies, input, limits);
      return { policies: items.map(({ name }) => ({ policyName: name, policyArn: arns.policy(name) })), nextMarker };
    },
    CreatePolicyVersion: (input) => {
      const document = validDocument(context, input.policyDocument);
      const policy = policyOf(input);
      if (policy.versions.size >= limits.policyVersions) {
        throw failure.VersionsLimitExceeded(`The policy ${policy.name} already has the maximum number of versions (${limits.policyVersions})`);
      }
      const version = addVersion(context, policy, document);
      if (input.setAsDefault) setDefault(context, policy, version);
      policy.modifiedAt = context.now();
      return { ...answer(policy, version), isDefaultVersion: input.setAsDefault ?? false };
    },
    GetPolicyVersion: (input) => {
      const policy = policyOf(input);
      const version = versionOf(policy, input.policyVersionId);
      return {
        ...answer(policy, version),
        isDefaultVersion: version === policy.defaultVersion,
        creationDate: new Date(version.createdAt),
        lastModifiedDate: new Date(version.createdAt),
        generationId: policy.generationId,
      };
    },
    DeletePolicyVersion: (input) => {
      const policy = policyOf(input);
      const version = versionOf(policy, input.policyVersionId);
      if (version === policy.defaultVersion) throw named(context.facts.deleteDefaultVersionError, `Cannot delete the default version of policy ${policy.name}.`);
      policy.versions.delete(version.id);
      return {};
    },
    SetDefaultPolicyVersion: (input) => {
      const policy = policyOf(input);
      setDefault(context, policy, versionOf(policy, input.policyVersionId));
      policy.modifiedAt = context.now();
      return {};
    },
    ListPolicyVersions: (input) => {
      const { versions, defaultVersion } = policyOf(input);
      return { policyVersions: [...versions.values()].reverse().map((each) => ({ versionId: each.id, isDefaultVersion: each === defaultVersion, createDate: new Date(each.createdAt) })) };
    },
  };
}

function create(context: Context, input: Input<'CreatePolicy'>): Policy {
  const name = validPolicyName(input.policyName);
  const document = validDocument(context, input.policyDocument);
  // However equal the two are.
  if (context.policies.has(name)) throw failure.ResourceAlreadyExists(`Policy cannot be created - name already exists (name=${name})`, name, context.arns.policy(name));
  const first: PolicyVersion = { sequence: context.nextSequence(), id: '1', document, createdAt: context.now() };
  const policy: Policy = {
    sequence: context.nextSequence(),
    name,
    createdAt: context.now(),
    generationId: context.ids.next(),
    versions: new Ordered(),
    defaultVersion: first,
    versionCount: 1,
    modifiedAt: context.now(),
    targets: new Ordered(),
    tags: new Map(),
  };
  setTags(context, policy.tags, input.tags);
  policy.versions.add(first.id, first);
  context.policies.add(name, policy);
  context.changes.policy(policy);
  return policy;
}

function setDefault(context: Context, policy: Policy, version: PolicyVersion): void {
  if (policy.defaultVersion === version) return;
  policy.defaultVersion = version;
  if (context.facts.versionChangesGeneration) policy.generationId = context.ids.next();
  context.changes.policy(policy);
}

function addVersion(context: Context, policy: Policy, document: string): PolicyVersion {
  policy.versionCount += 1;
  const version: PolicyVersion = { sequence: context.nextSequence(), id: String(policy.versionCount), document, createdAt: context.now() };
  policy.versions.add(version.id, version);
  return version;
}

function remove(context: Context, policy: Policy): void {
  const { name, versions, targets, detachedAt } = policy;
  if (versions.size > 1) throw failure.DeleteConflict(`Cannot delete the policy because it has other policy versions (name=${name})`);
  const isHeld = context.facts.detachmentHoldsPolicy && detachedAt !== undefined && context.now() < detachedAt + context.limits.policyDeletionDelay;
  if (targets.size > 0 || isHeld) throw failure.DeleteConflict(`The policy cannot be deleted as the policy is attached to one or more principals (name=${name})`);
  context.policies.delete(name);
  context.changes.policy(policy, false);
}

function versionOf({ name, versions }: Policy, id: string | undefined): PolicyVersion {
  const version = versions.get(validText('policyVersionId', id));
  if (!version) throw failure.ResourceNotFound(`Policy version ${id} of policy ${name} cannot be found.`);
  return version;
}

/** JSON with a statement; what is in it counts for nothing here. */
function validDocument({ facts, limits }: Context, document: string | undefined): string {
  const text = validText('policyDocument', document);
  if (text.replace(/\s/g, '').length > limits.policyLength) throw named(facts.longPolicyError, `Policy cannot be created - size exceeds hard limit (${limits.policyLength})`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw failure.MalformedPolicy('Policy document is Malformed: it is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed)) throw failure.MalformedPolicy('Policy document is Malformed: Statement is missing');
  return text;
}
