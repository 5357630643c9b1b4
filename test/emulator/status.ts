import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, DeleteThingCommand, DisableTopicRuleCommand, EnableTopicRuleCommand, EventType, UpdateEventConfigurationsCommand } from '@aws-sdk/client-iot';
import { GetFunctionConfigurationCommand, InvokeCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { DeleteParametersCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { credentialsOf } from './credentials';
import { commandsBelow } from './documentation';
import { ACKNOWLEDGED, PLAIN, READER, ROUTED } from './names';
import { World } from './world';
import { median } from '../../bench/part';
import { readStatus, timedReads } from '../../demo/status';
import { waitFor } from '../../emulator/waiting';
import { markerName, MarkerRole } from '../../src/regional/marker';
import type { StatusItem } from '../../src/status/handler/status';

const STATE = `${PLAIN.name}-state`;
/** A schedule runs once a minute. */
const A_MINUTE = { boundMillis: 90_000 };
const SOON = { boundMillis: 30_000 };
const READS = 9;
const HEARTBEAT = { eventType: 'REPLICATION_HEARTBEAT' };

/** The signals, metrics and status of a destination. */
export function statusTests(world: () => World): void {
  const statusOnce = async (isAsExpected: (status: StatusItem) => boolean, bound = SOON): Promise<StatusItem | undefined> => {
    const found = await waitFor(async () => {
      const status = await readStatus(world().destinationTables, STATE);
      return status && isAsExpected(status) ? status : undefined;
    }, bound);
    return found ?? readStatus(world().destinationTables, STATE);
  };
  /** As if a sweep, or a drift check, had begun as long after the gap as it has to: minutes, which no test waits for. */
  const endGap = async (gap: 'sourceGap' | 'destinationGap') => {
    await world().destinationTables.send(new UpdateItemCommand({
      TableName: STATE,
      Key: { pk: { S: 'status' } },
      // Whoever has read the item before has to read it again.
      // What may have been lost is lost for registry and identities, each until its own runs prove the opposite.
      UpdateExpression: 'SET revision = revision + :one REMOVE #gap, identities.#gap',
      ExpressionAttributeNames: { '#gap': gap },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }));
  };
  /** Metrics in the log of a function, once there are such. */
  const metricsOf = async (FunctionName: string, isExpected: (metrics: Record<string, unknown>) => boolean) => {
    const { LoggingConfig } = await world().lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return waitFor(async () => {
      const { events } = await world().logs.send(new FilterLogEventsCommand({ logGroupName: LoggingConfig!.LogGroup }));
      const lines = (events ?? []).flatMap(({ message }) => message!.split('\n')).filter((line) => line.includes('"_aws"'));
      return lines.map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>).find(isExpected);
    }, SOON);
  };
  const beat = () => world().source.start(`${PLAIN.name}-observations`, HEARTBEAT);

  test('heartbeats are sent by a schedule, and arrive', async () => {
    const first = await statusOnce(({ heartbeat }) => heartbeat !== undefined, A_MINUTE);
    expect(first?.heartbeat).toMatchObject({ registryEventsOff: [], registryEventsUnknown: [] });
    await world().emulator.passMinute(PLAIN.source);
    const next = await statusOnce(({ heartbeat }) => heartbeat!.sentAt > first!.heartbeat!.sentAt);
    expect(next!.heartbeat!.sentAt > first!.heartbeat!.sentAt).toBe(true);
    expect(next!.heartbeat!.lagMs).toBeLessThan(30_000);
  }, 200_000);

  test('sweeps and drift checks are in the status, and with a heartbeat it is in sync', async () => {
    await world().source.execute(`${PLAIN.name}-sweep`, {});
    await world().destination.execute(`${PLAIN.name}-drift`, {});
    await beat();
    // What waits is counted once a minute: the last count may be of when what was made before still waited.
    expect(await world().differences()).toEqual([]);
    await world().emulator.passMinute(PLAIN.destination);
    const status = await statusOnce(({ state }) => state === 'IN_SYNC');
    expect(status).toMatchObject({
      state: 'IN_SYNC',
      registryInSync: true,
      identitiesInSync: true,
      readyToFailOver: true,
      reasons: [],
      lastSweep: { remaining: 0 },
      lastDrift: { mode: 'repair', remaining: 0 },
      identities: { lastSweep: { remaining: 0 }, lastDrift: { remaining: 0 }, lastCertificateCheck: { remaining: 0 } },
    });
  }, 180_000);

  test('a registry event that is switched off is found, and reported in the status and in a metric', async () => {
    const THING_TYPE = (Enabled: boolean) => new UpdateEventConfigurationsCommand({ eventConfigurations: { [EventType.THING_TYPE]: { Enabled } } });
    await world().source.iot.send(THING_TYPE(false));
    try {
      await beat();
      const status = await statusOnce(({ heartbeat }) => heartbeat!.registryEventsOff.length > 0);
      expect(status).toMatchObject({ state: 'DEGRADED', registryInSync: false, reasons: ['EVENTS_OFF: registry events are switched off in the source: THING_TYPE'] });
      const Dimensions = [{ Name: 'ReplicationName', Value: PLAIN.name }, { Name: 'Region', Value: PLAIN.source }];
      const datapoints = await waitFor(async () => {
        const { Datapoints } = await world().cloudWatch.send(new GetMetricStatisticsCommand({
          Namespace: 'IotRegistryReplication',
          MetricName: 'RegistryEventsOff',
          Dimensions,
          Period: 60,
          Statistics: ['Maximum'],
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(Date.now() + 60_000),
        }));
        return Datapoints?.length ? Datapoints : undefined;
      }, SOON);
      expect(datapoints).toMatchObject([{ Maximum: 1 }]);
    } finally {
      await world().source.iot.send(THING_TYPE(true));
    }
    await beat();
    const gap = 'EVENTS_WERE_OFF: registry events were switched off in the source (THING_TYPE) until ';
    const status = await statusOnce(({ sourceGap }) => sourceGap !== undefined);
    expect(status).toMatchObject({
      state: 'DEGRADED', registryInSync: false, identitiesInSync: false, readyToFailOver: false, reasons: [expect.stringContaining(gap), expect.stringContaining(`IDENTITY_${gap}`)],
    });
    await endGap('sourceGap');
    await beat();
    expect(await statusOnce(({ state }) => state === 'IN_SYNC')).toMatchObject({ state: 'IN_SYNC' });
  }, 180_000);

  test('a topic rule that is disabled is found: its events are lost, and a sweep after it finds the changes', async () => {
    const { source } = world();
    const ruleName = await source.ruleName(new RegExp(`^${PLAIN.name}_thing_[0-9a-f]{8}_`));
    await source.iot.send(new DisableTopicRuleCommand({ ruleName }));
    try {
      await source.iot.send(new CreateThingCommand({ thingName: 'unruled' }));
      await beat();
      const off = { state: 'DEGRADED', registryInSync: false, readyToFailOver: false, reasons: ['RULES_OFF: topic rules are disabled or deleted in the source: those of THING'] };
      expect(await statusOnce(({ heartbeat }) => heartbeat!.registryEventsOff.length > 0)).toMatchObject(off);
    } finally {
      await source.iot.send(new EnableTopicRuleCommand({ ruleName }));
    }
    await beat();
    const gap = expect.stringContaining('EVENTS_WERE_OFF: registry events were switched off in the source (topic rule of THING) until ') as string;
    expect(await statusOnce(({ sourceGap }) => sourceGap !== undefined)).toMatchObject({ state: 'DEGRADED', registryInSync: false, readyToFailOver: false, reasons: [gap, gap] });
    // What is lost stays lost until a sweep finds it: two heartbeats that were sent later have arrived.
    expect((await world().destination.registry()).things).not.toHaveProperty('unruled');
    await source.execute(`${PLAIN.name}-sweep`, {});
    expect((await world().destination.registryOnce(({ things }) => 'unruled' in things)).things).toHaveProperty('unruled');
    await source.iot.send(new DeleteThingCommand({ thingName: 'unruled' }));
    expect(await world().differences()).toEqual([]);
    await endGap('sourceGap');
    await beat();
    expect(await statusOnce(({ state }) => state === 'IN_SYNC')).toMatchObject({ state: 'IN_SYNC' });
  }, 180_000);

  test('whoever may read the status reads it in one call within 50 ms, while the source Region is unreachable, and reads nothing else', async () => {
    const { emulator } = world();
    const reader = await readerOf(world());
    await emulator.isolate(PLAIN.source);
    try {
      await expect(world().source.registry()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
      // What runs by schedule while nothing comes from the source any more.
      const { asOf } = (await readStatus(reader, STATE))!;
      await world().lambda.send(new InvokeCommand({ FunctionName: `${PLAIN.name}-status`, Payload: '{}' }));
      const reads = await timedReads(reader, STATE, READS);
      for (const { status } of reads) {
        expect(status).toMatchObject({ state: 'IN_SYNC', registryInSync: true });
        expect(status!.asOf > asOf).toBe(true);
      }
      expect(median(reads.map(({ millis }) => millis))).toBeLessThan(50);
    } finally {
      await emulator.rejoin(PLAIN.source);
    }
    await expect(reader.send(new GetItemCommand({ TableName: STATE, Key: { pk: { S: 'deletions#1' } } }))).rejects.toThrow('not authorized');
  }, 180_000);

  test('who may read the status and not use the key that it is encrypted with reads nothing', async () => {
    const reader = await readerOf(world());
    await world().whileRefused(READER, 'kms:Decrypt', async () => {
      await expect(readStatus(reader, STATE)).rejects.toThrow('not authorized');
    });
    await expect(readStatus(reader, STATE)).resolves.toMatchObject({ state: 'IN_SYNC' });
  });

  test('a waiting change, and one that became a dead letter, are in the status', async () => {
    const { destination } = world();
    await destination.send(`${PLAIN.name}-dead-letters`, '{}');
    await world().lambda.send(new InvokeCommand({ FunctionName: `${PLAIN.name}-status`, Payload: '{}' }));
    expect(await readStatus(world().destinationTables, STATE)).toMatchObject({ state: 'DEGRADED', registryInSync: false, reasons: ['DEAD_LETTERS: 1 change could not be applied'] });
    await destination.purge(`${PLAIN.name}-dead-letters`);
    await world().lambda.send(new InvokeCommand({ FunctionName: `${PLAIN.name}-status`, Payload: '{}' }));
    const gap = expect.stringMatching(/^DEAD_LETTERS_GONE: there were dead letters until .*, and no drift check that began after .* has completed$/);
    const ofIdentities = expect.stringMatching(/^IDENTITY_DEAD_LETTERS_GONE: there were dead letters until .*, and no drift check of certificates and policies that began after .* has completed$/);
    expect(await readStatus(world().destinationTables, STATE)).toMatchObject({ state: 'DEGRADED', registryInSync: false, identitiesInSync: false, reasons: [gap, ofIdentities] });
    await endGap('destinationGap');
    await world().lambda.send(new InvokeCommand({ FunctionName: `${PLAIN.name}-status`, Payload: '{}' }));
    expect(await readStatus(world().destinationTables, STATE)).toMatchObject({ state: 'IN_SYNC' });
  }, 30_000);

  test('another replication into the Region is reported by name, in the status, a drift check and a metric, and an acknowledged one is not', async () => {
    const { emulator, lambda, destinationTables } = world();
    const [here, elsewhere] = [PLAIN.destination, ROUTED.destination].map((region) => new SSMClient(emulator.clientConfig(region)));
    const nameOf = (replicationName: string) => markerName(MarkerRole.DESTINATION, replicationName);
    // What a deployment has left where the other one is, as it would be if it came here.
    const { Parameter } = await elsewhere.send(new GetParameterCommand({ Name: nameOf(ROUTED.name) }));
    const write = async () => {
      await lambda.send(new InvokeCommand({ FunctionName: `${PLAIN.name}-status`, Payload: '{}' }));
      return readStatus(destinationTables, STATE);
    };
    const come = (name: string) => here.send(new PutParameterCommand({ Name: nameOf(name), Type: 'String', Value: Parameter!.Value }));
    try {
      await come(ACKNOWLEDGED);
      expect(await write()).toMatchObject({ state: 'IN_SYNC', otherReplications: { found: [{ replicationName: ACKNOWLEDGED, isAcknowledged: true }], notFound: ['misspelt'] } });
      await come(ROUTED.name);
      const stack = `${ROUTED.name}-${ROUTED.destination}-from-${ROUTED.source}`;
      const sentence = `the replication '${ROUTED.name}' of ${ROUTED.source} may write to this registry too; delete its stack '${stack}', or name it in acknowledgedReplications if it is meant to, `
        + "where 'misspelt' may be misspelt: no such replication exists here";
      expect(await write()).toMatchObject({ state: 'DEGRADED', registryInSync: false, reasons: [`OTHER_REPLICATION: ${sentence}`] });
      const [list] = commandsBelow('docs/monitoring.md', 'Other replications');
      const listed = await world().run(list);
      for (const name of [PLAIN.name, ACKNOWLEDGED, ROUTED.name]) expect(listed).toContain(nameOf(name));
      expect(await world().destination.execute(`${PLAIN.name}-drift`, { mode: 'report' })).toMatchObject({ output: { otherReplications: [ROUTED.name] } });
      expect(await metricsOf(`${PLAIN.name}-status`, ({ OtherReplications }) => OtherReplications === 1)).toMatchObject({ ReplicationName: PLAIN.name, Region: PLAIN.destination });
    } finally {
      await here.send(new DeleteParametersCommand({ Names: [nameOf(ACKNOWLEDGED), nameOf(ROUTED.name)] }));
    }
    expect(await write()).toMatchObject({ state: 'IN_SYNC', registryInSync: true });
  }, 60_000);

  test('a Region that is removed and put back is read again automatically, and what was copied into its replica meanwhile is missed until a drift check has looked', async () => {
    const { dynamodb, source, destination, destinationTables, lambda } = world();
    const [copied, live] = ['copied-meanwhile', 'live-again'];
    const RegionName = PLAIN.destination;
    const FunctionName = `${PLAIN.name}-replicator`;
    const written = async () => {
      await lambda.send(new InvokeCommand({ FunctionName: `${PLAIN.name}-status`, Payload: '{}' }));
      return readStatus(destinationTables, STATE);
    };
    const mappings = async () => (await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))).EventSourceMappings!;
    const [before] = await mappings();
    // As the stack of the source does; that of the destination is what it was.
    await dynamodb.send(new UpdateTableCommand({ TableName: PLAIN.name, ReplicaUpdates: [{ Delete: { RegionName } }] }));
    await source.iot.send(new CreateThingCommand({ thingName: copied }));
    const unread = expect.stringMatching(/^STREAM_UNREAD: .* until .*, and no drift check that began after .* has completed$/);
    expect(await written()).toMatchObject({ registryInSync: false, reasons: expect.arrayContaining([unread]) });
    expect(await mappings()).toMatchObject([{ UUID: before.UUID }]);
    const isRecorded = async () => (await dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: { pk: { S: `thing#${copied}` }, sk: { S: 'thing' } } }))).Item;
    expect(await waitFor(isRecorded, SOON)).toBeDefined();

    await dynamodb.send(new UpdateTableCommand({ TableName: PLAIN.name, ReplicaUpdates: [{ Create: { RegionName } }] }));
    await source.iot.send(new CreateThingCommand({ thingName: live }));
    expect(await written()).toMatchObject({ registryInSync: false, reasons: expect.arrayContaining([unread]) });
    const { Table } = await destinationTables.send(new DescribeTableCommand({ TableName: PLAIN.name }));
    const { EventSourceArn: _, EventSourceMappingArn: __, UUID: former, LastModified: ___, LastProcessingResult: ____, ...settings } = before;
    expect(await mappings()).toEqual([expect.objectContaining({ ...settings, EventSourceArn: Table!.LatestStreamArn, UUID: expect.not.stringContaining(former!) })]);
    const { things } = await destination.registryOnce((registry) => live in registry.things);
    expect([live in things, copied in things]).toEqual([true, false]);
    expect(await written()).toMatchObject({ registryInSync: false, reasons: expect.arrayContaining([unread]) });

    // As if the minute were over that the check has to begin later, and the last one had begun before.
    const [until, earlier] = [90_000, 600_000].map((ago) => new Date(Date.now() - ago).toISOString());
    await destinationTables.send(new UpdateItemCommand({
      TableName: STATE,
      Key: { pk: { S: 'status' } },
      UpdateExpression: 'SET revision = revision + :one, destinationGap.#until = :until, lastDrift.startedAt = :earlier',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':until': { S: until }, ':earlier': { S: earlier } },
    }));
    await written();
    const after = await destination.registryOnce((registry) => copied in registry.things);
    expect(after.things).toHaveProperty(copied);
    const status = await statusOnce(({ destinationGap }) => destinationGap === undefined, A_MINUTE);
    expect(status?.destinationGap).toBeUndefined();
    expect(await world().differences()).toEqual([]);
  }, 180_000);

  test('metrics are in the log of the function, in the format that CloudWatch makes metrics of', async () => {
    const thingName = 'measured';
    await world().source.iot.send(new CreateThingCommand({ thingName }));
    await world().destination.registryOnce((registry) => thingName in registry.things);
    const metrics = await metricsOf(`${PLAIN.name}-replicator`, ({ RecordsApplied, ReplicationLag }) => RecordsApplied === 1 && ReplicationLag !== undefined);
    expect(metrics).toMatchObject({ ReplicationName: PLAIN.name, Region: PLAIN.destination, RegistryCalls: 1, ReplicationLag: expect.any(Number) });
    expect(JSON.stringify(metrics)).not.toContain(thingName);
  }, 180_000);
}

/** DynamoDB of the destination, as somebody who may read the status. */
async function readerOf({ emulator, sts }: World): Promise<DynamoDBClient> {
  const credentials = await credentialsOf(sts, `arn:aws:iam::${emulator.account}:role/${READER}`);
  return new DynamoDBClient({ ...emulator.clientConfig(PLAIN.destination), credentials });
}
