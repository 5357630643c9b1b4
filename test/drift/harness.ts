import { BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Difference } from '../../src/comparison/handler/differences';
import type { RunSummary } from '../../src/comparison/handler/summary';
import { planFor } from '../../src/comparison/phases';
import type { Selection } from '../../src/comparison/selection';
import type { Begun, DriftRun } from '../../src/drift/handler/begin';
import type { DriftConfig, DriftContext } from '../../src/drift/handler/context';
import { driftStep, type DriftStepRequest } from '../../src/drift/handler/drift-step';
import { driftPhases } from '../../src/drift/phases';
import { DriftMode } from '../../src/drift-mode';
import type { Replicated } from '../../src/record/signal';
import { addressedIot } from '../../src/runtime/addressed-iot';
import type { Pace } from '../../src/runtime/pace';
import { Destination, SOURCE_REGION, STATE_TABLE, type HarnessOptions } from '../replicator/harness';
import { OWNER, SimulatedBucket } from '../simulation/bucket';
import { batchGetItem, scan } from '../simulation/bulk-reads';
import type { Item as TableItem } from '../simulation/guarded-table';
import { keyOf } from '../simulation/replica';
import { isOfState, type StateCommand } from '../simulation/state-table';
import { TableItems } from '../simulation/table-items';

export const BUCKET = 'drift-reports';
export const EVERYTHING: Selection = { kinds: ['type', 'group', 'thing', 'membership'], prefixes: {} };
export const SILENCE_MS = 5 * 60_000;
const WORKFLOW_ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:drift';
const RETRY_QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/retry';

export interface DriftHarnessOptions extends HarnessOptions, Partial<Pick<DriftConfig, 'driftMode' | 'isPaused'>> {
  readonly scope?: Selection;
  /** Items of a page of a scan, and objects of a page of a listing. */
  readonly pageSize?: number;
  /** What a function has left when it is asked; 0 makes every unit a slice of its own. */
  readonly remaining?: () => number;
}

interface Command { readonly input: object }
type Send = (command: Command) => Promise<unknown>;

/** Dies with the call that it happens to. */
export class Crash extends Error {
  public readonly name = 'Crash';
}

/** A destination and the steps of its drift check, as the workflow takes them. */
export class DriftHarness {
  public readonly destination: Destination;
  public readonly bucket: SimulatedBucket;
  public readonly logged: unknown[] = [];
  public readonly paced: string[] = [];
  /** Executions that are running besides. */
  public readonly others: { readonly name: string; readonly startDate: Date }[] = [];
  /** Executions that ended well, the newest first. */
  public succeeded: { name: string; startDate: Date }[] = [];
  /** Calls that were made, each with its service. */
  public calls: string[] = [];
  /** Told of each call before it happens, and after it has; what they throw is the answer. */
  public beforeCall?: (call: string) => void;
  public afterCall?: (call: string) => void;
  /** Called before a phase. */
  public beforePhase?: (phase: string) => void | Promise<void>;
  /** Called after a step has let time pass. */
  public afterPause?: () => void | Promise<void>;
  /** How often a step has. */
  public pauses = 0;
  public isPaused: boolean;
  /** Milliseconds since the epoch. */
  public retainedUntil?: number;
  public otherReplications: readonly string[] = [];
  /** What its summary says that it compared; none in an execution of an older deployment. */
  public replicated?: Replicated;
  private readonly items: TableItems;
  private readonly sqs = new SQSClient({});
  /** Items as a table has them, by those of the destination, which nobody changes. */
  private readonly marshalled = new WeakMap<object, TableItem>();
  private runs = 0;

  constructor(private readonly options: DriftHarnessOptions = {}) {
    this.destination = new Destination(options);
    this.isPaused = options.isPaused ?? false;
    this.bucket = new SimulatedBucket(BUCKET, options.pageSize ?? 1000);
    this.items = new TableItems(() => this.destination.now);
  }

  /** A whole execution. A step that fails is retried, as long as `mayRetry` lets it. */
  public async check(input: unknown = {}, mayRetry: (error: unknown) => boolean = () => false): Promise<RunSummary> {
    const { run } = await this.begin(input, mayRetry) as { run: DriftRun };
    this.destination.now += 60_000;
    for (const phase of driftPhases(planFor(this.scope))) await this.phase(phase, run, mayRetry);
    return await this.step({ phase: 'summary', page: 0, run, scope: this.scope, replicated: this.replicated }, mayRetry) as RunSummary;
  }

  public async begin(input: unknown, mayRetry?: (error: unknown) => boolean): Promise<Begun> {
    const name = `run-${++this.runs}`;
    return await this.step({ phase: 'begin', input, name, startTime: new Date(this.destination.now).toISOString() }, mayRetry) as Begun;
  }

  /** The lines of a run's report. */
  public report(run = `run-${this.runs}`): Difference[] {
    const parts = this.bucket.keys(`reports/${run}/`).filter((key) => key.endsWith('.jsonl'));
    return parts.flatMap((key) => this.bucket.read(key).trimEnd().split('\n').map((line) => JSON.parse(line) as Difference));
  }

