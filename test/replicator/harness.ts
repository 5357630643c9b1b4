import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { replicatorConfig } from './config';
import { DeletionMode } from '../../src/deletion-mode';
import { Measurement, Meter } from '../../src/metrics/handler/meter';
import { RecordKey } from '../../src/record/record';
import { StreamContext } from '../../src/replicator/handler/context';
import { DeadLetter, RetryMessage } from '../../src/replicator/handler/queues';
import { retryConsumer } from '../../src/replicator/handler/retry-consumer';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import type { SelectionConfig } from '../../src/replicator/selection-config';
import { IotSender } from '../../src/runtime/senders';
import { StatusUpdate } from '../../src/status/handler/facts';
import { Status } from '../../src/status/handler/status';
import { keyOf } from '../kinds/keys';
import { InMemoryRegistry, RegistryFacts, RegistryLimits } from '../simulation/registry';
import { isOfState, StateCommand, StateTable } from '../simulation/state-table';

export const SOURCE_REGION = 'us-east-1';
const RETRY_QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/retry';
const DEAD_LETTER_QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters';
export const STATE_TABLE = 'registry-state';

export type Item = RecordKey & Record<string, unknown>;

export interface HarnessOptions {
  readonly facts?: Partial<RegistryFacts>;
  readonly limits?: Partial<RegistryLimits>;
  readonly deletionMode?: DeletionMode;
  readonly maxDeletionsPerMinute?: number;
  readonly remainingMs?: number;
  /** Called each time that somebody asks how much time is left, instead of that. */
  readonly timeLeft?: () => number;
  /** A signal that ends the calls of an invocation. */
  readonly abortAfter?: () => AbortSignal;
  readonly logPayloads?: boolean;
  readonly logsCalls?: boolean;
  /** @default identities are not replicated */
  readonly identities?: IdentitiesConfig;
  /** Another meter than one that notes what is measured. */
  readonly meter?: Meter;
  /** Another timer than one that never rings; undefined for the real one. */
  readonly setTimer?: StreamContext['setTimer'];
  /** Another number from 0 up to, not including, 1 than always the same. */
  readonly random?: () => number;
  /** Another registry than the one in memory. */
  readonly iot?: IotSender;
}

/** A destination: its registry, its replica of the table, its queues, and the two real consumers. */
export class Destination {
  /** Called before each call of AWS that a consumer makes, and after it; what they throw is the answer. */
  public beforeCall?: () => void | Promise<void>;
  public afterCall?: () => void;
  /** Partition keys that the retry queue does not take. */
  public readonly refusing = new Set<string>();
  /** Which other messages it does not take; what it throws is the answer to the whole request. */
  public isRefused?: (message: RetryMessage) => boolean;
  public now = 1_700_000_000_000;
  public readonly registry: InMemoryRegistry;
  public readonly retries: { message: RetryMessage; delaySeconds: number }[] = [];
  public readonly deadLetters: DeadLetter[] = [];
  public readonly logged: unknown[] = [];
  /** What each invocation has measured, by the names of the metrics. */
  public readonly measured: Map<string, Measurement[1]>[] = [];
  /** What the status was told. */
  public readonly facts: StatusUpdate[] = [];
  /** Thrown when the status is to be written. */
  public statusError?: Error;
  public readonly dynamodb = mockClient(DynamoDBClient);
  public readonly sqs = mockClient(SQSClient);
  private readonly table = new Map<string, Item>();
  /** The table of state. */
  public readonly state = new StateTable(STATE_TABLE, () => this.now, () => this.indexLagMs);
  /** Until the index of what waits shows a write. */
  public indexLagMs = 0;
  private sequence = 0;
  private readonly dependencies: StreamContext;
  private readonly readStream: ReturnType<typeof streamConsumer>;

  constructor(private readonly options: HarnessOptions = {}) {
    this.registry = new InMemoryRegistry({
      region: 'eu-west-1', accountId: '123456789012', now: () => this.now, facts: options.facts, limits: options.limits,
    });
    this.mockTable();
    this.mockQueues();
    const log = (...entry: unknown[]) => { this.logged.push(entry); };
    this.dependencies = {
      iot: this.observed(options.iot ?? this.registry.client),
      dynamodb: this.observed(new DynamoDBClient({})),
      sqs: this.observed(new SQSClient({})),
      config: replicatorConfig({
        tableName: 'registry',
        stateTableName: STATE_TABLE,
        sourceRegion: SOURCE_REGION,
        retryQueueUrl: RETRY_QUEUE,
        deadLetterQueueUrl: DEAD_LETTER_QUEUE,
        deletionMode: options.deletionMode ?? DeletionMode.REPLICATE,
        maxDeletionsPerMinute: options.maxDeletionsPerMinute ?? 500,
        logPayloads: options.logPayloads ?? false,
        logsCalls: options.logsCalls ?? false,
        identities: options.identities,
      }),
      logger: { debug: log, info: log, warn: log },
      meter: options.meter ?? { publish: (measurements) => { this.measured.push(new Map(measurements.map(([{ name }, value]) => [name, value]))); } },
      status: { refresh: async (facts) => this.refreshStatus(facts) },
      now: () => this.now,
      random: options.random ?? (() => 0.5),
      abortAfter: options.abortAfter,
      setTimer: 'setTimer' in options ? options.setTimer : () => () => undefined,
    };
    this.readStream = streamConsumer(this.dependencies);
  }

