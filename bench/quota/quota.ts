/**
 * How much of AWS's quotas the replicator uses, in simulated time: the real consumers, the real SDK with its own retries and its own rate
 * limiting, and a registry that takes 50 ms per call and refuses calls beyond its quota. Four concurrent stream consumers (the shards of a new
 * on-demand table) and the retry consumers beside them, each with clients of its own, as processes have. Every fourth record comes through
 * the retry queue, so that its two consumers have work as long as the stream.
 */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import { replicatorConfig } from '../../test/replicator/config';
import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { HttpRequest } from '@smithy/types';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { clock, runToEnd, sleep } from './simulated-clock';
import { Operation, QUOTAS, SimulatedIot } from './simulated-iot';
import { keyString } from '../../src/record/record';
import { StreamContext } from '../../src/replicator/handler/context';
import { retryConsumer } from '../../src/replicator/handler/retry-consumer';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import { Sizing } from '../../src/replicator/sizing';
import { pacedIot } from '../../src/runtime/paced-iot';
import { keyOf } from '../../test/kinds/keys';
import { silent } from '../../test/monitoring/silent';
import { Random } from '../../test/simulation/random';
import { isOfState, StateCommand, StateTable } from '../../test/simulation/state-table';
import { median, Part, progress, Row, runPart, shown, sum } from '../part';

const SHARDS = 4;
const STREAM_TIMEOUT_MS = 300_000;
const RETRY_TIMEOUT_MS = 120_000;
const VISIBILITY_TIMEOUT_MS = 6 * RETRY_TIMEOUT_MS;
/** One of so many records comes through the retry queue. */
const RETRIED = 4;
/** Which process has to wait is random, so one run proves little. */
const SEEDS = [1, 2, 3, 4, 5];
const START = 1_800_000_000_000;

interface QuotaResult {
  readonly seconds: number;
  /** Share of the calls that the registry would have admitted while all four stream consumers had records, including the cold start. */
  readonly share: number;
  /** The same until the last record was applied, with fewer and fewer processes at the end. */
  readonly shareToTheEnd: number;
  readonly throttled: number;
  /** Messages of the retry queue besides those at the start. */
  readonly requeued: number;
  /** The share of the time in which the retry consumers had work. */
  readonly retryBusy: number;
  readonly lost: number;
}

type Item = Record<string, unknown> & { pk: string; sk: string };
interface Message { readonly body: string; readonly visibleAt: number }

class Simulation {
  private readonly iot: SimulatedIot;
  private readonly table = new Map<string, Item>();
  private readonly queue: Message[] = [];
  private readonly deadLetters: string[] = [];
  private readonly state = new StateTable('s', () => clock.now);
  private requeued = 0;
  private busyShards = SHARDS;
  private busyRetries = 0;
  private retryBusyMs = 0;
  private start = 0;
  private share = 0;

  constructor(private readonly operation: Operation, private readonly factor: number, private readonly records: number) {
    const existing = operation === 'CreateThing' ? [] : Array.from({ length: records }, (_, i) => `thing-${i}`);
    this.iot = new SimulatedIot(factor, existing);
  }

  public async run(): Promise<QuotaResult> {
    const shards: DynamoDBRecord[][] = Array.from({ length: SHARDS }, () => []);
    this.start = clock.now;
    let streamed = 0;
    for (let i = 0; i < this.records; i++) {
      const record = this.change(i);
      if (i % RETRIED === 0) this.queue.push({ body: JSON.stringify(keyOfRecord(record)), visibleAt: clock.now });
      else shards[streamed++ % SHARDS].push(record);
    }
    await runToEnd(Promise.all([
      ...shards.map((shard) => this.consumeShard(shard)),
      ...Array.from({ length: Sizing.RETRY_MAX_CONCURRENCY }, () => this.consumeQueue()),
    ]));
    return {
      seconds: this.seconds,
      share: this.share,
      shareToTheEnd: this.shareOfQuota,
      throttled: this.iot.throttled,
      requeued: this.requeued,
      retryBusy: this.retryBusyMs / 1000 / this.seconds / Sizing.RETRY_MAX_CONCURRENCY,
      lost: this.records - this.iot.done[this.operation].size + this.deadLetters.length,
    };
  }

