import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, CreateThingCommandInput, DeleteThingCommand, DescribeThingCommand, IoTClient, ResourceNotFoundException, UpdateThingCommand } from '@aws-sdk/client-iot';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { at, Circumstances, runProgram } from './harness';
import { awsError, FLEET, mockMarkers, regionOf } from './replications';
import { expectSchema } from './schemas';

const [SOURCE, DESTINATION] = ['us-east-1', 'eu-west-1'];
const TO_EU = ['fleet', '--region', DESTINATION];
const STEPS = ['arrive', 'unreachable', 'pause', 'change', 'return', 'mend', 'follow', 'cleanUp'];

interface Options {
  readonly readyToFailOver?: boolean;
  readonly paused?: boolean;
  readonly byDeployment?: boolean;
  /** Nothing of the source arrives. */
  readonly isDeaf?: boolean;
  /** Deletions are not replicated. */
  readonly retains?: boolean;
  /** An error of a call, such as `UpdateThing eu-west-1`. */
  readonly failing?: Readonly<Record<string, Error>>;
}

/** A fleet that replicates: what waits is applied with each pause of the program, unless the destination is paused. */
function mockFleet({ readyToFailOver = true, paused = false, byDeployment = false, isDeaf = false, retains = false, failing = {} }: Options = {}) {
  const ssm = mockMarkers([FLEET]);
  if (byDeployment) ssm.on(GetParameterCommand).resolves({ Parameter: { Name: '/cdk-iot-registry-replication/destinations/fleet', Value: JSON.stringify({ sourceRegion: SOURCE, isPaused: true }) } });
  const things: Record<string, Map<string, string>> = { [SOURCE]: new Map(), [DESTINATION]: new Map() };
  const mappings = new Map([['fleet-replicator', !paused], ['fleet-retry', true]]);
  const calls: string[] = [];
  let pending: (() => void)[] = [];
  const called = async (name: string, getClient: () => unknown) => {
    const call = `${name} ${await regionOf(getClient)}`;
    calls.push(call);
    if (failing[call]) throw failing[call];
    return things[call.split(' ')[1]];
  };
  const thereOf = (there: Map<string, string>, name: string) => {
    if (!there.has(name)) throw new ResourceNotFoundException({ message: 'no such thing', $metadata: {} });
  };
  const apply = (name: string) => {
    const value = things[SOURCE].get(name);
    if (value !== undefined) things[DESTINATION].set(name, value);
    else if (!retains) things[DESTINATION].delete(name);
  };
  const changed = (there: Map<string, string>, name: string) => {
    if (there === things[SOURCE] && !isDeaf) pending.push(() => apply(name));
  };
  const iot = mockClient(IoTClient);
  const valueOf = ({ attributePayload }: CreateThingCommandInput) => attributePayload!.attributes!.drill;
  iot.on(CreateThingCommand).callsFake(async (input: CreateThingCommandInput & { readonly thingName: string }, getClient) => {
    const there = await called('CreateThing', getClient);
    there.set(input.thingName, valueOf(input));
    changed(there, input.thingName);
    return {};
  });
  iot.on(UpdateThingCommand).callsFake(async (input: CreateThingCommandInput & { readonly thingName: string }, getClient) => {
    const there = await called('UpdateThing', getClient);
    thereOf(there, input.thingName);
    there.set(input.thingName, valueOf(input));
    changed(there, input.thingName);
    return {};
  });
  iot.on(DeleteThingCommand).callsFake(async ({ thingName }: { readonly thingName: string }, getClient) => {
    const there = await called('DeleteThing', getClient);
    if (there.delete(thingName)) changed(there, thingName);
    return {};
  });
  iot.on(DescribeThingCommand).callsFake(async ({ thingName }: { readonly thingName: string }, getClient) => {
    const there = await called('DescribeThing', getClient);
    thereOf(there, thingName);
    return { attributes: { drill: there.get(thingName)! } };
  });
  const lambda = mockClient(LambdaClient);
  lambda.on(ListEventSourceMappingsCommand).callsFake(({ FunctionName }: { readonly FunctionName: string }) => ({ EventSourceMappings: [{ UUID: FunctionName, State: mappings.get(FunctionName) ? 'Enabled' : 'Disabled' }] }));
  lambda.on(UpdateEventSourceMappingCommand).callsFake(async ({ UUID, Enabled }: { readonly UUID: string; readonly Enabled: boolean }, getClient) => {
    await called(Enabled ? 'resume' : 'pause', getClient);
    mappings.set(UUID, Enabled);
    return {};
  });
  mockClient(DynamoDBClient).on(GetItemCommand).resolves({ Item: marshall({ pk: 'status', state: readyToFailOver ? 'IN_SYNC' : 'DEGRADED', readyToFailOver, reasons: [], asOf: at(9), arrived: at(12) }) });
  const sqs = mockClient(SQSClient);
  sqs.on(GetQueueUrlCommand).resolves({ QueueUrl: 'https://retry' });
  sqs.on(SendMessageCommand).callsFake(({ MessageBody }: { readonly MessageBody: string }) => {
    const { pk } = JSON.parse(MessageBody) as { readonly pk: string };
    pending.push(() => apply(pk.replace('thing#', '')));
    return {};
  });
  const tick = () => {
    if (![...mappings.values()].every(Boolean)) return;
    for (const work of pending) work();
    pending = [];
  };
  const traces = () => [...things[SOURCE].keys(), ...things[DESTINATION].keys(), ...[...mappings].filter(([, isOn]) => !isOn).map(([name]) => name)];
  const drill = (args: readonly string[] = ['--yes'], circumstances: Circumstances = {}) => runProgram(['drill', ...TO_EU, ...args], {
    ...circumstances,
    onPause: (interrupt) => {
      tick();
      circumstances.onPause?.(interrupt);
    },
  });
  return { drill, calls, traces };
}

