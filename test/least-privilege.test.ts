/** Statement by statement: what each role may do, and who may take it on. */
import { Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function } from 'aws-cdk-lib/aws-lambda';
import type { IdentityReplicationOptions } from '../src';
import { DESTINATION, Json, OTHER, SOURCE, allowedBy, createStack, destination, replicate, resourcesOf, source } from './apps';
import {
  DESTINATION_IDENTITY_STATEMENTS, DESTINATION_IDENTITY_TRUST, DESTINATION_KEY_STATEMENTS, DESTINATION_STATEMENTS, DESTINATION_TRUST, SOURCE_IDENTITY_STATEMENTS, SOURCE_IDENTITY_TRUST,
  SOURCE_KEY_STATEMENTS, SOURCE_STATEMENTS, SOURCE_TRUST,
} from './expected-permissions';
import { statementsByRole, trustByRole } from './statements';

const keyOf = (region: string) => `arn:aws:kms:${region}:111122223333:key/mrk-1`;

function templates({ encryption, identities }: { encryption?: (stack: Stack) => TableEncryptionV2; identities?: IdentityReplicationOptions } = {}): Record<'source' | 'destination', Json> {
  const stack = createStack();
  const replication = replicate({
    replicationName: 'fleet',
    destinationRegions: [DESTINATION, OTHER],
    router: Function.fromFunctionArn(stack, 'Router', `arn:aws:lambda:${SOURCE}:111122223333:function:router`),
    encryption: encryption?.(stack),
    identities,
  }, stack);
  return { source: source(replication).toJSON(), destination: destination(replication).toJSON() };
}

const plain = templates();
const encrypted = templates({
  encryption: (stack) => TableEncryptionV2.customerManagedKey(Key.fromKeyArn(stack, 'Key', keyOf(SOURCE)), { [DESTINATION]: keyOf(DESTINATION), [OTHER]: keyOf(OTHER) }),
});
const identifying = templates({ identities: {} });
const TEMPLATES: [string, Json][] = [
  ['the source', plain.source], ['a destination', plain.destination],
  ['the source with identities', identifying.source], ['a destination with identities', identifying.destination],
];

/**
 * Actions for which AWS defines no resource, each with the page that says so.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCES = [
  // list_awsiot.html
  'iot:ListThings', 'iot:ListThingGroups', 'iot:ListThingTypes', 'iot:DescribeEventConfigurations', 'iot:UpdateEventConfigurations',
  'iot:ListAttachedPolicies', 'iot:ListCertificates', 'iot:ListPolicies', 'iot:RegisterCertificateWithoutCA',
  // list_awslambda.html
  'lambda:ListEventSourceMappings', 'lambda:CreateEventSourceMapping',
  // list_amazoncloudwatch.html
  'cloudwatch:PutMetricData',
  // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
  'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
  'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
];

describe.each(TEMPLATES)('%s', (_, template) => {
  const statements = allowedBy(template);

  test('allows no action by a wildcard', () => {
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('allows an action on every resource only where AWS defines none for it', () => {
    const everywhere = statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    expect(everywhere.filter((action) => !WITHOUT_RESOURCES.includes(action))).toEqual([]);
  });

  test('allows nothing in another Region or account', () => {
    const literal = JSON.stringify(statements.map(({ Resource }) => Resource)).match(/arn:[^"]*|:[a-z]+:[a-z]+-[a-z]+-\d:[^"]*/g) ?? [];
    const region = template === plain.source || template === identifying.source ? SOURCE : DESTINATION;
    for (const arn of literal.filter((each) => each !== 'arn:')) expect(arn).toMatch(new RegExp(`:${region}:111122223333:`));
  });

  test('has no managed policy, which would allow more than is used', () => {
    for (const role of resourcesOf(template, 'AWS::IAM::Role')) expect(role.Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('is trusted to services of AWS alone', () => {
    for (const { Properties: { AssumeRolePolicyDocument: { Statement } } } of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(Statement).toHaveLength(1);
      expect(Statement[0]).toMatchObject({ Action: 'sts:AssumeRole', Principal: { Service: expect.stringMatching(/^(lambda|states|iot|scheduler)\.amazonaws\.com$/) } });
    }
  });

  test('queues are encrypted and refuse unencrypted transport', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    expect(resourcesOf(template, 'AWS::SQS::QueuePolicy')).toHaveLength(queues.length);
    for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
    for (const { Properties: { PolicyDocument: { Statement } } } of resourcesOf(template, 'AWS::SQS::QueuePolicy')) {
      const [deny, ...others] = Statement as Json[];
      expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
      // EventBridge has no role for a queue: one rule may send.
      for (const each of others) expect(each).toMatchObject({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.any(String), 'Arn'] } } } });
    }
  });

  test('keeps every log for the time that was given', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(groups.length).toBeGreaterThanOrEqual(functions.length);
    for (const group of groups) expect(group).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30 } });
    for (const each of functions) expect(each.Properties.LoggingConfig.LogGroup).toEqual({ Ref: expect.any(String) });
  });
});

