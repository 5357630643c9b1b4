import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DeletionMode } from '../../src/deletion-mode';
import { HeartbeatFacts } from '../../src/status/handler/facts';
import { unreadGap } from '../../src/status/handler/gaps';
import { othersKnownIn } from '../../src/status/handler/known-others';
import { retainedUntilOf } from '../../src/status/handler/retention';
import { statusConfigFrom, StatusStore } from '../../src/status/handler/status-store';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const CONFIG = statusConfigFrom({
  REGISTRY_TABLE_NAME: 'fleet',
  SOURCE_REGION: 'us-east-1',
  DELETION_MODE: 'REPLICATE',
  STATE_TABLE_NAME: 'fleet-state',
  RETRY_QUEUE_URL: 'retry',
  DEAD_LETTER_QUEUE_URL: 'dead',
  HEARTBEAT_INTERVAL_MINUTES: '1',
  SWEEP_PROOF_DAYS: '3',
  DRIFT_PROOF_DAYS: '3',
  IS_PAUSED: 'false',
  SWEEP_INTERVAL_SECONDS: '86400',
  DRIFT_INTERVAL_SECONDS: '604800',
});
const dynamodb = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
let item: Record<string, unknown> | undefined;
/** Signals that are in the replica. */
let signals: Record<string, Record<string, unknown>>;
let depths: Record<string, Record<string, string>>;
/** Watches in the table of state. */
let awaited = 0;
const store = new StatusStore(new DynamoDBClient({}), new SQSClient({}), CONFIG, () => NOW);
const beatAt = (timestamp: number) => ({ timestamp, sourceRegion: 'us-east-1', uninterruptedSince: 0, state: { registryEventsOff: [], registryEventsUnknown: [] } });
const SWEEP = { mode: 'repair', inSync: false, durationSeconds: 9, found: 2, persisted: 2, remaining: 0 };
const sweepAt = (startedAt: string, result = SWEEP, sourceRegion = 'us-east-1') => ({ timestamp: Date.parse(startedAt), sourceRegion, state: result });
const heartbeat = (sentAt: string) => ({ sentAt, appliedAt: sentAt, lagMs: 10, uninterruptedSince: '1970-01-01T00:00:00.000Z', registryEventsOff: [], registryEventsUnknown: [] });

beforeEach(() => {
  item = undefined;
  depths = {};
  awaited = 0;
  signals = {};
  dynamodb.reset();
  sqs.reset();
  dynamodb.on(GetItemCommand, { TableName: 'fleet-state', Key: { pk: { S: 'status' } }, ConsistentRead: true }).callsFake(() => ({ Item: item && marshall(item) }));
  dynamodb.on(GetItemCommand, { TableName: 'fleet', ConsistentRead: true })
    .callsFake(({ Key: { pk, sk } }) => ({ Item: pk.S === 'signal' && sk.S in signals ? marshall({ ...signals[sk.S], pk: 'signal', sk: sk.S }) : undefined }));
  dynamodb.on(PutItemCommand).callsFake(({ Item, ExpressionAttributeValues }) => {
    const expected = ExpressionAttributeValues?.[':revision'].N as string | undefined;
    if (String(item?.revision ?? '') !== (expected ?? '')) throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    item = unmarshall(Item);
    return {};
  });
  dynamodb.on(QueryCommand, { TableName: 'fleet-state', IndexName: 'waiting', Select: 'COUNT' }).callsFake(() => ({ Count: awaited }));
  sqs.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }) => ({ Attributes: depths[QueueUrl] ?? {} }));
});

