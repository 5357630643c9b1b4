import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { KINDS } from '../kinds';
import { ANY, writePermissions } from '../kinds/permissions';
import { allowUnscoped } from '../regional/unscoped-actions';
import { arnOf } from '../settings/regions';
import { PrefixesByKind } from '../settings/settings';

/**
 * Resources of one statement. CDK moves statements that are too many for a role's policy to policies of their own, but can't cut one up.
 */
const RESOURCES_PER_STATEMENT = 20;

/**
 * The calls that make a registry match its records, each with the resources that AWS checks it on.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
 */
export function registryPermissions(stack: Stack, prefixes: PrefixesByKind): PolicyStatement[] {
  return writePermissions().flatMap(({ resources, calls }) => {
    // AWS defines no resource type for some.
    if (resources.includes(ANY)) return [allowUnscoped(stack, calls.map((call) => `iot:${call}`))];
    return allow(calls, resources.flatMap((resource) => arnsOf(stack, resource, prefixes)));
  });
}

/** A resource type stands for those of its names that are selected; with a path, for what the path says. */
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