describe.each([
  ['the source', plain.source, SOURCE_STATEMENTS, SOURCE_TRUST],
  ['a destination', plain.destination, DESTINATION_STATEMENTS, DESTINATION_TRUST],
])('each role of %s', (_, template, statements, trust) => {
  test('may do what its room does, statement by statement', () => {
    expect(statementsByRole(template)).toEqual(statements);
  });

  test('is trusted to the service that uses it, for what it is used for', () => {
    expect(trustByRole(template)).toEqual(trust);
  });
});

describe('with keys of the customer', () => {
  test.each([
    ['the source', encrypted.source, SOURCE_STATEMENTS, SOURCE_KEY_STATEMENTS, SOURCE_TRUST],
    ['a destination', encrypted.destination, DESTINATION_STATEMENTS, DESTINATION_KEY_STATEMENTS, DESTINATION_TRUST],
  ])('the roles of %s that touch what is encrypted may use them, through its service, and nothing else changes', (_, template, statements, ofKey, trust) => {
    const both = Object.entries(statements).map(([role, each]) => [role, [...each, ...ofKey[role] ?? []].sort()]);
    expect(statementsByRole(template)).toEqual(Object.fromEntries(both));
    expect(trustByRole(template)).toEqual(trust);
  });
});

describe('with identities', () => {
  /** What follows the arrow, for calls of AWS IoT. */
  const resourceOf = (statement: string) => (statement.startsWith('iot:') ? statement.slice(statement.indexOf(' -> ')) : statement);
  /** The status starts the drift checks of both parts. */
  const starts = (statement: string) => (statement.startsWith('states:StartExecution') ? 'states:StartExecution' : resourceOf(statement));
  const replaced = (statements: readonly string[] = [], by: readonly string[] = []) => {
    const keys = by.map(starts);
    return [...statements.filter((each) => !keys.includes(starts(each))), ...by].sort();
  };

  test.each([
    ['the source', identifying.source, SOURCE_STATEMENTS, SOURCE_IDENTITY_STATEMENTS, { ...SOURCE_TRUST, ...SOURCE_IDENTITY_TRUST }],
    ['a destination', identifying.destination, DESTINATION_STATEMENTS, DESTINATION_IDENTITY_STATEMENTS, { ...DESTINATION_TRUST, ...DESTINATION_IDENTITY_TRUST }],
  ])('the roles of %s that read or apply them may do what that needs, statement by statement, and nothing else changes', (_, template, statements, ofIdentities, trust) => {
    const roles = [...new Set([...Object.keys(statements), ...Object.keys(ofIdentities)])];
    expect(statementsByRole(template)).toEqual(Object.fromEntries(roles.map((role) => [role, replaced(statements[role], ofIdentities[role])])));
    expect(trustByRole(template)).toEqual(trust);
  });

  test('the roles of a destination write to no policy of another name than the prefixes', () => {
    const template = destination(replicate({ replicationName: 'fleet', namePrefixes: { policies: ['lamps-'] }, identities: {} })).toJSON();
    for (const role of ['DestinationReplicatorStreamIdentity', 'DestinationReplicatorRetryIdentity']) {
      const ofPolicies = statementsByRole(template)[role].filter((each) => each.includes(':policy/'));
      expect(ofPolicies.map(resourceOf)).toEqual([' -> arn:aws:iot:eu-west-1:111122223333:policy/lamps-*']);
    }
  });
});

