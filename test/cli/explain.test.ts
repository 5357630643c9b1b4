import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeCertificateCommand, DescribeThingCommand, DescribeThingTypeCommand, GetPolicyCommand, IoTClient, ListAttachedPoliciesCommand, ListCertificatesCommand,
  ListTagsForResourceCommand, ListThingPrincipalsV2Command,
} from '@aws-sdk/client-iot';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { at, NOW, runProgram } from './harness';
import { awsError, FakeReplication, FLEET, mockMarkers, regionOf, UNREACHABLE } from './replications';
import { expectSchema } from './schemas';
import type { PlaceFacts } from '../../src/cli/explain/facts';
import { sentenceOf } from '../../src/cli/explain/sentence';

const RECORD = {
  pk: 'thing#lamp-1', sk: 'thing', incarnation: 'i', version: 3, timestamp: NOW - 3_600_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e-3', state: { attributes: { color: 'red' }, thingTypeName: 'lamp' },
};
const LAMP = { kind: 'thing', thingName: 'lamp-1' } as const;
const THING = { thingName: 'lamp-1', thingId: 'i', version: 3, attributes: { color: 'red' }, thingTypeName: 'lamp' };

interface Fake {
  /** By Region: the records, things and items of the state table. */
  readonly records?: Readonly<Record<string, object | readonly object[]>>;
  readonly things?: Readonly<Record<string, object | Error>>;
  readonly waiting?: Readonly<Record<string, object>>;
  readonly letters?: Readonly<Record<string, readonly object[]>>;
}

interface BatchOfKeys {
  readonly RequestItems: Record<string, { readonly Keys: readonly Record<string, { readonly S: string }>[] }>;
}

/** Keys of records that were read, each with its Region. */
const readKeys: string[] = [];

beforeEach(() => {
  readKeys.splice(0);
});

function mockPlaces({ records = {}, things = {}, waiting = {}, letters = {} }: Fake): void {
  mockMarkers([FLEET]);
  mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ops' });
  const dynamodb = mockClient(DynamoDBClient);
  dynamodb.on(BatchGetItemCommand).callsFake(async ({ RequestItems: { fleet } }: BatchOfKeys, getClient) => {
    const region = await regionOf(getClient);
    readKeys.push(...fleet.Keys.map(({ pk, sk }) => `${region} ${pk.S} ${sk.S}`));
    const record = records[region];
    return { Responses: { fleet: [record ?? []].flat().map((each: object) => marshall(each)) } };
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
    expect(sentenceOf({ letters: [], ...facts }, 'fleet', LAMP, NOW)).toMatchObject({ sentence, fine });
  });
});

