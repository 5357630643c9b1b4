import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateTopicRuleCommand, DeleteTopicRuleCommand, IoTClient } from '@aws-sdk/client-iot';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Device } from './device';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { waitFor } from '../../emulator/waiting';

/** What a device reaches by MQTT, with a certificate and a policy that allows it everything. */
const REGION = 'us-east-1';
const RULE = 'hidden_rule';

let emulator: Emulator;
let device: Device;
let queueUrl: string;

beforeAll(async () => {
  emulator = await startEmulator();
  const [iot, sqs, iam] = [IoTClient, SQSClient, IAMClient].map((Client) => new Client(emulator.clientConfig(REGION))) as [IoTClient, SQSClient, IAMClient];
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'heard' }))).QueueUrl!;
  const trust = { Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'rule', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }) }));
  const sends = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${REGION}:${emulator.account}:heard` };
  await iam.send(new PutRolePolicyCommand({ RoleName: 'rule', PolicyName: 'sends', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [sends] }) }));
  await iot.send(new CreateTopicRuleCommand({
    ruleName: RULE,
    topicRulePayload: { sql: "SELECT * FROM '$aws/events/thing/#'", actions: [{ sqs: { queueUrl, roleArn: Role!.Arn, useBase64: false } }] },
  }));
  device = await Device.connect(emulator, REGION, 'thermometer');
}, 120_000);

afterAll(async () => {
  await device?.disconnect();
  await emulator?.stop();
});

async function heard(): Promise<unknown> {
  const sqs = new SQSClient(emulator.clientConfig(REGION));
  return waitFor(async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1 }));
    return Messages?.[0] && JSON.parse(Messages[0].Body!) as unknown;
  }, { boundMillis: 10_000 });
}

test('a rule is reached by its name, past the topic that it selects from', async () => {
  expect(await device.publish(`$aws/rules/${RULE}/any/thing`, { n: 1 })).toBe(true);
  expect(await heard()).toEqual({ n: 1 });
  expect(await device.publish(`$aws/rules/${RULE}`, { n: 2 })).toBe(true);
  expect(await heard()).toEqual({ n: 2 });
});

test('no rule is reached by another name, and no other topic leads to it', async () => {
  for (const topic of ['$aws/rules/hidden/x', `$aws/rules/${RULE}_/x`, '$aws/rules/+/x', '$aws/rules/#', 'events/thing/lamp/deleted']) {
    const other = await Device.connect(emulator, REGION, 'barometer');
    await other.publish(topic, { n: 3 }).catch((error: Error) => error);
    await other.disconnect();
  }
  await device.publish(`$aws/rules/${RULE}/x`, { n: 4 });
  expect(await heard()).toEqual({ n: 4 });
});

test('nobody publishes to the topics of registry events: the connection is closed', async () => {
  const other = await Device.connect(emulator, REGION, 'hygrometer');
  expect(await other.publish('$aws/events/thing/lamp/deleted', { n: 5 })).toBe(false);
  await other.disconnect();
  await device.publish(`$aws/rules/${RULE}/x`, { n: 6 });
  expect(await heard()).toEqual({ n: 6 });
});

test('a rule that is deleted is reached by nobody', async () => {
  const iot = new IoTClient(emulator.clientConfig(REGION));
  await iot.send(new DeleteTopicRuleCommand({ ruleName: RULE }));
  expect(await device.publish(`$aws/rules/${RULE}/x`, { n: 7 })).toBe(true);
});
