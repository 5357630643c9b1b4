/**
 * That each metric method of the API names what is emitted: name, namespace, dimensions and unit. What emits runs for real here: the functions' own
 * meter, whose lines are read off standard output, and the workflow.
 */
import { IotRegistryReplication } from '../../src';
import { EmbeddedMeter } from '../../src/metrics/handler/meter';
import { RegistryDestination } from '../../src/registry-destination';
import { RunIntervals, SCHEDULED_RUNS } from '../../src/status/handler/lateness';
import { statusHandler } from '../../src/status/handler/status-handler';
import { DESTINATION, SOURCE, replicate } from '../apps';
import { silent } from './silent';
import { CertificateSource, MINUTE } from '../certificate-check/source';
import { ASK, execute, TELL } from '../persistence/execution';
import { Destination, Item, record } from '../replicator/harness';
import { failure } from '../simulation/registry';
import { Source } from '../sweep/source';

interface Emitted { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>>; readonly unit: string; readonly values: number[] }

/** What the lines of a log make CloudWatch count. */
function metricsIn(lines: readonly string[]): Map<string, Emitted> {
  const metrics = new Map<string, Emitted>();
  for (const line of lines.flatMap((each) => each.split('\n')).filter((each) => each.includes('"_aws"'))) {
    const { _aws: { CloudWatchMetrics }, ...values } = JSON.parse(line);
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
      expect(Dimensions).toHaveLength(1);
      for (const { Name, Unit } of Metrics) {
        const dimensions = Object.fromEntries(Dimensions[0].map((name: string) => [name, values[name]]));
        const before = metrics.get(Name)?.values ?? [];
        metrics.set(Name, { namespace: Namespace, dimensions, unit: Unit, values: [...before, ...[values[Name]].flat()] });
      }
    }
  }
  return metrics;
}

/** What is written to standard output meanwhile. */
async function linesOf(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => { lines.push(String(chunk)); return true; });
  try {
    await work();
  } finally {
    write.mockRestore();
  }
  return lines;
}

const heartbeat = (timestamp: number): Item => ({
  pk: 'signal', sk: 'heartbeat', timestamp, sourceRegion: SOURCE, state: { registryEventsOff: [], registryEventsUnknown: [] },
});

/** Makes a destination emit all that it can. */
async function destinationAtWork(): Promise<void> {
  const meter = new EmbeddedMeter('fleet', DESTINATION);
  const destination = new Destination({ meter, maxDeletionsPerMinute: 1 });
  const [a, b] = [record.thing('a'), record.thing('b')];
  await destination.replicate(a, b, record.membership('nobody', 'nowhere'));
  await destination.replicate({ ...a, eventId: 'again' });
  await destination.replicate({ ...record.thing('c'), state: 'none' } as Item);
  await destination.replicate(record.deletedThing('a'), record.deletedThing('b'));
  destination.registry.injectFault = () => failure.Throttling('Rate exceeded');
  await destination.replicate(record.thing('d'));
  await destination.replicate(heartbeat(destination.now - 1234));
  const counts = { missing: 1, different: 0, shouldBeGone: 0, unmanaged: 0, repaired: 1, notRepaired: 1 };
  const now = () => Date.parse('2026-11-25T00:00:00.000Z');
  const otherReplications = { lookedAt: '2026-11-25T00:00:00.000Z', found: [{ replicationName: 'devices', does: 'WRITES_HERE', isPaused: false, isAcknowledged: false } as const], notFound: [] };
  const expected = Object.fromEntries(SCHEDULED_RUNS.map((run) => [run, { since: '2026-11-20T00:00:00.000Z', intervalSeconds: 1 }]));
  const status = { refresh: async () => ({ ...await silent.status.refresh({}), expected, otherReplications }) };
  const check = { startedAt: '2026-11-25T00:00:00.000Z', mode: 'repair', durationSeconds: 1, counts } as const;
  const told = (intervals: RunIntervals) => statusHandler({ status, meter, stream: silent.stream, now, intervals, lookForOthers: async () => otherReplications });
  await told({ sweepIntervalMs: 86_400_000, driftIntervalMs: 86_400_000 })({ driftCheck: check });
  await told({ identities: { sweepIntervalMs: 86_400_000, driftIntervalMs: 86_400_000, certificateCheckMs: 900_000 } })({ identityDriftCheck: check });
}

async function sourceAtWork(): Promise<void> {
  const source = new Source({ meter: new EmbeddedMeter('fleet', SOURCE) });
  source.untold(() => source.registry.execute('CreateThing', { thingName: 'lamp' }));
  source.pass(3_600_000);
  await source.sweep();
  const scope = { kinds: ['policy'], prefixes: {} } as const;
  const ofIdentities = new Source({ meter: new EmbeddedMeter('fleet', SOURCE), feature: 'identities', workflow: { features: ['identities'] }, scope });
  ofIdentities.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: '{"Statement":[]}' });
  ofIdentities.pass(3_600_000);
  await ofIdentities.sweep();
}

