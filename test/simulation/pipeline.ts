import { setMaxListeners } from 'node:events';
import type { DynamoDBBatchResponse, SQSBatchResponse } from 'aws-lambda';
import type { TableDescription } from 'dynalite/db';
import { Calls, Invocation, type Fault } from './calls';
import { clientsOf, DEAD_LETTER_QUEUE_URL, RETRY_QUEUE_URL, type DestinationServices } from './clients';
import { Clock } from './clock';
import type { Conditions } from './conditions';
import { ACCOUNT_ID, type Definitions, DESTINATION_REGION, SOURCE_REGION, STATE_TABLE_NAME, TABLE_NAME } from './definition';
import { GuardedTable, type Item } from './guarded-table';
import { perform, START, type EmittedEvent, type History } from './history';
import { LiveSource } from './live-source';
import { SimulatedQueue, type Message } from './queue';
import { Random } from './random';
import { InMemoryRegistry, type EventKind, type Operation, type Snapshot } from './registry';
import { keyOf, Replica, type Shard } from './replica';
import { StateTable } from './state-table';
import { Workflow } from './workflow';
import { DeletionMode } from '../../src/deletion-mode';
import type { Outcome } from '../../src/persistence/outcome';
import { isFromTheFuture, MARGIN_MS } from '../../src/record/margin';
import { SIGNAL_PK } from '../../src/record/signal';
import type { StreamContext, InvocationContext } from '../../src/replicator/handler/context';
import type { RetryMessage } from '../../src/replicator/handler/queues';
import { retryConsumer } from '../../src/replicator/handler/retry-consumer';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { Sizing } from '../../src/replicator/sizing';
import type { StatusWriter } from '../../src/status/handler/status-store';
import { silent } from '../monitoring/silent';
import { replicatorConfig } from '../replicator/config';

/** How long Lambda lets the functions run. */
const STREAM_TIMEOUT = Sizing.STREAM_TIMEOUT_SECONDS * 1000;
const RETRY_TIMEOUT = Sizing.RETRY_TIMEOUT_SECONDS * 1000;
const STEP_TIMEOUT = 5 * 60_000;
const VISIBILITY_TIMEOUT = 6 * RETRY_TIMEOUT;
const MAX_RECEIVES = 10;
/** Messages of one chain after which Lambda stops it: about as many, says AWS. */
const MAX_CHAIN = 16;
/** As many as the workflow's retries put up with. */
const MAX_TASK_FAULTS = 3;
/** Speed of a slow invocation, beside 1. */
const SLOW = 0.03;
/** Where the status is looked at, work is late by what services do, and not because the scheduler lets time pass: it passes no further than this, in milliseconds. */
const PATIENCE = 20_000;
/** Waits of the surroundings that are not over yet, at most. */
const MAX_WAITS = 8;
/** Times that one key is woken by what it is parked for, at most. */
const MAX_WOKEN = 40;
const ENOUGH_TIME = 60_000;
const HARDLY_ANY_TIME = 5_000;

export interface PipelineOptions {
  readonly conditions: Conditions;
  readonly definition: Definitions;
  readonly table: TableDescription;
  readonly events: readonly EmittedEvent[];
  /** Decides what is not the scheduler's: which shard a key is in, what is handed out twice. */
  readonly random: Random;
  readonly deletionMode?: DeletionMode;
  readonly router?: (payload: unknown) => unknown;
  /** Whether the retry function may loop: else Lambda stops a chain of messages. */
  readonly mayLoop: boolean;
  /** @default identities are not replicated */
  readonly identities?: IdentitiesConfig;
  readonly onTrace?: (line: () => string) => void;
  /** Milliseconds by which a call that reads the destination's registry is behind. @default drawn, up to what the conditions allow */
  readonly destinationLag?: (operation: Operation) => number;
  /** A source Region whose history happens meanwhile; its events come on top of the others. */
  readonly source?: {
    readonly history: History;
    /** Whether an event never arrives. */
    readonly loses: (event: EmittedEvent) => boolean;
    /** Milliseconds by which a call that reads the registry is behind. */
    readonly readLag: (operation: Operation) => number;
    /** Milliseconds by which the clock of that Region is ahead. */
    readonly ahead?: () => number;
    /** The same of the clock of its AWS IoT, which events have their times from. @default that of the Region */
    readonly registryAhead?: () => number;
    /** Kinds of registry events, and whether they are on: looked up with each event. @default those that the pipeline subscribes to are on */
    readonly events?: Partial<Record<EventKind, boolean>>;
  };
  /** What is around the pipeline. @default a status that nobody reads */
  readonly surroundings?: Surroundings;
}

