import { AttributeValue, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { keyString, RecordKey } from '../../src/record/record';
import { StreamContext } from '../../src/replicator/handler/context';
import { RetryMessage } from '../../src/replicator/handler/queues';
import { retryConsumer } from '../../src/replicator/handler/retry-consumer';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import { Sizing } from '../../src/replicator/sizing';
import { silent } from '../../test/monitoring/silent';
import { replicatorConfig } from '../../test/replicator/config';
import { failure, InMemoryRegistry, Operation } from '../../test/simulation/registry';
import { Item, SOURCE_REGION } from '../calls/records';

const CONTEXT = { getRemainingTimeInMillis: () => 100_000 };

/** A destination whose registry can be throttled: the real consumers of stream and retry queue, both in memory. */
export class TroubledDestination {
  public readonly registry: InMemoryRegistry;
  /** Places of the deletion breaker that were taken. */
  public places = 0;
  /** Messages that were sent to the retry queue. */
  public messages = 0;
  private readonly table = new Map<string, Item>();
  /** Items by their partition key: a query reads one partition. */
  private readonly partitions = new Map<string, Map<string, Item>>();
  private queue: { readonly message: RetryMessage; readonly visibleAt: number }[] = [];
  private now = 1_700_000_000_000;
  private sequence = 0;
  private readonly dependencies: StreamContext;

  constructor() {
    this.registry = new InMemoryRegistry({ region: 'eu-west-1', accountId: '111122223333', now: () => this.now, limits: { groupsPerThing: 10, maxPageSize: 250 } });
    this.dependencies = {
      iot: this.registry.client,
      dynamodb: { send: (command: object) => this.read(command) } as unknown as StreamContext['dynamodb'],
      sqs: { send: (command: object) => this.send(command) } as unknown as StreamContext['sqs'],
      config: replicatorConfig({ sourceRegion: SOURCE_REGION, maxDeletionsPerMinute: 500 }),
      ...silent,
      now: () => this.now,
    };
  }

  /** As if it had existed before. */
  public store(items: readonly Item[]): void {
    for (const item of items) {
      this.table.set(keyString(item), item);
      const partition = this.partitions.get(item.pk) ?? new Map<string, Item>();
      this.partitions.set(item.pk, partition.set(item.sk, item));
    }
  }

  /** Writes records and applies them, with everything that follows. */
  public async replicate(...items: Item[]): Promise<void> {
    const Records = items.map((item) => this.write(item));
    await streamConsumer(this.dependencies)({ Records }, CONTEXT);
    await this.drain();
  }

  public async retry(message: RetryMessage): Promise<void> {
    this.queue.push({ message, visibleAt: this.now });
    await this.drain();
  }

  /** The next call of an operation is refused. */
  public throttleOnce(throttled: Operation): void {
    this.registry.injectFault = (operation) => {
      if (operation !== throttled) return undefined;
      this.registry.injectFault = undefined;
      return failure.Throttling('Rate exceeded');
    };
  }

  /** Registry calls in the meantime, by operation. */
  public async calls(work: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
    const before: Partial<Record<string, number>> = { ...this.registry.calls };
    await work();
    const made = Object.entries(this.registry.calls).map(([each, count]) => [each, count - (before[each] ?? 0)] as const);
    return Object.fromEntries(made.filter(([, count]) => count > 0));
  }

  /** The context of other functions of the destination. */
  public get clients(): Pick<StreamContext, 'iot' | 'dynamodb' | 'sqs' | 'now'> {
    return this.dependencies;
  }

  public get items(): readonly Item[] {
    return [...this.table.values()];
  }

  /** Lets time pass, and runs the retry queue's consumer for messages that are due by then. */
  public async pass(milliseconds: number): Promise<void> {
    const until = this.now + milliseconds;
    await this.drain(until);
    this.now = until;
  }

  /** @param until milliseconds since the epoch: later messages stay on the queue */
  public async drain(until = Infinity): Promise<void> {
    const consume = retryConsumer(this.dependencies);
    while (this.queue.length > 0) {
      const next = Math.min(...this.queue.slice(0, 1000).map(({ visibleAt }) => visibleAt));
      if (next > until) break;
      this.now = Math.max(this.now, next);
      const due = this.queue.filter(({ visibleAt }) => visibleAt <= this.now).slice(0, Sizing.RETRY_BATCH_SIZE);
      if (due.length === 0) throw new Error('nothing of the retry queue is due');
      const taken = new Set(due);
      this.queue = this.queue.filter((each) => !taken.has(each));
      await consume({ Records: due.map(({ message }, i) => ({ messageId: String(i), body: JSON.stringify(message) }) as SQSRecord) }, CONTEXT);
    }
  }

  private write(item: Item): DynamoDBRecord {
    const old = this.table.get(keyString(item));
    this.store([item]);
    const image = (each: object) => marshall(each, { removeUndefinedValues: true }) as never;
    const { pk, sk } = item;
    return {
      eventName: old ? 'MODIFY' : 'INSERT',
      dynamodb: { SequenceNumber: String(this.sequence++), Keys: image({ pk, sk }), NewImage: image(item), OldImage: old && image(old) },
    };
  }

  private async read(command: object): Promise<object> {
    if (command instanceof UpdateItemCommand) {
      this.places += Number(command.input.ExpressionAttributeValues![':deletions']?.N ?? 0);
      return { Attributes: { count: { N: String(Math.max(this.places, 1)) } } };
    }
    if (command instanceof QueryCommand) return this.query(command);
    if (!(command instanceof GetItemCommand)) return { Responses: {} };
    const { pk, sk } = command.input.Key!;
    const item = this.table.get(`${pk.S}|${sk.S}`);
    return { Item: item && marshall(item, { removeUndefinedValues: true }) };
  }

  private query({ input: { ExpressionAttributeValues: values, ExclusiveStartKey, Limit } }: QueryCommand): object {
    const group = values![':owner']?.S;
    const all = group === undefined ? this.partitions.get(values![':pk'].S!) : this.table;
    const isOne = (item: Item) => (group === undefined ? item.sk.startsWith(values![':sk'].S!) : item.groupName === group);
    const found = [...all?.values() ?? []].filter(isOne).sort((a, b) => (keyString(a) < keyString(b) ? -1 : 1));
    const from = ExclusiveStartKey ? found.findIndex(({ pk }) => pk === ExclusiveStartKey.pk.S) + 1 : 0;
    const page = found.slice(from, from + (Limit ?? found.length));
    const keyOf = ({ pk, sk }: RecordKey): Record<string, AttributeValue> => ({ pk: { S: pk }, sk: { S: sk } });
    return {
      Items: page.map((item) => ({ ...keyOf(item), deleted: { BOOL: item.deleted === true } })),
      LastEvaluatedKey: from + page.length < found.length ? keyOf(page[page.length - 1]) : undefined,
    };
  }

  private async send(command: object): Promise<object> {
    if (!(command instanceof SendMessageBatchCommand)) throw new Error('nothing here ends in the dead-letter queue');
    for (const { MessageBody, DelaySeconds = 0 } of command.input.Entries!) {
      this.messages++;
      this.queue.push({ message: JSON.parse(MessageBody!) as RetryMessage, visibleAt: this.now + DelaySeconds * 1000 });
    }
    return {};
  }
}
