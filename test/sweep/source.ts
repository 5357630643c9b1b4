import { AttributeValue, BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { RunSummary } from '../../src/comparison/handler/summary';
import { planOf } from '../../src/comparison/phases';
import type { Selection } from '../../src/comparison/selection';
import type { Feature } from '../../src/kinds/kind';
import { knownKinds } from '../../src/kinds/register';
import type { Meter } from '../../src/metrics/handler/meter';
import { keyString, RecordKey } from '../../src/record/record';
import type { Replicated } from '../../src/record/signal';
import { addressedIot } from '../../src/runtime/addressed-iot';
import type { Gate, Pace } from '../../src/runtime/pace';
import type { Begun } from '../../src/sweep/handler/begin';
import type { SweepContext } from '../../src/sweep/handler/context';
import { sweepStep, SweepStepRequest } from '../../src/sweep/handler/sweep-step';
import { sweepPhases } from '../../src/sweep/phases';
import { BUCKET, BUCKET_OF, s3Of } from '../comparison/stores';
import { SimulatedBucket } from '../simulation/bucket';
import { batchGetItem, scan } from '../simulation/bulk-reads';
import { Clock } from '../simulation/clock';
import { ACCOUNT_ID, DefinitionOptions, Definitions, SOURCE_REGION, synthesizeTable, synthesizeWorkflow, TABLE_NAME } from '../simulation/definition';
import { GuardedTable } from '../simulation/guarded-table';
import { InMemoryRegistry, Operation, RegistryLimits } from '../simulation/registry';
import { keyOf } from '../simulation/replica';
import { Workflow } from '../simulation/workflow';

export const MINUTE = 60_000;
export const OBSERVATION_ARN = `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:stateMachine:observations`;
const MAX_INPUT_BYTES = 262_144;
const SWEEP_ARN = `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:stateMachine:sweep`;
const START = 1_700_000_000_000;
const table = synthesizeTable();
const definitions = new Map<string, Definitions>();

type RouterAnswer = { readonly replicate: boolean; readonly state?: object };
type RoutedRecord = Readonly<Record<string, any>>;
type Router = (record: RoutedRecord) => RouterAnswer;
export type StoredItem = Readonly<Record<string, any>>;
/** What a sweep hands over: an observation. */
export type SentEvent = Readonly<Record<string, any>>;

type Breaks = (event: SentEvent) => { status: string; error?: string } | undefined;

export interface SourceOptions {
  readonly workflow?: Omit<DefinitionOptions, 'withRouter'>;
  readonly router?: Router;
  readonly scope?: Selection;
  /** Whose kinds are swept. @default those that need none */
  readonly feature?: Feature;
  readonly maxDeactivations?: number;
  /** The same for the summary. @default none, as in an execution of an older deployment */
  readonly replicated?: Replicated;
  readonly limits?: Partial<RegistryLimits>;
  readonly maxDeletions?: number;
  readonly logPayloads?: boolean;
  /** Another meter than one that notes what is measured. */
  readonly meter?: Meter;
  /** Items of a page of a scan, and objects of one of a listing of the bucket. */
  readonly pageSize?: number;
  readonly remainingMs?: () => number;
  /** Of each call that reads the registry. */
  readonly readsPerSecond?: number;
}

export interface SweepOptions {
  readonly input?: unknown;
  /** Does something before a phase, while the sweep is under way. */
  readonly before?: Partial<Record<string, () => unknown>>;
}

const UNPACED: Pace = { pass: async () => undefined, rateOf: () => 100 };
const UNPACED_GATE: Gate = { perSecond: 100, pass: async () => undefined };

/** A source Region: its registry, its table behind the real persistence workflow, and sweeps by the real step. */
export class Source {
  public now = START;
  /** Milliseconds by which listings are behind. */
  public listingLag = 0;
  /** Milliseconds by which reads of the table that are not consistent are behind. */
  public tableLag = 0;
  public readonly registry: InMemoryRegistry;
  public readonly bucket: SimulatedBucket;
  /** What registry events told that no one delivered yet. */
  public readonly undelivered: object[] = [];
  /** Events that sweeps sent. */
  public readonly sent: SentEvent[] = [];
  public readonly deadLetters: string[] = [];
  public readonly logged: unknown[] = [];
  /** What the destinations were told of sweeps, and what became of that. */
  public readonly results: object[] = [];
  public resultOutcome = 'persisted';
  /** Why the destinations can't be told. */
  public resultError?: Error;
  /** What was measured at the end of each run, by the names of the metrics. */
  public readonly measured: Map<string, unknown>[] = [];

  /** Calls of DynamoDB that steps made. */
  public readonly reads: (BatchGetItemCommand | ScanCommand)[] = [];
  /** Other sweeps that run. */
  public running: { name: string; startDate: Date }[] = [];
  /** Executions that ended well, the newest first. */
  public succeeded: { name: string; startDate: Date }[] = [];
  /** Has executions of the persistence workflow fail. */
  public breaks?: Breaks;
  /** Calls whose pace, and deletions whose gate, were passed. */
  public readonly paced: string[] = [];
  /** Reads of the registry, each with its pace. */
  public readonly readsPaced: string[] = [];
  private readonly guarded: GuardedTable;
  private workflows: Readonly<Record<keyof Definitions, Workflow>>;
  private router?: { readonly answer: Router; readonly version: string };
  private sweeps = 0;

  constructor(private readonly options: SourceOptions = {}) {
    this.registry = new InMemoryRegistry({
      region: SOURCE_REGION,
      accountId: ACCOUNT_ID,
      now: () => this.now,
      limits: options.limits,
      facts: { dynamicGroupMappingIdInEvents: true },
      onEvent: (_, payload) => this.undelivered.push(payload as object),
      readLag: (operation) => (operation.startsWith('List') && operation !== 'ListThingGroupsForThing' ? this.listingLag : 0),
    });
    this.bucket = new SimulatedBucket(BUCKET, options.pageSize ?? 1000);
    this.guarded = new GuardedTable(TABLE_NAME, table, () => this.now);
    this.workflows = this.deploy(options.router);
  }

  /** Deploys another router, or none. */
  public deploy(answer?: Router, version = 'v1'): Source['workflows'] {
    this.router = answer && { answer, version };
    const { workflow } = this.options;
    const key = JSON.stringify([workflow, this.router?.version]);
    if (!definitions.has(key)) definitions.set(key, synthesizeWorkflow({ ...workflow, withRouter: answer !== undefined, routerVersion: version }));
    const clock = new Clock(START);
    clock.now = () => this.now;
    // What the workflow waits for is short beside what the tests let pass, and nothing happens meanwhile.
    clock.sleep = async () => undefined;
    const { rules, observers } = definitions.get(key)!;
    return this.workflows = { rules: new Workflow({ definition: rules, clock }), observers: new Workflow({ definition: observers, clock }) };
  }

  public pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Does something in the registry and tells the workflow of it, as AWS does. */
  public async told(act: () => void): Promise<void> {
    act();
    for (const event of this.undelivered.splice(0)) await this.persist(event);
  }

  /** Does something in the registry of which no event arrives. */
  public untold(act: () => void): void {
    act();
    this.undelivered.length = 0;
  }

  public async persist(event: object, by: keyof Definitions = 'rules'): Promise<string> {
    const { outcome } = await this.workflows[by].execute(event, async (resource, input) => this.task(resource, input)) as { outcome: string };
    return outcome;
  }

  public record(key: RecordKey): StoredItem | undefined {
    const item = this.guarded.items.get(keyString(key));
    return item && unmarshall(item as Record<string, AttributeValue>);
  }

  /** Every item of the table, by key. */
  public records(): Record<string, StoredItem> {
    return Object.fromEntries(this.guarded.items.keys().sort().map((key) => [key, unmarshall(this.guarded.items.get(key) as Record<string, AttributeValue>)]));
  }

  /** Puts an item past the guard, as a person could. */
  public put(item: StoredItem): void {
    this.guarded.items.set(`${item.pk}|${item.sk}`, marshall(item, { removeUndefinedValues: true }));
  }

  /** Deletes an item, as a person could. */
  public remove({ pk, sk }: RecordKey): void {
    this.guarded.items.delete(`${pk}|${sk}`);
  }

  /** The lines of all reports of the last sweep. */
  public get report(): StoredItem[] {
    const keys = this.bucket.keys(`reports/sweep-${this.sweeps}/`).filter((key) => key.endsWith('.jsonl'));
    return keys.flatMap((key) => this.bucket.read(key).trim().split('\n').map((line) => JSON.parse(line) as StoredItem));
  }

  /** One execution of the sweep's workflow. */
  public async sweep({ input = {}, before = {} }: SweepOptions = {}): Promise<RunSummary> {
    const begun = await this.begin(input);
    if (!('run' in begun)) throw new Error(`held: ${JSON.stringify(begun)}`);
    const { run } = begun;
    const { replicated } = this.options;
    const scope: Selection = this.options.scope ?? { kinds: knownKinds(), prefixes: {} };
    for (const phase of sweepPhases(planOf(this.options.feature, [], scope.onlyReferred))) {
      await before[phase]?.();
      for (let page = 0, done = false; !done;) ({ page, done } = await this.step({ phase, page, run, scope, replicated }) as { page: number; done: boolean });
    }
    await before.summary?.();
    return this.step({ phase: 'summary', page: 0, run, scope, replicated }) as Promise<RunSummary>;
  }

  public begin(input: unknown = {}): Promise<Begun> {
    const name = `sweep-${++this.sweeps}`;
    return this.step({ phase: 'begin', input, name, startTime: new Date(this.now).toISOString() }) as Promise<Begun>;
  }

  /** One call of the function, which is given and returns JSON. */
  public async step(request: SweepStepRequest): Promise<unknown> {
    const step = sweepStep(this.dependencies());
    const result = await step(JSON.parse(JSON.stringify(request)) as SweepStepRequest, { getRemainingTimeInMillis: this.options.remainingMs ?? (() => Infinity) });
    return JSON.parse(JSON.stringify(result)) as unknown;
  }

  public callsOf(operation: Operation): number {
    return this.registry.calls[operation] ?? 0;
  }

  private dependencies(): SweepContext {
    const log = (...line: unknown[]) => this.logged.push(line);
    return {
      iot: addressedIot(this.registry.client, `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`),
      dynamodb: { send: (async (command: BatchGetItemCommand | ScanCommand) => this.read(command)) as unknown as SweepContext['dynamodb']['send'] },
      s3: s3Of(this.bucket),
      sfn: { send: (async (command: StartSyncExecutionCommand | ListExecutionsCommand) => this.execute(command)) as unknown as SweepContext['sfn']['send'] },
      config: {
        tableName: TABLE_NAME,
        bucket: BUCKET_OF,
        observationWorkflowArn: OBSERVATION_ARN,
        sweepWorkflowArn: SWEEP_ARN,
        routerVersion: this.router?.version,
        maxDeletions: this.options.maxDeletions,
        maxDeactivations: this.options.maxDeactivations,
        logPayloads: this.options.logPayloads ?? false,
      },
      readPace: this.pace(async (operation) => { this.readsPaced.push(operation); }),
      writePace: { ...UNPACED, pass: async (operation) => { this.paced.push(operation); } },
      deletionPace: { ...UNPACED_GATE, pass: async () => { this.paced.push('deletion'); } },
      logger: { debug: log, info: log, warn: log },
      meter: this.options.meter ?? { publish: (measurements) => { this.measured.push(new Map(measurements.map(([{ name }, value]) => [name, value]))); } },
      now: () => this.now,
    };
  }

  private pace(pass: Pace['pass']): Pace {
    return { pass, rateOf: () => this.options.readsPerSecond ?? 100 };
  }

  private read(command: BatchGetItemCommand | ScanCommand): object {
    this.reads.push(command);
    const reading = { now: () => this.now, lag: () => this.tableLag, pageSize: this.options.pageSize ?? 1000, leavesOut: () => false };
    return command instanceof ScanCommand ? scan(this.guarded.items, command, reading) : batchGetItem(this.guarded.items, command, reading);
  }

  private async execute(command: StartSyncExecutionCommand | ListExecutionsCommand): Promise<object> {
    if (command instanceof ListExecutionsCommand) {
      expect(command.input).toMatchObject({ stateMachineArn: SWEEP_ARN, statusFilter: expect.stringMatching(/^(RUNNING|SUCCEEDED)$/) });
      if (command.input.statusFilter === 'SUCCEEDED') return { executions: this.succeeded };
      return { executions: [...this.running, { name: `sweep-${this.sweeps}`, startDate: new Date(this.now) }] };
    }
    expect(command.input.stateMachineArn).toBe(OBSERVATION_ARN);
    // As AWS: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
    if (Buffer.byteLength(command.input.input!) > MAX_INPUT_BYTES) throw Object.assign(new Error('1 validation error detected: Value at \'input\' failed to satisfy constraint'), { name: 'ValidationException' });
    const event = JSON.parse(command.input.input!) as SentEvent;
    if (event.eventType === 'REPLICATION_SWEEP' || event.eventType === 'REPLICATION_IDENTITY_SWEEP') {
      if (this.resultError) throw this.resultError;
      this.results.push(event);
      return { status: 'SUCCEEDED', output: JSON.stringify({ outcome: this.resultOutcome }) };
    }
    this.sent.push(event);
    return this.breaks?.(event) ?? { status: 'SUCCEEDED', output: JSON.stringify({ outcome: await this.persist(event, 'observers') }) };
  }

  private task(resource: string, input: unknown): object {
    switch (resource) {
      case 'dynamodb:putItem':
        this.guarded.put(input as object);
        return {};
      case 'dynamodb:updateItem':
        this.guarded.update(input as object);
        return {};
      case 'dynamodb:getItem':
        return { Item: this.guarded.items.get(keyOf((input as { Key: Record<string, AttributeValue> }).Key)) };
      case 'lambda:invoke':
        return { Payload: this.router!.answer((input as { Payload: { record: RoutedRecord } }).Payload.record) };
      case 'sqs:sendMessage':
        this.deadLetters.push((input as { MessageBody: string }).MessageBody);
        return {};
      default:
        throw new Error(`unexpected task ${resource}`);
    }
  }
}