  private get seconds(): number {
    return (clock.now - this.start) / 1000;
  }

  /** Up to now. The registry admits a burst at first and then its rate. */
  private get shareOfQuota(): number {
    const { iot, operation } = this;
    return iot.done[operation].size / (iot.burst(operation) + this.seconds * QUOTAS[operation] * this.factor);
  }

  private change(i: number): DynamoDBRecord {
    const common = { timestamp: 1_700_000_000_000, deleted: false, sourceRegion: 'us-east-1', eventId: `e${i}`, version: 1 };
    const thing: Item = { ...keyOf.thing(`thing-${i}`), ...common, incarnation: `t${i}`, state: { attributes: { serial: String(i) }, thingTypeName: 'light' } };
    const group: Item = { ...keyOf.group('house'), ...common, incarnation: 'g', state: { attributes: {}, path: [], dynamic: false } };
    const ends = { thingId: `t${i}`, groupId: 'g', groupName: 'house' };
    const member: Item = { ...keyOf.membership(`thing-${i}`, 'house'), ...common, ...ends, version: 0, state: {} };
    const item = this.operation === 'AddThingToThingGroup' ? member : thing;
    for (const each of [thing, group, item]) this.table.set(keyString(each), each);
    const old = this.operation === 'UpdateThing' ? { ...thing, state: { attributes: { serial: 'old' }, thingTypeName: 'light' } } : undefined;
    const image = (each: Item) => marshall(each) as never;
    return { dynamodb: { SequenceNumber: String(i), Keys: image({ pk: item.pk, sk: item.sk }), NewImage: image(item), OldImage: old && image(old) } };
  }

  /** Lambda's poller of one shard: one batch after the other, from the first returned record. */
  private async consumeShard(records: readonly DynamoDBRecord[]): Promise<void> {
    const consume = streamConsumer(this.process());
    for (let from = 0; from < records.length;) {
      const batch = records.slice(from, from + Sizing.STREAM_BATCH_SIZE);
      const { batchItemFailures: [failed] } = await consume({ Records: batch }, context(STREAM_TIMEOUT_MS));
      from = failed ? records.findIndex((record) => record.dynamodb!.SequenceNumber === failed.itemIdentifier) : from + batch.length;
    }
    if (this.busyShards === SHARDS) this.share = this.shareOfQuota;
    this.busyShards--;
  }

  private async consumeQueue(): Promise<void> {
    const consume = retryConsumer(this.process());
    while (this.busyShards > 0 || this.queue.length > 0 || this.busyRetries > 0) {
      const due = this.queue.filter(({ visibleAt }) => visibleAt <= clock.now).slice(0, Sizing.RETRY_BATCH_SIZE);
      if (due.length === 0) {
        await sleep(200);
        continue;
      }
      for (const message of due) this.queue.splice(this.queue.indexOf(message), 1);
      this.busyRetries++;
      const since = clock.now;
      const Records = due.map(({ body }, i) => ({ messageId: String(i), body }) as SQSRecord);
      const { batchItemFailures } = await consume({ Records }, context(RETRY_TIMEOUT_MS));
      for (const { itemIdentifier } of batchItemFailures) {
        this.queue.push({ ...due[Number(itemIdentifier)], visibleAt: since + VISIBILITY_TIMEOUT_MS });
      }
      this.retryBusyMs += clock.now - since;
      this.busyRetries--;
    }
  }

  /** What one process of Lambda has to itself. */
  private process(): StreamContext {
    const handler = this.iot;
    const iot = pacedIot((config) => new IoTClient({
      ...config,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: { handle: (request: HttpRequest) => handler.handle(request) } as unknown as IoTClientConfig['requestHandler'],
    }));
    return {
      iot,
      dynamodb: { send: (command: object) => this.read(command) } as unknown as StreamContext['dynamodb'],
      sqs: { send: (command: { input: object }) => this.send(command) } as unknown as StreamContext['sqs'],
      config: replicatorConfig(),
      ...silent,
      now: () => clock.now,
    };
  }