  public get deletionMode(): DeletionMode {
    return this.dependencies.config.deletionMode;
  }

  /** What the replica holds. */
  public get items(): Item[] {
    return [...this.table.values()];
  }

  /** Writes records to the replica and returns what its stream says. */
  public write(...items: Item[]): DynamoDBRecord[] {
    return items.map((item) => {
      const old = this.table.get(`${item.pk}|${item.sk}`);
      this.table.set(`${item.pk}|${item.sk}`, item);
      return streamRecord(item, old, this.sequence++, this.now);
    });
  }

  /** Applies what the stream says. */
  public stream(records: DynamoDBRecord[]) {
    return this.readStream({ Records: records }, this.context());
  }

  /** Writes and applies. */
  public async replicate(...items: Item[]) {
    return this.stream(this.write(...items));
  }

  /** Sets what the functions know of identities, as a deployment does. */
  public deploy(identities: IdentitiesConfig | undefined): void {
    Object.assign(this.dependencies, { config: { ...this.dependencies.config, identities } });
  }

  /** Sets what the functions know of kinds and prefixes, as a deployment does. @param selection absent: everything is selected */
  public select(selection: SelectionConfig | undefined): void {
    Object.assign(this.dependencies, { config: { ...this.dependencies.config, selection } });
  }

  /** Hands messages to the retry consumer. */
  public retry(...messages: (RetryMessage | string)[]) {
    const Records = messages.map((message, i) => ({
      messageId: String(i),
      body: typeof message === 'string' ? message : JSON.stringify(message),
      receiptHandle: '',
      attributes: {},
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: 'eu-west-1',
    }) as unknown as SQSRecord);
    return retryConsumer(this.dependencies)({ Records }, this.context());
  }

  /** Takes what is on the retry queue and hands it to the retry consumer, until the queue is empty. */
  public async drain(rounds = 50): Promise<void> {
    for (let round = 0; this.retries.length > 0; round++) {
      if (round === rounds) throw new Error(`the retry queue still has ${JSON.stringify(this.retries)}`);
      this.now += Math.max(...this.retries.map(({ delaySeconds }) => delaySeconds)) * 1000;
      await this.retry(...this.retries.splice(0).map(({ message }) => message));
    }
  }

  /** Registry calls made meanwhile, by operation. */
  public async calls(work: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = { ...this.registry.calls } as Record<string, number>;
    await work();
    const after = this.registry.calls as Record<string, number>;
    return Object.fromEntries(Object.keys(after).map((each) => [each, after[each] - (before[each] ?? 0)] as const).filter(([, count]) => count > 0));
  }

  private async refreshStatus(facts: StatusUpdate): Promise<Status> {
    if (this.statusError) throw this.statusError;
    this.facts.push(facts);
    return { state: 'IN_SYNC', registryInSync: true, readyToFailOver: true, reasons: [] };
  }

  private observed<T extends { send: unknown }>(client: T): T {
    // Asked for its method at each call: a mock that is reset has another one.
    const observable = client as unknown as { send: (...args: unknown[]) => Promise<unknown> };
    const observed = async (...args: unknown[]) => {
      await this.beforeCall?.();
      const answer = await observable.send(...args);
      this.afterCall?.();
      return answer;
    };
    return { send: observed } as unknown as T;
  }

  private context() {
    return { getRemainingTimeInMillis: () => this.options.timeLeft?.() ?? this.options.remainingMs ?? 300_000 };
  }

  /** One answer for all commands: mocks of single commands compare each call with each of them, which takes longer than all the rest. Tests may add some, which come first. */
  private mockTable(): void {
    this.dynamodb.reset();
    this.dynamodb.send.callsFake(async (command) => this.answerOfTable(command) as never);
  }

  private answerOfTable(command: { readonly input: object }): object {
    if (isOfState(command as StateCommand, STATE_TABLE)) return this.state.answer(command as StateCommand);
    if (command instanceof GetItemCommand) {
      const item = this.table.get(`${command.input.Key!.pk.S}|${command.input.Key!.sk?.S}`);
      return { Item: item && marshall(item, { removeUndefinedValues: true }) };
    }
    if (command instanceof QueryCommand) return this.query(command);
    throw new Error(`the harness has no call ${command.constructor.name}`);
  }

  private query({ input: { ExpressionAttributeValues: values = {}, ExclusiveStartKey, Limit } }: QueryCommand): object {
    const found = [...this.table.values()]
      .filter((item) => (values[':owner'] ? item.groupName === values[':owner'].S : item.pk === values[':pk'].S && item.sk.startsWith(values[':sk'].S!)))
      .sort((x, y) => (`${x.pk}|${x.sk}` < `${y.pk}|${y.sk}` ? -1 : 1));
    const from = ExclusiveStartKey ? found.findIndex(({ pk, sk }) => pk === ExclusiveStartKey.pk.S && sk === ExclusiveStartKey.sk.S) + 1 : 0;
    const page = found.slice(from, from + (Limit ?? found.length));
    const last = page[page.length - 1];
    return {
      // The index has keys only.
      Items: page.map(({ pk, sk, deleted }) => marshall(values[':owner'] ? { pk, sk } : { pk, sk, deleted })),
      LastEvaluatedKey: from + page.length < found.length ? marshall({ pk: last.pk, sk: last.sk }) : undefined,
    };
  }

