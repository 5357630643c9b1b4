import { failUnlessOk, failure, named } from './errors';
import type { Handlers } from './operations';
import { Ordered } from './ordered';
import { oldestFirst } from './pages';
import { byName, type Context, type PolicyLink } from './state';
import { validPolicyName, validText } from './validation';

type LinkOperation = 'AttachPolicy' | 'DetachPolicy' | 'ListAttachedPolicies' | 'ListTargetsForPolicy';

/** What policies can be attached to. */
interface Target {
  readonly policies: Ordered<PolicyLink>;
  readonly limit: number;
  /** After a policy more or less. */
  readonly report: () => void;
  /** Whose policies are its own too, where they are asked for with those above. */
  readonly above: readonly Ordered<PolicyLink>[];
}

const COGNITO_ID = /^[a-z0-9-]+:[0-9a-f-]{36}$/;

export function policyLinkOperations(context: Context): Handlers<LinkOperation> {
  const { facts, limits, arns } = context;
  return {
    AttachPolicy: (input) => {
      const policy = byName.policy(context, validPolicyName(input.policyName));
      const name = validText('target', input.target);
      const target = expectTarget(context, name);
      if (target.policies.has(policy.name)) {
        failUnlessOk(facts.reattachingPolicy, `Policy ${policy.name} is attached to ${name} already.`);
        return {};
      }
      if (target.policies.size >= target.limit) throw named(facts.policiesPerTargetError, `${name} has ${target.limit} policies already.`);
      const link: PolicyLink = { sequence: context.nextSequence(), policy, target: name };
      target.policies.add(policy.name, link);
      policy.targets.add(name, link);
      target.report();
      return {};
    },
    DetachPolicy: (input) => {
      const policyName = validPolicyName(input.policyName);
      const name = validText('target', input.target);
      const policy = context.policies.get(policyName);
      const target = targetOf(context, name);
      if (!policy || !target) {
        failUnlessOk(facts.detachingMissingPolicy, `Policy ${policyName} or its target cannot be found.`);
        return {};
      }
      if (!target.policies.has(policyName)) {
        failUnlessOk(facts.detachingUnattachedPolicy, `Policy ${policyName} is not attached to ${name}.`);
        return {};
      }
      target.policies.delete(policyName);
      policy.targets.delete(name);
      policy.detachedAt = context.now();
      target.report();
      return {};
    },
    ListAttachedPolicies: (input) => {
      const name = validText('target', input.target);
      const target = facts.listingOfMissingPrincipal === 'ok' ? targetOf(context, name) : expectTarget(context, name);
      if (!target) return { policies: [] };
      const { items, nextMarker } = oldestFirst(input.recursive ? together([target.policies, ...target.above]) : target.policies, input, limits);
      return { policies: items.map(({ policy }) => ({ policyName: policy.name, policyArn: arns.policy(policy.name) })), nextMarker };
    },
    ListTargetsForPolicy: (input) => {
      const { items, nextMarker } = oldestFirst(byName.policy(context, validPolicyName(input.policyName)).targets, input, limits);
      return { targets: items.map(({ target }) => target), nextMarker };
    },
  };
}

/** Detaches what ends from all of its policies. */
export function detachAll(context: Context, policies: Ordered<PolicyLink>): void {
  for (const { policy, target } of [...policies.values()]) {
    policies.delete(policy.name);
    policy.targets.delete(target);
    policy.detachedAt = context.now();
  }
}

function expectTarget(context: Context, name: string): Target {
  const target = targetOf(context, name);
  if (!target) throw failure.ResourceNotFound(`The target ${name} cannot be found.`);
  return target;
}

/** @throws InvalidRequestException, UnauthorizedException if no policy can be attached to such a thing from here, whether it is there or not */
function targetOf(context: Context, name: string): Target | undefined {
  const { arns, certificates, groups, cognito, limits, changes } = context;
  const certificateId = arns.idIn(name, 'cert');
  if (certificateId !== undefined) {
    const certificate = certificates.get(certificateId);
    return certificate && { policies: certificate.policies, limit: limits.policiesPerCertificate, above: [], report: () => changes.certificate(certificate) };
  }
  const groupName = arns.idIn(name, 'thinggroup');
  if (groupName !== undefined) {
    const group = groups.get(groupName);
    if (group?.query) throw failure.InvalidRequest(`Policies cannot be attached to dynamic thing group ${groupName}.`);
    return group && { policies: group.policies, limit: limits.policiesPerGroup, above: group.path.map((each) => each.policies), report: () => changes.groupPolicies(group) };
  }
  if (arns.isForeign(name)) throw failure.Unauthorized(`The target ${name} is of another account.`);
  if (!COGNITO_ID.test(name)) throw failure.InvalidRequest('Invalid Target');
  if (!cognito.has(name)) cognito.set(name, new Ordered());
  return { policies: cognito.get(name)!, limit: limits.policiesPerCertificate, above: [], report: () => undefined };
}

/** Each policy once, in the order in which they were attached. */
function together(all: readonly Ordered<PolicyLink>[]): Ordered<PolicyLink> {
  const links = all.flatMap((each) => each.values()).sort((one, other) => one.sequence - other.sequence);
  const merged = new Ordered<PolicyLink>();
  for (const link of links) if (!merged.has(link.policy.name)) merged.add(link.policy.name, link);
  return merged;
}
