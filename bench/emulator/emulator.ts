/** The packed library on the emulator, deployed by the real CDK CLI as in the demo: how long changes take to arrive, one by one and in a burst. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, IoTClient, paginateListThings } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { peekIntoQueues, Site } from '../../demo/quiet';
import { fleetScenario, Latency, play } from '../../demo/scenario';
import { readStatus, statusTableName, timedReads } from '../../demo/status';
import { CdkCli } from '../../emulator/cdk';
import { endRunningCommands } from '../../emulator/child-process';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { waitFor } from '../../emulator/waiting';
import { packLibrary } from '../../packages/library';
import { median, Part, percentile, progress, Row, runPart, shown } from '../part';

const SOURCE = 'us-east-1';
const DESTINATION = 'eu-west-1';
const BURST = 200;
const BURST_CONCURRENCY = 16;
const BURST_BOUND_MILLIS = 60_000;
const STATUS_READS = 25;
/** It is written once a minute. */
const STATUS_BOUND_MILLIS = 90_000;

let emulator: Emulator | undefined;

async function measure(): Promise<Part> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());
  try {
    progress('emulator: packing the library, starting the emulator');
    const packing = packLibrary();
    packing.catch(() => undefined);
    emulator = await startEmulator();
    const cdk = new CdkCli(emulator);
    await cdk.bootstrap([SOURCE, DESTINATION]);
    const { nodePath } = await packing;
    progress('emulator: deploying');
    await cdk.deployAll({ app: 'demo/app.ts', nodePath }, SOURCE);
    const [source, destination] = [SOURCE, DESTINATION].map((region): Site => {
      const config = emulator!.clientConfig(region);
      return { region, iot: new IoTClient(config), sqs: new SQSClient(config) };
    });
    return { rows: [...await latencies(source, destination), ...await burst(source, destination), await answer()], figures: undefined };
  } finally {
    await emulator?.stop();
  }
}

async function latencies(source: Site, destination: Site): Promise<Row[]> {
  progress('emulator: making changes one after the other');
  const found: readonly Latency[] = await play(fleetScenario({ deleteType: true }), source.iot, destination.iot, { concurrency: 1 });
  const millis = found.map((each) => each.millis);
  const [p50, p95] = [percentile(millis, 0.5), percentile(millis, 0.95)];
  return [{ what: 'emulator: change to visible, p50 and p95', mustReach: 'all arrive', measured: `${shown(p50, 0)} ms, ${shown(p95, 0)} ms (${millis.length} changes)`, ok: true }];
}

async function burst(source: Site, destination: Site): Promise<Row[]> {
  progress(`emulator: creating ${BURST} things at once`);
  const before = await countThings(destination.iot);
  const start = performance.now();
  const attributes = { serial: '1', firmware: '1.0.0' };
  await pMap(
    Array.from({ length: BURST }, (_, i) => `burst-${i}`),
    (thingName) => source.iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes } })),
    { concurrency: BURST_CONCURRENCY },
  );
  const created = (performance.now() - start) / 1000;
  const all = await waitFor(async () => await countThings(destination.iot) === before + BURST || undefined, { boundMillis: BURST_BOUND_MILLIS });
  const visible = (performance.now() - start) / 1000;
  if (!all) progress([...await peekIntoQueues(source), ...await peekIntoQueues(destination)].join('\n'));
  return [{
    what: `emulator: a burst of ${BURST} creations`,
    mustReach: 'all arrive',
    measured: all
      ? `all visible after ${shown(visible, 1)} s, ${shown(BURST / visible, 0)}/s (created in the source within ${shown(created, 1)} s)`
      : `${await countThings(destination.iot) - before} visible after ${shown(visible, 0)} s`,
    ok: all === true,
  }];
}

/** "Can I fail over now?", with the source Region unreachable. */
async function answer(): Promise<Row> {
  progress(`emulator: reading the status while ${SOURCE} is unreachable`);
  const dynamodb = new DynamoDBClient(emulator!.clientConfig(DESTINATION));
  const table = await statusTableName(dynamodb);
  await waitFor(() => readStatus(dynamodb, table), { boundMillis: STATUS_BOUND_MILLIS });
  await emulator!.isolate(SOURCE);
  const reads = await timedReads(dynamodb, table, STATUS_READS);
  const millis = median(reads.map((each) => each.millis));
  return {
    what: 'emulator: the `registryInSync` answer with the source unreachable',
    mustReach: 'one read, < 50 ms',
    measured: `one GetItem, ${shown(millis, 1)} ms (median of ${STATUS_READS})`,
    ok: millis < 50 && reads.every(({ status }) => typeof status?.registryInSync === 'boolean'),
  };
}

async function countThings(iot: IoTClient): Promise<number> {
  let count = 0;
  for await (const page of paginateListThings({ client: iot }, { maxResults: 250 })) count += page.things?.length ?? 0;
  return count;
}

async function stop(): Promise<void> {
  endRunningCommands();
  await emulator?.stop();
  process.exit(1);
}

runPart(measure);