  private mockQueues(): void {
    this.sqs.reset();
    this.sqs.send.callsFake(async (command) => this.answerOfQueues(command) as never);
  }

  private answerOfQueues(command: { readonly input: object }): object {
    if (command instanceof SendMessageBatchCommand) return this.sendBatch(command);
    if (!(command instanceof SendMessageCommand)) throw new Error(`the harness has no call ${command.constructor.name}`);
    expect(command.input.QueueUrl).toBe(DEAD_LETTER_QUEUE);
    this.deadLetters.push(JSON.parse(command.input.MessageBody!) as DeadLetter);
    return {};
  }

  private sendBatch({ input: { QueueUrl, Entries = [] } }: SendMessageBatchCommand): object {
    expect(QueueUrl).toBe(RETRY_QUEUE);
    expect(Entries.length).toBeLessThanOrEqual(10);
    const Failed = [];
    for (const { Id, MessageBody, DelaySeconds } of Entries) {
      const message = JSON.parse(MessageBody!) as RetryMessage;
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html
      if (!Number.isInteger(DelaySeconds) || DelaySeconds! < 0 || DelaySeconds! > 900) throw new Error(`expected a delay of 0 to 900 whole seconds, got ${DelaySeconds}`);
      if (!this.refusing.has(message.pk) && !this.isRefused?.(message)) this.retries.push({ message, delaySeconds: DelaySeconds! });
      else Failed.push({ Id });
    }
    return { Failed };
  }
}

export function streamRecord(item: Item, old: Item | undefined, sequence: number, now: number): DynamoDBRecord {
  const image = (each: Item) => marshall(each, { removeUndefinedValues: true }) as never;
  return {
    eventName: old ? 'MODIFY' : 'INSERT',
    dynamodb: {
      Keys: image({ pk: item.pk, sk: item.sk }),
      NewImage: image(item),
      OldImage: old && image(old),
      SequenceNumber: String(1000 + sequence),
      ApproximateCreationDateTime: Math.floor(now / 1000),
    },
  };
}

let clock = 0;
/** Later than everything before it. */
export function moment(): number {
  return 1_600_000_000_000 + clock++;
}

function common(deleted = false) {
  return { deleted, sourceRegion: SOURCE_REGION, timestamp: moment(), eventId: `e${clock}`, ...(deleted ? { expiresAt: 2_000_000_000 } : {}) };
}

/** Records as the workflow writes them. */
export const record = {
  thing: (name: string, state: { thingTypeName?: string; attributes?: Record<string, string> } = {}, { incarnation = `${name}-1`, version = 1 } = {}): Item =>
    ({ ...keyOf.thing(name), ...common(), incarnation, version, state: { attributes: {}, ...state } }),
  deletedThing: (name: string, { incarnation = `${name}-1`, version = 1 } = {}): Item =>
    ({ ...keyOf.thing(name), ...common(true), incarnation, version, state: { attributes: {} } }),
  group: (
    name: string, state: { path?: string[]; attributes?: Record<string, string>; description?: string; dynamic?: boolean } = {}, { incarnation = `${name}-1`, version = 1 } = {},
  ): Item => ({
    ...keyOf.group(name),
    ...common(),
    incarnation,
    version,
    state: { attributes: {}, path: [], dynamic: false, ...state, ...(state.path?.length ? { parentGroupName: state.path.at(-1) } : {}) },
  }),
  deletedGroup: (name: string, { incarnation = `${name}-1`, version = 1, path = [] as string[] } = {}): Item =>
    ({ ...keyOf.group(name), ...common(true), incarnation, version, state: { attributes: {}, path, dynamic: false, ...(path.length ? { parentGroupName: path.at(-1) } : {}) } }),
  type: (
    name: string, state: { deprecated?: boolean; description?: string; searchableAttributes?: string[]; propagatingAttributes?: unknown[] } = {}, { incarnation = `${name}-1`, version = 1 } = {},
  ): Item => ({ ...keyOf.type(name), ...common(), incarnation, version, state: { searchableAttributes: [], propagatingAttributes: [], deprecated: false, ...state } }),
  deletedType: (name: string, { incarnation = `${name}-1` } = {}): Item =>
    ({ ...keyOf.type(name), ...common(true), incarnation, version: 2, state: { searchableAttributes: [], propagatingAttributes: [], deprecated: true } }),
  membership: (thing: string, group: string, { thingId = `${thing}-1`, groupId = `${group}-1`, removed = false } = {}): Item =>
    ({ ...keyOf.membership(thing, group), ...common(removed), thingId, groupId, groupName: group, version: 0, state: {} }),
};
