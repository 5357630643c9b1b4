import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
  const arns = (resource: string, names: string[] = ['']) => names.map((prefix) => arnOf(stack, 'iot', `${resource}/${prefix}*`));
  const things = arns('thing', prefixes.thing);
  const groups = arns('thinggroup', prefixes.group);
  const types = arns('thingtype', prefixes.type);
  return [
    ...allow(['CreateThing', 'UpdateThing', 'DeleteThing', 'DescribeThing', 'ListThingPrincipals', 'ListThingGroupsForThing'], things),
    // Checked on the certificate, which names no thing; on the thing by implementations that go by the path of the call.
    ...allow(['DetachThingPrincipal'], [...arns('cert'), ...things]),
    ...allow(['CreateThingGroup', 'UpdateThingGroup', 'DeleteThingGroup'], groups),
    // What others refer to is looked at whatever its name: a parent or a type that the prefixes leave out is waited for, not an error.
    ...allow(['DescribeThingGroup'], arns('thinggroup')),
    ...allow(['DescribeThingType'], arns('thingtype')),
    // Checked on both ends.
    ...allow(['AddThingToThingGroup', 'RemoveThingFromThingGroup'], [...things, ...groups]),
    ...allow(['CreateThingType', 'UpdateThingType', 'DeprecateThingType', 'DeleteThingType'], types),
    // AWS defines no resource type for it.
    allowUnscoped(stack, ['iot:ListThings']),
  ];
}

function allow(calls: string[], resources: string[]): PolicyStatement[] {
  const actions = calls.map((call) => `iot:${call}`);
  const parts = Array.from({ length: Math.ceil(resources.length / RESOURCES_PER_STATEMENT) }, (_, i) => i * RESOURCES_PER_STATEMENT);
  return parts.map((from) => new PolicyStatement({ actions, resources: resources.slice(from, from + RESOURCES_PER_STATEMENT) }));
}
