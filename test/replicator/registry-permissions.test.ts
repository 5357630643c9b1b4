import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { RegistryKind } from '../../src';
import type { Feature } from '../../src/kinds/kind';
import { registryPermissions } from '../../src/replicator/registry-permissions';
import { MAX_PREFIXES } from '../../src/settings/prefixes';
import type { PrefixesByKind, Settings } from '../../src/settings/settings';
import { Json, createStack, destination, replicate, resourcesOf as templateResources, source } from '../apps';

const permissionsOf = (settings: Partial<Pick<Settings, 'kinds' | 'features' | 'prefixes'>>, stack = createStack()) => registryPermissions(stack, {
  kinds: Object.values(RegistryKind), features: [], prefixes: {}, ...settings,
});

function resourcesOf(prefixes: PrefixesByKind, action: string): string[] {
  const stack: Stack = createStack();
  const statements = permissionsOf({ features: ['identities'], prefixes }, stack).map((each) => stack.resolve(each.toStatementJson()));
  return statements.flatMap(({ Action, Resource }) => ([Action].flat().includes(`iot:${action}`) ? [Resource].flat() : [])).map((resource) => resource.replace('arn:aws:iot:us-east-1:111122223333:', ''));
}

/** Folders of kinds that are replicated only where a user asks for it, by their feature. */
const FOLDERS: Readonly<Record<Feature, readonly string[]>> = { identities: ['policy', 'certificate', 'principals', 'group-policies'], caCertificates: ['ca'] };

/** Calls of theirs that comparisons alone make. */
const LISTINGS = ['ListPolicies', 'ListCertificates', 'ListCACertificates'];

test.each<[string, Feature[]]>([
  ['without identities', []], ['with identities', ['identities']], ['with CA certificates too', ['identities', 'caCertificates']],
])('the replicator may make the calls that it makes, and no other, %s', (_, features) => {
  const without = Object.entries(FOLDERS).flatMap(([feature, folders]) => (features.includes(feature as Feature) ? [] : folders));
  const sources = ['replicator', 'kinds'].flatMap((room) => {
    const directory = join(__dirname, '../../src', room);
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !without.includes(file.split('/')[0]));
    return files.map((file) => readFileSync(join(directory, file), 'utf8'));
  });
  const imported = sources.flatMap((text) => [...text.matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-iot'/g)].flatMap(([, names]) => names.split(',')));
  const calls = new Set(imported.map((name) => name.trim()).filter((name) => name.endsWith('Command')).map((name) => `iot:${name.replace(/Command$/, '')}`));
  const allowed = new Set(permissionsOf({ features }).flatMap(({ actions }) => actions));
  // Sweeps and drift checks alone list these.
  for (const listing of ['ListThingTypes', 'ListThingGroups', 'ListThingsInThingGroup', ...LISTINGS]) calls.delete(`iot:${listing}`);
  // The second version may need the permission of the first: https://docs.aws.amazon.com/iot/latest/apireference/API_ListPrincipalThingsV2.html.
  if (calls.has('iot:ListPrincipalThingsV2')) calls.add('iot:ListPrincipalThings');
  expect([...calls].sort()).toEqual([...allowed].sort());
});

test('every name is in reach when there are no prefixes', () => {
  expect(resourcesOf({}, 'CreateThing')).toEqual(['thing/*']);
  expect(resourcesOf({}, 'CreateThingGroup')).toEqual(['thinggroup/*']);
  expect(resourcesOf({}, 'CreateThingType')).toEqual(['thingtype/*']);
});

describe('of kinds that are not selected', () => {
  const { THING, THING_GROUP, THING_GROUP_MEMBERSHIP, THING_TYPE } = RegistryKind;
  const allowed = (kinds: RegistryKind[], actions: readonly string[]) => {
    const all = permissionsOf({ kinds, features: ['identities'] }).flatMap((each) => each.actions);
    return actions.filter((action) => all.includes(`iot:${action}`));
  };

  test.each<[string, RegistryKind[], string[]]>([
    ['things', [THING_TYPE, THING_GROUP, THING_GROUP_MEMBERSHIP], ['CreateThing', 'DeleteThing']],
    ['types', [THING, THING_GROUP, THING_GROUP_MEMBERSHIP], ['DeleteThingType']],
    ['groups', [THING, THING_TYPE], ['CreateThingGroup', 'UpdateThingGroup', 'DeleteThingGroup']],
  ])('%s can neither be created, where nothing else needs that, nor deleted', (_, kinds, actions) => {
    expect(allowed(Object.values(RegistryKind), actions)).toEqual(actions);
    expect(allowed(kinds, actions)).toEqual([]);
  });

  test.each<[string, RegistryKind[], string[]]>([
    ['a thing opens and closes a deprecated type, by applying its record', [THING], ['CreateThingType', 'UpdateThingType', 'DeprecateThingType', 'DescribeThingType']],
    ['a type that is replaced leaves its things, and returns to them', [THING_TYPE], ['ListThings', 'DescribeThing', 'UpdateThing']],
    ['members return to a group that is placed again', [THING_GROUP], ['ListThingGroupsForThing', 'AddThingToThingGroup', 'RemoveThingFromThingGroup']],
    ['a child waits for its parent', [THING_GROUP_MEMBERSHIP], ['DescribeThing', 'DescribeThingGroup']],
    ['certificates return to a thing, and policies to a group', [THING_TYPE], ['AttachThingPrincipal', 'AttachPolicy']],
  ])('what those of others need remains: %s', (_, kinds, actions) => {
    expect(allowed(kinds, actions)).toEqual(actions);
  });
});

test('policies are attached to and detached from groups in reach', () => {
  expect(resourcesOf({ group: ['line-'] }, 'AttachPolicy')).toEqual(['cert/*', 'thinggroup/line-*']);
  expect(resourcesOf({ group: ['line-'] }, 'DetachPolicy')).toEqual(['cert/*', 'thinggroup/line-*']);
});

test('prefixes narrow the resources', () => {
  const prefixes = { thing: ['a-', 'b-'], group: ['line-'], type: ['sensor'] };
  expect(resourcesOf(prefixes, 'UpdateThing')).toEqual(['thing/a-*', 'thing/b-*']);
  expect(resourcesOf(prefixes, 'UpdateThingGroup')).toEqual(['thinggroup/line-*']);
  expect(resourcesOf(prefixes, 'DeprecateThingType')).toEqual(['thingtype/sensor*']);
});

test('referenced entities can be read, whatever the prefixes', () => {
  expect(resourcesOf({ group: ['line-'] }, 'DescribeThingGroup')).toEqual(['thinggroup/*']);
  expect(resourcesOf({ type: ['sensor'] }, 'DescribeThingType')).toEqual(['thingtype/*']);
});

test('a membership is in reach when both its ends are', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'AddThingToThingGroup')).toEqual(['thing/a-*', 'thinggroup/*']);
});

