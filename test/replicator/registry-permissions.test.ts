import { Stack } from 'aws-cdk-lib';
import { registryPermissions } from '../../src/replicator/registry-permissions';
import { NamePrefixes } from '../../src/settings';
import { createStack } from '../apps';

function resourcesOf(prefixes: NamePrefixes, action: string): string[] {
  const stack: Stack = createStack();
  const statements = registryPermissions(stack, prefixes).map((each) => stack.resolve(each.toStatementJson()));
  const [statement] = statements.filter(({ Action }) => [Action].flat().includes(`iot:${action}`));
  return [statement.Resource].flat().map((resource) => typeof resource === 'string' ? resource : resource['Fn::Join'][1][2].split(':').pop());
}

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

test('a membership is in reach when both its ends are', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'AddThingToThingGroup')).toEqual(['thing/a-*', 'thinggroup/*']);
});

test('every certificate can be detached, of the things in reach', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'DetachThingPrincipal')).toEqual(['cert/*', 'thing/a-*']);
});

test('things are listed everywhere, for want of a resource', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'ListThings')).toEqual(['*']);
});
