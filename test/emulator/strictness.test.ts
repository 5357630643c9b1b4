import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeEventsCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddThingToThingGroupCommand, CreateDynamicThingGroupCommand, CreateThingCommand, CreateThingGroupCommand, DeleteDynamicThingGroupCommand, DeleteThingGroupCommand,
  DescribeThingGroupCommand, IoTClient, ListThingGroupsForThingCommand, ListThingsCommand, ListThingsInThingGroupCommand, UpdateDynamicThingGroupCommand, UpdateThingGroupCommand,
} from '@aws-sdk/client-iot';
import { CreateEventSourceMappingCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateStateMachineCommand, DeleteStateMachineCommand, GetExecutionHistoryCommand, SFNClient, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { identityTests } from './identities';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { waitFor } from '../../emulator/waiting';

/** What AWS refuses or does without being asked, and MiniStack does not: each rule on its own, so that no deployment passes here that fails there. */
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

const HOME = 'us-east-1';

type Resources = Record<string, { readonly Type: string; readonly Properties?: object; readonly DependsOn?: string; readonly DeletionPolicy?: string }>;

/** A stack of CloudFormation, without the CDK CLI: each deployment takes a fraction of a second. */
class TestStack {
  private readonly client: CloudFormationClient;

  constructor(private readonly name: string, region = HOME) {
    this.client = new CloudFormationClient(emulator.clientConfig(region));
  }

  /** @returns nothing if it was deployed, else what CloudFormation says of the resources that were refused */
  public async deploy(resources: Resources): Promise<string | undefined> {
    const template = { StackName: this.name, TemplateBody: JSON.stringify({ Resources: resources }), Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
    const status = await this.status();
    const isThere = status !== undefined && status !== 'DELETE_COMPLETE' && status !== 'ROLLBACK_COMPLETE';
    if (status === 'ROLLBACK_COMPLETE') await this.destroy();
    const before = isThere ? (await this.events()).length : 0;
    await this.client.send(isThere ? new UpdateStackCommand(template) : new CreateStackCommand(template));
    const end = await waitFor(async () => {
      const now = await this.status();
      return now?.endsWith('_COMPLETE') || now?.endsWith('_FAILED') ? now : undefined;
    }, { boundMillis: 30_000 });
    if (end === 'CREATE_COMPLETE' || end === 'UPDATE_COMPLETE') return undefined;
    const events = await this.events();
    // What is refused before anything is deployed is told elsewhere.
    const { OperationEvents } = await this.client.send(new DescribeEventsCommand({ StackName: this.name }));
    const invalid = (OperationEvents ?? []).flatMap(({ ValidationStatusReason }) => ValidationStatusReason ?? []);
    if (invalid.length > 0) return invalid.join('\n');
    return events.slice(0, events.length - before).filter(({ ResourceStatus }) => /(CREATE|UPDATE)_FAILED/.test(ResourceStatus!)).map(({ ResourceStatusReason }) => ResourceStatusReason).join('\n') || end;
  }

  public async destroy(): Promise<void> {
    await this.client.send(new DeleteStackCommand({ StackName: this.name }));
    await waitFor(async () => await this.status() === undefined || undefined, { boundMillis: 30_000 });
  }

  private async status(): Promise<string | undefined> {
    const found = await this.client.send(new DescribeStacksCommand({ StackName: this.name })).catch((error: Error) => {
      if (error.message.includes('does not exist')) return undefined;
      throw error;
    });
    return found?.Stacks?.[0].StackStatus;
  }

  private async events() {
    return (await this.client.send(new DescribeStackEventsCommand({ StackName: this.name }))).StackEvents ?? [];
  }
}

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const trust = (Service: string) => policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });
const arnOf = (service: string, resource: string, region = HOME) => `arn:aws:${service}:${region}:${emulator.account}:${resource}`;

/** A function whose handler is given as text, with what its role may do. */
function functionOf(name: string, handler: string, statements: object[], more: object = {}): Resources {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: `${name}-role`, AssumeRolePolicyDocument: trust('lambda.amazonaws.com'), Policies: [{ PolicyName: 'may', PolicyDocument: policy(...statements) }] },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      DependsOn: 'Role',
      Properties: { FunctionName: name, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: `arn:aws:iam::${emulator.account}:role/${name}-role`, Code: { ZipFile: handler }, ...more },
    },
  };
}

