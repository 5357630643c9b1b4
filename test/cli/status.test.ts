import * as fs from 'node:fs';
import * as path from 'node:path';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { expectArguments } from './arguments';
import { at, runProgram } from './harness';
import { awsError, FLEET, mockMarkers, regionOf, UNREACHABLE } from './replications';
import { expectSchema } from './schemas';
import { ROOT } from '../../emulator/paths';
import { adviceFor } from '../../src/cli/status/advice';
import { REASON_CODES } from '../../src/status/handler/reason-code';
import type { StatusItem } from '../../src/status/handler/status';

const IN_SYNC = {
  state: 'IN_SYNC',
  registryInSync: true,
  readyToFailOver: true,
  reasons: [],
  asOf: at(20),
  revision: 7,
  arrived: at(12),
  heartbeat: { sentAt: at(12), appliedAt: at(11.1), lagMs: 900, registryEventsOff: [], registryEventsUnknown: [] },
  queues: { waiting: 0, deadLetters: 0 },
  lastSweep: { startedAt: at(9 * 3600), mode: 'repair', inSync: true, durationSeconds: 61, found: 0, persisted: 0, remaining: 0 },
  lastDrift: { startedAt: at(8 * 3600), mode: 'repair', durationSeconds: 62, found: 0, repaired: 0, remaining: 0, unmanaged: 3 },
} satisfies StatusItem;

const DEGRADED = {
  ...IN_SYNC,
  state: 'DEGRADED',
  registryInSync: false,
  readyToFailOver: false,
  reasons: ['DEAD_LETTERS: 2 changes could not be applied', 'WAITING: changes wait for 1 thing, group or type that does not exist here', 'DRIFT: the drift check of yesterday left 4 differences'],
  queues: { waiting: 3, deadLetters: 2, awaited: 1 },
  lastDrift: { ...IN_SYNC.lastDrift, startedAt: at(30 * 3600), remaining: 4 },
} satisfies StatusItem;

/** The statuses of destinations; an error is what the call throws. */
function mockStatuses(statuses: Readonly<Record<string, object | Error | undefined>>, { letters = 0, source }: { readonly letters?: number; readonly source?: Error } = {}) {
  const dynamodb = mockClient(DynamoDBClient);
  dynamodb.on(GetItemCommand, { TableName: 'fleet-state', Key: { pk: { S: 'status' } } }).callsFake(async (_, getClient) => {
    const status = statuses[await regionOf(getClient)];
    if (status instanceof Error) throw status;
    return status ? { Item: marshall({ pk: 'status', ...status }) } : {};
  });
  const sqs = mockClient(SQSClient);
  sqs.on(GetQueueUrlCommand, { QueueName: 'fleet-dead-letters' }).callsFake(() => {
    if (source) throw source;
    return { QueueUrl: 'https://queue' };
  });
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: String(letters), ApproximateNumberOfMessagesNotVisible: '0' } });
  return dynamodb;
}

const DENIED = awsError('AccessDeniedException', 'User: arn:aws:iam::111122223333:user/ops is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/fleet-state because no identity-based policy allows the action');

test('every Region in one table, and exit code 0 if all destinations are in sync', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': IN_SYNC, 'ap-southeast-2': IN_SYNC });
  const { exitCode, printed, notes } = await runProgram(['status', 'fleet']);
  expect(printed).toMatchSnapshot();
  expect([exitCode, notes]).toEqual([0, '']);
});

test('a destination that is not in sync, with the reasons, and letters of the source: exit code 1', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': DEGRADED, 'ap-southeast-2': IN_SYNC }, { letters: 5 });
  const { exitCode, printed } = await runProgram(['status', 'fleet']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(1);
});

