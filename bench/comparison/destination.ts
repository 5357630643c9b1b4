import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { HttpRequest } from '@smithy/types';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { DelayQueue } from './delay-queue';
import { DestinationRegistry, OnThing, Operations } from './destination-registry';
import { latencyOf, pause } from './latency';
import { Meter } from './meter';
import { answeredAsBySdk, pacedAsBySdk } from './sdk-attempts';
import { encoded, Stored } from './stored';
import { keyString, MembersIndex } from '../../src/record/record';
import { ReplicatorConfig, StreamContext } from '../../src/replicator/handler/context';
import { retryConsumer } from '../../src/replicator/handler/retry-consumer';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { Sizing } from '../../src/replicator/sizing';
import { pacedIot } from '../../src/runtime/paced-iot';
import { silent } from '../../test/monitoring/silent';
import { replicatorConfig } from '../../test/replicator/config';
import { SOURCE_REGION } from '../../test/simulation/definition';
import { isOfState, StateCommand, StateTable } from '../../test/simulation/state-table';
import { Texts } from '../../test/simulation/texts';
import { sleep } from '../quota/simulated-clock';

/** Shards of a new on-demand table. */
const SHARDS = 4;
/** Lambda polls an empty shard four times a second: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const SHARD_POLL_MS = 250;
const QUEUE_POLL_MS = 200;
const COLD_START_MS = 800;
const WARM_START_MS = 20;

/** Replicated records in the order of their arrival, with its time in milliseconds since the epoch. */
interface Replication { readonly record: Stored; readonly old?: Stored; readonly at: number }

interface Shard {
  readonly records: DynamoDBRecord[];
  /** In the order in which they arrive. */
  onTheWay: Replication[];
  arrival: number;
}

/** A destination that replicates identities. */
export interface WithIdentities {
  readonly config: IdentitiesConfig;
  readonly operations: Operations;
  /** Of those that no kind needs for its pace. */
  readonly quotas: Readonly<Record<string, number>>;
}

/** A destination: the stream of its replica, the real consumers of stream and retry queue, its registry at AWS's quotas. */
export class Destination {
  public readonly registry: DestinationRegistry;
  public deadLetters = 0;
  public requeued = 0;
  /** Dead letters by their keys. */
  public readonly letters = new Map<string, number>();
  private readonly replica = new Texts<Stored>();
  private readonly members = new Map<string, Stored[]>();
  private readonly shards: readonly Shard[] = Array.from({ length: SHARDS }, () => ({ records: [], onTheWay: [], arrival: 0 }));
  private readonly config: ReplicatorConfig;
  public readonly state: StateTable;
  private readonly queue = new DelayQueue();
  private inFlight = 0;
  private sequence = 0;
  /** Without the SDK. */
  private readonly call: (command: { readonly input: object }) => Promise<object>;
  private isStopping = false;

  /**
   * @param withSdk whether registry calls go through the real SDK with its retries and its rate limiting, which takes most of the time
   * @param onThing receives each created or updated thing
   * @param polls how often an empty shard and an empty queue are polled: less often than by Lambda for runs that take days
   * @param identities absent where identities are not replicated; a call that is throttled is repeated then, without the SDK too
   */
  constructor(
    private readonly withSdk: boolean, private readonly meter: Meter, onThing: OnThing = () => undefined,
    private readonly polls: { readonly shardMs: number; readonly queueMs: number } = { shardMs: SHARD_POLL_MS, queueMs: QUEUE_POLL_MS },
    identities?: WithIdentities,
  ) {
    const registry = new DestinationRegistry(onThing, identities);
    this.registry = registry;
    const call = (command: { readonly input: object }) => registry.call(command);
    this.call = identities ? pacedAsBySdk((operation) => registry.quotas.perSecond(operation), answeredAsBySdk(call)) : call;
    this.config = replicatorConfig({ sourceRegion: SOURCE_REGION, maxDeletionsPerMinute: 500, identities: identities?.config });
    this.state = new StateTable(this.config.stateTableName, () => Date.now(), () => latencyOf('item'));
  }