/** What is around a pipeline: without it nothing but changes goes through the pipeline, and letters are what must not be. */
export interface Surroundings {
  /** The status, as an invocation writes it. */
  readonly statusOf: (invocation: Invocation) => StatusWriter;
  /** Answers tasks of the persistence workflow that the pipeline itself does not know. */
  readonly answer: (resource: string, input: unknown) => object;
  /** The longest that may pass at once while there is work, in milliseconds. */
  readonly longestWait: () => number;
  /** Milliseconds that a call of the destination's registry takes. */
  readonly registryTakes: () => number;
}

/** What a deployment decides, and the next one may decide otherwise. */
export type Deployment = Pick<PipelineOptions, 'definition' | 'deletionMode' | 'router'>;

/** A workflow that runs beside the pipeline, of one function call after the other. */
export interface Job {
  /** Whether it is to be started now; else it runs or has run often enough. */
  readonly canBegin: boolean;
  readonly isRunning: boolean;
  begin(): void;
}

type PersistenceOutcome = (typeof Outcome)[keyof typeof Outcome];

/** An event on its way, and how often it has been delivered. */
interface Delivery {
  readonly event: EmittedEvent;
  deliveries: number;
}

/**
 * The pipeline from the events of the source Region to the registry of a destination: the synthesized workflow and the real handlers, with
 * every service in simulated time. Each public method is one move; a scheduler decides which is made next.
 */
export class Pipeline {
  public readonly clock = new Clock(START);
  public readonly calls = new Calls(() => this.clock.now());
  public readonly replica: Replica;
  public readonly state: StateTable;
  public readonly retryQueue: SimulatedQueue;
  public readonly deadLetters: string[] = [];
  public readonly sourceDeadLetters: string[] = [];
  public readonly violations: string[] = [];
  public readonly outcomes: Partial<Record<string, number>> = {};
  /** How often an event was delivered, duplicates included. */
  public delivered = 0;
  /** Events that can be delivered by now. */
  public readonly due: Delivery[] = [];
  public readonly registry: InMemoryRegistry;
  public readonly sourceTable: GuardedTable;
  public readonly busyShards = new Map<Shard, Invocation>();
  public readonly retrying = new Set<Invocation>();
  /** Functions of jobs. */
  public readonly stepping = new Set<Invocation>();
  public readonly jobs: Job[] = [];
  public readonly source?: LiveSource;
  /** Whether there are no faults any more. */
  public calm = false;
  /** Whether stream and retry queue have functions that may run. */
  public isConsuming = true;
  /** What executions of the workflow are about. */
  public readonly persisting = new Set<object>();

  /** When a function last ended a batch of a shard. */
  private readonly consumedAt = new Map<Shard, number>();
  /** What SQS gave up on while there were faults. */
  private readonly parked: string[] = [];
  private deployment: Deployment;
  private workflows: Readonly<Record<keyof Definitions, Workflow>>;
  public readonly services: DestinationServices;
  private readonly shards = new Map<string, number>();
  /** On its own, so that a delay shifts nothing else. */
  private readonly delays = new Random(1);
  /** How to end each invocation that is under way. */
  private readonly crashes = new Map<Invocation, () => void>();
  private undelivered: number;
  private redeliveries: number;
  private executions = 0;
  private names = 0;
  private waits = 0;
  private readonly woken = new Map<string, number>();

