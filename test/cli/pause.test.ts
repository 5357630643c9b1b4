import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { runProgram } from './harness';
import { FLEET, mockMarkers } from './replications';
import { expectSchema } from './schemas';

const TO_EU = ['fleet', '--region', 'eu-west-1'];

/** The mappings of a destination; each takes some looks to switch. */
function mockMappings(states: Readonly<Record<string, string>>, { looks = 1, byDeployment = false }: { readonly looks?: number; readonly byDeployment?: boolean } = {}) {
  const ssm = mockMarkers([FLEET]);
  if (byDeployment) ssm.on(GetParameterCommand).resolves({ Parameter: { Name: '/cdk-iot-registry-replication/destinations/fleet', Value: JSON.stringify({ sourceRegion: 'us-east-1', isPaused: true }) } });
  const lambda = mockClient(LambdaClient);
  const current = new Map(Object.entries(states));
  const wanted = new Map<string, { state: string; looks: number }>();
  lambda.on(ListEventSourceMappingsCommand).callsFake(({ FunctionName }: { readonly FunctionName: string }) => {
    const change = wanted.get(FunctionName);
    if (change && change.looks-- <= 0) current.set(FunctionName, change.state);
    const State = current.get(FunctionName);
    return { EventSourceMappings: State === undefined ? [] : [{ UUID: `id-of-${FunctionName}`, State: change && change.looks >= 0 ? `${change.state.replace(/ed$/, 'ing')}` : State }] };
  });
  lambda.on(UpdateEventSourceMappingCommand).callsFake(({ UUID, Enabled }: { readonly UUID: string; readonly Enabled: boolean }) => {
    wanted.set(UUID.replace('id-of-', ''), { state: Enabled ? 'Enabled' : 'Disabled', looks });
    return {};
  });
  const changes = () => lambda.commandCalls(UpdateEventSourceMappingCommand).map(({ args: [{ input }] }) => input);
  return { changes };
}

const ON = { 'fleet-replicator': 'Enabled', 'fleet-retry': 'Enabled' };
const OFF = { 'fleet-replicator': 'Disabled', 'fleet-retry': 'Disabled' };

test('pause asks, switches both mappings off, and waits until they are', async () => {
  const { changes } = mockMappings(ON, { looks: 3 });
  const { exitCode, printed, asked } = await runProgram(['pause', ...TO_EU], { answers: [true] });
  expect(asked).toEqual([expect.stringContaining('Pause eu-west-1: nothing of fleet writes to its registry any more')]);
  expect(changes()).toEqual(['fleet-replicator', 'fleet-retry'].map((name) => ({ UUID: `id-of-${name}`, Enabled: false })));
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

test('resume switches them on, and says how to repair', async () => {
  const { changes } = mockMappings(OFF);
  const { exitCode, printed } = await runProgram(['resume', ...TO_EU, '--yes']);
  expect(changes().map(({ Enabled }) => Enabled)).toEqual([true, true]);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

test('both name certificates: a pause takes back what is deactivated here alone, and a resumption has checks of their own', async () => {
  mockMappings(ON);
  expect((await runProgram(['pause', ...TO_EU, '--yes'])).printed).toContain('revoke it, or deactivate it in us-east-1 too');
  mockMappings(OFF);
  const { printed } = await runProgram(['resume', ...TO_EU, '--yes']);
  for (const command of ['diff', 'repair']) expect(printed).toContain(`${command} fleet --region eu-west-1 --identities`);
});

test('what is paused is paused already: nothing is asked, and nothing is changed', async () => {
  const { changes } = mockMappings(OFF);
  expect(await runProgram(['pause', ...TO_EU])).toMatchObject({ exitCode: 0, printed: expect.stringContaining('eu-west-1: paused already') });
  expect(changes()).toEqual([]);
});

test('--json says whether it is paused, by whom, and what was looked at', async () => {
  mockMappings(ON);
  const { printed } = await runProgram(['pause', ...TO_EU, '--yes', '--json']);
  const report = JSON.parse(printed);
  expectSchema('pause', report);
  expect(report).toEqual({
    replication: 'fleet',
    region: 'eu-west-1',
    paused: true,
    pausedByDeployment: false,
    mappings: ['fleet-replicator', 'fleet-retry'].map((functionName) => ({ id: `id-of-${functionName}`, functionName, state: 'Disabled' })),
  });
});

test('fails with exit code 3 if a mapping does not switch in two minutes', async () => {
  mockMappings(ON, { looks: 1_000 });
  expect(await runProgram(['pause', ...TO_EU, '--yes'])).toMatchObject({ exitCode: 3, printed: expect.stringContaining('eu-west-1: not done yet') });
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, object, string]>([
  ['to resume what a deployment has paused', ['resume', ...TO_EU, '--yes'], OFF, { byDeployment: true }, 'remove it from pausedRegions and deploy'],
  ['if nothing feeds a function', ['pause', ...TO_EU, '--yes'], { 'fleet-retry': 'Enabled' }, {}, 'fleet-replicator in eu-west-1 has no event source mapping'],
  ['in the source', ['pause', 'fleet', '--region', 'us-east-1', '--yes'], ON, {}, 'got us-east-1, which is its source'],
  ['after a no', ['pause', ...TO_EU], ON, {}, 'nothing was changed'],
])('fails %s, and changes nothing', async (_, args, states, options, message) => {
  const { changes } = mockMappings(states, options);
  const { exitCode, notes } = await runProgram(args, { answers: [false] });
  expect(notes).toContain(message);
  expect(exitCode).toBeGreaterThan(1);
  expect(changes()).toEqual([]);
});