/** Revokes a certificate, and has both sides notice. */
async function revocationAtWork(): Promise<void> {
  const source = new CertificateSource({ meter: new EmbeddedMeter('fleet', SOURCE) });
  const certificate = source.register('lamp');
  await source.check();
  source.update(certificate, 'REVOKED');
  source.pass(MINUTE);
  await source.check();
  const destination = new Destination({
    meter: new EmbeddedMeter('fleet', DESTINATION),
    identities: { features: ['identities'], arnPrefix: `arn:aws:iot:${DESTINATION}:123456789012:`, relocation: { partition: 'aws', sourceRegion: SOURCE, destinationRegion: DESTINATION }, adoptsPolicies: false },
  });
  await destination.replicate({ ...source.record(certificate), timestamp: destination.now - 4321 } as unknown as Item);
  destination.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: '{"Statement":[]}' });
  const document = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' } });
  await destination.replicate({ pk: 'policy#p', sk: 'policy', incarnation: '1', version: 0, timestamp: 1, deleted: false, sourceRegion: SOURCE, eventId: 'e', state: { document } });
  const losing = new CertificateSource({ meter: new EmbeddedMeter('fleet', SOURCE), maxDeactivations: 0 });
  const gone = losing.register('gone');
  await losing.check();
  losing.delete(gone);
  losing.pass(MINUTE);
  await expect(losing.check()).rejects.toThrow('maxDeactivationsPerSweep');
}

/** What the workflow puts, in the form of what functions emit. */
async function registryEvents(): Promise<[string, Emitted][]> {
  const { calls } = await execute({ eventType: 'REPLICATION_HEARTBEAT' }, { [ASK]: () => ({ EventConfigurations: { THING: { Enabled: false } } }) }, { by: 'observers' });
  const { Namespace, MetricData } = calls.find(({ resource }) => resource === TELL)!.taskArguments as {
    Namespace: string; MetricData: { MetricName: string; Unit: string; Value: number; Dimensions: { Name: string; Value: string }[] }[];
  };
  return MetricData.map(({ MetricName, Unit, Value, Dimensions }) => [MetricName, {
    namespace: Namespace, unit: Unit, values: [Value], dimensions: Object.fromEntries(Dimensions.map(({ Name, Value: value }) => [Name, value])),
  }]);
}

const replication = replicate({ replicationName: 'fleet' });
const methodsOf = (prototype: object) => Object.getOwnPropertyNames(prototype).filter((name) => /^metric[A-Z]/.test(name));
const offered = [
  ...methodsOf(RegistryDestination.prototype).map((name) => [name, replication.destination(DESTINATION), DESTINATION] as const),
  ...methodsOf(IotRegistryReplication.prototype).map((name) => [name, replication, SOURCE] as const),
];
let emitted: Map<string, Emitted>;

beforeAll(async () => {
  const [destinationLines, sourceLines] = [await linesOf(destinationAtWork), await linesOf(sourceAtWork)];
  const ofRevocation = await linesOf(revocationAtWork);
  emitted = new Map([...metricsIn(ofRevocation), ...metricsIn(destinationLines), ...metricsIn(sourceLines), ...await registryEvents()]);
});

test.each(offered)('%s has the name of the emitted metric', (name, of, region) => {
  const metric = (of as unknown as Record<string, () => { toMetricConfig(): { metricStat: object } }>)[name]();
  const { namespace, dimensions, unit } = emitted.get(name.replace('metric', ''))!;
  expect(metric.toMetricConfig().metricStat).toMatchObject({
    metricName: name.replace('metric', ''),
    namespace,
    unitFilter: unit,
    region,
    dimensions: Object.entries(dimensions).map(([each, value]) => ({ name: each, value })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
  expect(namespace).toBe('IotRegistryReplication');
  expect(dimensions).toEqual({ ReplicationName: 'fleet', Region: region });
});

test('nothing is emitted that no method names', () => {
  expect([...emitted.keys()].sort()).toEqual(offered.map(([name]) => name.replace('metric', '')).sort());
});

test('the values are what happened', () => {
  const sums = Object.fromEntries([...emitted].map(([name, { values }]) => [name, values.reduce((sum, each) => sum + each, 0)]));
  expect(sums).toMatchObject({
    RecordsApplied: 3,
    Unchanged: 1,
    Waiting: 1,
    Rejected: 1,
    DeletionsPaused: 1,
    Throttled: 1,
    Heartbeats: 1,
    DriftFound: 1,
    DriftRepaired: 1,
    DriftAfterRepair: 1,
    SweepAge: 432_000,
    DriftCheckAge: 432_000,
    SweepRecordsWritten: 1,
    RegistryEventsOff: 1,
    CertificatesDeactivated: 1,
    RevocationLag: 4321,
    DeactivationsRefused: 1,
    ForeignPolicies: 1,
    IdentityDriftFound: 1,
    IdentityDriftRepaired: 1,
    IdentityDriftAfterRepair: 1,
    IdentitySweepAge: 432_000,
    IdentityDriftCheckAge: 432_000,
    CertificateCheckAge: 432_000,
    IdentitySweepRecordsWritten: 1,
  });
  // Three fresh changes and the heartbeat.
  expect(emitted.get('ReplicationLag')!.values).toHaveLength(4);
  expect(emitted.get('ReplicationLag')!.values).toContain(1234);
});

test('a metric is shown as it is asked for', () => {
  const metric = replication.destination(DESTINATION).metricReplicationLag({ statistic: 'Maximum', label: 'slowest' });
  expect(metric).toMatchObject({ statistic: 'Maximum', label: 'slowest' });
});
