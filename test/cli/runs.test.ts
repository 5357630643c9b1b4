import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { NOW, runProgram } from './harness';
import { awsError, FLEET, mockMarkers, regionOf } from './replications';
import { expectSchema } from './schemas';
import type { Difference } from '../../src/comparison/handler/differences';
import type { RunSummary } from '../../src/comparison/handler/summary';
import { PhysicalNames } from '../../src/record/physical-names';

const ACCOUNT = '111122223333';
const names = new PhysicalNames('fleet');
const bucketIn = (region: string) => names.reportsBucket({ account: ACCOUNT, region });

const summaryOf = (region: string, counts: Readonly<Record<string, number>>, more: Partial<RunSummary> = {}): RunSummary => ({
  mode: 'report',
  startedAt: new Date(NOW).toISOString(),
  durationSeconds: 61,
  inSync: Object.values(counts).every((count) => count === 0),
  counts: { listed: 200, records: 201, ...counts },
  first: [],
  report: `s3://${bucketIn(region)}/reports/run-1/`,
  ...more,
});

const DIFFERENCES: readonly Difference[] = [
  { kind: 'type', pk: 'type#lamp', sk: 'type', difference: 'missing' },
  {
    kind: 'thing',
    pk: 'thing#lamp-1',
    sk: 'thing',
    difference: 'different',
    fields: [
      { field: 'attributes.color', expected: 'red', actual: 'blue' }, { field: 'thingTypeName', expected: 'lamp' },
    ],
  },
  { kind: 'thing', pk: 'thing#lamp-2', sk: 'thing', difference: 'shouldBeGone' },
  { kind: 'thing', pk: 'thing#guest', sk: 'thing', difference: 'unmanaged' },
  { kind: 'membership', pk: 'thing#lamp-1', sk: 'group#hall', difference: 'missing' },
];

interface FakeRun {
  /** What each look finds; the last one stays. */
  readonly looks: readonly { readonly status: string; readonly output?: object; readonly error?: string; readonly cause?: string }[];
  /** The execution that is running before. */
  readonly running?: string;
  readonly last?: RunSummary;
  readonly differences?: readonly Difference[];
  readonly journal?: readonly { readonly phase: string; readonly total: Readonly<Record<string, number>> }[];
  /** Whether the workflows of identities exist; `denied`: whoever asks may not know. */
  readonly identities?: boolean | 'denied';
}

const OF_IDENTITIES = /:fleet-(identity-sweep|identity-drift|certificate-check)$/;