test('is one item that has the answer and what it rests on', async () => {
  depths = { retry: { ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '2', ApproximateNumberOfMessagesDelayed: '4' } };
  signals = { heartbeat: beatAt(Date.parse('2026-11-25T11:59:50.000Z')) };
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:59:50.000Z')] });
  expect(item).toEqual({
    pk: 'status',
    state: 'CATCHING_UP',
    registryInSync: false,
    readyToFailOver: false,
    reasons: ['WAITING: 7 changes wait', expect.stringContaining('NO_SWEEP'), expect.stringContaining('NO_DRIFT_CHECK')],
    asOf: '2026-11-25T12:00:00.000Z',
    tableName: 'fleet',
    expected: { sweep: { since: '2026-11-25T12:00:00.000Z', intervalSeconds: 86_400 }, driftCheck: { since: '2026-11-25T12:00:00.000Z', intervalSeconds: 604_800 } },
    arrived: '2026-11-25T11:59:50.000Z',
    heartbeat: heartbeat('2026-11-25T11:59:50.000Z'),
    queues: { waiting: 7, deadLetters: 0, awaited: 0 },
    identities: { replicated: false },
    revision: 1,
  });
});

test('says that changes wait while anything is parked or dead-lettered, though no message reports it', async () => {
  awaited = 2;
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:59:50.000Z')] });
  expect(item).toMatchObject({
    registryInSync: false, queues: { awaited: 2 }, reasons: expect.arrayContaining(['WAITING: changes wait for 2 things, groups or types that do not exist here']),
  });
});

test('keeps what is known, and takes nothing older for news', async () => {
  const lastDrift = { startedAt: '2026-11-25T05:00:00.000Z', mode: 'repair', durationSeconds: 1, found: 0, repaired: 0, remaining: 0, unmanaged: 0 };
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:59:50.000Z')] });
  await store.refresh({ lastDrift });
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:58:50.000Z')] });
  await store.refresh({ lastDrift: { ...lastDrift, startedAt: '2026-11-24T05:00:00.000Z', remaining: 5 } });
  expect(item).toMatchObject({ heartbeat: { sentAt: '2026-11-25T11:59:50.000Z' }, lastDrift, revision: 4 });
});

test('remembers until when deletions were not replicated', async () => {
  const retaining = new StatusStore(new DynamoDBClient({}), new SQSClient({}), { ...CONFIG, deletionMode: DeletionMode.RETAIN }, () => NOW - 60_000);
  await store.refresh({});
  await expect(retainedUntilOf(new DynamoDBClient({}), 'fleet-state')).resolves.toBeUndefined();
  await retaining.refresh({});
  await store.refresh({});
  expect(item).toMatchObject({ retainedUntil: '2026-11-25T11:59:00.000Z', asOf: '2026-11-25T12:00:00.000Z' });
  await expect(retainedUntilOf(new DynamoDBClient({}), 'fleet-state')).resolves.toBe(NOW - 60_000);
});

test('returns other replications that nobody has acknowledged', async () => {
  const other = (replicationName: string, isAcknowledged: boolean) => ({ replicationName, does: 'WRITES_HERE', isPaused: false, isAcknowledged, sourceRegion: undefined } as const);
  await expect(othersKnownIn(new DynamoDBClient({}), 'fleet-state')).resolves.toEqual([]);
  await store.refresh({});
  await expect(othersKnownIn(new DynamoDBClient({}), 'fleet-state')).resolves.toEqual([]);
  await store.refresh({ otherReplications: { lookedAt: '2026-11-25T12:00:00.000Z', found: [other('archive', true), other('devices', false)], notFound: [] } });
  await store.refresh({});
  await expect(othersKnownIn(new DynamoDBClient({}), 'fleet-state')).resolves.toEqual(['devices']);
  expect(item).toMatchObject({ registryInSync: false, reasons: expect.arrayContaining([expect.stringMatching(/^OTHER_REPLICATION: the replication 'devices' /)]) });
});

test('is written while the table has no replica here, with what is known of before', async () => {
  signals = { heartbeat: beatAt(NOW - 5000) };
  await store.refresh({ heartbeats: [heartbeat(new Date(NOW - 5000).toISOString())] });
  dynamodb.on(GetItemCommand, { TableName: 'fleet', ConsistentRead: true }).rejects(new ResourceNotFoundException({ message: 'no', $metadata: {} }));
  const destinationGap = unreadGap(NOW);
  await expect(store.refresh({ destinationGap })).resolves.toMatchObject({ arrived: '2026-11-25T11:59:55.000Z', destinationGap });
  const reason = 'STREAM_UNREAD: nothing read the stream of the replica, so its content may not have been applied until 2026-11-25T12:00:00.000Z, and no drift check that began after 2026-11-25T12:01:00.000Z has completed';
  expect(item).toMatchObject({ state: 'DEGRADED', registryInSync: false, reasons: expect.arrayContaining([reason]) });
});

