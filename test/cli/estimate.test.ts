import { GetIndexingConfigurationCommand, GetStatisticsCommand, IoTClient, ListCertificatesCommand, ListPoliciesCommand, ListThingGroupsCommand, ListThingsCommand, ListThingTypesCommand } from '@aws-sdk/client-iot';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { mockClient } from 'aws-sdk-client-mock';
import { runProgram } from './harness';
import { awsError, regionOf } from './replications';
import { expectSchema } from './schemas';
import type { Estimate } from '../../src/cli/estimate/estimate';
import { PRICES } from '../../src/estimate/prices';
import { MemorySize } from '../../src/settings/memory-sizes';

/** By Region. */
function mockQuotas(quotas: Readonly<Record<string, Readonly<Record<string, number>>>> = {}) {
  const client = mockClient(ServiceQuotasClient);
  client.on(ListServiceQuotasCommand, { ServiceCode: 'iotcore' }).callsFake(async ({ NextToken }: { readonly NextToken?: string }, getClient) => {
    if (NextToken === undefined) return { NextToken: 'more', Quotas: [{ QuotaName: 'Maximum number of retained messages', Value: 5 }, { QuotaName: 'SearchIndex API TPS', Value: 5 }] };
    return { Quotas: Object.entries(quotas[await regionOf(getClient)] ?? {}).map(([call, Value]) => ({ QuotaName: `${call} API TPS`, Value })) };
  });
  return client;
}

const estimated = async (...args: string[]) => {
  const { exitCode, printed } = await runProgram(['estimate', ...args, '--json']);
  expect(exitCode).toBe(0);
  const answer = JSON.parse(printed) as Estimate;
  expectSchema('estimate', answer);
  return answer;
};

/** Of the bench: 10 % of the things in groups of 100, and 10 types. */
const registryOf = (things: number) => ['--things', String(things), '--memberships', String(things / 10), '--groups', String(things / 1000), '--types', '10'];
const identitiesOf = (count: number) => [...registryOf(count), '--certificates', String(count), '--policies', '1'];

/** Measured by `npm run bench`, in docs/costs-and-quotas.md: a backfill, and its list price without reads. */
test.each<[number, number, number]>([
  [10_000, 4 / 60, 0.05], [100_000, 39 / 60, 0.48], [1_000_000, 6.5, 4.83],
])('a backfill of %s things takes and costs what the bench measured', async (things, hours, dollars) => {
  const { backfill: [registry] } = await estimated(...registryOf(things), '--default-quotas');
  expect(registry).toMatchObject({ of: 'registry', limitedBy: 'CreateThing' });
  expect(hours / registry.hours).toBeGreaterThan(0.95);
  expect(hours / registry.hours).toBeLessThan(1.15);
  expect(registry.dollars / dollars).toBeGreaterThan(0.8);
  expect(registry.dollars / dollars).toBeLessThan(1.2);
});

test.each<[number, number, number]>([
  [100_000, 2 * 60, 0.01], [1_000_000, 16 * 60, 0.12],
])('a sweep in sync of %s things takes and costs what the bench measured', async (things, seconds, dollars) => {
  const { month: [sweep] } = await estimated(...registryOf(things), '--default-quotas');
  expect(sweep).toMatchObject({ what: 'sweep', times: 30 });
  expect(sweep.hours! * 3600 / seconds).toBeGreaterThan(0.8);
  expect(sweep.hours! * 3600 / seconds).toBeLessThan(1.2);
  // The page has cents.
  expect(Math.abs(sweep.dollars / 30 - dollars)).toBeLessThan(Math.max(0.01, dollars / 4));
});

/** Measured by `npm run bench -- --only identities`: seconds of a sweep and of a drift check, and what a sweep costs without the time of its function. */
test.each<[number, string[], number, number, number]>([
  [10_000, [], 1_021, 1_050, 0.51 / 30],
  [100_000, [], 10_119, 10_306, 4.73 / 30],
  [1_000_000, [], 101_099, 102_866, 23.46 / 15],
  // Each certificate was asked for its policies.
  [100_000, ['--quota', 'ListTargetsForPolicy=0.000001'], 13_398, 23_502, 5.83 / 30],
])('identities of %s devices at rest take what the bench measured, with the options %j', async (devices, options, sweepSeconds, driftSeconds, dollarsWithoutFunction) => {
  const { month } = await estimated(...identitiesOf(devices), '--default-quotas', ...options);
  const [sweep, drift] = ['sweep of identities', 'drift check of identities'].map((name) => month.find(({ what }) => what === name)!);
  expect(sweep.hours! * 3600 / sweepSeconds).toBeCloseTo(1, 1);
  expect(drift.hours! * 3600 / driftSeconds).toBeCloseTo(1, 1);
  const functionDollars = driftSeconds * MemorySize.IDENTITY_COMPARISON / 1024 * PRICES.lambdaGigabyteSecond;
  expect(sweep.dollars / sweep.times! / (dollarsWithoutFunction + functionDollars)).toBeGreaterThan(0.8);
  expect(sweep.dollars / sweep.times! / (dollarsWithoutFunction + functionDollars)).toBeLessThan(1.2);
  expect(sweep.times).toBe(devices === 1_000_000 ? 15 : 30);
});