function mockRuns({ looks, running, last, differences = [], journal = [], identities = false }: FakeRun) {
  mockMarkers([FLEET]);
  mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/ops` });
  const sfn = mockClient(SFNClient);
  let look = 0;
  const described = (executionArn: string, { output, ...run }: FakeRun['looks'][number]) => ({
    ...run, executionArn, name: executionArn.split(':').at(-1), startDate: new Date(NOW), output: output && JSON.stringify(output), $metadata: {},
  });
  sfn.on(StartExecutionCommand).callsFake(({ stateMachineArn }: { readonly stateMachineArn: string }) => ({ executionArn: `${stateMachineArn.replace('stateMachine', 'execution')}:run-1` }));
  sfn.on(DescribeExecutionCommand).callsFake(({ executionArn }: { readonly executionArn: string }) => {
    if (executionArn.endsWith(':earlier')) return described(executionArn, { status: 'SUCCEEDED', output: last });
    if (executionArn.endsWith(':skipped')) return described(executionArn, { status: 'SUCCEEDED', output: { skipped: 'another one' } });
    return described(executionArn, looks[Math.min(look++, looks.length - 1)]);
  });
  sfn.on(ListExecutionsCommand).callsFake(({ statusFilter, stateMachineArn }: { readonly statusFilter: string; readonly stateMachineArn: string }) => {
    if (identities !== true && OF_IDENTITIES.test(stateMachineArn)) {
      if (identities === 'denied') throw awsError('AccessDeniedException', `User: arn:aws:iam::${ACCOUNT}:user/ops is not authorized to perform: states:ListExecutions on resource: ${stateMachineArn}`);
      throw new StateMachineDoesNotExist({ message: 'no such workflow', $metadata: {} });
    }
    const execution = (name: string) => ({ name, executionArn: `${stateMachineArn.replace('stateMachine', 'execution')}:${name}` });
    if (statusFilter === 'RUNNING') return { executions: running ? [execution(running)] : [] };
    return { executions: last ? ['skipped', 'earlier'].map(execution) : [] };
  });
  sfn.on(GetExecutionHistoryCommand).resolves({
    events: [
      { timestamp: new Date(NOW), id: 2, type: 'TaskScheduled' }, { timestamp: new Date(NOW), id: 1, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'List things' } },
    ],
  });
  const s3 = mockClient(S3Client);
  s3.on(ListObjectsV2Command).callsFake(({ Prefix, Delimiter, StartAfter }: { readonly Prefix: string; readonly Delimiter?: string; readonly StartAfter?: string }) => {
    if (Delimiter) return { CommonPrefixes: [...new Set(journal.map(({ phase }) => phase))].map((phase) => ({ Prefix: `${Prefix}${phase}/` })) };
    const keys = Prefix.startsWith('reports/') ? [`${Prefix}things-000001.jsonl`, `${Prefix}summary.json`] : journal.map(({ phase }, i) => `runs/run-1/${phase}/00000${i + 1}.json`);
    return { Contents: keys.filter((key) => key.startsWith(Prefix) && key > (StartAfter ?? '')).map((Key) => ({ Key })) };
  });
  s3.on(GetObjectCommand).callsFake(({ Key }: { readonly Key: string }) => {
    const number = Number(/(\d+)\.json$/.exec(Key)?.[1]);
    const text = Key.endsWith('.jsonl') ? differences.map((each) => `${JSON.stringify(each)}\n`).join('') : JSON.stringify(journal[number - 1]);
    return { Body: { transformToString: async () => text } };
  });
  return { sfn, s3 };
}

const TO_EU = ['--region', 'eu-west-1'];

describe('diff', () => {
  const found = summaryOf('eu-west-1', { missing: 2, different: 1, shouldBeGone: 1, unmanaged: 1, repaired: 0 });

  test('starts a check that only reports, follows it, and prints what differs by entity and field', async () => {
    const { sfn } = mockRuns({
      looks: [{ status: 'RUNNING' }, { status: 'RUNNING' }, { status: 'SUCCEEDED', output: found }],
      differences: DIFFERENCES,
      last: summaryOf('eu-west-1', {}),
      journal: [{ phase: 'types', total: { 'listed': 10, 'candidates': 3, 'candidates.thing': 3 } }, { phase: 'things', total: { listed: 40, missing: 1 } }],
    });
    const { exitCode, printed, notes } = await runProgram(['diff', 'fleet', ...TO_EU]);
    expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toEqual({ stateMachineArn: `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:fleet-drift`, input: '{"mode":"report"}' });
    expect(printed).toMatchSnapshot();
    expect(notes).toMatchSnapshot();
    expect(exitCode).toBe(1);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['a kind', ['--kind', 'thing'], ['thing/lamp-1', 'thing/lamp-2']],
    ['a name', ['--entity', 'lamp-1'], ['thing/lamp-1']],
    ['the end of a membership', ['--entity', 'hall'], ['membership/lamp-1/hall']],
    ['a pattern', ['--entity', 'lamp-*'], ['thing/lamp-1', 'thing/lamp-2', 'membership/lamp-1/hall']],
    ['a whole name', ['--entity', 'type/lamp'], ['type/lamp']],
    ['a difference, even of what is none', ['--difference', 'unmanaged', 'missing'], ['type/lamp', 'thing/guest', 'membership/lamp-1/hall']],
  ])('--last shows the newest report, by %s', async (_, args, entities) => {
    const { sfn } = mockRuns({ looks: [], last: found, differences: DIFFERENCES });
    const { printed } = await runProgram(['diff', 'fleet', ...TO_EU, '--last', ...args]);
    expect(printed.split('\n').flatMap((line) => /^(\w+\/\S+) /.exec(line)?.[1] ?? [])).toEqual(entities);
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  test('--json has the run and its differences', async () => {
    mockRuns({ looks: [], last: found, differences: DIFFERENCES });
    const { exitCode, printed } = await runProgram(['diff', 'fleet', ...TO_EU, '--last', '--json']);
    const answer = JSON.parse(printed);
    expectSchema('diff', answer);
    expect(answer).toMatchObject({ replication: 'fleet', region: 'eu-west-1', workflow: 'drift', execution: 'earlier', remaining: 4, summary: { counts: { missing: 2 } } });
    expect(answer.differences).toEqual(DIFFERENCES.filter(({ difference }) => difference !== 'unmanaged'));
    expect(exitCode).toBe(1);
  });

  test('--source is the report of the sweep in the source', async () => {
    mockRuns({ looks: [], last: summaryOf('us-east-1', {}), differences: [] });
    expect(await runProgram(['diff', 'fleet', ...TO_EU, '--last', '--source'])).toMatchObject({ exitCode: 0, printed: expect.stringMatching(/^sweep of fleet in us-east-1[^]*no difference to show$/) });
  });

  test('ten thousand differences are all there', async () => {
    const many = Array.from({ length: 10_000 }, (_, i): Difference => ({ kind: 'thing', pk: `thing#t-${i}`, sk: 'thing', difference: 'missing' }));
    mockRuns({ looks: [], last: summaryOf('eu-west-1', { missing: 10_000 }), differences: many });
    const { printed } = await runProgram(['diff', 'fleet', ...TO_EU, '--last']);
    expect(printed.match(/^thing\/t-\d+ {2}missing$/gm)).toHaveLength(10_000);
  });

  test('fails if there is no report, and if the Region is no destination, or none is given', async () => {
    mockRuns({ looks: [] });
    expect(await runProgram(['diff', 'fleet', ...TO_EU, '--last'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('no drift check in eu-west-1 has succeeded') });
    expect(await runProgram(['diff', 'fleet'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('got no --region, expected a destination of fleet: eu-west-1, ap-southeast-2') });
    expect(await runProgram(['diff', 'fleet', '--region', 'us-east-1'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('--region: got us-east-1, which is its source') });
  });
});

describe('repair', () => {
  const done = summaryOf('eu-west-1', { missing: 2, repaired: 2, notRepaired: 0 }, { mode: 'repair' });

  test('says what it writes, asks, and is done if nothing is left', async () => {
    const { sfn } = mockRuns({ looks: [{ status: 'SUCCEEDED', output: done }] });
    const { exitCode, printed, asked } = await runProgram(['repair', 'fleet', ...TO_EU], { answers: [true] });
    expect(asked).toEqual([expect.stringContaining('Repair eu-west-1: makes its registry match the records of fleet. What was changed there by hand is undone')]);
    expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input.input).toBe('{"mode":"repair"}');
    expect(printed).toMatchSnapshot();
    expect(exitCode).toBe(0);
  });

  test.each<[string, readonly boolean[] | undefined, string]>([
    ['after a no', [false], 'nothing was changed'],
    ['where nobody can be asked', undefined, '--yes goes on without asking'],
  ])('starts nothing %s', async (_, answers, message) => {
    const { sfn } = mockRuns({ looks: [] });
    expect(await runProgram(['repair', 'fleet', ...TO_EU], { answers })).toMatchObject({ exitCode: 2, notes: expect.stringContaining(message) });
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  test('--yes asks nothing; what is not repaired is exit code 1', async () => {
    const { sfn } = mockRuns({ looks: [{ status: 'SUCCEEDED', output: summaryOf('eu-west-1', { missing: 2, repaired: 2, notRepaired: 1 }, { mode: 'repair' }) }] });
    expect(await runProgram(['repair', 'fleet', ...TO_EU, '--yes', '--delete-retained', '--json'])).toMatchObject({ exitCode: 1, asked: [] });
    expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input.input).toBe('{"mode":"repair","deleteRetained":true}');
  });

  test('starts no second check', async () => {
    const { sfn } = mockRuns({ looks: [], running: 'nightly' });
    const { exitCode, notes } = await runProgram(['repair', 'fleet', ...TO_EU, '--yes']);
    expect(notes).toContain('npx cdk-iot-registry-replication repair fleet --region eu-west-1 --follow nightly');
    expect(exitCode).toBe(2);
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  test.each<[string, FakeRun['looks'][number], number, string]>([
    ['that fails', { status: 'FAILED', error: 'InvalidInput', cause: 'mode: got "repair", expected "report", because the Region is paused' }, 3, 'FAILED: InvalidInput: mode: got "repair", expected "report", because the Region is paused'],
    ['that is skipped', { status: 'SUCCEEDED', output: { skipped: 'the drift check nightly is running' } }, 2, 'skipped: the drift check nightly is running'],
  ])('shows a check %s', async (_, look, exitCode, text) => {
    mockRuns({ looks: [look] });
    const ran = await runProgram(['repair', 'fleet', ...TO_EU, '--yes']);
    expect(ran.printed).toContain(text);
    expect(ran.exitCode).toBe(exitCode);
  });
});

describe('sweep', () => {
  test('starts in the source, whichever Region is given, with its options', async () => {
    const { sfn } = mockRuns({ looks: [{ status: 'SUCCEEDED', output: summaryOf('us-east-1', { missing: 3, persisted: 2, stale: 1 }, { mode: 'repair' }) }] });
    const { exitCode, printed } = await runProgram(['sweep', 'fleet', ...TO_EU, '--max-deletions', '7', '--yes', '--json']);
    expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toEqual({ stateMachineArn: `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:fleet-sweep`, input: '{"maxDeletions":7}' });
    const answer = JSON.parse(printed);
    expectSchema('run', answer);
    expect(answer).toMatchObject({ workflow: 'sweep', region: 'us-east-1', execution: 'run-1', status: 'SUCCEEDED', remaining: 0 });
    expect(exitCode).toBe(0);
  });

  test('--report asks nothing', async () => {
    mockRuns({ looks: [{ status: 'SUCCEEDED', output: summaryOf('us-east-1', { missing: 3 }) }] });
    expect(await runProgram(['sweep', 'fleet', '--report'])).toMatchObject({ exitCode: 1, asked: [] });
  });

  test('fails with a number that is none', async () => {
    mockRuns({ looks: [] });
    expect(await runProgram(['sweep', 'fleet', '--max-deletions', 'all'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('expected a whole number, 0 or more') });
  });

  test('Ctrl-C leaves it running and says how to come back, and --follow does', async () => {
    const { sfn } = mockRuns({ looks: [{ status: 'RUNNING' }] });
    const { exitCode, notes } = await runProgram(['sweep', 'fleet', '--yes'], { onPause: (interrupt) => interrupt() });
    expect(exitCode).toBe(130);
    expect(notes).toContain('The sweep goes on without this command. To come back:\n  npx cdk-iot-registry-replication sweep fleet --follow run-1');
    mockRuns({ looks: [{ status: 'RUNNING' }, { status: 'SUCCEEDED', output: summaryOf('us-east-1', {}) }] });
    expect(await runProgram(['sweep', 'fleet', '--follow', 'run-1'])).toMatchObject({ exitCode: 0, asked: [] });
    expect(sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });

  test('a missing permission is named', async () => {
    const { sfn } = mockRuns({ looks: [] });
    sfn.on(StartExecutionCommand).callsFake(async (_, getClient) => {
      throw awsError('AccessDeniedException', `User: arn:aws:iam::${ACCOUNT}:user/ops is not authorized to perform: states:StartExecution on resource: arn:aws:states:${await regionOf(getClient)}:${ACCOUNT}:stateMachine:fleet-sweep`);
    });
    expect(await runProgram(['sweep', 'fleet', '--yes'])).toMatchObject({
      exitCode: 2, notes: expect.stringContaining(`permission is missing: states:StartExecution on arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:fleet-sweep`),
    });
  });
});

describe('identities', () => {
  const bucket = names.identityReportsBucket({ account: ACCOUNT, region: 'us-east-1' });
  const inEu = names.identityReportsBucket({ account: ACCOUNT, region: 'eu-west-1' });
  const ID = '4f1e8d0c9b2a7635e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7';
  const document = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const [connect, publish, all] = ['iot:Connect', 'iot:Publish', 'iot:*'].map((Action) => ({ Action, Effect: 'Allow', Resource: '*' }));
  const found: readonly Difference[] = [
    { kind: 'policy', pk: 'policy#lamps', sk: 'policy', difference: 'different', fields: [{ field: 'document', expected: document(connect, publish), actual: document(connect, all) }] },
    { kind: 'policy', pk: 'policy#odd', sk: 'policy', difference: 'different', fields: [{ field: 'document', expected: 'no JSON', actual: document(connect) }] },
    { kind: 'certificate', pk: `cert#${ID}`, sk: 'cert', difference: 'different', fields: [{ field: 'status', expected: 'ACTIVE', actual: 'INACTIVE' }, { field: 'policies', expected: ['a', 'lamps'], actual: ['a', 'other'] }] },
    { kind: 'principals', pk: 'thing#lamp-1', sk: 'principals', difference: 'different', fields: [{ field: 'elements', expected: [ID], actual: [] }] },
    { kind: 'groupPolicies', pk: 'group#hall', sk: 'policies', difference: 'missing' },
  ];

  test.each<[string, readonly string[], string, string]>([
    ['sweep', ['sweep', 'fleet', '--identities'], 'us-east-1:111122223333:stateMachine:fleet-identity-sweep', '{}'],
    ['sweep --report', ['sweep', 'fleet', '--identities', '--report'], 'us-east-1:111122223333:stateMachine:fleet-identity-sweep', '{"mode":"report"}'],
    ['sweep --certificates', ['sweep', 'fleet', '--certificates', '--max-deletions', '7'], 'us-east-1:111122223333:stateMachine:fleet-certificate-check', '{"maxDeactivations":7}'],
    ['repair', ['repair', 'fleet', '--identities', ...TO_EU], 'eu-west-1:111122223333:stateMachine:fleet-identity-drift', '{"mode":"repair"}'],
    ['diff', ['diff', 'fleet', '--identities', ...TO_EU], 'eu-west-1:111122223333:stateMachine:fleet-identity-drift', '{"mode":"report"}'],
    ['diff --source', ['diff', 'fleet', '--identities', '--source'], 'us-east-1:111122223333:stateMachine:fleet-identity-sweep', '{"mode":"report"}'],
  ])('%s starts their workflow, and asks before it writes', async (_, args, arn, input) => {
    const { sfn } = mockRuns({ identities: true, looks: [{ status: 'SUCCEEDED', output: { ...summaryOf('us-east-1', {}), report: `s3://${arn.startsWith('eu') ? inEu : bucket}/reports/run-1/` } }] });
    const writes = !input.includes('report');
    const { exitCode, asked } = await runProgram(args, { answers: writes ? [true] : [] });
    expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toEqual({ stateMachineArn: `arn:aws:states:${arn}`, input });
    expect(asked).toHaveLength(writes ? 1 : 0);
    expect(exitCode).toBe(0);
  });

  test('differences are shown by status, name and statement', async () => {
    mockRuns({ identities: true, looks: [], last: { ...summaryOf('eu-west-1', { missing: 1, different: 4 }), report: `s3://${inEu}/reports/run-1/` }, differences: found });
    const { exitCode, printed } = await runProgram(['diff', 'fleet', '--identities', '--last', ...TO_EU]);
    expect(printed).toMatchSnapshot();
    expect(exitCode).toBe(1);
  });

  test('a certificate check says what it has found and what it left', async () => {
    const output = { startedAt: new Date(NOW).toISOString(), durationSeconds: 20, counts: { listed: 900, different: 3, persisted: 2, equal: 897 }, first: [], report: `s3://${bucket}/reports/run-1/` };
    mockRuns({ identities: true, looks: [{ status: 'SUCCEEDED', output }] });
    const { exitCode, printed } = await runProgram(['sweep', 'fleet', '--certificates', '--yes', '--json']);
    const answer = JSON.parse(printed);
    expectSchema('run', answer);
    expect(answer).toMatchObject({ workflow: 'certificateCheck', region: 'us-east-1', remaining: 1, summary: { mode: 'repair', inSync: false } });
    expect(exitCode).toBe(1);
  });

  test.each<[readonly string[], string]>([
    [['sweep', 'fleet', '--yes'], 'sweep fleet --identities'],
    [['repair', 'fleet', ...TO_EU, '--yes'], 'repair fleet --region eu-west-1 --identities'],
    [['diff', 'fleet', ...TO_EU, '--last'], 'diff --last fleet --region eu-west-1 --identities'],
  ])('%j says that they are compared on their own, where they are replicated', async (args, command) => {
    const run: FakeRun = { looks: [{ status: 'SUCCEEDED', output: summaryOf('eu-west-1', {}) }], last: summaryOf('eu-west-1', {}) };
    mockRuns({ ...run, identities: true });
    expect((await runProgram(args)).notes).toContain(`of their own:\n-> ${command}`);
    for (const identities of [false, 'denied'] as const) {
      mockRuns({ ...run, identities });
      expect(await runProgram(args)).toMatchObject({ exitCode: 0, notes: expect.not.stringContaining('of their own') });
    }
  });

  test('--follow of one that was left running names its option', async () => {
    mockRuns({ identities: true, looks: [{ status: 'RUNNING' }] });
    const { notes } = await runProgram(['repair', 'fleet', '--identities', '--yes', ...TO_EU], { onPause: (interrupt) => interrupt() });
    expect(notes).toContain('The drift check of identities goes on without this command. To come back:\n  npx cdk-iot-registry-replication repair fleet --region eu-west-1 --identities --follow run-1');
  });

  test.each<[string, FakeRun['identities'], string]>([
    ['without them', false, 'there is no workflow fleet-identity-drift in eu-west-1: fleet has no drift check of identities unless it is deployed with `identities`'],
    ['without the permission', 'denied', 'it is granted, and the workflow exists, only with `identities`'],
  ])('fails %s, and says what is missing', async (_, identities, message) => {
    for (const args of [['repair', 'fleet', '--yes'], ['diff', 'fleet', '--last']]) {
      const { sfn } = mockRuns({ identities, looks: [] });
      expect(await runProgram([...args, '--identities', ...TO_EU])).toMatchObject({ exitCode: 2, notes: expect.stringContaining(message) });
      expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
    }
  });

  test.each<[readonly string[], string]>([
    [['--identities', '--certificates'], 'got --identities and --certificates, expected one of them'],
    [['--certificates', '--report'], 'got --report with --certificates, expected one of them'],
  ])('sweep fails with %j', async (args, message) => {
    mockRuns({ identities: true, looks: [] });
    expect(await runProgram(['sweep', 'fleet', ...args])).toMatchObject({ exitCode: 2, notes: expect.stringContaining(message) });
  });
});