test('is not written where the replica can\'t be read for another reason', async () => {
  dynamodb.on(GetItemCommand, { TableName: 'fleet', ConsistentRead: true }).rejects(new Error('throttled'));
  await expect(store.refresh({})).rejects.toThrow('throttled');
});

test('reports a heartbeat that is in the replica and was not applied', async () => {
  signals = { heartbeat: beatAt(NOW - 5000) };
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:50:00.000Z')] });
  expect(item).toMatchObject({ registryInSync: false, reasons: expect.arrayContaining([expect.stringMatching(/^BACKLOG/)]) });
});

test('takes no heartbeat of the future for one that has arrived: the source is silent until its next', async () => {
  signals = { heartbeat: beatAt(Date.parse('2100-01-01T00:00:00.000Z')) };
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:50:00.000Z')] });
  expect(item).not.toHaveProperty('arrived');
  expect(item).toMatchObject({ reasons: expect.arrayContaining([expect.stringMatching(/^SILENCE/)]) });
});

test('reads the result of the last sweep of this source from the replica, each time: nothing has to send it', async () => {
  signals = { sweep: sweepAt('2026-11-25T03:00:00.000Z') };
  await store.refresh({});
  expect(item).toMatchObject({ lastSweep: { startedAt: '2026-11-25T03:00:00.000Z', ...SWEEP } });
  signals = { sweep: sweepAt('2026-11-25T04:00:00.000Z', { ...SWEEP, remaining: 7 }) };
  await store.refresh({});
  expect(item).toMatchObject({ lastSweep: { remaining: 7 }, reasons: expect.arrayContaining([expect.stringMatching(/^SWEEP: .* 7 /)]) });
});

test.each([
  ['another source', sweepAt('2026-11-25T05:00:00.000Z', SWEEP, 'us-west-2')],
  ['the future', sweepAt('2026-11-25T12:05:00.001Z')],
  ['a time beyond every date', { ...sweepAt('2026-11-25T05:00:00.000Z'), timestamp: 8.64e15 + 1 }],
  ['a time that no number holds', { ...sweepAt('2026-11-25T05:00:00.000Z'), timestamp: BigInt('9'.repeat(30)) }],
  ['an unknown shape', { ...sweepAt('2026-11-25T05:00:00.000Z'), state: { mode: 'repair' } }],
])('goes on with the sweep that it knows when the one in the replica is of %s', async (_, sweep) => {
  signals = { sweep: sweepAt('2026-11-25T03:00:00.000Z') };
  await store.refresh({});
  signals = { sweep };
  await store.refresh({});
  expect(item).toMatchObject({ lastSweep: { startedAt: '2026-11-25T03:00:00.000Z' }, revision: 2 });
});

test('keeps the last reported backlog', async () => {
  await store.refresh({ backlog: { seenAt: '2026-11-25T11:59:50.000Z', ageMs: 90_000 } });
  await store.refresh({ backlog: { seenAt: '2026-11-25T11:59:20.000Z', ageMs: 95_000 } });
  expect(item).toMatchObject({ backlog: { ageMs: 90_000 } });
});

test('of two concurrent writers, the slower starts again with what the other wrote', async () => {
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:59:50.000Z')] });
  let reads = 0;
  dynamodb.on(GetItemCommand, { TableName: 'fleet-state' }).callsFake(() => {
    const Item = marshall(item!);
    if (reads++ === 0) item = { ...item, revision: 2, lastSweep: { startedAt: '2026-11-25T03:00:00.000Z', remaining: 0 } };
    return { Item };
  });
  await store.refresh({});
  expect(item).toMatchObject({ revision: 3, lastSweep: { startedAt: '2026-11-25T03:00:00.000Z' }, heartbeat: { lagMs: 10 } });
});

