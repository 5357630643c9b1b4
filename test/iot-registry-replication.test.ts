import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import {
  ACCOUNT, DESTINATION, Json, OTHER, SOURCE, complaintsOf, createApp, createStack, destination, masked, replicate, resourcesOf, source, stacksOf, synth,
  templatesOf,
} from './apps';
import { DeletionMode, IotRegistryReplication, IotRegistryReplicationProps, RegistryDestination, RegistryKind } from '../src';

const NAMED = { replicationName: 'fleet' };

describe('what is deployed', () => {
  test('the source stack', () => {
    expect(masked(source(replicate(NAMED)).toJSON())).toMatchSnapshot();
  });

  test('the stack of a destination', () => {
    expect(masked(destination(replicate(NAMED)).toJSON())).toMatchSnapshot();
  });

  test('a stack for each destination, named after the replication and the Region', () => {
    const replication = replicate({ ...NAMED, destinationRegions: [DESTINATION, OTHER] });
    const assembly = synth(Stack.of(replication));
    expect(stacksOf(assembly).map(({ stackName, environment }) => [stackName, environment.region, environment.account])).toEqual([
      ['Main', SOURCE, ACCOUNT],
      ['fleet-ap-southeast-1-from-us-east-1', OTHER, ACCOUNT],
      ['fleet-eu-west-1-from-us-east-1', DESTINATION, ACCOUNT],
    ]);
    expect(complaintsOf(assembly)).toEqual([]);
  });

  test('the destinations after the table', () => {
    const replication = replicate({ destinationRegions: [DESTINATION, OTHER] });
    synth(Stack.of(replication));
    for (const { stack } of replication.destinations) expect(stack.dependencies).toEqual([Stack.of(replication)]);
  });

  test('the same each time: synthesizing twice makes no difference', () => {
    const once = () => templatesOf(synth(Stack.of(replicate({ destinationRegions: [DESTINATION, OTHER], namePrefixes: { things: ['a-', 'b-'] } }))));
    expect(once()).toEqual(once());
  });

  test('one name of the table in every Region, in every place that names it', () => {
    const replication = replicate({ ...NAMED, tableName: 'devices', destinationRegions: [DESTINATION, OTHER] });
    source(replication).hasResourceProperties('AWS::DynamoDB::GlobalTable', { TableName: 'devices' });
    for (const { region, table } of replication.destinations) {
      expect(table.tableName).toBe('devices');
      const functions = destination(replication, region).findResources('AWS::Lambda::Function', { Properties: { Environment: {} } });
      const variables = Object.values(functions).map((each) => each.Properties.Environment.Variables);
      // Others are of CDK's custom resources.
      const names = variables.map((each) => each.REGISTRY_TABLE_NAME).filter(Boolean);
      expect(names).toEqual(['devices', 'devices', 'devices', 'devices', 'devices']);
    }
  });
});

describe('the stack of a destination', () => {
  test('refers to nothing of another Region, nor does the source to it', () => {
    const templates = templatesOf(synth(Stack.of(replicate({ destinationRegions: [DESTINATION, OTHER] }))));
    const text = JSON.stringify(templates);
    expect(text).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|CrossRegionExport|ExportsReader|ExportsWriter|\/cdk\/exports/);
    for (const template of Object.values(templates)) expect(template.Outputs ?? {}).toEqual({});
  });

  test('calls nothing of the source Region', () => {
    const text = JSON.stringify(destination(replicate(NAMED)).toJSON());
    const mentions = text.match(/.{0,60}us-east-1.{0,20}/g) ?? [];
    // The name of the Region whose records are applied, what may be another stream, the description, and what the marker says to other replications.
    const ofMarker = /\{\\"sourceRegion\\":\\"us-east-1\\"|-from-us-east-1\\",\\"isPaused\\"/;
    const inOthers = /"SOURCE_REGION":"us-east-1"|fleet eu-west-1 us-east-1|destination of us-east-1/;
    for (const mention of mentions.filter((each) => !ofMarker.test(each))) expect(mention).toMatch(inOthers);
  });
});