  constructor(private readonly options: PipelineOptions) {
    const { conditions, definition, table, events, random, source } = options;
    const { clock } = this;
    this.registry = new InMemoryRegistry({
      region: DESTINATION_REGION,
      accountId: ACCOUNT_ID,
      now: () => clock.now(),
      facts: conditions.facts,
      limits: conditions.limits,
      readLag: options.destinationLag ?? lagUpTo(conditions.destinationLag, random),
    });
    this.replica = new Replica({
      shards: conditions.shards,
      shardOf: (pk, sk) => this.shardOf(conditions.splitPartitions ? `${pk}|${sk}` : pk),
      now: () => clock.now(),
      indexLag: () => random.below(conditions.indexLag + 1),
    });
    this.state = new StateTable(STATE_TABLE_NAME, () => clock.now(), () => random.below(conditions.indexLag + 1));
    this.retryQueue = new SimulatedQueue(() => clock.now(), VISIBILITY_TIMEOUT);
    this.sourceTable = new GuardedTable(TABLE_NAME, table, () => clock.now());
    this.deployment = options;
    this.workflows = this.workflowsOf(definition);
    this.services = {
      calls: this.calls,
      registry: this.registry,
      replica: this.replica,
      state: this.state,
      maxDeletionsPerMinute: conditions.maxDeletionsPerMinute,
      retryQueue: this.retryQueue,
      deadLetters: this.deadLetters,
      pageSize: conditions.pageSize,
      refusesEntry: () => !this.calm && random.chance(conditions.faults / 2),
      registryTakes: () => {
        const milliseconds = options.surroundings?.registryTakes() ?? 0;
        return milliseconds > 0 ? clock.sleep(milliseconds) : undefined;
      },
      onViolation: (text) => this.violations.push(text),
    };
    this.undelivered = events.length;
    this.redeliveries = conditions.redeliveries;
    for (const event of events) clock.at(event.at, () => this.due.push({ event, deliveries: 0 }));
    this.source = source && new LiveSource({ ...source, ahead: source.registryAhead ?? source.ahead, rules: conditions, clock, onEvent: (event) => source.loses(event) || this.emit(event) });
  }

  /** From here on the pipeline is another one; what runs continues as it was. */
  public redeploy(deployment: Deployment): void {
    this.deployment = deployment;
    this.workflows = this.workflowsOf(deployment.definition);
  }

  /** Ends the faults. What they kept from being handled is redriven: from here on, whatever there is gets done. */
  public stopFaults(): void {
    this.calm = true;
    for (const body of this.parked.splice(0)) this.retryQueue.send(body, 0);
  }

  /** Delivers an event, which stays to be delivered again if it is a duplicate's first. */
  public deliver(index: number, again: boolean): void {
    const delivery = this.due[index];
    delivery.deliveries += 1;
    this.delivered += 1;
    if (delivery.deliveries === 1) this.undelivered -= 1;
    if (!again || delivery.deliveries > 2) this.due.splice(index, 1);
    this.persist(delivery.event.payload).then((outcome) => {
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    }, (error: Error) => this.violations.push(`an execution of the workflow failed: ${error.message}`));
  }

  /**
   * One execution of a workflow.
   *
   * @param by who starts it, and so which it is
   * @returns its outcome
   * @throws StateError if it fails
   */
  public async persist(payload: object, by: keyof Definitions = 'rules'): Promise<PersistenceOutcome> {
    const { random, conditions } = this.options;
    this.trace(() => `event ${JSON.stringify(payload)}`);
    this.executions += 1;
    this.persisting.add(payload);
    let faults = 0;
    const runTask = async (resource: string, input: unknown) => {
      // The registry is asked twice at most.
      const most = resource.startsWith('aws-sdk:iot:') ? 1 : MAX_TASK_FAULTS;
      if (faults < most && !this.calm && random.chance(conditions.faults)) {
        faults += 1;
        throw Object.assign(new Error('injected'), { name: random.pick(['DynamoDB.ThrottlingException', 'States.Timeout']) });
      }
      return this.runTask(resource, input);
    };
    try {
      const { outcome } = await this.workflows[by].execute(payload, runTask) as { outcome: PersistenceOutcome };
      this.trace(() => `event ${(payload as { eventId: string }).eventId} ${outcome}`);
      return outcome;
    } finally {
      this.executions -= 1;
      this.persisting.delete(payload);
    }
  }

  /**
   * One call of a function that a job consists of.
   *
   * @throws Error if it throws or crashes
   */
  public runStep<T>(name: string, handle: (invocation: Invocation, context: InvocationContext) => Promise<T>): Promise<T> {
    const invocation = this.invocation(name, STEP_TIMEOUT);
    this.stepping.add(invocation);
    const step = new Promise<T>((resolve, reject) => {
      this.crashes.set(invocation, () => reject(Object.assign(new Error('the function crashed'), { name: 'Lambda.Unknown' })));
      handle(invocation, this.timeOf()).then(resolve, reject);
    });
    return step.finally(() => {
      this.crashes.delete(invocation);
      this.stepping.delete(invocation);
    });
  }

  public startableJobs(): Job[] {
    return this.jobs.filter((job) => job.canBegin);
  }

