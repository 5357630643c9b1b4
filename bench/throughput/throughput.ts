/**
 * Records per second that one process of the stream consumer applies when the registry takes no time, and its memory over
 * a million of them. Needs `node --expose-gc`.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import { clientsOf, Variant, VARIANTS } from './clients';
import { streamRecord, Workload } from './stream-records';
import { DeletionMode } from '../../src/deletion-mode';
import { MonitoringEnv } from '../../src/metrics/environment';
import { ReplicatorEnv } from '../../src/replicator/environment';
import { contextFromEnvironment } from '../../src/replicator/handler/services';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import { Sizing } from '../../src/replicator/sizing';
import { silent } from '../../test/monitoring/silent';
import { SOURCE_REGION } from '../calls/records';
import { median, Part, progress, Row, runPart, shown, sum } from '../part';

const MUST_REACH = 5000;
/** Bytes of heap that a record may leave behind: one megabyte for a million records. */
const MAX_BYTES_PER_RECORD = 1;
const RECORDS = Number(process.env.THROUGHPUT_RECORDS ?? 1_000_000);
const SAMPLES = 10;
/** Warms up the compiler. */
const WARM_UP = 10_000;

const ENVIRONMENT = {
  ...ReplicatorEnv.write({
    tableName: 't',
    sourceRegion: SOURCE_REGION,
    retryQueueUrl: 'r',
    deadLetterQueueUrl: 'd',
    deletionMode: DeletionMode.REPLICATE,
    stateTableName: 's',
    maxDeletionsPerMinute: 500,
    identities: undefined,
    selection: undefined,
  }),
  ...MonitoringEnv.write({ replicationName: 'fleet', logPayloads: false, logLevel: 'INFO' }),
  AWS_REGION: 'eu-west-1',
};

/** The share of the replicator's speed that must remain with logs and metrics. */
const MIN_SHARE_WITH_MONITORING = 0.9;
const SINK = fs.openSync(os.devNull, 'w');
let writtenBytes = 0;

interface Sample {
  readonly records: number;
  /** Per second of CPU time of the whole process, including the garbage collector's threads: the speed on one core. */
  readonly perCpuSecond: number;
  readonly perSecond: number;
  /** After garbage collection. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

class Process {
  private readonly consume: ReturnType<typeof streamConsumer>;
  private next = 0;

  /** @param speaks whether it writes logs and metrics like in Lambda */
  constructor(private readonly workload: Workload, variant: Variant, private readonly speaks = false) {
    const { logger, meter, ...dependencies } = contextFromEnvironment(ENVIRONMENT);
    this.consume = streamConsumer({ ...dependencies, ...clientsOf(variant), ...silent, ...speaks ? { logger, meter } : {} });
  }

  /** Batches in the form of Lambda; creating them does not count. */
  public async work(records: number): Promise<Sample> {
    if (!this.speaks) return this.consumeAll(records);
    const { write } = process.stdout;
    // The table is on standard output, and Lambda reads the output from a pipe.
    process.stdout.write = (chunk: string | Uint8Array) => {
      writtenBytes += fs.writeSync(SINK, chunk as string);
      return true;
    };
    try {
      return await this.consumeAll(records);
    } finally {
      process.stdout.write = write;
    }
  }

  private async consumeAll(records: number): Promise<Sample> {
    let cpu = 0;
    let wall = 0;
    for (let done = 0; done < records; done += Sizing.STREAM_BATCH_SIZE) {
      const Records = Array.from({ length: Sizing.STREAM_BATCH_SIZE }, () => streamRecord(this.workload, this.next++));
      const cpuBefore = process.cpuUsage();
      const wallBefore = performance.now();
      const { batchItemFailures } = await this.consume({ Records }, { getRemainingTimeInMillis: () => 300_000 });
      wall += performance.now() - wallBefore;
      const { user, system } = process.cpuUsage(cpuBefore);
      cpu += (user + system) / 1e6;
      if (batchItemFailures.length > 0) throw new Error('a record was given back to the stream');
      // Between two invocations Node runs its other tasks: timers, warnings, finalizers.
      await new Promise((resolve) => setImmediate(resolve));
    }
    global.gc!();
    global.gc!();
    const { heapUsed, rss } = process.memoryUsage();
    return { records: this.next, perCpuSecond: records / cpu, perSecond: records / (wall / 1000), heapBytes: heapUsed, rssBytes: rss };
  }
}