const nameless = (text: string) => text.replaceAll(/drill-[0-9a-f]{8}/g, 'drill-x');

test('a drill asks, takes every step, and leaves nothing; its protocol says what was found', async () => {
  const { drill, traces } = mockFleet();
  const { exitCode, printed, notes, asked } = await drill([], { answers: [true] });
  expect(nameless(asked.join())).toMatchSnapshot();
  expect(nameless(printed)).toMatchSnapshot();
  expect(notes).toMatchSnapshot();
  expect(exitCode).toBe(0);
  expect(traces()).toEqual([]);
});

test('nothing is asked of the source between its loss and its return', async () => {
  const { drill, calls } = mockFleet();
  await drill();
  const [created, back] = [calls.indexOf(`CreateThing ${SOURCE}`), calls.indexOf(`resume ${DESTINATION}`)];
  const meanwhile = calls.slice(created + 1, back);
  expect(meanwhile).toContain(`pause ${DESTINATION}`);
  expect(meanwhile.filter((call) => call.endsWith(SOURCE))).toEqual([]);
});

test('--json has every step', async () => {
  const { drill } = mockFleet();
  const { exitCode, printed } = await drill(['--yes', '--json']);
  const report = JSON.parse(printed);
  expectSchema('drill', report);
  expect(report.steps.map(({ step, ok }: { readonly step: string; readonly ok: boolean }) => [step, ok])).toEqual(STEPS.map((step) => [step, true]));
  expect(report).toMatchObject({ ok: true, readyToFailOver: true, isolation: 'simulated', canary: expect.stringMatching(/^thing\/drill-[0-9a-f]{8}$/), left: [] });
  expect(exitCode).toBe(0);
});