test('of two that write at once, neither loses the gap that the other reports', async () => {
  const sourceGap = { code: 'EVENTS_MISSED', until: '2026-11-25T11:00:00.000Z' } as const;
  const destinationGap = { code: 'STREAM_EXPIRED', until: '2026-11-25T10:00:00.000Z' } as const;
  await store.refresh({});
  let reads = 0;
  dynamodb.on(GetItemCommand, { TableName: 'fleet-state' }).callsFake(async () => {
    const Item = marshall(item!);
    if (reads++ === 0) await store.refresh({ sourceGap });
    return { Item };
  });
  await store.refresh({ destinationGap });
  expect(item).toMatchObject({ revision: 3, sourceGap, destinationGap, registryInSync: false });
});

test('events that were off for a while are a reason until a sweep that began later is in the replica, and a heartbeat from after its end is applied', async () => {
  const [off, on] = ['2026-11-25T10:00:00.000Z', '2026-11-25T10:01:00.000Z'];
  const since = Array.from({ length: 119 }, (_, minutes) => new Date(Date.parse(on) + minutes * 60_000).toISOString());
  const lastDrift = { startedAt: '2026-11-25T05:00:00.000Z', mode: 'repair', durationSeconds: 1, found: 0, repaired: 0, remaining: 0, unmanaged: 0 };
  const codes = async (...heartbeats: HeartbeatFacts[]) => (await store.refresh({ heartbeats, lastDrift })).reasons.map((reason) => reason.split(':')[0]);
  signals = { heartbeat: beatAt(Date.parse(on)), sweep: sweepAt('2026-11-25T03:00:00.000Z') };
  expect(await codes({ ...heartbeat(off), registryEventsOff: ['THING'] }, heartbeat(on))).toContain('EVENTS_WERE_OFF');
  signals = { heartbeat: beatAt(Date.parse(on)), sweep: sweepAt('2026-11-25T11:00:00.000Z') };
  expect(await codes()).toContain('EVENTS_WERE_OFF');
  signals = { ...signals, heartbeat: beatAt(Date.parse(since[118])) };
  expect(await codes(...since.map(heartbeat))).toEqual([]);
  expect(item).toMatchObject({ registryInSync: true });
  expect(item).not.toHaveProperty('sourceGap');
});

test('an item of an earlier version is written on', async () => {
  item = { pk: 'status', state: 'IN_SYNC', registryInSync: true, reasons: [], asOf: '2026-11-25T11:59:00.000Z', revision: 7, heartbeat: heartbeat('2026-11-25T11:59:00.000Z') };
  signals = { heartbeat: beatAt(NOW) };
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T12:00:00.000Z')] });
  expect(item).toMatchObject({ revision: 8, expected: { sweep: { since: '2026-11-25T12:00:00.000Z' } }, heartbeat: { sentAt: '2026-11-25T12:00:00.000Z' } });
  expect(item).not.toHaveProperty('sourceGap');
});

test('what somebody slower looked up does not replace what somebody faster did', async () => {
  depths = { dead: { ApproximateNumberOfMessages: '40' } };
  let reads = 0;
  dynamodb.on(GetItemCommand, { TableName: 'fleet-state' }).callsFake(async () => {
    // Another writer comes in between, with the queues as they are by then.
    const Item = item && marshall(item);
    if (reads++ === 0) {
      depths = {};
      await store.refresh({});
      depths = { dead: { ApproximateNumberOfMessages: '2' } };
    }
    return { Item };
  });
  await store.refresh({});
  expect(item).toMatchObject({ revision: 2, queues: { deadLetters: 2 } });
});

