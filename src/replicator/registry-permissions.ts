import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { NamePrefixes } from '../settings';

/**
 * The calls that make a registry match its records, each with the resources that AWS checks it on.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
 */
export function registryPermissions(stack: Stack, prefixes: NamePrefixes): PolicyStatement[] {
  const arns = (resource: string, names: string[] = ['']) => names.map((prefix) => stack.formatArn({ service: 'iot', resource, resourceName: `${prefix}*` }));
  const things = arns('thing', prefixes.thing);
  const groups = arns('thinggroup', prefixes.group);
  const types = arns('thingtype', prefixes.type);
  return [
    allow(['CreateThing', 'UpdateThing', 'DeleteThing', 'DescribeThing', 'ListThingPrincipals', 'ListThingGroupsForThing'], things),
    // Checked on the certificate, which names no thing; on the thing by implementations that go by the path of the call.
    allow(['DetachThingPrincipal'], [...arns('cert'), ...things]),
    allow(['CreateThingGroup', 'UpdateThingGroup', 'DeleteThingGroup', 'DescribeThingGroup'], groups),
    // Checked on both ends.
    allow(['AddThingToThingGroup', 'RemoveThingFromThingGroup'], [...things, ...groups]),
    allow(['CreateThingType', 'UpdateThingType', 'DeprecateThingType', 'DeleteThingType', 'DescribeThingType'], types),
    // AWS defines no resource type for it.
    allow(['ListThings'], ['*']),
  ];
}

function allow(calls: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: calls.map((call) => `iot:${call}`), resources });
}