describe('recursive loops', () => {
  /** Counts how often it was invoked, in a message that it sends back to the queue that it came from; the 21st invocation sends it elsewhere. */
  const handler = `
    const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
    const sqs = new SQSClient({});
    exports.handler = async ({ Records }) => {
      for (const { body } of Records) {
        const QueueUrl = process.env.QUEUE_URL + (Number(body) === 20 ? '-dead' : '');
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(Number(body) + 1) }));
      }
    };`;

  function loop(name: string, RecursiveLoop?: string): Resources {
    const dead = arnOf('sqs', `${name}-dead`);
    return {
      ...functionOf(name, handler, [{ Effect: 'Allow', Action: 'sqs:*', Resource: arnOf('sqs', `${name}*`) }], {
        Timeout: 5, Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } }, ...RecursiveLoop ? { RecursiveLoop } : {},
      }),
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${name}-dead` } },
      Queue: { Type: 'AWS::SQS::Queue', DependsOn: 'Dead', Properties: { QueueName: name, VisibilityTimeout: 1, RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 2 } } },
      Mapping: { Type: 'AWS::Lambda::EventSourceMapping', DependsOn: 'Function', Properties: { FunctionName: name, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, BatchSize: 1 } },
    };
  }

  /** @returns what comes out of the dead-letter queue in the end */
  async function end(name: string, RecursiveLoop?: string) {
    expect(await new TestStack(name).deploy(loop(name, RecursiveLoop))).toBeUndefined();
    const sqs = new SQSClient(emulator.clientConfig(HOME));
    const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!;
    await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(name), MessageBody: '0' }));
    const QueueUrl = await urlOf(`${name}-dead`);
    return waitFor(async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['AWSTraceHeader'] }))).Messages?.[0], { boundMillis: 40_000 });
  }

  async function dropped(name: string): Promise<number> {
    const { Datapoints } = await new CloudWatchClient(emulator.clientConfig(HOME)).send(new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'RecursiveInvocationsDropped',
      Dimensions: [{ Name: 'FunctionName', Value: name }],
      Statistics: ['Sum'],
      Period: 60,
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 60_000),
    }));
    return (Datapoints ?? []).reduce((total, each) => total + each.Sum!, 0);
  }

  test('a function that goes round through a queue is stopped after 16 invocations; the message ends in the dead-letter queue', async () => {
    expect(await end('round')).toMatchObject({ Body: '16', Attributes: { AWSTraceHeader: expect.stringMatching(/;Lineage=[0-9a-f]{8}:16$/) } });
    // As often as the queue lets it be received.
    expect(await dropped('round')).toBe(2);
  }, 60_000);

  test('a function that is allowed to loop continues', async () => {
    expect(await end('allowed-round', 'Allow')).toMatchObject({ Body: '21' });
    expect(await dropped('allowed-round')).toBe(0);
  }, 60_000);
});

describe('event source mappings', () => {
  test('a second one of the same function and source is refused, by its own call and in a template', async () => {
    const stack = new TestStack('mapped');
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mapped' } };
    const Mapping = { Type: 'AWS::Lambda::EventSourceMapping', DependsOn: 'Function', Properties: { FunctionName: 'mapped', EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } };
    const resources: Resources = { ...functionOf('mapped', 'exports.handler = async () => {};', []), Queue, Mapping };
    expect(await stack.deploy(resources)).toBeUndefined();
    const again = new LambdaClient(emulator.clientConfig(HOME)).send(new CreateEventSourceMappingCommand({ FunctionName: 'mapped', EventSourceArn: arnOf('sqs', 'mapped') }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceConflictException', $metadata: { httpStatusCode: 409 } });
    // Under another logical id it is created before the one of before is deleted.
    const { Mapping: moved, ...rest } = resources;
    expect(await stack.deploy({ ...rest, MappingOfAnotherPath: moved })).toContain('already exists. Please update or delete the existing mapping with UUID');
    expect(await stack.deploy({ ...rest, Mapping: { ...moved, Properties: { ...moved.Properties, BatchSize: 5 } } })).toBeUndefined();
  }, 60_000);
});

describe('names that are taken', () => {
  const RoleArn = () => `arn:aws:iam::${emulator.account}:role/taken-role`;
  const kinds: Record<string, () => { readonly Type: string; readonly Properties: object }> = {
    'function': () => functionOf('taken', 'exports.handler = async () => {};', []).Function as never,
    'queue': () => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: 'taken' } }),
    'bucket': () => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName: 'taken-by-somebody' } }),
    'workflow': () => ({ Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'taken', RoleArn: RoleArn(), DefinitionString: '{"StartAt":"a","States":{"a":{"Type":"Pass","End":true}}}' } }),
    'log group': () => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/taken' } }),
    'rule': () => ({ Type: 'AWS::IoT::TopicRule', Properties: { RuleName: 'taken', TopicRulePayload: { Sql: 'SELECT * FROM \'a\'', Actions: [] } } }),
    'schedule': () => ({
      Type: 'AWS::Scheduler::Schedule',
      Properties: { Name: 'taken', ScheduleExpression: 'cron(0 0 1 1 ? 2099)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: arnOf('lambda', 'function:taken'), RoleArn: RoleArn() } },
    }),
    'table': () => ({
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: 'taken', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] },
    }),
    'global table': () => ({
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'taken-globally',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        Replicas: [{ Region: HOME }],
      },
    }),
  };

  beforeAll(async () => {
    const { Role } = functionOf('taken', '', []);
    expect(await new TestStack('first-owner').deploy({ Role, ...Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind.replace(' ', ''), { ...of(), DependsOn: 'Role' }])) })).toBeUndefined();
  });

  test.each(Object.keys(kinds))('a %s of the name of one that is there is refused', async (kind) => {
    expect(await new TestStack(`second-${kind.replace(' ', '-')}`).deploy({ Wanted: kinds[kind]() })).toContain('already exists');
  });

  test('so is one that moves to another logical id, and one that is renamed to it', async () => {
    const stack = new TestStack('moving');
    const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
    expect(await stack.deploy({ Queue: queue('moving') })).toBeUndefined();
    expect(await stack.deploy({ Moved: queue('moving') })).toContain('\'moving\' already exists');
    expect(await stack.deploy({ Queue: queue('taken') })).toContain('\'taken\' already exists');
  });

  test('a queue\'s name is not free for a minute after its deletion', async () => {
    const sqs = new SQSClient(emulator.clientConfig(HOME));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'short-lived' }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new CreateQueueCommand({ QueueName: 'short-lived' }))).rejects.toThrow('You must wait 60 seconds');
    const stack = new TestStack('short-lived');
    const resources: Resources = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'short-lived' } } };
    expect(await stack.deploy(resources)).toContain('You must wait 60 seconds');
    await emulator.freeQueueNames(HOME);
    expect(await stack.deploy(resources)).toBeUndefined();
    await stack.destroy();
    expect(await stack.deploy(resources)).toContain('You must wait 60 seconds');
  }, 30_000);

  test('a Standard workflow has its name until its execution ends, at its next transition', async () => {
    const sfn = new SFNClient(emulator.clientConfig(HOME));
    const definition = JSON.stringify({ StartAt: 'wait', States: { wait: { Type: 'Wait', Seconds: 30, Next: 'end' }, end: { Type: 'Succeed' } } });
    const machine = { name: 'slow', roleArn: RoleArn(), definition };
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand(machine));
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const waits = async () => (await sfn.send(new GetExecutionHistoryCommand({ executionArn }))).events?.some(({ type }) => type === 'WaitStateEntered') || undefined;
    expect(await waitFor(waits, { boundMillis: 10_000 })).toBe(true);
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(sfn.send(new CreateStateMachineCommand(machine))).rejects.toMatchObject({ name: 'StateMachineDeleting' });
    const resource: Resources = { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'slow', RoleArn: RoleArn(), DefinitionString: definition } } };
    expect(await new TestStack('slow').deploy(resource)).toContain('State Machine is being deleted');
    // Waits pass ten times as fast.
    const made = await waitFor(() => sfn.send(new CreateStateMachineCommand(machine)).catch((error: Error) => error.name === 'StateMachineDeleting' ? undefined : Promise.reject(error)), { boundMillis: 20_000, intervalMillis: 200 });
    expect(made!.stateMachineArn).toBe(stateMachineArn);
  }, 60_000);
});

describe('a Region without AWS IoT Core', () => {
  const REGION = 'ca-west-1';

  test('does not know the types of its resources', async () => {
    const rule: Resources = { Rule: { Type: 'AWS::IoT::TopicRule', Properties: { RuleName: 'nowhere', TopicRulePayload: { Sql: 'SELECT * FROM \'a\'', Actions: [] } } } };
    await expect(new TestStack('nowhere', REGION).deploy(rule)).rejects.toThrow('Unrecognized resource types: [AWS::IoT::TopicRule]');
    expect(await new TestStack('nowhere').deploy(rule)).toBeUndefined();
  });

  test('has no endpoint: a function\'s look-up fails, and nobody is answered', async () => {
    await expect(new IoTClient({ ...emulator.clientConfig(REGION), maxAttempts: 1 }).send(new ListThingsCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    const handler = `
      const { IoTClient, ListThingsCommand } = require('@aws-sdk/client-iot');
      exports.handler = async ({ region }) => new IoTClient({ region, maxAttempts: 1 }).send(new ListThingsCommand({})).then(() => 'answered', ({ code }) => code);`;
    expect(await new TestStack('asking', REGION).deploy(functionOf('asking', handler, [{ Effect: 'Allow', Action: 'iot:ListThings', Resource: '*' }]))).toBeUndefined();
    const answers = await Promise.all([REGION, HOME].map(async (region) => {
      const { Payload } = await new LambdaClient(emulator.clientConfig(REGION)).send(new InvokeCommand({ FunctionName: 'asking', Payload: JSON.stringify({ region }) }));
      return JSON.parse(new TextDecoder().decode(Payload)) as unknown;
    }));
    expect(answers).toEqual(['ENOTFOUND', 'answered']);
  }, 30_000);
});

describe('a global table', () => {
  const table = (...regions: string[]): Resources => ({
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'worldwide',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Replicas: regions.map((Region) => ({ Region })),
      },
    },
  });
  const streamIn = async (region: string) => (await new DynamoDBClient(emulator.clientConfig(region)).send(new DescribeTableCommand({ TableName: 'worldwide' }))).Table!.LatestStreamArn;

  test('takes any number of replicas at first, then one more or less in an update; one that comes back has another stream', async () => {
    const stack = new TestStack('worldwide');
    expect(await stack.deploy(table(HOME, 'eu-west-1', 'eu-central-1'))).toBeUndefined();
    const before = await streamIn('eu-west-1');
    const refusal = 'only a single replica can be added or removed in each update';
    expect(await stack.deploy(table(HOME))).toContain(refusal);
    expect(await stack.deploy(table(HOME, 'eu-west-1', 'ap-south-1'))).toContain(refusal);
    expect(await stack.deploy(table(HOME, 'eu-west-1', 'eu-central-1', 'ap-south-1', 'us-west-2'))).toContain(refusal);
    expect(await stack.deploy(table(HOME, 'eu-central-1'))).toBeUndefined();
    expect(await stack.deploy(table('eu-west-1', HOME, 'eu-central-1'))).toBeUndefined();
    expect(await streamIn('eu-west-1')).not.toBe(before);
  }, 30_000);
});

describe('errors of dynamodb:putItem in a workflow', () => {
  async function failureOf(name: string, mayPut: boolean, Item: object): Promise<{ error?: string; cause?: string }> {
    await new DynamoDBClient(emulator.clientConfig(HOME)).send(new CreateTableCommand({
      TableName: name, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }));
    const Policies = mayPut ? [{ PolicyName: 'may', PolicyDocument: policy({ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: arnOf('dynamodb', `table/${name}`) }) }] : [];
    const Role = { Type: 'AWS::IAM::Role', Properties: { RoleName: `${name}-role`, AssumeRolePolicyDocument: trust('states.amazonaws.com'), Policies } };
    expect(await new TestStack(name).deploy({ Role })).toBeUndefined();
    // The emulator's address has no names before it.
    const sfn = new SFNClient({ ...emulator.clientConfig(HOME), disableHostPrefix: true });
    const put = { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName: name, Item, ConditionExpression: 'attribute_exists(pk)' }, End: true };
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({
      name, type: 'EXPRESS', roleArn: `arn:aws:iam::${emulator.account}:role/${name}-role`, definition: JSON.stringify({ StartAt: 'put', States: { put } }),
    }));
    const { error, cause } = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn }));
    return { error, cause };
  }

  test('have their own name where the SDK has an exception, else that of all of them, with the code in the cause', async () => {
    expect(await failureOf('conditioned', true, { pk: { S: 'a' } })).toMatchObject({ error: 'DynamoDB.ConditionalCheckFailedException' });
    expect(await failureOf('invalid', true, { other: { S: 'a' } })).toMatchObject({
      error: 'DynamoDB.AmazonDynamoDBException', cause: expect.stringMatching(/\(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: [^;]+; Proxy: null\)$/),
    });
    expect(await failureOf('denied', false, { pk: { S: 'a' } })).toMatchObject({
      error: 'DynamoDB.AmazonDynamoDBException', cause: expect.stringContaining('Error Code: AccessDeniedException;'),
    });
  }, 30_000);
});

describe('schedules', () => {
  const handler = `
    const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
    exports.handler = async (event) => { await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: event.schedule })); };`;

  test('a rate begins when it is made, or at its start date; a cron at its time', async () => {
    const schedule = (name: string, ScheduleExpression: string, more: object = {}) => ({
      Type: 'AWS::Scheduler::Schedule',
      DependsOn: 'Function',
      Properties: {
        Name: name,
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ...more,
        Target: { Arn: arnOf('lambda', 'function:told'), RoleArn: `arn:aws:iam::${emulator.account}:role/told-by`, Input: JSON.stringify({ schedule: name }) },
      },
    });
    const Caller = {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'told-by',
        AssumeRolePolicyDocument: trust('scheduler.amazonaws.com'),
        Policies: [{ PolicyName: 'may', PolicyDocument: policy({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arnOf('lambda', 'function:told') }) }],
      },
    };
    expect(await new TestStack('told').deploy({
      ...functionOf('told', handler, [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf('sqs', 'told') }], { Timeout: 5, Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } } }),
      Caller,
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'told' } },
      Later: schedule('later', 'rate(1 day)', { StartDate: new Date(Date.now() + 3_600_000).toISOString() }),
      Cron: { ...schedule('cron', 'cron(0 0 1 1 ? 2099)'), DependsOn: 'Later' },
      Rate: { ...schedule('rate', 'rate(1 day)'), DependsOn: 'Cron' },
    })).toBeUndefined();
    const sqs = new SQSClient(emulator.clientConfig(HOME));
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'told' }));
    await emulator.passMinute(HOME);
    const first = await waitFor(async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0], { boundMillis: 30_000 });
    // One look at all schedules has passed, in which the others, made before, would have been run too.
    expect([first?.Body, (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []]).toEqual(['rate', []]);
  }, 60_000);
});

describe('limits', () => {
  const statement = (characters: number) => policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:*:*:${'q'.repeat(characters - 100)}` });
  const size = (document: object) => JSON.stringify(document).length;

  test('a role has at most 10,240 characters of inline policies, in its own properties, in policies of the stack and by its own call', async () => {
    const AssumeRolePolicyDocument = trust('lambda.amazonaws.com');
    const role = (...documents: object[]) => ({
      Type: 'AWS::IAM::Role', Properties: { RoleName: 'wordy', AssumeRolePolicyDocument, Policies: documents.map((PolicyDocument, index) => ({ PolicyName: `p${index}`, PolicyDocument })) },
    });
    const most = statement(10_000);
    const rest = 10_240 - size(most);
    const stack = new TestStack('wordy');
    expect(await stack.deploy({ Role: role(most, statement(1_000)) })).toContain('Maximum policy size of 10240 bytes exceeded for role');
    const Policy = (PolicyDocument: object) => ({ Type: 'AWS::IAM::Policy', DependsOn: 'Role', Properties: { PolicyName: 'more', Roles: ['wordy'], PolicyDocument } });
    const withId = (document: object, characters: number) => ({ ...document, Id: 'i'.repeat(characters) });
    const small = policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' });
    const room = rest - size(withId(small, 0));
    expect(await stack.deploy({ Role: role(most), Policy: Policy(withId(small, room)) })).toBeUndefined();
    expect(await stack.deploy({ Role: role(most), Policy: Policy(withId(small, room + 1)) })).toContain('Maximum policy size of 10240 bytes exceeded for role wordy');
    const put = new IAMClient(emulator.clientConfig(HOME)).send(new PutRolePolicyCommand({ RoleName: 'wordy', PolicyName: 'one-more', PolicyDocument: JSON.stringify(small) }));
    await expect(put).rejects.toMatchObject({ name: 'LimitExceededException' });
  }, 30_000);

  test('a role has at most ten managed policies', async () => {
    const Role = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'popular', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') } };
    const policies = (count: number): Resources => Object.fromEntries(Array.from({ length: count }, (_, index) => [`Policy${index}`, {
      Type: 'AWS::IAM::ManagedPolicy', DependsOn: 'Role', Properties: { ManagedPolicyName: `popular-${index}`, Roles: ['popular'], PolicyDocument: policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }) },
    }]));
    const stack = new TestStack('popular');
    expect(await stack.deploy({ Role, ...policies(10) })).toBeUndefined();
    expect(await stack.deploy({ Role, ...policies(11) })).toContain('Cannot exceed quota for PoliciesPerRole: 10');
    expect(await stack.deploy({ Role, ...policies(9) })).toBeUndefined();
  }, 30_000);

  test('the variables of a function have 4 KB', async () => {
    const stack = new TestStack('roomy');
    const withVariables = (characters: number) => functionOf('roomy', 'exports.handler = async () => {};', [], { Environment: { Variables: { V: 'v'.repeat(characters) } } });
    const overhead = JSON.stringify({ V: '' }).length;
    expect(await stack.deploy(withVariables(4_096 - overhead))).toBeUndefined();
    expect(await stack.deploy(withVariables(4_097 - overhead))).toContain('exceeded the 4KB limit');
  }, 30_000);

  test('the definition of a workflow has 1 MB', async () => {
    const definition = (Comment: string) => JSON.stringify({ Comment, StartAt: 'a', States: { a: { Type: 'Pass', End: true } } });
    const sfn = new SFNClient(emulator.clientConfig(HOME));
    const create = (name: string, text: string) => sfn.send(new CreateStateMachineCommand({ name, roleArn: `arn:aws:iam::${emulator.account}:role/taken-role`, definition: text }));
    const overhead = definition('').length;
    await create('large', definition('c'.repeat(1_048_576 - overhead)));
    await expect(create('larger', definition('c'.repeat(1_048_577 - overhead)))).rejects.toMatchObject({ name: 'InvalidDefinition' });
  }, 30_000);
});