  public replicate(key: string, writes: number): void {
    this.trace(() => `replica takes ${writes} of ${this.replica.underWay.get(key)?.length} writes of ${key}`);
    this.replica.arrive(key, writes);
  }

  /** Shards with records that nobody is working on. */
  public waitingShards(): Shard[] {
    if (!this.isConsuming) return [];
    return this.replica.shards.filter((shard) => shard.position < shard.records.length && !this.busyShards.has(shard));
  }

  public consumeStream(shard: Shard, size: number): void {
    const invocation = this.invocation(`stream ${this.replica.shards.indexOf(shard)}`, STREAM_TIMEOUT);
    const from = shard.position;
    const batch = shard.records.slice(from, from + size);
    this.busyShards.set(shard, invocation);
    // The event source mapping passes on INSERT and MODIFY only.
    const Records = batch.filter((record) => record.eventName !== 'REMOVE');
    this.trace(() => `${invocation.name}: batch of ${Records.map((record) => `${record.dynamodb!.Keys!.pk.S}|${record.dynamodb!.Keys!.sk.S}`).join(' ')}`);
    const handled = Records.length === 0 ? Promise.resolve({ batchItemFailures: [] }) : streamConsumer(this.dependencies(invocation))({ Records }, this.timeOf());
    this.settle(invocation, handled, (response: DynamoDBBatchResponse | undefined) => {
      this.busyShards.delete(shard);
      this.consumedAt.set(shard, this.clock.now());
      const failed = response ? response.batchItemFailures[0]?.itemIdentifier : batch[0].dynamodb!.SequenceNumber!;
      const index = failed === undefined ? -1 : batch.findIndex((record) => record.dynamodb!.SequenceNumber === failed);
      if (failed !== undefined && index < 0) this.violations.push(`${invocation.name} gave back ${failed}, which is not in its batch`);
      // A signal, and a record that reports a gap, is given back if the status could not be written.
      const { Keys, NewImage, OldImage, ApproximateCreationDateTime = Infinity } = batch[index]?.dynamodb ?? {};
      const timestamp = Number(NewImage?.timestamp?.N);
      const isOfWrongClock = timestamp < Number(OldImage?.timestamp?.N) - MARGIN_MS || isFromTheFuture(timestamp, ApproximateCreationDateTime * 1000);
      const isOfStatus = Keys?.pk.S === SIGNAL_PK || NewImage?.replaces !== undefined || isOfWrongClock;
      if (failed !== undefined && !invocation.crashed && !invocation.queueRefused && !isOfStatus) this.violations.push(`${invocation.name} gave a record back although the queues took everything`);
      shard.position = failed === undefined ? from + batch.length : from + Math.max(index, 0);
    });
  }

  public consumeRetries(messages: readonly Message[]): void {
    this.dropRecursions(messages.filter((message) => this.isStopped(message)));
    const delivered = messages.filter((message) => !this.isStopped(message));
    if (delivered.length > 0) this.invokeRetry(delivered);
  }

  private invokeRetry(messages: readonly Message[]): void {
    const invocation = this.invocation('retry', RETRY_TIMEOUT);
    invocation.chain = Math.max(...messages.map(({ chain }) => chain));
    const Records = this.retryQueue.receive(messages, () => this.redelivers());
    this.trace(() => `${invocation.name}: ${Records.map((record) => record.body).join(' ')}`);
    this.retrying.add(invocation);
    for (const { body } of messages) this.countWoken(body);
    this.settle(invocation, retryConsumer(this.dependencies(invocation))({ Records }, this.timeOf()), (response: SQSBatchResponse | undefined) => {
      this.retrying.delete(invocation);
      const failed = new Set(response ? response.batchItemFailures.map((each) => each.itemIdentifier) : messages.map((each) => each.id));
      for (const message of messages) {
        if (!failed.has(message.id)) this.retryQueue.delete(message.id);
        else this.giveUpOn(message);
      }
    });
  }