describe('with identities', () => {
  const ENVIRONMENT = {
    REGISTRY_TABLE_NAME: 'fleet', SOURCE_REGION: 'us-east-1', DELETION_MODE: 'REPLICATE', STATE_TABLE_NAME: 'fleet-state', RETRY_QUEUE_URL: 'retry', DEAD_LETTER_QUEUE_URL: 'dead', HEARTBEAT_INTERVAL_MINUTES: '1', SWEEP_PROOF_DAYS: '3', DRIFT_PROOF_DAYS: '3', IS_PAUSED: 'false', IDENTITY_SWEEP_PROOF_DAYS: '5', IDENTITY_DRIFT_PROOF_DAYS: '15', IDENTITY_SWEEP_INTERVAL_SECONDS: '172800', IDENTITY_DRIFT_INTERVAL_SECONDS: '604800', CERTIFICATE_CHECK_MINUTES: '15',
  };
  const CHECK = { durationSeconds: 4, certificates: 9, found: 0, persisted: 0, remaining: 0 };
  const withIdentities = new StatusStore(new DynamoDBClient({}), new SQSClient({}), statusConfigFrom(ENVIRONMENT), () => NOW);

  test('the intervals come from the environment', () => {
    expect(statusConfigFrom(ENVIRONMENT).identities).toEqual({
      sweepProofMs: 5 * 86_400_000, sweepIntervalMs: 2 * 86_400_000, driftProofMs: 15 * 86_400_000, driftIntervalMs: 7 * 86_400_000, certificateCheckMs: 900_000,
    });
    expect(CONFIG).toMatchObject({ sweepIntervalMs: 86_400_000, driftIntervalMs: 7 * 86_400_000 });
    expect(statusConfigFrom(ENVIRONMENT)).toMatchObject({ sweepIntervalMs: undefined, driftIntervalMs: undefined });
    expect(CONFIG.identities).toBeUndefined();
  });

  test('reads the results of their last sweep and of the last certificate check from the replica, each time', async () => {
    signals = { 'identity-sweep': sweepAt('2026-11-25T03:00:00.000Z'), 'certificate-check': { ...sweepAt('2026-11-25T11:50:00.000Z'), state: CHECK } };
    await withIdentities.refresh({});
    expect(item).toMatchObject({
      identitiesInSync: false,
      readyToFailOver: false,
      identities: { replicated: true, lastSweep: { startedAt: '2026-11-25T03:00:00.000Z', ...SWEEP }, lastCertificateCheck: { startedAt: '2026-11-25T11:50:00.000Z', ...CHECK } },
    });
    expect(item).not.toHaveProperty('lastSweep');
  });

  test('are not looked at without', async () => {
    signals = { 'identity-sweep': sweepAt('2026-11-25T03:00:00.000Z') };
    await store.refresh({});
    expect(item).toMatchObject({ identities: { replicated: false } });
    expect(item).not.toHaveProperty('identitiesInSync');
  });
});

test('fails when others are always faster', async () => {
  dynamodb.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
  await expect(store.refresh({})).rejects.toThrow('other writers changed the status 5 times in a row');
});

test('fails with whatever the services answer', async () => {
  sqs.on(GetQueueAttributesCommand).rejects(new Error('no queue'));
  await expect(store.refresh({})).rejects.toThrow('no queue');
});

test('knows no proof of another table: that was empty, and what the one before lacked or had proves nothing', async () => {
  const lastDrift = { startedAt: '2026-11-25T05:00:00.000Z', mode: 'repair', durationSeconds: 1, found: 0, repaired: 0, remaining: 0, unmanaged: 0 };
  signals = { heartbeat: beatAt(NOW - 70_000), sweep: sweepAt('2026-11-25T03:00:00.000Z') };
  await store.refresh({ heartbeats: [heartbeat('2026-11-25T11:58:50.000Z')], lastDrift });
  expect(item).toMatchObject({ registryInSync: true });
  const other = new StatusStore(new DynamoDBClient({}), new SQSClient({}), { ...CONFIG, tableName: 'another' }, () => NOW);
  dynamodb.on(GetItemCommand, { TableName: 'another', ConsistentRead: true }).resolves({});
  await other.refresh({ heartbeats: [heartbeat('2026-11-25T11:59:50.000Z')] });
  expect(item).toMatchObject({ tableName: 'another', registryInSync: false, reasons: [expect.stringMatching(/^NO_SWEEP/), expect.stringMatching(/^NO_DRIFT_CHECK/)] });
});