test('a Region that does not answer is unreachable, and no error of the rest', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': IN_SYNC, 'ap-southeast-2': UNREACHABLE });
  const { exitCode, printed } = await runProgram(['status', 'fleet']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

test('a Region has two seconds, and no call of it is made for longer', async () => {
  const over = new AbortController();
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(over.signal);
  mockMarkers([FLEET]);
  const dynamodb = mockStatuses({ 'eu-west-1': IN_SYNC, 'ap-southeast-2': IN_SYNC });
  await runProgram(['status', 'fleet']);
  const signals = dynamodb.commandCalls(GetItemCommand).map(({ args }) => (args as readonly unknown[] as readonly { readonly abortSignal: AbortSignal }[])[1].abortSignal);
  over.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(timeout.mock.calls.every(([milliseconds]) => milliseconds === 2_000)).toBe(true);
  timeout.mockRestore();
});

test('without the source: a destination is asked, and the replicas of its table name the other destinations', async () => {
  mockMarkers([FLEET], ['us-east-1']);
  const dynamodb = mockStatuses({ 'eu-west-1': { ...IN_SYNC, state: 'UNKNOWN', reasons: ['SILENCE: the last heartbeat was sent long ago'] }, 'ap-southeast-2': IN_SYNC }, { source: UNREACHABLE });
  dynamodb.on(DescribeTableCommand, { TableName: 'fleet' }).resolves({ Table: { Replicas: [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1' }, { RegionName: 'ap-southeast-2' }] } });
  const { exitCode, printed } = await runProgram(['status', '--region', 'eu-west-1']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

test('without the source and without the table, the one destination is shown, and that there may be more', async () => {
  mockMarkers([FLEET], ['us-east-1']);
  mockStatuses({ 'eu-west-1': IN_SYNC }, { source: UNREACHABLE }).on(DescribeTableCommand).rejects(awsError('ResourceNotFoundException', 'no such table'));
  const { exitCode, printed } = await runProgram(['status', '--region', 'eu-west-1', '--json']);
  expect(JSON.parse(printed)).toMatchObject({ destinationRegions: ['eu-west-1'], incomplete: 'the source us-east-1 could not be asked for its destinations: no answer in time', inSync: true });
  expect(exitCode).toBe(0);
});

test('fails with exit code 3 if no destination answers', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': UNREACHABLE, 'ap-southeast-2': UNREACHABLE });
  expect(await runProgram(['status', 'fleet'])).toMatchObject({ exitCode: 3, printed: expect.stringMatching(/eu-west-1 +unreachable/) });
});

test('a missing permission is named, and is exit code 2', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': DENIED, 'ap-southeast-2': IN_SYNC });
  const { exitCode, printed } = await runProgram(['status', 'fleet']);
  expect(printed).toMatch(/^eu-west-1 +no permission/m);
  expect(printed).toContain('permission is missing: dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:111122223333:table/fleet-state');
  expect(exitCode).toBe(2);
});

test.each<[string, object | undefined, string]>([
  ['written long ago', { ...IN_SYNC, asOf: at(301) }, 'STALE'],
  ['never written', undefined, 'NONE'],
])('a status that was %s is no proof', async (_, status, state) => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': status, 'ap-southeast-2': IN_SYNC });
  const { exitCode, printed } = await runProgram(['status', 'fleet']);
  expect(printed).toMatch(new RegExp(`^eu-west-1 +${state} +no `, 'm'));
  expect(exitCode).toBe(1);
});

test('JSON has the whole item, with fields that this version does not know, and follows its schema', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': { ...DEGRADED, comesLater: { count: 3 } }, 'ap-southeast-2': UNREACHABLE });
  const { exitCode, printed } = await runProgram(['status', 'fleet', '--json']);
  const report = JSON.parse(printed);
  expectSchema('status', report);
  expect(report).toMatchSnapshot();
  expect(report.regions[1].status.comesLater).toEqual({ count: 3 });
  expect(exitCode).toBe(1);
});

describe('the replication', () => {
  const OTHER = { name: 'devices', sourceRegion: 'us-east-1', destinationRegions: ['eu-west-1'] };

  test('is found by itself if the Region has one', async () => {
    mockMarkers([FLEET]);
    mockStatuses({ 'eu-west-1': IN_SYNC, 'ap-southeast-2': IN_SYNC });
    expect(await runProgram(['status'])).toMatchObject({ exitCode: 0, printed: expect.stringContaining('fleet   us-east-1 -> eu-west-1, ap-southeast-2') });
  });

  test('has to be named if there are two', async () => {
    mockMarkers([FLEET, OTHER]);
    mockStatuses({ 'eu-west-1': IN_SYNC, 'ap-southeast-2': IN_SYNC });
    expect(await runProgram(['status'])).toMatchObject({ exitCode: 2, printed: '', notes: expect.stringContaining('got no name, expected one of devices, fleet') });
    expect(await runProgram(['status', '--name', 'fleet'])).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, readonly string[], string]>([
    ['a name that the Region does not know', ['status', 'flet'], "got 'flet', expected a replication with a stack in us-east-1; there: fleet"],
    ['two names', ['status', 'fleet', '--name', 'devices'], 'got two names, fleet and devices, expected one'],
    ['an option that there is not', ['status', '--wach'], "unknown option '--wach'"],
  ])('fails with %s', async (_, args, message) => {
    mockMarkers([FLEET]);
    expect(await runProgram(args)).toMatchObject({ exitCode: 2, printed: '', notes: expect.stringContaining(message) });
  });

  test('fails without a Region to ask, and in one that does not answer', async () => {
    mockMarkers([FLEET], ['us-east-1']);
    expect(await runProgram(['status', 'fleet'], { env: {} })).toMatchObject({ exitCode: 2, notes: expect.stringContaining('got no Region, expected --region') });
    expect(await runProgram(['status', 'fleet'])).toMatchObject({ exitCode: 3, notes: expect.stringMatching(/us-east-1 can't be asked.*--region names another Region/) });
  });
});

test('where identities are replicated, being in sync includes them, and a column shows how old what is known of certificates is', async () => {
  mockMarkers([FLEET]);
  const identities = { replicated: true, lastCertificateCheck: { startedAt: at(900), mode: 'repair', inSync: true, durationSeconds: 20, found: 0, remaining: 0 } };
  mockStatuses({
    'eu-west-1': { ...IN_SYNC, identitiesInSync: true, identities },
    'ap-southeast-2': { ...IN_SYNC, state: 'DEGRADED', identitiesInSync: false, readyToFailOver: false, reasons: ['IDENTITY_NO_SWEEP: no sweep of identities'], identities },
  });
  const { exitCode, printed } = await runProgram(['status', 'fleet']);
  expect(printed).toMatch(/^eu-west-1 +IN_SYNC +yes .* 15 min$/m);
  expect(printed).toMatch(/^ap-southeast-2 +DEGRADED +no .* not in sync$/m);
  expect(exitCode).toBe(1);
});

test.each(REASON_CODES)('%s has a command to go on with, about its part, or something else to do', async (code) => {
  const { command, toDo } = adviceFor(`${code}: a sentence`, { replication: 'fleet', region: 'eu-west-1' })!;
  expect(command ?? toDo).toMatch(/\w/);
  if (command === undefined) return;
  await expectArguments(command.split(' '));
  expect(command.includes('--identities')).toBe(code.startsWith('IDENTITY_') || code === 'REJECTED_POLICY');
});

test('what to do is below its reason, and commands are below them all', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': { ...DEGRADED, reasons: ['PAUSED: the Region is paused', 'IDENTITY_NO_SWEEP: no sweep of identities', 'LAG: it is late'] }, 'ap-southeast-2': IN_SYNC });
  expect((await runProgram(['status', 'fleet'])).printed.split('\neu-west-1\n')[1]).toBe([
    '  PAUSED: the Region is paused',
    '      when it may be written to again, remove eu-west-1 from pausedRegions and deploy',
    '  IDENTITY_NO_SWEEP: no sweep of identities',
    '  LAG: it is late',
    '      it passes by itself; if it stays, look at the log of the function fleet-replicator',
    '  -> status fleet --watch',
    '  -> sweep fleet --identities',
  ].join('\n'));
});

test('every reason is in the documentation', () => {
  const page = fs.readFileSync(path.join(ROOT, 'docs', 'monitoring.md'), 'utf8');
  expect(REASON_CODES.filter((code) => !code.startsWith('IDENTITY_') && !page.includes(`\`${code}\``))).toEqual([]);
});

test('a reason that only a later version has is shown without a step', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': { ...DEGRADED, reasons: ['COMES_LATER: a sentence'] }, 'ap-southeast-2': IN_SYNC });
  const { printed } = await runProgram(['status', 'fleet']);
  expect(printed).toContain('  COMES_LATER: a sentence');
  expect(printed.match(/^ {2}-> /gm)).toBeNull();
});

test('a status of an earlier version, without identities, is in sync if the registry is', async () => {
  const { readyToFailOver: _, ...earlier } = IN_SYNC;
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': earlier, 'ap-southeast-2': earlier });
  expect(await runProgram(['status', 'fleet'])).toMatchObject({ exitCode: 0 });
});

test('--watch looks again until Ctrl-C, and then that is no answer', async () => {
  mockMarkers([FLEET]);
  const dynamodb = mockStatuses({ 'eu-west-1': IN_SYNC, 'ap-southeast-2': DEGRADED });
  let looks = 0;
  const { exitCode } = await runProgram(['status', 'fleet', '--watch'], { onPause: (interrupt) => { if (++looks === 3) interrupt(); } });
  expect(exitCode).toBe(130);
  expect(dynamodb.commandCalls(GetItemCommand)).toHaveLength(6);
});

test('colours are in a terminal only', async () => {
  mockMarkers([FLEET]);
  mockStatuses({ 'eu-west-1': DEGRADED, 'ap-southeast-2': IN_SYNC });
  const plain = await runProgram(['status', 'fleet']);
  const colored = await runProgram(['status', 'fleet'], { colors: true });
  // eslint-disable-next-line no-control-regex -- it is what colours are made of
  const codes = /\u001b\[\d+m/g;
  expect(plain.printed).not.toMatch(codes);
  expect(colored.printed).toMatch(codes);
  expect(colored.printed.replace(codes, '')).toBe(plain.printed);
});