  /** A record that the global table replicates; one after the other in each shard. */
  public replicate(record: Stored, old: Stored | undefined): void {
    this.inFlight++;
    const shard = this.shards[hashOf(record.pk) % SHARDS];
    shard.arrival = Math.max(shard.arrival, Date.now() + latencyOf('replication'));
    shard.onTheWay.push({ record, old, at: shard.arrival });
    if (shard.onTheWay.length === 1) this.awaitArrival(shard);
  }

  /** One timer for each shard: the simulated clock looks at all timers for the next one. */
  private awaitArrival(shard: Shard): void {
    setTimeout(() => {
      const left = shard.onTheWay.findIndex(({ at }) => at > Date.now());
      const arrived = shard.onTheWay.splice(0, left < 0 ? shard.onTheWay.length : left);
      for (const each of arrived) this.arrive(shard, each);
      if (shard.onTheWay.length > 0) this.awaitArrival(shard);
    }, shard.onTheWay[0].at - Date.now());
  }

  private arrive({ records }: Shard, { record, old }: Replication): void {
    this.store(record);
    const { pk, sk } = record;
    const image = (each: Stored) => encoded(each) as never;
    records.push({
      eventName: old ? 'MODIFY' : 'INSERT',
      dynamodb: {
        SequenceNumber: String(this.sequence++), Keys: { pk: { S: pk }, sk: { S: sk } }, NewImage: image(record), OldImage: old && image(old),
      },
    });
  }

  /** As if it had existed before. */
  public store(record: Stored): void {
    this.replica.set(keyString(record), record);
    if (!record.groupName) return;
    for (const index of [`${MembersIndex.NAME} ${record.groupName}`, record.pk]) {
      const found = this.members.get(index);
      if (found) found.push(record);
      else this.members.set(index, [record]);
    }
  }

  /** Consumes until it is stopped and nothing is left. */
  public async run(): Promise<void> {
    this.isStopping = false;
    await Promise.all([
      ...this.shards.map(({ records }) => this.consumeShard(records)),
      ...Array.from({ length: Sizing.RETRY_MAX_CONCURRENCY }, () => this.consumeQueue()),
    ]);
  }

  public stop(): void {
    this.isStopping = true;
  }

  private get isRunning(): boolean {
    return !this.isStopping || this.inFlight > 0 || this.queue.length > 0;
  }