describe('dynamic thing groups', () => {
  test('have calls of their own, members by query, and are refused by the calls of static groups', async () => {
    const iot = new IoTClient(emulator.clientConfig('eu-north-1'));
    const thingGroupName = 'red-lamps';
    for (const [thingName, color] of [['lamp-1', 'red'], ['lamp-2', 'blue'], ['fan-1', 'red']]) await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { color } } }));
    await iot.send(new CreateDynamicThingGroupCommand({ thingGroupName, queryString: 'thingName:lamp-* AND attributes.color:red' }));
    const members = async () => (await iot.send(new ListThingsInThingGroupCommand({ thingGroupName }))).things;
    expect(await members()).toEqual(['lamp-1']);
    expect((await iot.send(new ListThingGroupsForThingCommand({ thingName: 'lamp-1' }))).thingGroups).toMatchObject([{ groupName: thingGroupName }]);
    expect(await iot.send(new DescribeThingGroupCommand({ thingGroupName }))).toMatchObject({ queryString: 'thingName:lamp-* AND attributes.color:red', indexName: 'AWS_Things', status: 'ACTIVE' });
    const refused = { name: 'InvalidRequestException', message: 'This operation does not support dynamic thing groups' };
    await expect(iot.send(new DeleteThingGroupCommand({ thingGroupName }))).rejects.toMatchObject(refused);
    await expect(iot.send(new UpdateThingGroupCommand({ thingGroupName, thingGroupProperties: { thingGroupDescription: 'd' } }))).rejects.toMatchObject(refused);
    await expect(iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName: 'fan-1' }))).rejects.toMatchObject(refused);
    await expect(iot.send(new CreateThingGroupCommand({ thingGroupName: 'child', parentGroupName: thingGroupName }))).rejects.toMatchObject(refused);
    await expect(iot.send(new CreateThingGroupCommand({ thingGroupName }))).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await iot.send(new UpdateDynamicThingGroupCommand({ thingGroupName, thingGroupProperties: {}, queryString: 'attributes.color:red' }));
    expect(await members()).toEqual(['fan-1', 'lamp-1']);
    await iot.send(new DeleteDynamicThingGroupCommand({ thingGroupName }));
    await expect(members()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('certificates and policies', () => identityTests(() => emulator, (name, resources) => new TestStack(name).deploy(resources)));