  /** Keys that were put on the retry queue, in their order. */
  public get queued(): string[] {
    return this.destination.retries.map(({ message: { pk, sk } }) => `${pk} ${sk}`);
  }

  private get scope(): Selection {
    return this.options.scope ?? EVERYTHING;
  }

  private async phase(phase: string, run: DriftRun, mayRetry: (error: unknown) => boolean): Promise<void> {
    await this.beforePhase?.(phase);
    for (let page = 0, done = false; !done;) {
      ({ page, done } = await this.step({ phase, page, run, scope: this.scope }, mayRetry) as { page: number; done: boolean });
    }
  }

  /** What a task is given and returns is JSON; each has a function of its own. */
  public async step(request: DriftStepRequest, mayRetry: (error: unknown) => boolean = () => false): Promise<unknown> {
    const given = JSON.stringify(request);
    const context = { getRemainingTimeInMillis: this.options.remaining ?? (() => Infinity) };
    for (;;) {
      try {
        const result = await driftStep(this.dependencies())(JSON.parse(given) as DriftStepRequest, context);
        return JSON.parse(JSON.stringify(result));
      } catch (error) {
        if (!mayRetry(error)) throw error;
      }
    }
  }

  private dependencies(): DriftContext {
    const log = (...entry: unknown[]) => { this.logged.push(entry); };
    return {
      iot: addressedIot(this.client('iot', (command) => (this.options.iot ?? this.destination.registry.client).send(command as never)), this.options.identities?.arnPrefix ?? ''),
      dynamodb: this.client('dynamodb', (command) => this.read(command)),
      s3: this.client('s3', (command) => this.objects(command)),
      sqs: this.client('sqs', (command) => this.sqs.send(command as SendMessageBatchCommand)),
      sfn: this.client('sfn', (command) => {
        expect(command).toBeInstanceOf(ListExecutionsCommand);
        expect(command.input).toMatchObject({ stateMachineArn: WORKFLOW_ARN, statusFilter: expect.stringMatching(/^(RUNNING|SUCCEEDED)$/) });
        return { executions: (command as ListExecutionsCommand).input.statusFilter === 'SUCCEEDED' ? this.succeeded : this.others };
      }),
      retainedUntil: async () => this.retainedUntil,
      otherReplications: async () => this.otherReplications,
      config: {
        tableName: 'registry',
        bucket: { name: BUCKET, owner: OWNER },
        retryQueueUrl: RETRY_QUEUE,
        stateTableName: STATE_TABLE,
        workflowArn: WORKFLOW_ARN,
        sourceRegion: SOURCE_REGION,
        deletionMode: this.destination.deletionMode,
        driftMode: this.options.driftMode ?? DriftMode.REPAIR,
        isPaused: this.isPaused,
        identities: this.options.identities,
        silenceMs: SILENCE_MS,
        logPayloads: false,
      },
      readPace: this.pace('read'),
      writePace: this.pace('write'),
      logger: { debug: log, info: log, warn: log },
      now: () => this.destination.now,
      pause: async (milliseconds) => {
        this.destination.now += milliseconds;
        this.pauses += 1;
        await this.afterPause?.();
      },
    };
  }

  private client<T extends { send: unknown }>(service: string, answer: (command: Command) => unknown): T {
    const send: Send = async (command) => {
      const call = `${service} ${command.constructor.name.replace(/Command$/, '')} ${JSON.stringify(command.input)}`;
      this.calls.push(call);
      this.beforeCall?.(call);
      const result = await answer(command);
      this.afterCall?.(call);
      return result;
    };
    return { send } as unknown as T;
  }

  private pace(what: string): Pace {
    const pass = async (operation: string) => { this.paced.push(`${what} ${operation}`); };
    return { pass, rateOf: () => 100 };
  }

  private read(command: Command): object {
    for (const key of this.items.keys()) this.items.delete(key);
    for (const item of this.destination.items) {
      const marshalled = this.marshalled.get(item) ?? marshall(item, { removeUndefinedValues: true });
      this.marshalled.set(item, marshalled);
      this.items.set(keyOf(marshalled), marshalled);
    }
    const reading = { now: () => this.destination.now, lag: () => 0, pageSize: this.options.pageSize ?? 1000, leavesOut: () => false };
    if (isOfState(command as StateCommand, STATE_TABLE)) return this.destination.state.answer(command as StateCommand);
    if (command instanceof BatchGetItemCommand) return batchGetItem(this.items, command, reading);
    if (command instanceof ScanCommand) return scan(this.items, command, reading);
    throw new Error(`unexpected call ${command.constructor.name}`);
  }

  private objects(command: Command): object {
    if (command instanceof PutObjectCommand) return this.bucket.put(command);
    if (command instanceof GetObjectCommand) return this.bucket.get(command);
    if (command instanceof ListObjectsV2Command) return this.bucket.list(command);
    throw new Error(`unexpected call ${command.constructor.name}`);
  }
}