describe('attributes', () => {
  const replication = replicate({ ...NAMED, destinationRegions: [DESTINATION, OTHER] });

  test('contain what was given', () => {
    expect(replication.replicationName).toBe('fleet');
    expect(replication.sourceRegion).toBe(SOURCE);
    expect(replication.destinationRegions).toEqual([DESTINATION, OTHER]);
    expect(replication.destinations.map(({ region }) => region)).toEqual([DESTINATION, OTHER]);
    expect(replication.destinations.map(({ stack }) => stack.stackName)).toEqual(['fleet-eu-west-1-from-us-east-1', 'fleet-ap-southeast-1-from-us-east-1']);
  });

  test('find a destination by its Region', () => {
    expect(replication.destination(OTHER)).toBe(replication.destinations[1]);
    expect(replication.destination(OTHER)).toBeInstanceOf(RegistryDestination);
  });

  test('fails to find a missing destination, and lists the existing ones', () => {
    expect(() => replication.destination('eu-central-1')).toThrow(
      "region: got 'eu-central-1', expected a destination, one of ['eu-west-1', 'ap-southeast-1']; add it to `destinationRegions`",
    );
  });
});

/** Everything that a user can refer to, by name. */
function references(of: IotRegistryReplication): Record<string, string> {
  const { table, persistenceWorkflow, deadLetterQueue, destinations } = of;
  const there = Object.fromEntries(destinations.flatMap((each) => Object.entries({
    TableName: each.table.tableName,
    TableArn: each.table.tableArn,
    ReplicatorName: each.replicator.functionName,
    ReplicatorArn: each.replicator.functionArn,
    RetryQueueName: each.retryQueue.queueName,
    RetryQueueArn: each.retryQueue.queueArn,
    RetryQueueUrl: each.retryQueue.queueUrl,
    DeadLetterQueueName: each.deadLetterQueue.queueName,
    DeadLetterQueueArn: each.deadLetterQueue.queueArn,
    DeadLetterQueueUrl: each.deadLetterQueue.queueUrl,
    DriftWorkflowArn: each.driftWorkflow.stateMachineArn,
    DriftReportsName: each.driftReportsBucket.bucketName,
    DriftReportsArn: each.driftReportsBucket.bucketArn,
  }).map(([name, value]) => [`${each.region.replace(/-/g, '')}${name}`, value])));
  return {
    TableName: table.tableName,
    TableArn: table.tableArn,
    WorkflowArn: persistenceWorkflow.stateMachineArn,
    DeadLetterQueueName: deadLetterQueue.queueName,
    DeadLetterQueueArn: deadLetterQueue.queueArn,
    DeadLetterQueueUrl: deadLetterQueue.queueUrl,
    ...there,
  };
}

/** Uses every attribute in a stack, in each way that there is. */
function useEverything(stack: Stack, replication: IotRegistryReplication): void {
  const values = references(replication);
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
  new CfnFunction(stack, 'User', { role: 'r', code: { zipFile: '' }, runtime: 'nodejs22.x', handler: 'x', environment: { variables: values } });

  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  replication.table.grantReadData(role);
  replication.persistenceWorkflow.grantStartExecution(role);
  replication.deadLetterQueue.grantConsumeMessages(role);
  for (const each of replication.destinations) {
    each.table.grantReadData(role);
    each.replicator.grantInvoke(role);
    each.retryQueue.grantSendMessages(role);
    each.deadLetterQueue.grantConsumeMessages(role);
    each.driftWorkflow.grantStartExecution(role);
    each.driftReportsBucket.grantRead(role);
  }
}