  private async read(command: object): Promise<object> {
    await sleep(5);
    if (isOfState(command as StateCommand, 's')) return this.state.answer(command as StateCommand);
    // No thing that this part creates has memberships.
    if (command instanceof QueryCommand) return { Items: [] };
    if (!(command instanceof GetItemCommand)) throw new Error('the simulation has no such call of the table');
    const { pk, sk } = command.input.Key!;
    const item = this.table.get(keyString({ pk: pk.S!, sk: sk.S! }));
    return { Item: item && marshall(item) };
  }

  private async send(command: { input: object }): Promise<object> {
    await sleep(10);
    if (!(command instanceof SendMessageBatchCommand)) {
      this.deadLetters.push(JSON.stringify(command.input));
      return {};
    }
    for (const { MessageBody, DelaySeconds } of command.input.Entries!) {
      this.queue.push({ body: MessageBody!, visibleAt: clock.now + DelaySeconds! * 1000 });
    }
    this.requeued += command.input.Entries!.length;
    return {};
  }
}

function keyOfRecord({ dynamodb }: DynamoDBRecord): { pk: string; sk: string } {
  const { pk, sk } = dynamodb!.Keys!;
  return { pk: pk.S!, sk: sk.S! };
}

function context(timeoutMs: number) {
  const end = clock.now + timeoutMs;
  return { getRemainingTimeInMillis: () => end - clock.now };
}

const FULL = Number(process.env.QUOTA_RECORDS ?? 6000);
const MUST_REACH = 0.9;

async function measure(): Promise<Part> {
  const rows: Row[] = [];
  const all: { full: QuotaResult[]; tenth: QuotaResult[] } = { full: [], tenth: [] };
  for (const operation of Object.keys(QUOTAS) as Operation[]) {
    progress(`quota: ${operation} in simulated time, ${SEEDS.length} runs`);
    const full = await simulate(operation, 1, FULL);
    all.full.push(...full);
    all.tenth.push(...await simulate(operation, 0.1, FULL / 10));
    const shares = full.map(({ share }) => share);
    const toTheEnd = full.map(({ shareToTheEnd }) => shareToTheEnd);
    rows.push(
      { what: `share of the quota used, ${operation}, ${QUOTAS[operation]}/s`, mustReach: '>= 90 %', measured: range(shares), ok: Math.min(...shares) >= MUST_REACH },
      { what: `  until the last of ${shown(FULL)} records was applied`, mustReach: '>= 90 % (median)', measured: range(toTheEnd), ok: median(toTheEnd) >= MUST_REACH },
    );
  }
  const { full, tenth } = all;
  const total = (results: readonly QuotaResult[], of: 'throttled' | 'requeued' | 'lost') => sum(results.map((each) => each[of]));
  rows.push(
    { what: 'records lost at the full quota', mustReach: '0', measured: inWords(full), ok: total(full, 'lost') === 0 },
    { what: 'records lost at a tenth of the quota', mustReach: '0', measured: inWords(tenth), ok: total(tenth, 'lost') === 0 },
    { what: '  share of the tenth used', measured: range(tenth.map(({ share }) => share)) },
    { what: '  retry consumers at work meanwhile', measured: range([...full, ...tenth].map(({ retryBusy }) => retryBusy)) },
  );
  return { rows, figures: undefined };

  function inWords(results: readonly QuotaResult[]): string {
    return `${total(results, 'lost')} (${shown(total(results, 'throttled'))} calls throttled, ${shown(total(results, 'requeued'))} keys requeued)`;
  }
}

async function simulate(operation: Operation, factor: number, records: number): Promise<QuotaResult[]> {
  const results: QuotaResult[] = [];
  for (const seed of SEEDS) {
    const chance = new Random(seed);
    // The SDK's back-off uses it.
    Math.random = () => chance.next();
    clock.setSystemTime(START);
    results.push(await new Simulation(operation, factor, records).run());
  }
  return results;
}

/** The median of the runs, and the lowest and highest. */
function range(shares: readonly number[]): string {
  const percent = (share: number) => shown(share * 100, 1);
  return `${percent(median(shares))} % (${percent(Math.min(...shares))} to ${percent(Math.max(...shares))})`;
}

runPart(measure);
