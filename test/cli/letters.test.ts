import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { NOW, runProgram } from './harness';
import { awsError, FLEET, mockMarkers, regionOf, UNREACHABLE } from './replications';
import { expectSchema } from './schemas';

const EVENT = { eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'lamp-9', versionNumber: '1' };
const waiting = (name: string) => ({ pk: `thing#${name}`, sk: 'thing', class: 'waiting', error: 'Waiting', reason: 'the thing type lamp does not exist yet', time: '2026-11-27T12:00:00.000Z', attempts: 298 });
const REJECTED = { pk: 'group#hall', sk: 'group', class: 'rejected', error: 'InvalidRequestException', reason: 'too many attributes', time: '2026-11-27T12:00:00.000Z', attempts: 1 };
const BATCH = { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 100 } };
const INVALID = { class: 'rejected', error: 'InvalidEvent', reason: 'versionNumber: expected a whole number', time: '2026-11-28T11:00:00.000Z', entity: { eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'lamp-9' }, event: EVENT };
const OBSERVED = { class: 'rejected', error: 'DynamoDB.Throttled', reason: 'slow', event: { eventType: 'REPLICATION_OBSERVATION', kind: 'thing', record: { pk: 'thing#lamp-8', sk: 'thing' } } };
const RULE = { ruleName: 'fleet_thing', topic: '$aws/events/thing/lamp-7/created', base64OriginalPayload: Buffer.from(JSON.stringify(EVENT)).toString('base64'), failures: [{ failedAction: 'StepFunctionsAction', errorMessage: 'throttled' }] };

/** Queues with messages; each is received once, like a message that is hidden. */
function mockQueues(letters: Readonly<Record<string, readonly (object | string)[]>>, unreachable: readonly string[] = []) {
  mockMarkers([FLEET]);
  mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ops' });
  const sfn = mockClient(SFNClient);
  sfn.on(StartExecutionCommand).resolves({ executionArn: 'arn' });
  const sqs = mockClient(SQSClient);
  const left = Object.fromEntries(Object.entries(letters).map(([region, bodies]) => [region, bodies.map((body, i) => ({
    MessageId: `${region}-${i}`, ReceiptHandle: `${region}-${i}`, Body: typeof body === 'string' ? body : JSON.stringify(body), Attributes: { SentTimestamp: String(NOW - 3_600_000 + i) },
  }))]));
  sqs.on(GetQueueUrlCommand).callsFake(async ({ QueueName }: { readonly QueueName: string }, getClient) => {
    const region = await regionOf(getClient);
    if (unreachable.includes(region)) throw UNREACHABLE;
    return { QueueUrl: `https://${region}/${QueueName}` };
  });
  sqs.on(ReceiveMessageCommand).callsFake(async (_, getClient) => ({ Messages: left[await regionOf(getClient)]?.splice(0, 2) ?? [] }));
  sqs.on(DeleteMessageCommand).resolves({});
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  sqs.on(SendMessageCommand).resolves({});
  const handles = (command: unknown) => sqs.commandCalls(command as typeof DeleteMessageCommand).map(({ args: [{ input }] }) => input.ReceiptHandle).sort();
  return { sfn, sqs, deleted: () => handles(DeleteMessageCommand), givenBack: () => handles(ChangeMessageVisibilityCommand) };
}

const ALL = { 'us-east-1': [INVALID, OBSERVED, RULE, 'not json'], 'eu-west-1': [waiting('lamp-1'), waiting('lamp-2'), REJECTED, BATCH, { class: 'rejected', error: 'UnknownMessage', received: 'x' }] };

