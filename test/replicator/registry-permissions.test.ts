import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { registryPermissions } from '../../src/replicator/registry-permissions';
import { NamePrefixes } from '../../src/settings/settings';
import { createStack, destination, replicate, resourcesOf as templateResources } from '../apps';

function resourcesOf(prefixes: NamePrefixes, action: string): string[] {
  const stack: Stack = createStack();
  const statements = registryPermissions(stack, prefixes).map((each) => stack.resolve(each.toStatementJson()));
  const [statement] = statements.filter(({ Action }) => [Action].flat().includes(`iot:${action}`));
  return [statement.Resource].flat().map((resource) => resource.replace('arn:aws:iot:us-east-1:111122223333:', ''));
}

test('the replicator may make the calls that it makes, and no other', () => {
  const directory = join(__dirname, '../../src/replicator');
  const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(directory, file), 'utf8'));
  const imported = sources.flatMap((text) => [...text.matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-iot'/g)].flatMap(([, names]) => names.split(',')));
  const calls = new Set(imported.map((name) => name.trim()).filter((name) => name.endsWith('Command')).map((name) => `iot:${name.replace(/Command$/, '')}`));
  const allowed = registryPermissions(createStack(), {}).flatMap(({ actions }) => actions);
  expect([...calls].sort()).toEqual([...allowed].sort());
});

test('every name is in reach when there are no prefixes', () => {
  expect(resourcesOf({}, 'CreateThing')).toEqual(['thing/*']);
  expect(resourcesOf({}, 'CreateThingGroup')).toEqual(['thinggroup/*']);
  expect(resourcesOf({}, 'CreateThingType')).toEqual(['thingtype/*']);
});

test('prefixes narrow what is in reach', () => {
  const prefixes = { thing: ['a-', 'b-'], group: ['line-'], type: ['sensor'] };
  expect(resourcesOf(prefixes, 'UpdateThing')).toEqual(['thing/a-*', 'thing/b-*']);
  expect(resourcesOf(prefixes, 'UpdateThingGroup')).toEqual(['thinggroup/line-*']);
  expect(resourcesOf(prefixes, 'DeprecateThingType')).toEqual(['thingtype/sensor*']);
});

test('what is referred to can be looked at, whatever the prefixes', () => {
  expect(resourcesOf({ group: ['line-'] }, 'DescribeThingGroup')).toEqual(['thinggroup/*']);
  expect(resourcesOf({ type: ['sensor'] }, 'DescribeThingType')).toEqual(['thingtype/*']);
});

test('a membership is in reach when both its ends are', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'AddThingToThingGroup')).toEqual(['thing/a-*', 'thinggroup/*']);
});

test('every certificate can be detached, of the things in reach', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'DetachThingPrincipal')).toEqual(['cert/*', 'thing/a-*']);
});

test('as many prefixes as there may be, of any length, fit into the policies of a role', () => {
  const prefixes = [...Array(40)].map((_, i) => `${i}`.padStart(128, 'x'));
  const stack = createStack({ env: { account: '111122223333', region: 'us-gov-west-1' } });
  const replication = replicate({ destinationRegions: ['us-gov-east-1'], thingNamePrefixes: prefixes, thingGroupNamePrefixes: prefixes, thingTypeNamePrefixes: prefixes }, stack);
  const template = destination(replication, 'us-gov-east-1').toJSON();
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  const sizes = (type: string) => templateResources(template, type).map(({ Properties }) => JSON.stringify(Properties.PolicyDocument).length);
  expect(Math.max(...sizes('AWS::IAM::Policy'))).toBeLessThan(10_240);
  expect(Math.max(...sizes('AWS::IAM::ManagedPolicy'))).toBeLessThan(6_144);
  // Two functions, each with a role, each with at most ten.
  expect(sizes('AWS::IAM::ManagedPolicy').length).toBeLessThanOrEqual(20);
});

test('things are listed everywhere, for want of a resource', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'ListThings')).toEqual(['*']);
});