describe.each<[string, StackProps, Partial<IotRegistryReplicationProps>]>([
  ['the enclosing stack', {}, {}],
  ['the enclosing stack, of an unknown account', { env: { region: SOURCE } }, {}],
  ['the enclosing stack, environment-agnostic', { env: {} }, { sourceRegion: SOURCE }],
  ['the enclosing stack, of the Region of a destination', { env: { account: ACCOUNT, region: DESTINATION } }, { sourceRegion: SOURCE }],
])('attributes used from %s', (_, stackProps, props) => {
  const stack = createStack(stackProps);
  const replication = replicate({ ...NAMED, ...props, destinationRegions: [DESTINATION, OTHER] }, stack);
  useEverything(stack, replication);
  const assembly = synth(stack);
  const templates = templatesOf(assembly);

  test('make no reference to another stack, no cycle and no complaint', () => {
    expect(JSON.stringify(templates)).not.toMatch(/ImportValue|GetStackOutput|CrossRegion|ExportsReader|ExportsWriter|cdk\/exports/);
    expect(complaintsOf(assembly)).toEqual([]);
    for (const [name, template] of Object.entries(templates)) if (name !== 'Main') expect(template.Outputs).toBeUndefined();
  });

  test('are literals, but for an account that is not known', () => {
    const { Outputs, Resources } = templates.Main;
    const known = (stackProps.env ?? { account: ACCOUNT }).account !== undefined;
    for (const [name, { Value }] of Object.entries<Json>(Outputs)) {
      if (/(Table|Queue)Name$/.test(name)) expect(Value).toMatch(/^fleet/);
      if (known) expect(typeof Value).toBe('string');
      expect(referencesIn(Value).filter((each) => !/^AWS::(AccountId|Partition)$/.test(each))).toEqual([]);
    }
    expect(referencesIn(Resources.User.Properties.Environment).filter((each) => !each.startsWith('AWS::'))).toEqual([]);
    const [{ Properties: { PolicyDocument } }] = resourcesOf(templates.Main, 'AWS::IAM::Policy').filter((each) => JSON.stringify(each.Properties.Roles).includes('"Role1AB'));
    expect(JSON.stringify(PolicyDocument)).toContain('table/fleet/index/*');
    expect(referencesIn(PolicyDocument).filter((each) => !each.startsWith('AWS::'))).toEqual([]);
  });
});

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => key === 'Ref' ? [String(inner)] : key === 'Fn::GetAtt' ? [JSON.stringify(inner)] : referencesIn(inner));
}

test('attributes have the values that the deployed resources will have', () => {
  const replication = replicate(NAMED);
  expect(references(replication)).toEqual({
    TableName: 'fleet',
    TableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/fleet',
    WorkflowArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:fleet-persistence',
    DeadLetterQueueName: 'fleet-dead-letters',
    DeadLetterQueueArn: 'arn:aws:sqs:us-east-1:111122223333:fleet-dead-letters',
    DeadLetterQueueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/fleet-dead-letters',
    euwest1TableName: 'fleet',
    euwest1TableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    euwest1ReplicatorName: 'fleet-replicator',
    euwest1ReplicatorArn: 'arn:aws:lambda:eu-west-1:111122223333:function:fleet-replicator',
    euwest1RetryQueueName: 'fleet-retry',
    euwest1RetryQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:fleet-retry',
    euwest1RetryQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/fleet-retry',
    euwest1DeadLetterQueueName: 'fleet-dead-letters',
    euwest1DeadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:fleet-dead-letters',
    euwest1DeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/fleet-dead-letters',
    euwest1DriftWorkflowArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-drift',
    euwest1DriftReportsName: expect.stringMatching(/^fleet-[0-9a-f]{8}-111122223333-eu-west-1$/),
    euwest1DriftReportsArn: expect.stringMatching(/^arn:aws:s3:::fleet-[0-9a-f]{8}-111122223333-eu-west-1$/),
  });
  source(replication).hasResourceProperties('AWS::SQS::Queue', { QueueName: 'fleet-dead-letters' });
  source(replication).hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'fleet-persistence' });
  const there = destination(replication);
  there.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'fleet-replicator' });
  there.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'fleet-retry' });
  there.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'fleet-dead-letters' });
  there.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'fleet-drift' });
  there.hasResourceProperties('AWS::S3::Bucket', { BucketName: replication.destination(DESTINATION).driftReportsBucket.bucketName });
});

test('attributes of partitions with names of their own have those', () => {
  const stack = createStack({ env: { account: ACCOUNT, region: 'cn-north-1' } });
  const { table, deadLetterQueue, destinations: [there] } = replicate({ ...NAMED, destinationRegions: ['cn-northwest-1'] }, stack);
  expect(table.tableArn).toBe('arn:aws-cn:dynamodb:cn-north-1:111122223333:table/fleet');
  expect(deadLetterQueue.queueUrl).toBe('https://sqs.cn-north-1.amazonaws.com.cn/111122223333/fleet-dead-letters');
  expect(there.replicator.functionArn).toBe('arn:aws-cn:lambda:cn-northwest-1:111122223333:function:fleet-replicator');
});

test('attributes can be used from a stack of any other Region', () => {
  const app = createApp();
  const replication = replicate(NAMED, createStack({}, app));
  const elsewhere = createStack({ env: { account: ACCOUNT, region: 'eu-central-1' } }, app, 'Elsewhere');
  useEverything(elsewhere, replication);
  const assembly = synth(app);
  expect(complaintsOf(assembly)).toEqual([]);
  expect(JSON.stringify(templatesOf(assembly))).not.toMatch(/ImportValue|GetStackOutput|CrossRegion|ExportsReader|ExportsWriter/);
});