test('every certificate can be detached, of the things in reach', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'DetachThingPrincipal')).toEqual(['thing/a-*', 'cert/*']);
});

test('as many prefixes as there may be, of any length, fit into the policies of a role', () => {
  const prefixes = [...Array(MAX_PREFIXES)].map((_, i) => `${i}`.padStart(128, 'x'));
  const stack = createStack({ env: { account: '111122223333', region: 'us-gov-west-1' } });
  const replication = replicate({ destinationRegions: ['us-gov-east-1'], namePrefixes: { things: prefixes, thingGroups: prefixes, thingTypes: prefixes } }, stack);
  const template = destination(replication, 'us-gov-east-1').toJSON();
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  const sizes = (type: string) => templateResources(template, type).map(({ Properties }) => JSON.stringify(Properties.PolicyDocument).length);
  expect(Math.max(...sizes('AWS::IAM::Policy'))).toBeLessThan(10_240);
  expect(Math.max(...sizes('AWS::IAM::ManagedPolicy'))).toBeLessThan(6_144);
});

test.each<[string, string, string]>([['us-gov-west-1', 'us-gov-east-1', 'aws-us-gov'], ['us-east-1', 'ap-southeast-2', 'aws']])(
  'with every option and as many prefixes as there may be, %s to %s: each role has room for a policy of somebody else\'s, and for a statement', (sourceRegion, there, partition) => {
    const prefixes = [...Array(MAX_PREFIXES)].map((_, i) => `${i}`.padStart(128, 'x'));
    const stack = createStack({ env: { account: '111122223333', region: sourceRegion } });
    const replication = replicate({
      replicationName: 'x'.repeat(40),
      destinationRegions: [there],
      namePrefixes: { things: prefixes, thingGroups: prefixes, thingTypes: prefixes, policies: prefixes.slice(0, 12) },
      identities: { caCertificates: true },
      tracing: true,
      confirmDeletions: true,
      router: Function.fromFunctionArn(stack, 'Router', `arn:${partition}:lambda:${sourceRegion}:111122223333:function:${'r'.repeat(64)}`),
      encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key'), { [there]: `arn:${partition}:kms:${there}:111122223333:key/mrk-0123456789abcdef0123456789abcdef` }),
    }, stack);
    for (const template of [source(replication), destination(replication, there)].map((each) => each.toJSON())) {
      const roles = Object.entries<Json>(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
      expect(roles.length).toBeGreaterThanOrEqual(12);
      const [managed, inlined]: Record<string, number>[] = [{}, {}];
      for (const [role, { Properties: { ManagedPolicyArns = [], Policies = [] } }] of roles) {
        const of = (type: string) => templateResources(template, type).filter(({ Properties: { Roles } }) => Roles.some(({ Ref }: Json) => Ref === role)).map(({ Properties }) => Properties);
        const inline = [...Policies, ...of('AWS::IAM::Policy')].map(({ PolicyDocument }) => JSON.stringify(PolicyDocument).length);
        managed[role] = ManagedPolicyArns.length + of('AWS::IAM::ManagedPolicy').length;
        inlined[role] = inline.reduce((sum, size) => sum + size, 0);
      }
      // The default quotas are ten, and 10,240 characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      expect(Object.entries(managed).filter(([, count]) => count > 9)).toEqual([]);
      expect(Object.entries(inlined).filter(([, size]) => size > 10_240 - 250)).toEqual([]);
    }
  });

test('things are listed everywhere, for want of a resource', () => {
  expect(resourcesOf({ thing: ['a-'] }, 'ListThings')).toEqual(['*']);
});
