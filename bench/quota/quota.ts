/**
 * How much of AWS's quotas the replicator uses, in simulated time: the real consumers, the real SDK with its own retries and its own rate
 * limiting, and a registry that takes 50 ms a call and refuses what exceeds its quota. Four stream consumers at once (the shards of a new
 * on-demand table) and the retry consumers beside them, each with clients of its own, as processes have.
 */
import { clock, runToEnd, sleep } from './simulated-clock';
// The clock comes first, whatever the order of the alphabet.
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { HttpRequest } from '@smithy/types';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { DeletionMode } from '../../src/deletion-mode';
import { pacedIot } from '../../src/replicator/clients';
import { Dependencies } from '../../src/replicator/dependencies';
import { retryConsumer } from '../../src/replicator/retry-consumer';
import { Sizing } from '../../src/replicator/sizing';
import { streamConsumer } from '../../src/replicator/stream-consumer';
import { keyOf, keyString } from '../../src/table/record';
import { Operation, QUOTAS, SimulatedIot } from './simulated-iot';

const SHARDS = 4;
const STREAM_TIMEOUT_MS = 300_000;
const RETRY_TIMEOUT_MS = 120_000;

export interface QuotaResult {
  readonly operation: Operation;
  readonly factor: number;
  readonly records: number;
  readonly seconds: number;
  /** Applied records a second, of what the quota admits. */
  readonly share: number;
  readonly throttled: number;
  readonly viaRetryQueue: number;
  readonly lost: number;
}

type Item = Record<string, unknown> & { pk: string; sk: string };
interface Message { readonly body: string; readonly visibleAt: number }

class Simulation {
  private readonly iot: SimulatedIot;
  private readonly table = new Map<string, Item>();
  private readonly queue: Message[] = [];
  private viaRetryQueue = 0;
  private readonly deadLetters: string[] = [];
  private busyShards = SHARDS;
  private busyRetries = 0;

  constructor(private readonly operation: Operation, private readonly factor: number, private readonly records: number) {
    this.iot = new SimulatedIot(factor);
  }

  public async run(): Promise<QuotaResult> {
    const shards: DynamoDBRecord[][] = Array.from({ length: SHARDS }, () => []);
    for (let i = 0; i < this.records; i++) shards[i % SHARDS].push(this.change(i));
    const start = clock.now;
    const work = Promise.all([
      ...shards.map((shard) => this.consumeShard(shard)),
      ...Array.from({ length: Sizing.RETRY_MAX_CONCURRENCY }, () => this.consumeQueue()),
    ]);
    await runToEnd(work);
    const seconds = (clock.now - start) / 1000;
    const applied = new Set(this.iot.taken).size;
    return {
      operation: this.operation, factor: this.factor, records: this.records, seconds,
      share: applied / seconds / (QUOTAS[this.operation] * this.factor),
      throttled: this.iot.throttled, viaRetryQueue: this.viaRetryQueue, lost: this.records - applied + this.deadLetters.length,
    };
  }

  private change(i: number): DynamoDBRecord {
    const common = { timestamp: 1_700_000_000_000, deleted: false, sourceRegion: 'us-east-1', eventId: `e${i}`, version: 1 };
    const thing: Item = { ...keyOf.thing(`thing-${i}`), ...common, incarnation: `t${i}`, state: { attributes: { serial: String(i) }, thingTypeName: 'light' } };
    const group: Item = { ...keyOf.group('house'), ...common, incarnation: 'g', state: { attributes: {}, path: [], dynamic: false } };
    const member: Item = { ...keyOf.membership(`thing-${i}`, 'house'), ...common, version: 0, thingId: `t${i}`, groupId: 'g', groupName: 'house', state: {} };
    const item = this.operation === 'AddThingToThingGroup' ? member : thing;
    for (const each of [thing, group, item]) this.table.set(keyString(each), each);
    const old = this.operation === 'UpdateThing' ? { ...thing, state: { attributes: { serial: 'old' }, thingTypeName: 'light' } } : undefined;
    const image = (each: Item) => marshall(each) as never;
    return { dynamodb: { SequenceNumber: String(i), Keys: image({ pk: item.pk, sk: item.sk }), NewImage: image(item), OldImage: old && image(old) } };
  }

  /** Lambda's poller of one shard: a batch after the other, from the first record that was given back. */
  private async consumeShard(records: readonly DynamoDBRecord[]): Promise<void> {
    const consume = streamConsumer(this.process());
    for (let from = 0; from < records.length;) {
      const batch = records.slice(from, from + Sizing.STREAM_BATCH_SIZE);
      const { batchItemFailures: [failed] } = await consume({ Records: batch }, context(STREAM_TIMEOUT_MS));
      from = failed ? records.findIndex((record) => record.dynamodb!.SequenceNumber === failed.itemIdentifier) : from + batch.length;
    }
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
      const Records = due.map(({ body }, i) => ({ messageId: String(i), body }) as SQSRecord);
      const { batchItemFailures } = await consume({ Records }, context(RETRY_TIMEOUT_MS));
      for (const { itemIdentifier } of batchItemFailures) this.queue.push({ ...due[Number(itemIdentifier)], visibleAt: clock.now + 6 * RETRY_TIMEOUT_MS });
      this.busyRetries--;
    }
  }

  /** What one process of Lambda has to itself. */
  private process(): Dependencies {
    const handler = this.iot;
    const iot = pacedIot((config) => new IoTClient({
      ...config,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: { handle: (request: HttpRequest) => handler.handle(request) } as unknown as IoTClientConfig['requestHandler'],
    }));
    return {
      iot,
      dynamodb: { send: async ({ input }: { input: { Key: Record<'pk' | 'sk', { S: string }> } }) => {
        await sleep(5);
        const item = this.table.get(keyString({ pk: input.Key.pk.S, sk: input.Key.sk.S }));
        return { Item: item && marshall(item) };
      } } as unknown as Dependencies['dynamodb'],
      sqs: { send: async (command: { input: SendMessageBatchCommand['input'] }) => {
        await sleep(10);
        if (!(command instanceof SendMessageBatchCommand)) {
          this.deadLetters.push(JSON.stringify(command.input));
          return {};
        }
        for (const { MessageBody, DelaySeconds } of command.input.Entries!) this.queue.push({ body: MessageBody!, visibleAt: clock.now + DelaySeconds! * 1000 });
        this.viaRetryQueue += command.input.Entries!.length;
        return {};
      } } as unknown as Dependencies['sqs'],
      config: { tableName: 't', sourceRegion: 'us-east-1', retryQueueUrl: 'r', deadLetterQueueUrl: 'd', deletionMode: DeletionMode.REPLICATE },
      logger: { info: () => undefined, warn: () => undefined },
      now: () => clock.now,
    };
  }
}

function context(timeoutMs: number) {
  const end = clock.now + timeoutMs;
  return { getRemainingTimeInMillis: () => end - clock.now };
}

const FULL = Number(process.env.QUOTA_RECORDS ?? 6000);

async function main(): Promise<void> {
  const results: QuotaResult[] = [];
  for (const operation of Object.keys(QUOTAS) as Operation[]) {
    results.push(await new Simulation(operation, 1, FULL).run());
    results.push(await new Simulation(operation, 0.1, FULL / 10).run());
  }
  process.stdout.write(`${JSON.stringify(results)}\n`);
}

if (require.main === module) void main();