  /** Whatever comes and goes, and however often: a key that is woken more often than that is woken by what it does not lack. */
  private countWoken(body: string): void {
    const { pk, sk, revision, attempt, watch } = JSON.parse(body) as Partial<RetryMessage>;
    if (revision === undefined || attempt !== undefined || watch !== undefined) return;
    const key = `${pk}|${sk}`;
    const count = (this.woken.get(key) ?? 0) + 1;
    this.woken.set(key, count);
    if (count === MAX_WOKEN) this.violations.push(`${key} was woken ${MAX_WOKEN} times`);
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
  private isStopped({ chain }: Message): boolean {
    return !this.options.mayLoop && chain >= MAX_CHAIN;
  }

  /** Lambda takes messages from the queue and invokes nothing. */
  private dropRecursions(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    this.trace(() => `Lambda stops ${messages.map(({ body }) => body).join(' ')} as a recursive loop`);
    this.retryQueue.receive(messages, () => false);
    for (const message of messages) this.giveUpOn(message);
  }

  /** SQS moves what was received too often. */
  private giveUpOn(message: Message): void {
    if (message.receives < MAX_RECEIVES) return;
    this.retryQueue.delete(message.id);
    (this.calm || this.options.surroundings ? this.deadLetters : this.parked).push(message.body);
  }

  /** Somebody puts a key on the retry queue, as a redrive or a repair does. */
  public redrive(key: string): void {
    this.trace(() => `redrive of ${key}`);
    const [pk, sk] = key.split('|');
    this.retryQueue.send(JSON.stringify({ pk, sk }), 0);
  }

  public perform(index: number, fault?: Fault): void {
    const { invocation, label, service } = this.calls.parked[index];
    if (service === 'sqs' && fault) invocation.queueRefused = true;
    const outcome = this.calls.perform(index, fault);
    this.trace(() => `${invocation.name}: ${label()} -> ${outcome}`);
  }

  /** The invocation ends here and now; what it was given comes again. */
  public crash(invocation: Invocation): void {
    this.trace(() => `${invocation.name}: crashes`);
    this.calls.crash(invocation);
    this.crashes.get(invocation)!();
  }

  /** The destination is one that has just been added: nothing runs there, nothing waits there, and what has left the stream of its replica by now is not in its own. */
  public addDestination(): void {
    for (const invocation of [...this.busyShards.values(), ...this.retrying, ...[...this.stepping].filter(({ name }) => name === 'status')]) this.crash(invocation);
    this.state.clear();
    this.retryQueue.messages.splice(0);
    this.deadLetters.splice(0);
    for (const shard of this.replica.shards) shard.position = shard.records.length;
  }

  public get running(): Invocation[] {
    return [...this.busyShards.values(), ...this.retrying, ...this.stepping];
  }

  public thingsInDestination(): string[] {
    return (this.registry.execute('ListThings', { maxResults: 250 }).things ?? []).map((thing) => thing.thingName!);
  }

  /** Somebody attaches a principal to a thing of the destination. */
  public attach(thingName: string): void {
    if (!Object.hasOwn(this.snapshot().things, thingName)) return;
    this.trace(() => `a principal is attached to ${thingName}`);
    perform(this.registry, { after: 0, call: 'AttachThingPrincipal', input: { thingName, principal: `arn:aws:iot:${DESTINATION_REGION}:${ACCOUNT_ID}:cert/${thingName}` } });
  }

  /** Whether there is something to wait for, before an invocation that has something to do has to end. */
  public get canWait(): boolean {
    const next = this.nextMoment;
    if (this.options.surroundings && this.isOverdue) return false;
    return next < Infinity && this.running.every((invocation) => next < invocation.deadline || !this.hasCalls(invocation));
  }

  /** Whether a call has been waiting for the scheduler so long, or a record of the stream for a function. */
  private get isOverdue(): boolean {
    const then = this.clock.now() - PATIENCE;
    return this.calls.parked.some(({ since }) => since < then)
      || this.waitingShards().some((shard) => shard.records[shard.position].dynamodb!.ApproximateCreationDateTime! * 1000 < then && (this.consumedAt.get(shard) ?? -Infinity) < then);
  }

  private get nextMoment(): number {
    return Math.min(this.clock.next, this.retryQueue.nextVisibleAt(), this.calls.next);
  }

  private hasCalls(invocation: Invocation): boolean {
    return this.calls.parked.some((call) => call.invocation === invocation);
  }

  /** Time passes until something can happen. What waits for nothing but time, and has none left, is ended as Lambda ends it. */
  public wait(): void {
    const next = this.nextMoment;
    for (const invocation of this.running) if (invocation.deadline <= next) this.crash(invocation);
    const visible = this.retryQueue.nextVisibleAt();
    const longest = this.hasWork ? this.options.surroundings?.longestWait() : undefined;
    // Each that is over is a step that asks for the next, so without a bound they would breed while one call takes a minute.
    if (longest !== undefined && this.waits < MAX_WAITS) {
      this.waits += 1;
      this.clock.at(this.clock.now() + longest, () => { this.waits -= 1; });
    }
    for (const moment of [visible, this.calls.next]) if (moment < Infinity) this.clock.at(moment, () => undefined);
    this.clock.advance();
    this.calls.passTime();
    this.trace(() => `time is ${this.clock.now() - START} ms`);
  }

  /** Whether nothing can happen until time passes. */
  public get isIdle(): boolean {
    return !this.hasWork && this.executions === 0 && this.running.length === 0 && this.jobs.every((job) => !job.isRunning);
  }

  /** Whether something could happen without any time passing. */
  private get hasWork(): boolean {
    return this.calls.parked.length > 0 || this.due.length > 0 || this.replica.underWay.size > 0 || this.waitingShards().length > 0
      || (this.isConsuming && this.retryQueue.visible().length > 0);
  }

  /** Whether everything that happened in the source was told. */
  public get isDelivered(): boolean {
    return (this.source?.isOver ?? true) && this.undelivered === 0 && this.due.length === 0 && this.executions === 0;
  }

  /** Whether everything was delivered, applied and answered. */
  public get isQuiet(): boolean {
    return this.isDelivered && this.parked.length === 0 && this.replica.underWay.size === 0 && this.running.length === 0 && this.jobs.every((job) => !job.isRunning)
      && this.retryQueue.messages.length === 0 && this.replica.shards.every((shard) => shard.position === shard.records.length);
  }

  public snapshot(): Snapshot {
    return this.registry.snapshot();
  }

  /** Ends an invocation by its answer, its error or its crash, whichever comes first. */
  private settle<T>(invocation: Invocation, answer: Promise<T>, end: (response: T | undefined) => void): void {
    let over = false;
    const once = (response: T | undefined) => {
      if (over) return;
      over = true;
      this.crashes.delete(invocation);
      end(response);
    };
    this.crashes.set(invocation, () => once(undefined));
    answer.then(once, (error: Error) => {
      if (!over) this.violations.push(`${invocation.name} threw ${error.name}: ${error.message}`);
      once(undefined);
    });
  }

  private async runTask(resource: string, input: unknown): Promise<unknown> {
    const { router } = this.deployment;
    switch (resource) {
      case 'dynamodb:putItem': {
        let Attributes: Item | undefined;
        this.replica.send(this.sourceTable.put(input as object, (old) => { Attributes = old; }));
        return (input as { readonly ReturnValues?: string }).ReturnValues === 'ALL_OLD' ? { Attributes } : {};
      }
      case 'dynamodb:updateItem':
        this.replica.send(this.sourceTable.update(input as object));
        return {};
      case 'dynamodb:getItem': {
        const { Key, ConsistentRead } = input as { readonly Key: Item; readonly ConsistentRead?: boolean };
        if (!ConsistentRead) throw new Error('expected a consistent read of the registry table');
        return { Item: this.sourceTable.items.get(keyOf(Key)) };
      }
      case 'lambda:invoke':
        return { Payload: router!((input as { Payload: unknown }).Payload) };
      case 'sqs:sendMessage':
        this.sourceDeadLetters.push((input as { MessageBody: string }).MessageBody);
        return {};
      case 'aws-sdk:iot:describeThing':
        return this.look('DescribeThing', input);
      case 'aws-sdk:iot:describeThingGroup':
        return this.look('DescribeThingGroup', input);
      case 'aws-sdk:iot:describeThingType':
        return this.look('DescribeThingType', input);
      case 'aws-sdk:iot:listThingGroupsForThing':
        return this.look('ListThingGroupsForThing', input);
      default:
        if (this.options.surroundings) return this.options.surroundings.answer(resource, input);
        throw new Error(`the simulation has no task ${resource}`);
    }
  }

  /** AWS IoT of the source Region as a task: names begin with a capital letter, and errors with the name of the service. */
  private look(operation: Operation, input: unknown): object {
    const asked = Object.fromEntries(Object.entries(input as object).map(([name, value]) => [`${name[0].toLowerCase()}${name.slice(1)}`, value as unknown]));
    try {
      return capitalized(this.source!.registry.execute(operation, asked)) as object;
    } catch (error) {
      throw error instanceof Error ? Object.assign(new Error(error.message), { name: `Iot.${error.name}` }) : error;
    }
  }

  private dependencies(invocation: Invocation): StreamContext {
    const { surroundings } = this.options;
    return {
      ...clientsOf(this.services, invocation),
      config: replicatorConfig({
        tableName: TABLE_NAME,
        sourceRegion: SOURCE_REGION,
        retryQueueUrl: RETRY_QUEUE_URL,
        deadLetterQueueUrl: DEAD_LETTER_QUEUE_URL,
        deletionMode: this.deployment.deletionMode ?? DeletionMode.REPLICATE,
        stateTableName: STATE_TABLE_NAME,
        maxDeletionsPerMinute: this.options.conditions.maxDeletionsPerMinute,
        identities: this.options.identities,
      }),
      ...silent,
      // Where nobody looks at the status, a timer that a crash leaves behind would keep this pipeline in memory.
      setTimer: () => () => undefined,
      // Elsewhere nothing depends on when a call happens that nobody waits for.
      ...this.options.identities ? { abortAfter: this.abortingOf(invocation) } : {},
      ...surroundings ? { status: surroundings.statusOf(invocation), setTimer: this.timerOf(invocation) } : {},
      now: () => this.clock.now(),
      random: () => this.delays.next(),
    };
  }

  private abortingOf(invocation: Invocation): (milliseconds: number) => AbortSignal {
    return (milliseconds) => {
      const controller = new AbortController();
      setMaxListeners(0, controller.signal);
      invocation.aborts.push({ at: this.clock.now() + milliseconds, controller });
      return controller.signal;
    };
  }

  /** Timers of an invocation: none rings once it has crashed. */
  private timerOf(invocation: Invocation): (work: () => void, milliseconds: number) => () => void {
    return (work, milliseconds) => {
      let isCancelled = false;
      this.clock.at(this.clock.now() + milliseconds, () => {
        if (!isCancelled && !invocation.crashed) work();
      });
      return () => {
        isCancelled = true;
      };
    };
  }

  private workflowsOf(definition: Definitions): Readonly<Record<keyof Definitions, Workflow>> {
    const { clock, options: { source } } = this;
    const ahead = source?.ahead ?? (() => 0);
    const ofSource = { now: () => clock.now() + ahead(), sleep: (milliseconds: number) => clock.sleep(milliseconds) };
    return { rules: new Workflow({ definition: definition.rules, clock: ofSource }), observers: new Workflow({ definition: definition.observers, clock: ofSource }) };
  }

  private timeOf(): InvocationContext {
    const { random, conditions } = this.options;
    if (this.calm || !random.chance(conditions.shortOfTime)) return { getRemainingTimeInMillis: () => ENOUGH_TIME };
    let left = random.below(4);
    return { getRemainingTimeInMillis: () => (left-- > 0 ? ENOUGH_TIME : HARDLY_ANY_TIME) };
  }

  private redelivers(): boolean {
    if (this.calm || this.redeliveries === 0 || !this.options.random.chance(0.2)) return false;
    this.redeliveries -= 1;
    return true;
  }

  /** An event that is delivered from now on. */
  public emit(event: EmittedEvent): void {
    this.undelivered += 1;
    this.due.push({ event, deliveries: 0 });
  }

  private shardOf(part: string): number {
    const { shards, options: { random, conditions } } = this;
    if (!shards.has(part)) shards.set(part, random.below(conditions.shards));
    return shards.get(part)!;
  }

  private invocation(kind: string, timeout: number): Invocation {
    const { random, conditions } = this.options;
    return new Invocation(`${kind} #${++this.names}`, this.clock.now() + timeout, !this.calm && random.chance(conditions.slowness) ? SLOW : 1);
  }

  public trace(line: () => string): void {
    this.options.onTrace?.(line);
  }
}

function lagUpTo(milliseconds: number, random: Random): (() => number) | undefined {
  if (milliseconds === 0) return undefined;
  // On its own, so that how often something is read shifts nothing else.
  const lags = random.fork();
  return () => lags.below(milliseconds + 1);
}

/** Keys of maps are left as they are by AWS; none of those is looked at. */
function capitalized(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(capitalized);
  if (typeof answer !== 'object' || answer === null || answer instanceof Date) return answer;
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [`${name[0].toUpperCase()}${name.slice(1)}`, capitalized(value)]));
}