async function measure(): Promise<Part> {
  if (!global.gc) throw new Error('start node with --expose-gc');
  const warnings: string[] = [];
  process.on('warning', ({ name }) => warnings.push(name));
  const things = await run('things', 'fakes', RECORDS);
  const memberships = await run('memberships', 'fakes', RECORDS / 20);
  const thingsBySdk = await run('things', 'sdk', RECORDS / 10);
  const spoken = await compare(RECORDS / 4);
  const membershipsBySdk = await run('memberships', 'sdk', RECORDS / 100);
  return {
    rows: [
      { ...throughput('things', 'fakes', things), mustReach: `>= ${shown(MUST_REACH)}`, ok: rateOf(things) >= MUST_REACH },
      throughput('things', 'sdk', thingsBySdk),
      {
        what: 'records/s with metrics and logger on, things, fakes in place of the SDK: share of without',
        mustReach: `>= ${MIN_SHARE_WITH_MONITORING}`,
        measured: `${shown(spoken.share, 3)} (${shown(spoken.bytesPerRecord, 0)} B of log a record, batches of ${Sizing.STREAM_BATCH_SIZE})`,
        ok: spoken.share >= MIN_SHARE_WITH_MONITORING,
      },
      // A membership takes five reads of the table besides its one call.
      throughput('memberships', 'fakes', memberships),
      throughput('memberships', 'sdk', membershipsBySdk),
      { ...memory(things, 'fakes'), mustReach: `flat: < ${MAX_BYTES_PER_RECORD} B of heap a record`, ok: slopeOfHeap(things) < MAX_BYTES_PER_RECORD },
      memory(thingsBySdk, 'sdk'),
      {
        what: 'warnings of the runtime meanwhile',
        mustReach: '0',
        measured: [warnings.length, ...new Set(warnings)].join(' '),
        ok: warnings.length === 0,
      },
    ],
    figures: undefined,
  };
}

async function run(workload: Workload, variant: Variant, records: number): Promise<Sample[]> {
  progress(`throughput: ${shown(records)} ${workload}, ${VARIANTS[variant]}`);
  const worker = new Process(workload, variant);
  await worker.work(WARM_UP);
  const samples: Sample[] = [];
  for (let i = 0; i < SAMPLES; i++) samples.push(await worker.work(records / SAMPLES));
  return samples;
}

/** Both in turns, so that other work of the machine affects both alike. */
async function compare(records: number): Promise<{ readonly share: number; readonly bytesPerRecord: number }> {
  progress(`throughput: ${shown(records)} things each, with metrics and logger and without`);
  const [quiet, speaking] = [false, true].map((speaks) => new Process('things', 'fakes', speaks));
  for (const each of [quiet, speaking]) await each.work(WARM_UP);
  writtenBytes = 0;
  const shares: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const [without, withMonitoring] = [await quiet.work(records / SAMPLES), await speaking.work(records / SAMPLES)];
    shares.push(withMonitoring.perCpuSecond / without.perCpuSecond);
  }
  return { share: median(shares), bytesPerRecord: writtenBytes / records };
}

function throughput(workload: Workload, variant: Variant, samples: readonly Sample[]): Row {
  return {
    what: `records/s of one core, ${workload}, ${VARIANTS[variant]}`,
    measured: `${shown(rateOf(samples), 0)} (${shown(median(samples.map(({ perSecond }) => perSecond)), 0)} by the clock of this machine)`,
  };
}

function rateOf(samples: readonly Sample[]): number {
  return median(samples.map(({ perCpuSecond }) => perCpuSecond));
}

function memory(samples: readonly Sample[], variant: Variant): Row {
  const megabytes = (of: 'heapBytes' | 'rssBytes') => {
    const values = samples.map((each) => each[of] / 1024 / 1024);
    return `${shown(values[0], 1)} -> ${shown(values[values.length - 1], 1)} MB`;
  };
  return {
    what: `memory over ${shown(samples[samples.length - 1].records - WARM_UP)} records, ${VARIANTS[variant]}`,
    measured: `${shown(slopeOfHeap(samples))} B a record (heap ${megabytes('heapBytes')}, rss ${megabytes('rssBytes')}, ${samples.length} samples)`,
  };
}

function slopeOfHeap(samples: readonly Sample[]): number {
  return slopeOf(samples.map(({ records, heapBytes }) => [records, heapBytes]));
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const [x, y] = [0, 1].map((axis) => sum(points.map((point) => point[axis])) / points.length);
  return sum(points.map((point) => (point[0] - x) * (point[1] - y))) / sum(points.map((point) => (point[0] - x) ** 2));
}

runPart(measure);
