import { DescribeEventConfigurationsCommand, IoTClient, UpdateEventConfigurationsCommand } from '@aws-sdk/client-iot';
import type { CdkCustomResourceEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../src/events/event-configurations.lambda';
import { EVENT_TYPES_PROPERTY } from '../../src/events/properties';

type Switches = Record<string, { Enabled?: boolean }>;

const iot = mockClient(IoTClient);
let switches: Switches;

/** AWS doesn't document whether an update is merged with what is on or takes its place. */
const SEMANTICS: [string, (current: Switches, update: Switches) => Switches][] = [
  ['are merged', (current, update) => ({ ...current, ...update })],
  ['replace what is on', (current, update) => ({ ...Object.fromEntries(Object.keys(current).map((type) => [type, { Enabled: false }])), ...update })],
];

function request(RequestType: 'Create' | 'Update' | 'Delete', types: string[]): CdkCustomResourceEvent {
  return {
    RequestType,
    ResourceProperties: { ServiceToken: 'token', [EVENT_TYPES_PROPERTY]: types },
    ...RequestType === 'Create' ? {} : { PhysicalResourceId: 'as-it-was' },
  } as unknown as CdkCustomResourceEvent;
}

const on = () => Object.keys(switches).filter((type) => switches[type].Enabled).sort();

describe.each(SEMANTICS)('where updates %s', (_, apply) => {
  beforeEach(() => {
    iot.reset();
    switches = { THING: { Enabled: false }, THING_GROUP: { Enabled: false }, JOB: { Enabled: true }, CERTIFICATE: { Enabled: false } };
    iot.on(DescribeEventConfigurationsCommand).callsFake(() => ({ eventConfigurations: switches }));
    iot.on(UpdateEventConfigurationsCommand).callsFake(({ eventConfigurations }) => {
      switches = apply(switches, eventConfigurations);
      return {};
    });
  });

  test.each(['Create', 'Update'] as const)('%s switches on the required events and none off', async (type) => {
    await handler(request(type, ['THING', 'THING_GROUP']));
    expect(on()).toEqual(['JOB', 'THING', 'THING_GROUP']);
  });

  test('a smaller list of kinds switches nothing off', async () => {
    await handler(request('Create', ['THING', 'THING_GROUP']));
    await handler(request('Update', ['THING']));
    expect(on()).toEqual(['JOB', 'THING', 'THING_GROUP']);
  });

  test('sends no update when all is on', async () => {
    switches = { THING: { Enabled: true } };
    await handler(request('Update', ['THING']));
    expect(iot.commandCalls(UpdateEventConfigurationsCommand)).toHaveLength(0);
  });

  test('deleting makes no call', async () => {
    await handler(request('Delete', ['THING']));
    expect(iot.calls()).toHaveLength(0);
  });
});

describe('the physical id', () => {
  beforeEach(() => iot.reset().on(DescribeEventConfigurationsCommand).resolves({ eventConfigurations: { THING: { Enabled: true } } }));

  test('stays, so that an update replaces nothing', async () => {
    expect(await handler(request('Create', ['THING']))).toEqual({ PhysicalResourceId: 'registry-events' });
    expect(await handler(request('Update', ['THING']))).toEqual({ PhysicalResourceId: 'as-it-was' });
    expect(await handler(request('Delete', ['THING']))).toEqual({ PhysicalResourceId: 'as-it-was' });
  });
});

test('fails when AWS refuses, so that the deployment does', async () => {
  iot.reset().on(DescribeEventConfigurationsCommand).rejects(new Error('not authorized'));
  await expect(handler(request('Create', ['THING']))).rejects.toThrow('not authorized');
});

test('an answer without switches has none on', async () => {
  iot.reset().on(DescribeEventConfigurationsCommand).resolves({}).on(UpdateEventConfigurationsCommand).resolves({});
  await handler(request('Create', ['THING']));
  expect(iot.commandCalls(UpdateEventConfigurationsCommand)[0].args[0].input).toEqual({ eventConfigurations: { THING: { Enabled: true } } });
});