test('all Regions, grouped by class and reason; all messages are visible again afterwards', async () => {
  const { givenBack, deleted } = mockQueues(ALL);
  const { exitCode, printed } = await runProgram(['letters', 'fleet']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(1);
  expect(givenBack()).toHaveLength(9);
  expect(deleted()).toEqual([]);
});

test('no letters are exit code 0', async () => {
  mockQueues({});
  expect(await runProgram(['letters', 'fleet'])).toMatchObject({ exitCode: 0, printed: expect.stringContaining('eu-west-1 (destination)   0 letters') });
});

test('--redrive sends keys to the retry queue and events to the workflow, once somebody has said yes', async () => {
  const { sfn, sqs, deleted, givenBack } = mockQueues(ALL);
  const { exitCode, asked } = await runProgram(['letters', 'fleet', '--redrive'], { answers: [true] });
  expect(asked).toEqual([expect.stringContaining('Redrive 5 letters: their changes are tried again, with what is recorded now; 4 others stay.')]);
  expect(sqs.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => [input.QueueUrl, JSON.parse(input.MessageBody!)])).toEqual([waiting('lamp-1'), waiting('lamp-2'), REJECTED].map((body) => ['https://eu-west-1/fleet-retry', body]));
  expect(sfn.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input)).toEqual(Array.from({ length: 2 }, () => ({ stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:fleet-persistence', input: JSON.stringify(EVENT) })));
  expect(deleted()).toEqual(['eu-west-1-0', 'eu-west-1-1', 'eu-west-1-2', 'us-east-1-0', 'us-east-1-2']);
  expect(givenBack()).toEqual(['eu-west-1-3', 'eu-west-1-4', 'us-east-1-1', 'us-east-1-3']);
  expect(exitCode).toBe(1);
});

test.each<[string, readonly string[], readonly string[]]>([
  ['a Region', ['--in', 'us-east-1'], ['us-east-1-0', 'us-east-1-1', 'us-east-1-2', 'us-east-1-3']],
  ['a class', ['--class', 'waiting'], ['eu-west-1-0', 'eu-west-1-1']],
  ['an error', ['--error', 'InvalidEvent', 'InvalidRequestException'], ['eu-west-1-2', 'us-east-1-0']],
  ['an entity', ['--entity', 'lamp-1'], ['eu-west-1-0']],
  ['a whole entity', ['--entity', 'group/h*'], ['eu-west-1-2']],
])('--delete deletes those of %s, and no others', async (_, args, expected) => {
  const { deleted } = mockQueues(ALL);
  expect(await runProgram(['letters', 'fleet', '--delete', '--yes', ...args])).toMatchObject({ exitCode: 0 });
  expect(deleted()).toEqual(expected);
});

test('a letter whose change could not be tried again stays, and is visible again', async () => {
  const { sqs, deleted, givenBack } = mockQueues({ 'eu-west-1': [waiting('lamp-1')] });
  sqs.on(SendMessageCommand).rejects(awsError('AccessDenied', 'User: arn:aws:iam::1:user/ops is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:1:fleet-retry'));
  expect(await runProgram(['letters', 'fleet', '--redrive', '--yes'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('permission is missing: sqs:sendmessage on arn:aws:sqs:eu-west-1:1:fleet-retry') });
  expect([deleted(), givenBack()]).toEqual([[], ['eu-west-1-0']]);
});

test('nothing changes after a no, or with both options', async () => {
  const { deleted, sqs } = mockQueues(ALL);
  expect(await runProgram(['letters', 'fleet', '--redrive'], { answers: [false] })).toMatchObject({ exitCode: 2, notes: expect.stringContaining('nothing was changed') });
  expect(await runProgram(['letters', 'fleet', '--redrive', '--delete'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('expected one of them') });
  expect([deleted(), sqs.commandCalls(SendMessageCommand)]).toEqual([[], []]);
});

test('--json has every letter with its body, and what became of a Region that can\'t be read', async () => {
  mockQueues(ALL, ['ap-southeast-2']);
  const { exitCode, printed } = await runProgram(['letters', 'fleet', '--json']);
  const answer = JSON.parse(printed);
  expectSchema('letters', answer);
  expect(answer.letters.map(({ format, entity }: { readonly format: string; readonly entity?: string }) => [format, entity])).toEqual([
    ['event', 'THING_EVENT lamp-9'], ['key', 'thing/lamp-1'], ['observation', 'thing/lamp-8'], ['key', 'thing/lamp-2'], ['rule', 'thing/lamp-7/created'], ['key', 'group/hall'], ['unknown', undefined], ['batch', undefined], ['message', undefined],
  ]);
  expect(answer.regions).toContainEqual({ region: 'ap-southeast-2', role: 'destination', problem: 'no answer in time' });
  expect(exitCode).toBe(1);
});
