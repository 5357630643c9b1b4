import * as path from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddThingToThingGroupCommand, CreateThingCommand, CreateThingGroupCommand, IoTClient, ListThingsCommand, paginateListThings } from '@aws-sdk/client-iot';
import { CreateStateMachineCommand, SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand, GetQueueUrlCommand, ListMessageMoveTasksCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { lastLines, run } from '../../emulator/child-process';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { ROOT } from '../../emulator/paths';
import { emulatorPython } from '../../emulator/python-environment';
import { Shell } from '../../emulator/shell';

/** What the other tests rest on and MiniStack lacks. */
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

test('the registry is listed by the page, and what comes and goes meanwhile hides nothing else', async () => {
  const iot = new IoTClient(emulator.clientConfig('us-east-1'));
  for (const thingName of ['c', 'a', 'e', 'b', 'd']) await iot.send(new CreateThingCommand({ thingName }));
  const names: string[] = [];
  for await (const { things } of paginateListThings({ client: iot, pageSize: 2 }, {})) {
    names.push(...things!.map(({ thingName }) => thingName!));
    if (names.length === 2) await iot.send(new CreateThingCommand({ thingName: 'aa' }));
  }
  expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
  await expect(iot.send(new ListThingsCommand({ maxResults: 251 }))).rejects.toThrow('maxResults');
  await expect(iot.send(new ListThingsCommand({ nextToken: 'mine' }))).rejects.toThrow('not valid');
});

test('a conditional write waits for the one before it, although workflows write in threads of their own', async () => {
  const env = { ...process.env, SFN_WAIT_SCALE: '1', SQS_DELAY_SCALE: '1' };
  const printed = await run(await emulatorPython(), [path.join(__dirname, 'writes.py'), path.join(ROOT, 'emulator')], { env });
  expect(lastLines(printed, 1)).toBe('[200, 400]');
});

test('a dead-letter queue is redriven, and no other queue', async () => {
  const sqs = new SQSClient(emulator.clientConfig('us-east-1'));
  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${emulator.account}:${name}`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 1 });
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'live', Attributes: { RedrivePolicy } }));
  const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf('dead'), MessageBody: 'letter' }));
  const shell = await Shell.create(emulator);
  await shell.run(`aws sqs start-message-move-task --source-arn ${arnOf('dead')} --destination-arn ${arnOf('live')}`, 'us-east-1');
  expect((await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead') }))).Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: await urlOf('live') }))).Messages).toMatchObject([{ Body: 'letter' }]);
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: await urlOf('dead') }))).Messages ?? []).toEqual([]);
  await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('live'), DestinationArn: arnOf('dead') }))).rejects.toThrow('Dead Letter Queue');
});

test('a message is delayed by a tenth of what is asked for, alone and in a batch', async () => {
  const sqs = new SQSClient(emulator.clientConfig('us-east-1'));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'delayed' }));
  const begun = Date.now();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'alone', DelaySeconds: 10 }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'first', MessageBody: 'in a batch', DelaySeconds: 10 }] }));
  const bodies: string[] = [];
  while (bodies.length < 2 && Date.now() - begun < 9_000) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    if (Messages?.length) expect(Date.now() - begun).toBeGreaterThanOrEqual(1_000);
    bodies.push(...(Messages ?? []).map(({ Body }) => Body!));
  }
  expect(bodies.sort()).toEqual(['alone', 'in a batch']);
});

test('a workflow asks the registry for an entity and for a page of its groups, as far as its role may', async () => {
  const config = emulator.clientConfig('us-east-1');
  const [iot, iam, sfn] = [new IoTClient(config), new IAMClient(config), new SFNClient({ ...config, disableHostPrefix: true })];
  const { thingId } = await iot.send(new CreateThingCommand({ thingName: 'asked:1' }));
  for (const thingGroupName of ['asked-a', 'asked-b']) {
    await iot.send(new CreateThingGroupCommand({ thingGroupName }));
    await iot.send(new AddThingToThingGroupCommand({ thingName: 'asked:1', thingGroupName }));
  }
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'asking', AssumeRolePolicyDocument: document({ Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }) }));
  const Resource = `arn:aws:iot:us-east-1:${emulator.account}:thing/asked*`;
  await iam.send(new PutRolePolicyCommand({ RoleName: 'asking', PolicyName: 'asks', PolicyDocument: document({ Action: ['iot:DescribeThing', 'iot:ListThingGroupsForThing'], Resource }) }));
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({
    name: 'asking',
    type: 'EXPRESS',
    roleArn: Role!.Arn,
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Describe',
      States: {
        Describe: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iot:describeThing', Arguments: { ThingName: '{% $states.input.name %}' }, Assign: { id: '{% $states.result.ThingId %}' }, Output: '{% $states.input %}', Next: 'List' },
        List: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:iot:listThingGroupsForThing',
          Arguments: { ThingName: '{% $states.input.name %}', MaxResults: 1 },
          Assign: { first: '{% $states.result.ThingGroups.GroupName %}', token: '{% $states.result.NextToken %}' },
          Output: '{% $states.input %}',
          Next: 'Turn',
        },
        Turn: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:iot:listThingGroupsForThing',
          Arguments: { ThingName: '{% $states.input.name %}', MaxResults: 1, NextToken: '{% $token %}' },
          Output: { id: '{% $id %}', groups: '{% [$first, $states.result.ThingGroups.GroupName] %}', isLast: '{% $not($type($states.result.NextToken) = "string") %}' },
          End: true,
        },
      },
    }),
  }));
  const ask = (name: string) => sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: JSON.stringify({ name }) }));
  const { output } = await ask('asked:1');
  expect(JSON.parse(output!)).toEqual({ id: thingId, groups: ['asked-a', 'asked-b'], isLast: true });
  expect(await ask('asked:2')).toMatchObject({ status: 'FAILED', error: 'Iot.ResourceNotFoundException' });
  expect(await ask('other')).toMatchObject({ status: 'FAILED', error: 'Iot.AccessDeniedException' });
});

test('an isolated Region answers nobody and replicates nothing until it rejoins', async () => {
  const [home, away] = ['us-east-1', 'eu-west-1'].map((region) => new DynamoDBClient({ ...emulator.clientConfig(region), maxAttempts: 1 }));
  await home.send(new CreateTableCommand({
    TableName: 'global',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  }));
  await home.send(new UpdateTableCommand({ TableName: 'global', ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] }));
  const has = async (client: DynamoDBClient, pk: string) => (await client.send(new GetItemCommand({ TableName: 'global', Key: { pk: { S: pk } } }))).Item !== undefined;
  const put = (client: DynamoDBClient, pk: string) => client.send(new PutItemCommand({ TableName: 'global', Item: { pk: { S: pk } } }));

  await emulator.isolate('us-east-1');
  await expect(put(home, 'refused')).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
  await put(away, 'held');
  await emulator.rejoin('us-east-1');
  expect([await has(home, 'held'), await has(home, 'refused')]).toEqual([true, false]);
  await put(home, 'after');
  expect(await has(away, 'after')).toBe(true);
});
