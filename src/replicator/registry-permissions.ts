import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { KINDS } from '../kinds';
import { ANY, writePermissions } from '../kinds/permissions';
import { isObserved, kindsOf, knownKinds } from '../kinds/register';
import { allowUnscoped } from '../regional/unscoped-actions';
import { arnOf } from '../settings/regions';
import { PrefixesByKind, Settings } from '../settings/settings';

/**
 * Maximum of resources in one statement. CDK moves excess statements of a role to separate policies, but can't split one.
 */
const RESOURCES_PER_STATEMENT = 20;

/**
 * The calls that make a registry match its records, each with the resources for which IAM authorizes it.
 *
 * Of kinds that are not selected, which may have records of an earlier selection, nothing is created or deleted unless a selected one needs it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
 */
export function registryPermissions(stack: Stack, { kinds, features, prefixes }: Pick<Settings, 'kinds' | 'features' | 'prefixes'>): PolicyStatement[] {
  const known = knownKinds(features);
  const replicated = kindsOf(kinds, features);
  // What belongs to one that is not selected has no choice of its own, and is restored with it.
  const written = known.filter((kind) => isObserved(kind) || replicated.includes(kind));
  return writePermissions(written, known).flatMap(({ resources, calls }) => {
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