test.each<[string, Options, readonly string[], string]>([
  ['a destination that is not ready', { readyToFailOver: false }, ['unreachable'], 'not ready to fail over'],
  ['a thing that does not arrive', { isDeaf: true }, ['arrive'], 'a prefix or the router may exclude it'],
  ['a call that fails in the middle', { failing: { [`pause ${DESTINATION}`]: awsError('ServiceException', 'out of order') } }, ['pause'], 'ServiceException: out of order'],
])('%s is in the protocol with exit code 1, and nothing is left', async (_, options, failed, found) => {
  const { drill, traces } = mockFleet(options);
  const { exitCode, printed } = await drill(['--yes', '--json']);
  const report = JSON.parse(printed);
  expectSchema('drill', report);
  const steps = report.steps as readonly { readonly step: string; readonly ok: boolean; readonly found: string }[];
  expect(steps.filter(({ ok }) => !ok).map(({ step }) => step)).toEqual(failed);
  expect(steps.find(({ ok }) => !ok)!.found).toContain(found);
  expect([exitCode, report.ok, traces()]).toEqual([1, false, []]);
});

test('a thing whose deletion is not replicated is deleted by the drill', async () => {
  const { drill, traces } = mockFleet({ retains: true });
  expect(await drill()).toMatchObject({ exitCode: 0 });
  expect(traces()).toEqual([]);
});

describe('Ctrl-C', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])('at step %s takes everything back', async (step) => {
    const { drill, traces } = mockFleet();
    const { exitCode, printed } = await drill(['--yes', '--json'], { onNote: (text, interrupt) => { if (text.startsWith(`${step} of `)) interrupt(); } });
    const report = JSON.parse(printed);
    expectSchema('drill', report);
    // The deletion is replicated: the pause is over by then.
    expect(report.steps.at(-1)).toMatchObject({ step: 'cleanUp', ok: true, found: 'nothing is left' });
    expect(report.steps.at(-1).seconds).toBeLessThan(2);
    expect([exitCode, traces()]).toEqual([130, []]);
  });

  test('twice leaves what is there, with the commands that take it back', async () => {
    const { drill, traces } = mockFleet();
    const { exitCode, printed } = await drill(['--yes'], {
      onNote: (text, interrupt) => {
        if (text.startsWith('4 of ')) interrupt();
        if (text.startsWith('taking back')) interrupt();
      },
    });
    expect(nameless(printed)).toContain([
      '* eu-west-1 is paused: `npx cdk-iot-registry-replication resume fleet --region eu-west-1`',
      '* thing/drill-x exists in us-east-1 or eu-west-1: `aws iot delete-thing --region us-east-1 --thing-name drill-x && aws iot delete-thing --region eu-west-1 --thing-name drill-x`',
    ].join('\n'));
    expect(exitCode).toBe(3);
    expect(traces()).toHaveLength(4);
  });
});

describe('nothing is done', () => {
  test.each<[string, Options, readonly string[], string]>([
    ['after a no', {}, [], 'nothing was changed'],
    ['in a destination that is paused', { paused: true }, ['--yes'], 'eu-west-1 is paused, expected a destination that is not'],
    ['in one that a deployment has paused', { byDeployment: true }, ['--yes'], 'eu-west-1 is paused by a deployment'],
    ['with a prefix that no name has', {}, ['--yes', '--prefix', 'a b'], "--prefix: got 'a b'"],
    ['without a permission in the destination', { failing: { [`UpdateThing ${DESTINATION}`]: awsError('AccessDeniedException', 'User: arn:aws:iam::1:user/ops is not authorized to perform: iot:UpdateThing on resource: arn:aws:iot:eu-west-1:1:thing/drill-1') } }, ['--yes'], 'permission is missing: iot:UpdateThing on arn:aws:iot:eu-west-1:1:thing/drill-1'],
  ])('%s', async (_, options, args, message) => {
    const { drill, calls } = mockFleet(options);
    const { exitCode, printed, notes } = await drill(args, { answers: [false] });
    expect([exitCode, printed]).toEqual([2, '']);
    expect(notes).toContain(message);
    expect(calls.filter((call) => /^(CreateThing|pause|resume)/.test(call))).toEqual([]);
  });
});