test('identities that share a policy are read as fast as principals of things are', async () => {
  const { month } = await estimated(...identitiesOf(1_000_000), '--default-quotas');
  expect(month.find(({ what }) => what === 'sweep of identities')!.hours).toBeCloseTo(28, 0);
});

test('who waits for hints pays for it each month, whatever the size, and only with identities', async () => {
  const waitingIn = async (...args: string[]) => (await estimated(...args, '--default-quotas')).month.find(({ what }) => what === 'waiting for hints');
  expect(await waitingIn(...identitiesOf(1_000))).toMatchObject({ dollars: expect.closeTo(0.52, 2) });
  expect(await waitingIn(...registryOf(1_000))).toBeUndefined();
});

test('the quotas of the account decide, by Region; a given one replaces them', async () => {
  mockQuotas({ 'us-east-1': { ListThings: 20, CreateThing: 1 }, 'eu-west-1': { CreateThing: 200 }, 'ap-southeast-2': { CreateThing: 50 } });
  const hoursOf = async (...args: string[]) => (await estimated('--things', '360000', ...args)).backfill[0].hours;
  expect(await hoursOf('--destination', 'eu-west-1')).toBe(1);
  expect(await hoursOf('--destination', 'eu-west-1', 'ap-southeast-2')).toBe(4);
  expect(await hoursOf('--destination', 'eu-west-1', '--write-share', '1')).toBe(0.5);
  expect(await hoursOf('--destination', 'eu-west-1', '--quota', 'CreateThing=400')).toBe(0.5);
  expect(await hoursOf()).toBe(2);
});

test('tables say what limits, what it costs, and what they rest on', async () => {
  mockQuotas({ 'us-east-1': { ListThings: 10 }, 'eu-west-1': { CreateThing: 100, UpdateThing: 100 } });
  const { exitCode, printed } = await runProgram(['estimate', ...identitiesOf(100_000), '--changes', '1000000', '--destination', 'eu-west-1']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

describe('counting', () => {
  const mockFleet = (thingIndexingMode: 'OFF' | 'REGISTRY') => {
    mockQuotas();
    const iot = mockClient(IoTClient);
    iot.on(GetIndexingConfigurationCommand).resolves({ thingIndexingConfiguration: { thingIndexingMode } });
    iot.on(GetStatisticsCommand).resolves({ statistics: { count: 700 } });
    const pages = <Page extends object>(page: Page) => (input: { readonly nextToken?: string; readonly marker?: string }) => (
      input.nextToken ?? input.marker ? page : { ...page, nextToken: 'more', nextMarker: 'more' }
    );
    iot.on(ListThingsCommand).callsFake(pages({ things: [{}, {}, {}] }));
    iot.on(ListThingGroupsCommand).callsFake(pages({ thingGroups: [{}] }));
    iot.on(ListThingTypesCommand).callsFake(pages({ thingTypes: [] }));
    iot.on(ListCertificatesCommand).callsFake(pages({ certificates: [{}, {}] }));
    iot.on(ListPoliciesCommand).callsFake(pages({ policies: [{}] }));
    return iot;
  };

  test.each<['OFF' | 'REGISTRY', number, string]>([['OFF', 6, 'the things are listed'], ['REGISTRY', 700, 'one query of the fleet index']])('where the index is %s finds %s things, after asking', async (mode, things, how) => {
    mockFleet(mode);
    const { printed, asked } = await runProgram(['estimate', '--count', '--json'], { answers: [true] });
    expect(asked).toEqual([expect.stringContaining(how)]);
    expect(JSON.parse(printed)).toMatchObject({ fleet: { things, groups: 2, types: 0, certificates: 4, policies: 2, memberships: Math.round(things / 10) }, identities: true });
  });

  test('lists nothing after a no, or where nobody can be asked; what is given replaces it', async () => {
    const iot = mockFleet('OFF');
    expect(await runProgram(['estimate', '--count'], { answers: [false] })).toMatchObject({ exitCode: 2, printed: '' });
    expect(await runProgram(['estimate', '--count'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('--yes') });
    expect(iot.commandCalls(ListThingsCommand)).toEqual([]);
    expect((await estimated('--count', '--yes', '--things', '1000')).fleet.things).toBe(1000);
  });
});

test.each<[string, readonly string[], string]>([
  ['no fleet', [], 'got no fleet, expected --things, or --count'],
  ['a quota of a call that nobody makes', ['--things', '1', '--quota', 'CreateThings=2'], "--quota: got 'CreateThings=2', expected a call"],
  ['a quota of nothing', ['--things', '1', '--quota', 'CreateThing=0'], "--quota: got 'CreateThing=0'"],
  ['a share of nothing', ['--things', '1', '--read-share', '0'], 'expected a number above 0, at most 1'],
])('fails with %s', async (_, args, message) => {
  mockQuotas();
  expect(await runProgram(['estimate', ...args])).toMatchObject({ exitCode: 2, printed: '', notes: expect.stringContaining(message) });
});

test('a missing permission is named', async () => {
  mockClient(ServiceQuotasClient).on(ListServiceQuotasCommand).rejects(awsError('AccessDeniedException', 'User: arn:aws:iam::111122223333:user/ops is not authorized to perform: servicequotas:ListServiceQuotas'));
  expect(await runProgram(['estimate', '--things', '1'])).toMatchObject({ exitCode: 2, notes: expect.stringContaining('permission is missing: servicequotas:ListServiceQuotas') });
});
