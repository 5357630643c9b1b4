import { Annotations, Fn, Stack } from 'aws-cdk-lib';
import { Alias, Code, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { IotRegistryReplication, RegistryKind } from '../../src';
import { complaintsOf, createStack, replicate, synth } from '../apps';

const { THING, THING_GROUP, THING_GROUP_MEMBERSHIP, THING_TYPE } = RegistryKind;

const complaints = (of: IotRegistryReplication) => complaintsOf(synth(Stack.of(of)));

test('everything is fine by default', () => {
  expect(complaints(replicate())).toEqual([]);
});

test.each([
  ['things', [THING_GROUP, THING_GROUP_MEMBERSHIP], 'THING'],
  ['groups', [THING_TYPE, THING, THING_GROUP_MEMBERSHIP], 'THING_GROUP'],
  ['things and groups', [THING_GROUP_MEMBERSHIP], 'THING and THING_GROUP'],
])('memberships without %s are warned of', (_, kinds, missing) => {
  expect(complaints(replicate({ kinds }))).toEqual([
    `kinds has THING_GROUP_MEMBERSHIP without ${missing}: a membership waits for its thing and its group, and becomes a dead letter unless something else creates them in the destination; `
    + 'add the missing kinds [ack: cdk-iot-registry-replication:membershipsWithoutEnds]',
  ]);
});

test('things without types are warned of', () => {
  expect(complaints(replicate({ kinds: [THING] }))).toEqual([
    'kinds has THING without THING_TYPE: a thing with a type waits for the type, and becomes a dead letter unless something else creates the type in the destination; '
    + 'add the missing kind [ack: cdk-iot-registry-replication:thingsWithoutTypes]',
  ]);
});

test.each([
  [[THING, THING_TYPE], 'THING_GROUP and THING_GROUP_MEMBERSHIP'],
  [[THING, THING_TYPE, THING_GROUP], 'THING_GROUP_MEMBERSHIP'],
])('identities with %j, so that policies of groups do not count, are warned of', (kinds, missing) => {
  expect(complaints(replicate({ kinds, identities: {} }))).toEqual([
    `identities without ${missing} in kinds: a policy that devices get by their thing groups does not count in the destinations, and what it denies is allowed there; `
    + 'add the missing kinds, or acknowledge it if no thing group has policies [ack: cdk-iot-registry-replication:policiesWithoutGroups]',
  ]);
});

test('identities without things, whose policies may require them, are warned of', () => {
  expect(complaints(replicate({ kinds: [THING_TYPE, THING_GROUP], identities: {} }))).toContain(
    'identities without THING in kinds: no certificate is attached to a thing in the destinations, so a policy that requires the thing, or names it by a variable, does not let its devices connect there; '
    + 'add the missing kind, or acknowledge it if no policy does [ack: cdk-iot-registry-replication:certificatesWithoutThings]',
  );
});

test('identities that nothing checks are warned of', () => {
  expect(complaints(replicate({ sweepEnabled: false, identities: {} }))).toEqual([
    'identities with sweepEnabled: false: no certificate check runs automatically either, so a certificate that is revoked in the source stays active in the destinations '
    + 'unless a trail of CloudTrail reports the call; leave sweepEnabled out, or acknowledge it and start checks yourself [ack: cdk-iot-registry-replication:identitiesWithoutChecks]',
  ]);
  expect(complaints(replicate({ sweepEnabled: false }))).toEqual([]);
});

test('identities with all kinds are fine', () => {
  expect(complaints(replicate({ identities: {} }))).toEqual([]);
});

test('prefixes of a kind that is not replicated are warned of', () => {
  expect(complaints(replicate({ kinds: [THING_GROUP], namePrefixes: { things: ['a'], thingTypes: ['b'] } }))).toEqual([
    'namePrefixes.things and namePrefixes.thingTypes have no effect: their kinds are not in kinds; add the kinds there, or leave the prefixes out '
    + '[ack: cdk-iot-registry-replication:unusedPrefixes]',
  ]);
});

test('prefixes of a membership\'s ends have an effect', () => {
  const replication = replicate({ kinds: [THING_GROUP_MEMBERSHIP], namePrefixes: { things: ['a'], thingGroups: ['b'] } });
  expect(complaints(replication)).toEqual([expect.stringContaining('membershipsWithoutEnds')]);
});

describe('a router whose code can not be seen', () => {
  const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:router';
  const warnings = (createRouter: (stack: Stack) => IFunction, routerVersion?: string) => {
    const stack = createStack();
    return complaints(replicate({ router: createRouter(stack), routerVersion }, stack)).filter((each) => each.includes('routerWithoutVersion'));
  };
  const own = (stack: Stack) => new Function(stack, 'Router', { runtime: Runtime.NODEJS_22_X, code: Code.fromInline('exports.handler = 1;'), handler: 'index.handler' });

  test.each<[string, (stack: Stack) => IFunction]>([
    ['by its ARN', (stack) => Function.fromFunctionArn(stack, 'Router', ARN)],
    ['by an ARN that is not known yet', (stack) => Function.fromFunctionArn(stack, 'Router', Fn.importValue('router'))],
    ['by its name', (stack) => Function.fromFunctionName(stack, 'Router', 'router')],
    ['by an alias, which may point to another version tomorrow', (stack) => Function.fromFunctionArn(stack, 'Router', `${ARN}:live`)],
    ['by $LATEST', (stack) => Function.fromFunctionArn(stack, 'Router', `${ARN}:$LATEST`)],
  ])('imported %s, without a version, is warned of', (_, createRouter) => {
    expect(warnings(createRouter)).toEqual([
      "router is an imported function without a routerVersion: the construct can't see its code, so when the code changes, no sweep invokes the router again for existing "
      + 'records; pass a routerVersion and change it with the code, or import a published version of the function '
      + '[ack: cdk-iot-registry-replication:routerWithoutVersion]',
    ]);
    expect(warnings(createRouter, 'v1')).toEqual([]);
  });

  test('is none of the app, nor a published version', () => {
    expect(warnings(own)).toEqual([]);
    expect(warnings((stack) => own(stack).currentVersion)).toEqual([]);
    expect(warnings((stack) => new Alias(stack, 'Alias', { aliasName: 'live', version: own(stack).currentVersion }))).toEqual([]);
    expect(warnings((stack) => Function.fromFunctionArn(stack, 'Router', `${ARN}:7`))).toEqual([]);
  });
});

test('a warning can be acknowledged by its id', () => {
  const replication = replicate({ kinds: [THING] });
  Annotations.of(replication).acknowledgeWarning('cdk-iot-registry-replication:thingsWithoutTypes', 'things of this fleet have no type');
  expect(complaints(replication)).toEqual([]);
});
