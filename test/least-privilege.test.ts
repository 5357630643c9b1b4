import { Function } from 'aws-cdk-lib/aws-lambda';
import { DESTINATION, Json, OTHER, SOURCE, allowedBy, createStack, destination, replicate, resourcesOf, source } from './apps';

const stack = createStack();
const replication = replicate({
  replicationName: 'fleet',
  destinationRegions: [DESTINATION, OTHER],
  router: Function.fromFunctionArn(stack, 'Router', `arn:aws:lambda:${SOURCE}:111122223333:function:router`),
}, stack);
const TEMPLATES: [string, Json][] = [
  ['the source', source(replication).toJSON()],
  ['a destination', destination(replication).toJSON()],
];

/**
 * Actions for which AWS defines no resource, each with the page that says so.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCES = [
  // list_awsiot.html
  'iot:ListThings', 'iot:ListThingGroups', 'iot:ListThingTypes', 'iot:DescribeEventConfigurations', 'iot:UpdateEventConfigurations',
  // list_amazondynamodb.html
  'dynamodb:ListStreams',
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
    const region = template === TEMPLATES[0][1] ? SOURCE : DESTINATION;
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

  test('queues are encrypted and refuse what is not', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    expect(resourcesOf(template, 'AWS::SQS::QueuePolicy')).toHaveLength(queues.length);
    for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
    for (const { Properties: { PolicyDocument: { Statement } } } of resourcesOf(template, 'AWS::SQS::QueuePolicy')) {
      expect(Statement).toEqual([expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]);
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

/** What each role may do, by the role's construct. */
function actionsByRole(template: Json): Record<string, string[]> {
  const byRole: Record<string, Set<string>> = {};
  for (const { Properties } of resourcesOf(template, 'AWS::IAM::Policy')) {
    for (const { Ref } of Properties.Roles) {
      const actions = (byRole[Ref.replace(/Role[0-9A-F]{8}$/, '')] ??= new Set());
      for (const { Action } of Properties.PolicyDocument.Statement) [Action].flat().forEach((action: string) => actions.add(action));
    }
  }
  return Object.fromEntries(Object.entries(byRole).map(([role, actions]) => [role, [...actions].sort()]));
}

const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const DELIVERY = [
  'logs:CreateLogDelivery', 'logs:DeleteLogDelivery', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:GetLogDelivery', 'logs:ListLogDeliveries',
  'logs:PutResourcePolicy', 'logs:UpdateLogDelivery',
];
const COMPARING = [
  'dynamodb:BatchGetItem', 'dynamodb:Scan',
  'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:DescribeThingType', 'iot:ListThingGroups', 'iot:ListThingGroupsForThing', 'iot:ListThingTypes', 'iot:ListThings',
  'iot:ListThingsInThingGroup',
  's3:GetObject', 's3:ListBucket', 's3:PutObject',
];
const APPLYING = [
  'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem',
  'iot:AddThingToThingGroup', 'iot:CreateThing', 'iot:CreateThingGroup', 'iot:CreateThingType', 'iot:DeleteThing', 'iot:DeleteThingGroup',
  'iot:DeleteThingType', 'iot:DeprecateThingType', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:DescribeThingType', 'iot:DetachThingPrincipal',
  'iot:ListThingGroupsForThing', 'iot:ListThingPrincipals', 'iot:ListThings', 'iot:RemoveThingFromThingGroup', 'iot:UpdateThing', 'iot:UpdateThingGroup',
  'iot:UpdateThingType',
];

test('each role of the source may do what its room does', () => {
  expect(actionsByRole(TEMPLATES[0][1])).toEqual({
    ReplicationRules: ['sqs:SendMessage', 'states:StartExecution'],
    ReplicationPersistence: expect.arrayContaining(['dynamodb:PutItem', 'lambda:InvokeFunction', 'sqs:SendMessage']),
    ReplicationEventsIdentity: ['iot:DescribeEventConfigurations', 'iot:UpdateEventConfigurations', ...LOGS],
    ReplicationEventsFramework: ['lambda:GetFunction', 'lambda:InvokeFunction', ...LOGS],
    ReplicationSweepIdentity: [...COMPARING, ...LOGS, 'states:ListExecutions', 'states:StartSyncExecution'].sort(),
    ReplicationSweepWorkflow: ['lambda:InvokeFunction', ...DELIVERY],
    ReplicationSweepFirstRunIdentity: [...LOGS, 'states:StartExecution'],
    ReplicationSweepFirstRunFramework: ['lambda:GetFunction', 'lambda:InvokeFunction', ...LOGS],
    ReplicationSweepSchedule: ['states:StartExecution'],
    ReplicationSweepReportsIdentity: [...LOGS, 's3:DeleteObject', 's3:ListBucket'],
    ReplicationSweepReportsFramework: ['lambda:GetFunction', 'lambda:InvokeFunction', ...LOGS],
  });
});

test('each role of a destination may do what its room does', () => {
  expect(actionsByRole(TEMPLATES[1][1])).toEqual({
    DestinationTableIdentity: ['dynamodb:DescribeTable', ...LOGS],
    DestinationReplicatorStreamIdentity: [
      ...APPLYING, ...LOGS, 'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams',
      'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage',
    ].sort(),
    DestinationReplicatorRetryIdentity: [
      ...APPLYING, ...LOGS, 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:SendMessage',
    ].sort(),
    DestinationDriftIdentity: [...COMPARING, ...LOGS, 'sqs:SendMessage', 'states:ListExecutions'].sort(),
    DestinationDriftWorkflow: ['lambda:InvokeFunction', ...DELIVERY],
    DestinationDriftSchedule: ['states:StartExecution'],
    DestinationDriftReportsIdentity: [...LOGS, 's3:DeleteObject', 's3:ListBucket'],
    DestinationDriftReportsFramework: ['lambda:GetFunction', 'lambda:InvokeFunction', ...LOGS],
    DestinationDriftFirstRunIdentity: [...LOGS, 'states:StartExecution'],
    DestinationDriftFirstRunFramework: ['lambda:GetFunction', 'lambda:InvokeFunction', ...LOGS],
  });
});

test('the rules\' role is trusted to this account\'s rules of this replication alone', () => {
  const [{ Properties }] = resourcesOf(TEMPLATES[0][1], 'AWS::IAM::Role').filter((role) => JSON.stringify(role).includes('"iot.amazonaws.com"'));
  expect(Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
    StringEquals: { 'aws:SourceAccount': '111122223333' },
    ArnLike: { 'aws:SourceArn': 'arn:aws:iot:us-east-1:111122223333:rule/fleet_*' },
  });
});