describe('identities', () => {
  const ID = '4f1e8d0c9b2a7635e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7';
  const PEM = '-----BEGIN CERTIFICATE-----';
  const IN_SOURCE = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: 'arn:aws:iot:us-east-1:111122223333:client/*' }] });
  const IN_EU = IN_SOURCE.replace('us-east-1', 'eu-west-1');
  const common = { incarnation: String(NOW), version: 1, timestamp: NOW - 3_600_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e' };
  const certificateRecord = (status: string) => ({ ...common, pk: `cert#${ID}`, sk: 'cert', state: { status, pem: PEM, policies: ['lamps'] } });
  const policyRecord = (document: string) => ({ ...common, pk: 'policy#lamps', sk: 'policy', state: { document } });
  const ONE: FakeReplication = { ...FLEET, destinationRegions: ['eu-west-1'] };

  interface FakeIdentities {
    readonly record?: object | readonly object[];
    /** By Region. */
    readonly status?: Readonly<Record<string, string>>;
    readonly policies?: Readonly<Record<string, readonly string[]>>;
    readonly documents?: Readonly<Record<string, string>>;
    readonly waiting?: Readonly<Record<string, object>>;
    readonly letters?: Readonly<Record<string, readonly object[]>>;
    /** Of the destination; `null`: it is deployed without. */
    readonly config?: object | null;
    /** The source that the policy in the destination is marked with. */
    readonly copiedFrom?: string;
    /** In the source. */
    readonly ids?: readonly string[];
  }

  const CONFIG = { arnPrefix: 'arn:aws:iot:eu-west-1:111122223333:', relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1' }, adoptsPolicies: false };

  function mockIdentities({ record, status = {}, policies = {}, documents = {}, waiting, letters, config = CONFIG, copiedFrom = 'us-east-1', ids = [ID] }: FakeIdentities): void {
    mockPlaces({ records: record ? { 'us-east-1': record, 'eu-west-1': record } : {}, waiting, letters });
    mockMarkers([ONE]);
    mockClient(LambdaClient).on(GetFunctionConfigurationCommand, { FunctionName: 'fleet-replicator' }).resolves({ Environment: { Variables: config ? { IDENTITIES: JSON.stringify(config) } : {} } });
    const iot = mockClient(IoTClient);
    const there = <T>(values: Readonly<Record<string, T>>) => async (_: unknown, getClient: () => unknown) => {
      const value = values[await regionOf(getClient)] as T | undefined;
      if (value === undefined) throw awsError('ResourceNotFoundException', 'it does not exist');
      return value;
    };
    const each = <T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U) => Object.fromEntries(Object.entries(values).map(([region, value]) => [region, map(value)]));
    iot.on(DescribeCertificateCommand).callsFake(there(each(status, (of) => ({ certificateDescription: { status: of, certificatePem: PEM, creationDate: new Date(NOW) } }))));
    iot.on(ListAttachedPoliciesCommand).callsFake(there(each(policies, (names) => ({ policies: names.map((policyName) => ({ policyName })) }))));
    iot.on(GetPolicyCommand).callsFake(there(each(documents, (policyDocument) => ({ policyDocument, creationDate: new Date(NOW) }))));
    iot.on(ListTagsForResourceCommand).resolves({ tags: [{ Key: 'iot-registry-replication', Value: copiedFrom }] });
    iot.on(ListThingPrincipalsV2Command).resolves({ thingPrincipalObjects: [{ principal: `arn:aws:iot:us-east-1:111122223333:cert/${ID}`, thingPrincipalType: 'EXCLUSIVE_THING' }, { principal: 'eu-west-1:cognito' }] });
    iot.on(ListCertificatesCommand).resolves({ certificates: ids.map((certificateId) => ({ certificateId, status: 'ACTIVE', creationDate: new Date(NOW) })) });
  }

  const BOTH = { 'us-east-1': ['lamps'], 'eu-west-1': ['lamps'] };
  const explained = (entity: string) => runProgram(['explain', 'fleet', entity]);

  test('a certificate that waits for its policy, without its PEM, by the beginning of its id', async () => {
    mockIdentities({
      record: certificateRecord('ACTIVE'),
      status: { 'us-east-1': 'ACTIVE', 'eu-west-1': 'INACTIVE' },
      policies: { 'us-east-1': ['lamps'], 'eu-west-1': [] },
      waiting: { 'eu-west-1': { prerequisite: 'policy#lamps|policy', waitingSince: NOW - 600_000, waitingRevision: 'r', triedAt: NOW - 600_000 } },
    });
    const { exitCode, printed } = await explained('certificate/4f1e');
    expect(printed).toMatchSnapshot();
    expect(exitCode).toBe(1);
    const json = (await runProgram(['explain', 'fleet', 'certificate/4f1e', '--json'])).printed;
    expectSchema('explain', JSON.parse(json));
    expect(JSON.parse(json)).toMatchObject({ entity: `certificate/${ID}`, places: [{ registry: { state: { status: 'ACTIVE', policies: ['lamps'] } } }, { waiting: { for: 'policy/lamps' } }] });
    expect(printed + json).not.toContain('BEGIN');
  });

  test('one that is inactive in the source is so everywhere, and fine', async () => {
    mockIdentities({ record: certificateRecord('INACTIVE'), status: { 'us-east-1': 'INACTIVE', 'eu-west-1': 'INACTIVE' }, policies: BOTH });
    const { exitCode, printed } = await explained(`certificate/${ID}`);
    expect(printed).toContain('us-east-1 (source)   it is recorded as it is: INACTIVE');
    expect(printed).toContain('eu-west-1 (destination)   it is INACTIVE, as its record says: it is INACTIVE in the source');
    expect(exitCode).toBe(0);
  });

  test('one that just-in-time registration has not admitted is not copied', async () => {
    mockIdentities({ record: certificateRecord('PENDING_ACTIVATION'), status: { 'us-east-1': 'PENDING_ACTIVATION' }, policies: BOTH });
    expect(await explained(`certificate/${ID}`)).toMatchObject({ exitCode: 0, printed: expect.stringContaining('the source has not activated it (PENDING_ACTIVATION), so it is not copied') });
  });

  test('one that a change was lost of is mended by the workflows of identities', async () => {
    mockIdentities({ record: certificateRecord('ACTIVE'), status: { 'us-east-1': 'REVOKED', 'eu-west-1': 'INACTIVE' }, policies: BOTH });
    const { printed } = await explained(`certificate/${ID}`);
    expect(printed).toContain('it differs from its record: no sweep or check has recorded it yet');
    expect(printed).toContain('-> sweep fleet --certificates');
    expect(printed).toContain('-> repair fleet --region eu-west-1 --identities');
  });

  test('a policy is compared as it is rewritten for the Region', async () => {
    mockIdentities({ record: policyRecord(IN_SOURCE), documents: { 'us-east-1': IN_SOURCE, 'eu-west-1': IN_EU } });
    expect(await explained('policy/lamps')).toMatchObject({ exitCode: 0, printed: expect.stringMatching(/it is recorded as it is\n[^]*it is as its record says\n/) });
    mockIdentities({ record: policyRecord(IN_SOURCE), documents: { 'us-east-1': IN_SOURCE, 'eu-west-1': IN_SOURCE } });
    expect(await explained('policy/lamps')).toMatchObject({ exitCode: 1, printed: expect.stringContaining('document: lacks {"Action":"iot:Connect","Effect":"Allow","Resource":"arn:aws:iot:eu-west-1:111122223333:client/*"}') });
  });

  test('a policy that can\'t be rewritten says why, and what that means', async () => {
    const odd = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*', Condition: { StringEquals: { 'iot:DomainName': 'iot.example.com' } } }] });
    mockIdentities({ record: policyRecord(odd), documents: { 'us-east-1': odd } });
    const { exitCode, printed } = await explained('policy/lamps');
    expect(printed).toContain('it is rejected, because the policy has a condition on iot:DomainName that domainNames does not map: add the domain name of the destination; certificates that need it stay inactive');
    expect(exitCode).toBe(1);
    const domainNames = { 'iot.example.com': 'iot.example.org' };
    mockIdentities({ record: policyRecord(odd), documents: { 'us-east-1': odd, 'eu-west-1': odd.replace('.com', '.org') }, config: { ...CONFIG, relocation: { ...CONFIG.relocation, domainNames } } });
    expect(await explained('policy/lamps')).toMatchObject({ exitCode: 0 });
  });

  test('a policy of somebody else is rejected, whether its dead letter is there or not', async () => {
    mockIdentities({
      copiedFrom: 'us-west-2',
      record: policyRecord(IN_SOURCE),
      documents: { 'us-east-1': IN_SOURCE, 'eu-west-1': IN_SOURCE },
      letters: { 'eu-west-1': [{ pk: 'policy#lamps', sk: 'policy', class: 'rejected', error: 'ForeignPolicy', reason: 'not ours', time: at(60), attempts: 1 }] },
    });
    const { exitCode, printed } = await explained('policy/lamps');
    expect(printed).toMatch(/it is rejected, because .*; certificates that need it stay inactive, and what is here stays/);
    expect(printed).toContain('ForeignPolicy   not ours');
    expect(exitCode).toBe(1);
  });

  test('principals of a thing: certificates only, and exclusive ones are marked', async () => {
    const thing = { ...RECORD, timestamp: NOW - 7_200_000 };
    mockIdentities({ record: [thing, certificateRecord('ACTIVE'), { pk: 'thing#lamp-1', sk: 'principals', version: 0, timestamp: NOW - 3_600_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', thingId: 'i', state: { elements: [`${ID}/exclusive`] } }] });
    const { exitCode, printed } = await explained('principals/lamp-1');
    expect(printed).toContain(`registry   exists (${ID} (exclusive))`);
    expect(exitCode).toBe(0);
  });

  test('of a thing, whatever it has and ought to have is read, each record once', async () => {
    const other = 'f'.repeat(64);
    mockIdentities({ record: [{ pk: 'thing#lamp-1', sk: 'principals', version: 0, timestamp: NOW - 3_600_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', thingId: 'i', state: { elements: [other] } }] });
    await explained('principals/lamp-1');
    const keys = ['thing#lamp-1 principals', 'thing#lamp-1 thing', `cert#${ID} cert`, `cert#${other} cert`];
    expect(readKeys.sort()).toEqual(['us-east-1', 'eu-west-1'].flatMap((region) => keys.map((key) => `${region} ${key}`)).sort());
  });

  test('a Region that is deployed without them leaves them as they are', async () => {
    mockIdentities({ record: policyRecord(IN_SOURCE), documents: { 'us-east-1': IN_SOURCE }, config: null });
    expect(await explained('policy/lamps')).toMatchObject({ exitCode: 1, printed: expect.stringContaining('it is not replicated here: the Region is deployed without `identities`') });
  });

  test.each<[string, string, readonly string[], string]>([
    ['no such beginning', 'certificate/abcd', [ID], 'no certificate in us-east-1 has an id that begins with abcd'],
    ['several', 'certificate/4f1e', [ID, `4f1e${'0'.repeat(60)}`], '2 certificates in us-east-1 have ids that begin with 4f1e, expected one'],
    ['what is no id', 'certificate/lamp', [ID], "got the certificate 'lamp', expected its id"],
  ])('fails with %s', async (_, entity, ids, message) => {
    mockIdentities({ ids });
    expect(await explained(entity)).toMatchObject({ exitCode: 2, notes: expect.stringContaining(message) });
  });

  test('does not list more certificates than ten thousand', async () => {
    mockIdentities({});
    const iot = mockClient(IoTClient).on(ListCertificatesCommand).resolves({ certificates: [], nextMarker: 'more' });
    expect(await explained('certificate/4f1e')).toMatchObject({ exitCode: 2, notes: expect.stringContaining('more than 10000 certificates') });
    expect(iot.commandCalls(ListCertificatesCommand)).toHaveLength(40);
  });
});