  private async consumeShard(records: DynamoDBRecord[]): Promise<void> {
    const consume = streamConsumer(this.process());
    let isCold = true;
    while (this.isRunning) {
      if (records.length === 0) {
        await sleep(this.polls.shardMs);
        continue;
      }
      const batch = records.slice(0, Sizing.STREAM_BATCH_SIZE);
      const { batchItemFailures: [failed] } = await this.invoke(isCold, () => consume({ Records: batch }, context(Sizing.STREAM_TIMEOUT_SECONDS)));
      isCold = false;
      const done = failed ? batch.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === failed.itemIdentifier) : batch.length;
      records.splice(0, done);
      this.inFlight -= done;
    }
  }

  private async consumeQueue(): Promise<void> {
    const consume = retryConsumer(this.process());
    let isCold = true;
    while (this.isRunning) {
      const due = this.queue.take(Date.now(), Sizing.RETRY_BATCH_SIZE);
      if (due.length === 0) {
        await sleep(this.polls.queueMs);
        continue;
      }
      this.inFlight += due.length;
      const Records = due.map((body, i) => ({ messageId: String(i), body }) as SQSRecord);
      const { batchItemFailures } = await this.invoke(isCold, () => consume({ Records }, context(Sizing.RETRY_TIMEOUT_SECONDS)));
      isCold = false;
      const visibleAt = Date.now() + 6 * Sizing.RETRY_TIMEOUT_SECONDS * 1000;
      for (const { itemIdentifier } of batchItemFailures) this.queue.add(due[Number(itemIdentifier)], visibleAt);
      this.inFlight -= due.length;
    }
  }

  private async invoke<T>(isCold: boolean, consume: () => Promise<T>): Promise<T> {
    await sleep(isCold ? COLD_START_MS : WARM_START_MS);
    const from = Date.now();
    const result = await consume();
    this.meter.add('replicator.invocations');
    this.meter.add('replicator.ms', Date.now() - from);
    return result;
  }

  /** The state of one process of Lambda. */
  private process(): StreamContext {
    const { registry } = this;
    const direct = { send: this.call } as unknown as StreamContext['iot'];
    return {
      iot: this.withSdk ? pacedIot((config) => new IoTClient({
        ...config,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        requestHandler: { handle: (request: HttpRequest) => registry.handle(request) } as unknown as IoTClientConfig['requestHandler'],
      })) : direct,
      dynamodb: { send: (command: object) => this.read(command) } as unknown as StreamContext['dynamodb'],
      sqs: { send: (command: { readonly input: object }) => this.send(command) } as unknown as StreamContext['sqs'],
      config: this.config,
      ...silent,
      now: () => Date.now(),
    };
  }

  private async read(command: object): Promise<object> {
    await pause('item');
    this.meter.add('replicator.tableReads');
    if (isOfState(command as StateCommand, this.config.stateTableName)) return this.state.answer(command as StateCommand);
    if (command instanceof QueryCommand) return { Items: this.query(command) };
    if (!(command instanceof GetItemCommand)) throw new Error('the simulation has no such call of the table');
    const { pk, sk } = command.input.Key!;
    const item = this.replica.get(`${pk.S}|${sk.S}`);
    return { Item: item && encoded(item) };
  }

  private query({ input: { IndexName, ExpressionAttributeValues } }: QueryCommand): object[] {
    const values = ExpressionAttributeValues!;
    const found = this.members.get(IndexName ? `${MembersIndex.NAME} ${values[':owner'].S}` : values[':pk'].S!) ?? [];
    return found.map(({ pk, sk, deleted }) => ({ pk: { S: pk }, sk: { S: sk }, deleted: { BOOL: deleted } }));
  }

  /** Sends keys to the retry queue, like a drift check. */
  public enqueue(messages: readonly object[]): void {
    for (const message of messages) this.queue.add(JSON.stringify(message), Date.now());
  }

  /** Whether a shard contains unconsumed records. */
  public get isBusy(): boolean {
    return this.inFlight > 0;
  }

  public get stateTableName(): string {
    return this.config.stateTableName;
  }

  /** The state table, for readers besides the consumers. */
  public get stateClient(): StreamContext['dynamodb'] {
    return { send: (command: object) => this.read(command) } as unknown as StreamContext['dynamodb'];
  }

  public get queueClient(): StreamContext['sqs'] {
    return { send: (command: { readonly input: object }) => this.send(command) } as unknown as StreamContext['sqs'];
  }

  /** Messages on the retry queue. */
  public get waiting(): number {
    return this.queue.length;
  }

  private noteLetter(body: string): void {
    const { pk, sk } = JSON.parse(body) as { readonly pk?: string; readonly sk?: string };
    this.letters.set(`${pk}|${sk}`, (this.letters.get(`${pk}|${sk}`) ?? 0) + 1);
  }

  private async send(command: { readonly input: object }): Promise<object> {
    await pause('queue');
    if (!(command instanceof SendMessageBatchCommand)) {
      this.deadLetters++;
      this.noteLetter((command as { readonly input: { readonly MessageBody?: string } }).input.MessageBody ?? '{}');
      return {};
    }
    for (const { MessageBody, DelaySeconds = 0 } of command.input.Entries!) {
      this.queue.add(MessageBody!, Date.now() + DelaySeconds * 1000);
    }
    this.requeued += command.input.Entries!.length;
    return {};
  }
}

function context(seconds: number) {
  const end = Date.now() + seconds * 1000;
  return { getRemainingTimeInMillis: () => end - Date.now() };
}

function hashOf(text: string): number {
  let hash = 17;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) % 1_000_003;
  return hash;
}