test('a service can be allowed to invoke the deployed replicator, even in an unknown account', () => {
  const replication = replicate(NAMED, createStack({ env: { region: SOURCE } }));
  replication.destination(DESTINATION).replicator.grantInvoke(new ServicePrincipal('events.amazonaws.com'));
  expect(complaintsOf(synth(Stack.of(replication)))).toEqual([]);
  const [permission] = resourcesOf(destination(replication).toJSON(), 'AWS::Lambda::Permission');
  expect(permission.DependsOn).toContainEqual(expect.stringMatching(/^DestinationReplicatorStream[0-9A-F]{8}$/));
});

describe('dependencies', () => {
  test('a sibling waits for all that the enclosing stack holds', () => {
    const stack = createStack();
    const replication = replicate({}, stack);
    const sibling = new Topic(stack, 'Sibling');
    sibling.node.addDependency(replication);
    const { Resources } = templatesOf(synth(stack)).Main;
    const [topic] = resourcesOf({ Resources }, 'AWS::SNS::Topic');
    const others = Object.keys(Resources).filter((id) => Resources[id] !== topic);
    expect(topic.DependsOn.sort()).toEqual(others.sort());
  });

  test('heartbeats begin when registry events are on: one that finds them off is a gap, which the first sweep would not end', () => {
    const { Resources } = source(replicate()).toJSON() as { Resources: Record<string, { Type: string; DependsOn?: string[]; Properties: object }> };
    const [[events]] = Object.entries(Resources).filter(([, { Type }]) => Type === 'Custom::RegistryEvents');
    const [heartbeat] = Object.values(Resources).filter(({ Type, Properties }) => Type === 'AWS::Scheduler::Schedule' && JSON.stringify(Properties).includes('REPLICATION_HEARTBEAT'));
    expect(heartbeat.DependsOn).toContain(events);
  });

  test('a sibling of a replication that has its source elsewhere waits for nothing', () => {
    const stack = createStack({ env: { account: ACCOUNT, region: DESTINATION } });
    const replication = replicate({ sourceRegion: SOURCE }, stack);
    const sibling = new CfnTopic(stack, 'Sibling');
    sibling.node.addDependency(replication);
    expect(templatesOf(synth(stack)).Main.Resources.Sibling.DependsOn).toBeUndefined();
  });

  test('the replication can wait for a sibling, its destinations too', () => {
    const stack = createStack();
    const replication = replicate({}, stack);
    const sibling = new CfnTopic(stack, 'Sibling');
    replication.node.addDependency(sibling);
    const { Main } = templatesOf(synth(stack));
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue']) {
      for (const resource of resourcesOf(Main, type)) expect([resource.DependsOn].flat()).toContain('Sibling');
    }
    expect(replication.destination(DESTINATION).stack.dependencies).toEqual([stack]);
  });
});

describe('options', () => {
  test('every kind of event is replicated, and its switch put on, by default', () => {
    source(replicate()).hasResourceProperties('Custom::RegistryEvents', { EventTypes: ['THING', 'THING_TYPE', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP'] });
    source(replicate()).resourceCountIs('AWS::IoT::TopicRule', 4);
  });

  test('only the given kinds are', () => {
    const template = source(replicate({ kinds: [RegistryKind.THING_TYPE, RegistryKind.THING] }));
    template.hasResourceProperties('Custom::RegistryEvents', { EventTypes: ['THING_TYPE', 'THING'] });
    template.resourceCountIs('AWS::IoT::TopicRule', 2);
  });

  test('the switches are left to others if asked', () => {
    const template = source(replicate({ enableRegistryEvents: false, sweepEnabled: false }));
    template.resourceCountIs('Custom::RegistryEvents', 0);
    template.resourceCountIs('Custom::FirstRun', 0);
    template.resourceCountIs('AWS::IoT::TopicRule', 4);
  });

  test.each([DeletionMode.REPLICATE, DeletionMode.RETAIN])('the replicator receives the deletion mode %s', (deletionMode) => {
    destination(replicate({ deletionMode })).hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { DELETION_MODE: deletionMode } } });
  });
});
