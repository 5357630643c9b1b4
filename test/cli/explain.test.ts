import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeThingCommand, DescribeThingTypeCommand, IoTClient } from '@aws-sdk/client-iot';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { at, NOW, runProgram } from './harness';
import { awsError, FLEET, mockMarkers, regionOf, UNREACHABLE } from './replications';
import { expectSchema } from './schemas';
import type { PlaceFacts } from '../../src/cli/explain/facts';
import { sentenceOf } from '../../src/cli/explain/sentence';

const RECORD = {
  pk: 'thing#lamp-1', sk: 'thing', incarnation: 'i', version: 3, timestamp: NOW - 3_600_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e-3', state: { attributes: { color: 'red' }, thingTypeName: 'lamp' },
};
const THING = { thingName: 'lamp-1', thingId: 'i', version: 3, attributes: { color: 'red' }, thingTypeName: 'lamp' };

interface Fake {
  /** By Region: the records, things and items of the state table. */
  readonly records?: Readonly<Record<string, object>>;
  readonly things?: Readonly<Record<string, object | Error>>;
  readonly waiting?: Readonly<Record<string, object>>;
  readonly letters?: Readonly<Record<string, readonly object[]>>;
}

function mockPlaces({ records = {}, things = {}, waiting = {}, letters = {} }: Fake): void {
  mockMarkers([FLEET]);
  mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ops' });
  const dynamodb = mockClient(DynamoDBClient);
  dynamodb.on(BatchGetItemCommand).callsFake(async (_, getClient) => {
    const record = records[await regionOf(getClient)];
    return { Responses: { fleet: record ? [marshall(record)] : [] } };
  });
  dynamodb.on(GetItemCommand).callsFake(async ({ Key }: { readonly Key: { readonly pk: { readonly S: string } } }, getClient) => {
    const item = Key.pk.S.startsWith('waiting#') ? waiting[await regionOf(getClient)] : undefined;
    return item ? { Item: marshall({ pk: Key.pk.S, ...item }) } : {};
  });
  const iot = mockClient(IoTClient);
  iot.on(DescribeThingCommand).callsFake(async (_, getClient) => {
    const thing = things[await regionOf(getClient)];
    if (thing instanceof Error) throw thing;
    if (!thing) throw awsError('ResourceNotFoundException', 'no such thing');
    return thing;
  });
  iot.on(DescribeThingTypeCommand).rejects(awsError('ResourceNotFoundException', 'no such type'));
  const sqs = mockClient(SQSClient);
  const left = Object.fromEntries(Object.entries(letters).map(([region, bodies]) => [region, bodies.map((body, i) => ({
    MessageId: `${i}`, ReceiptHandle: `${i}`, Body: JSON.stringify(body), Attributes: { SentTimestamp: String(NOW - 60_000) },
  }))]));
  sqs.on(GetQueueUrlCommand).resolves({ QueueUrl: 'https://queue' });
  sqs.on(ReceiveMessageCommand).callsFake(async (_, getClient) => ({ Messages: left[await regionOf(getClient)]?.splice(0) ?? [] }));
}

const EVERYWHERE = { 'us-east-1': RECORD, 'eu-west-1': RECORD, 'ap-southeast-2': RECORD };