describe('with prefixes', () => {
  const replication = replicate({ replicationName: 'fleet', namePrefixes: { things: ['factory-'], thingGroups: ['halls-'], thingTypes: ['types-'] } });
  const all = (resource: string) => `arn:aws:iot:eu-west-1:111122223333:${resource}/*`;

  test.each(['DestinationReplicatorStreamIdentity', 'DestinationReplicatorRetryIdentity'])('%s writes to nothing of another name', (role) => {
    const statements = statementsByRole(destination(replication).toJSON())[role].filter((each) => /iot:(Create|Update|Delete|Deprecate|Add|Remove)/.test(each));
    expect(statements).toHaveLength(4);
    for (const each of statements) for (const arn of [all('thing'), all('thinggroup'), all('thingtype')]) expect(each).not.toContain(arn);
  });
});

test('with confirmDeletions the workflow of the rules may ask the registry, within the prefixes, and nobody else may do more', () => {
  const before = statementsByRole(source(replicate({ replicationName: 'fleet', namePrefixes: { things: ['lamp-'] } })).toJSON());
  const after = statementsByRole(source(replicate({ replicationName: 'fleet', namePrefixes: { things: ['lamp-'] }, confirmDeletions: true })).toJSON());
  const added = Object.entries(after).map(([role, statements]) => [role, statements.filter((each) => !before[role].includes(each))] as const).filter(([, statements]) => statements.length > 0);
  expect(added).toEqual([['ReplicationPersistence', [
    'iot:DescribeThing -> arn:aws:iot:us-east-1:111122223333:thing/lamp-*',
    'iot:DescribeThingGroup -> arn:aws:iot:us-east-1:111122223333:thinggroup/*',
    'iot:DescribeThingType -> arn:aws:iot:us-east-1:111122223333:thingtype/*',
    'iot:ListThingGroupsForThing -> arn:aws:iot:us-east-1:111122223333:thing/lamp-*',
  ]]]);
});

test('tracing adds only permissions to send traces, to the roles of traced resources', () => {
  const traced = replicate({ replicationName: 'fleet', tracing: true });
  const added = [source(traced).toJSON(), destination(traced).toJSON()].flatMap((template) => Object.entries(statementsByRole(template)))
    .map(([role, statements]): [string, string[]] => [role, statements.filter((each) => !(SOURCE_STATEMENTS[role] ?? DESTINATION_STATEMENTS[role]).includes(each))])
    .filter(([, statements]) => statements.length > 0);
  expect(Object.fromEntries(added)).toEqual(Object.fromEntries([
    ...[
      'ReplicationSweepIdentity', 'DestinationReplicatorStreamIdentity', 'DestinationReplicatorRetryIdentity', 'DestinationStatusIdentity', 'DestinationDriftIdentity',
    ].map((role) => [role, ['xray:PutTelemetryRecords, xray:PutTraceSegments -> *']]),
    ...['ReplicationPersistence', 'ReplicationObservations', 'ReplicationSweepWorkflow', 'DestinationDriftWorkflow']
      .map((role) => [role, ['xray:GetSamplingRules, xray:GetSamplingTargets, xray:PutTelemetryRecords, xray:PutTraceSegments -> *']]),
  ]));
});
