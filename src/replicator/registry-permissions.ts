import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EntityKind, KINDS } from '../kinds';
import { ANY, writePermissions } from '../kinds/permissions';
import { allowUnscoped } from '../regional/unscoped-actions';
import { arnOf } from '../settings/regions';
import { PrefixesByKind } from '../settings/settings';

/**
 * Maximum of resources in one statement. CDK moves excess statements of a role to separate policies, but can't split one.
 */
const RESOURCES_PER_STATEMENT = 20;

/**
 * The calls that make a registry match its records of some kinds, each with the resources for which IAM authorizes it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
 */
export function registryPermissions(stack: Stack, kinds: readonly EntityKind[], prefixes: PrefixesByKind): PolicyStatement[] {
  return writePermissions(kinds).flatMap(({ resources, calls }) => {
    // AWS defines no resource type for some.
    if (resources.includes(ANY)) return [allowUnscoped(stack, calls.map((call) => `iot:${call}`))];
    return allow(calls, resources.flatMap((resource) => arnsOf(stack, resource, prefixes)));
  });
}

/** A resource type means its selected names; with a path, exactly that path. */
function arnsOf(stack: Stack, resource: string, prefixes: PrefixesByKind): string[] {
  const kind = KINDS.find((each) => each.resource === resource);
  if (!kind) return [arnOf(stack, 'iot', resource)];
  return (prefixes[kind.name as keyof PrefixesByKind] ?? ['']).map((prefix) => arnOf(stack, 'iot', `${resource}/${prefix}*`));
}

function allow(calls: readonly string[], resources: readonly string[]): PolicyStatement[] {
  const actions = calls.map((call) => `iot:${call}`);
  const parts = Array.from({ length: Math.ceil(resources.length / RESOURCES_PER_STATEMENT) }, (_, i) => i * RESOURCES_PER_STATEMENT);
  return parts.map((from) => new PolicyStatement({ actions, resources: resources.slice(from, from + RESOURCES_PER_STATEMENT) }));
}