test('an entity that is fine everywhere is exit code 0', async () => {
  mockPlaces({ records: EVERYWHERE, things: { 'us-east-1': THING, 'eu-west-1': THING, 'ap-southeast-2': THING } });
  const { exitCode, printed } = await runProgram(['explain', 'fleet', 'thing/lamp-1']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

test('a change that waits, and one that died: each Region has its reason, and the command to go on with', async () => {
  mockPlaces({
    records: EVERYWHERE,
    things: { 'us-east-1': THING, 'ap-southeast-2': { ...THING, attributes: { color: 'blue' } } },
    waiting: { 'eu-west-1': { prerequisite: 'type#lamp|type', waitingSince: NOW - 600_000, waitingRevision: 'r', triedAt: NOW - 600_000 } },
    letters: { 'ap-southeast-2': [{ pk: 'thing#lamp-1', sk: 'thing', class: 'rejected', error: 'InvalidRequestException', reason: 'too many attributes', time: at(60), attempts: 1 }, { pk: 'thing#lamp-2', sk: 'thing', class: 'waiting' }] },
  });
  const { exitCode, printed } = await runProgram(['explain', 'thing/lamp-1']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(1);
});

test('--json follows its schema; a Region that does not answer is no error of the rest', async () => {
  mockPlaces({ records: { 'us-east-1': RECORD, 'ap-southeast-2': { ...RECORD, version: 2, eventId: 'e-2' } }, things: { 'us-east-1': THING, 'eu-west-1': UNREACHABLE, 'ap-southeast-2': THING } });
  const { exitCode, printed } = await runProgram(['explain', 'fleet', 'thing/lamp-1', '--json']);
  const answer = JSON.parse(printed);
  expectSchema('explain', answer);
  expect(answer.places).toMatchObject([
    { region: 'us-east-1', fine: true }, { region: 'eu-west-1', problem: 'no answer in time' }, { region: 'ap-southeast-2', hasNewest: false, sentence: 'it is as its record says, and the source has a newer record: that is on its way' },
  ]);
  expect(exitCode).toBe(1);
});

test.each<[string, readonly string[], string]>([
  ['a name alone', ['lamp-1'], "got 'lamp-1', expected an entity: type/TYPENAME"],
  ['a name that no registry accepts', ['thing/a b'], "got 'thing/a b', expected an entity"],
  ['half a membership', ['fleet', 'membership/lamp-1'], "got 'membership/lamp-1', expected an entity"],
  ['too many words', ['a', 'b', 'c'], 'got 3 arguments'],
])('fails with %s', async (_, args, message) => {
  expect(await runProgram(['explain', ...args])).toMatchObject({ exitCode: 2, notes: expect.stringContaining(message) });
});

test('fails with what to do if the table has another name', async () => {
  mockPlaces({});
  mockClient(DynamoDBClient).on(BatchGetItemCommand).callsFake(() => {
    const { ResourceNotFoundException } = jest.requireActual<typeof import('@aws-sdk/client-dynamodb')>('@aws-sdk/client-dynamodb');
    throw new ResourceNotFoundException({ message: 'no such table', $metadata: {} });
  });
  expect(await runProgram(['explain', 'fleet', 'thing/lamp-1'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('--table names the table') });
});

describe('the sentence about', () => {
  const record = { deleted: false, version: 1, changedAt: at(3600), eventId: 'e' };
  const exists = { exists: true };
  const gone = { exists: false };
  type Place = Omit<PlaceFacts, 'sentence' | 'advice' | 'fine' | 'letters'> & Partial<Pick<PlaceFacts, 'letters'>>;
  const source = (facts: Partial<Place>): Place => ({ region: 'us-east-1', role: 'source', ...facts });
  const destination = (facts: Partial<Place>): Place => ({ region: 'eu-west-1', role: 'destination', record, ...facts });

  test.each<[string, Place, string, boolean]>([
    ['what is only in the source', source({ registry: exists, record: null, difference: 'unmanaged' }), 'it exists and has no record: a prefix, a kind or the router excludes it, or its event was lost', false],
    ['what is gone from the source', source({ registry: gone, record, difference: 'missing' }), 'it is gone, and its record is alive: its deletion is on its way, or was lost', false],
    ['what differs in the source', source({ registry: exists, record, difference: 'different' }), 'it differs from its record: a change is on its way, or was lost', false],
    ['what a router has changed', source({ registry: exists, record: { ...record, routed: true }, difference: 'different' }), 'it is recorded as the router wants it', true],
    ['what was created again', source({ registry: exists, record: { ...record, deleted: true }, difference: 'shouldBeGone' }), 'it exists, and is recorded as deleted: its creation is on its way, or was lost', false],
    ['what was deleted', source({ registry: gone, record: { ...record, deleted: true } }), 'it was deleted, and that is recorded', true],
    ['what somebody wrote', source({ registry: exists, record: 'unreadable', difference: 'unmanaged' }), 'the item under its key is no record: somebody wrote to the table', false],
    ['what somebody changed in a destination', destination({ registry: exists, difference: 'different' }), 'it is different, and nothing is known to be on its way: somebody changed it here, or a change was lost', false],
    ['what changed a moment ago', destination({ registry: gone, record: { ...record, changedAt: at(4) }, difference: 'missing' }), 'it is missing: its change of 4.0 s ago may be on its way, so repair only what is still so in some minutes', false],
    ['what should be gone', destination({ registry: exists, record: { ...record, deleted: true }, difference: 'shouldBeGone' }), 'it is here and should be gone, and nothing is known to be on its way: somebody changed it here, or a change was lost', false],
    ['what only a destination has', destination({ registry: exists, record: null, difference: 'unmanaged' }), 'it exists here and has no record of this source: nothing changes or deletes it', true],
    ['what is retained', destination({ registry: exists, record: { ...record, deleted: true }, difference: 'retained' }), 'the source deleted it while deletions were retained: it stays', true],
    ['what gave up', destination({ registry: gone, difference: 'missing', waiting: { since: at(9), for: 'type/lamp', lettered: true } }), 'it waited three days for type/lamp, which does not exist here, and is a dead letter; it is applied by itself once that exists', false],
    ['what is tried again', destination({ registry: exists, difference: 'different', waiting: { since: at(0), lettered: false } }), `it differs from its record, and has been tried again since ${at(0)}: something there has to change first`, false],
  ])('%s', (_, facts, sentence, fine) => {
    expect(sentenceOf({ letters: [], ...facts }, 'fleet', 'thing/lamp-1', NOW)).toMatchObject({ sentence, fine });
  });
});
