import { AttributeValue, BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ExecutionAlreadyExists, ListExecutionsCommand, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Begun } from '../../src/certificate-check/handler/begin';
import { CertificateCheckRequest, certificateCheckStep, directSteps } from '../../src/certificate-check/handler/check-step';
import type { CertificateCheckContext, CertificateCheckRun } from '../../src/certificate-check/handler/context';
import { directCheck, DirectResult } from '../../src/certificate-check/handler/direct-check';
import type { Head } from '../../src/certificate-check/handler/known-certificates';
import type { CertificateCheckSummary } from '../../src/certificate-check/handler/summary';
import { KNOWN_HEAD_KEY } from '../../src/certificate-check/known-keys';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { BEGIN_PHASE } from '../../src/comparison/handler/step';
import { decodeImage } from '../../src/kinds/handler/items';
import { readEntity } from '../../src/kinds/handler/reading';
import { keyOf } from '../../src/kinds/register';
import type { Meter } from '../../src/metrics/handler/meter';
import { keyString, RecordKey } from '../../src/record/record';
import { addressedIot } from '../../src/runtime/addressed-iot';
import { Persister, PersistingContext } from '../../src/sweep/handler/persistence-client';
import { BUCKET, BUCKET_OF, s3Of } from '../comparison/stores';
import { OWNER, SimulatedBucket } from '../simulation/bucket';
import { batchGetItem } from '../simulation/bulk-reads';
import { Clock } from '../simulation/clock';
import { ACCOUNT_ID, Definitions, SOURCE_REGION, synthesizeTable, synthesizeWorkflow, TABLE_NAME } from '../simulation/definition';
import { GuardedTable } from '../simulation/guarded-table';
import { InMemoryRegistry, MadeCertificate, madeCertificate, Operation } from '../simulation/registry';
import { Workflow } from '../simulation/workflow';

export const MINUTE = 60_000;
const START = 1_700_000_000_000;
export const PREFIX = `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`;
const arnOf = (name: string) => `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:stateMachine:${name}`;
export const CHECK_ARN = arnOf('check');
export const SWEEP_ARN = arnOf('identity-sweep');

const table = synthesizeTable();
let definitions: Definitions | undefined;

export interface CertificateSourceOptions {
  readonly maxDeactivations?: number;
  readonly intervalSeconds?: number;
  /** Items of a page of a listing. */
  readonly pageSize?: number;
  /** See `Selection.onlyReferred`. */
  readonly onlyReferred?: readonly string[];
  readonly remainingMs?: () => number;
  /** Of each call that reads the registry. */
  readonly readsPerSecond?: number;
  /** Another meter than one that notes what is measured. */
  readonly meter?: Meter;
}

export type Item = Readonly<Record<string, any>>;

/** A source Region with certificates: its registry, its table behind the real persistence workflow, and checks by the real step. */
export class CertificateSource {
  public now = START;
  /** Milliseconds by which listings are behind. */
  public listingLag = 0;
  public readonly bucket = new SimulatedBucket(BUCKET, 1000);
  public readonly registry: InMemoryRegistry;
  /** What checks handed over to be persisted, signals included. */
  public readonly sent: Item[] = [];
  public readonly measured: Map<string, unknown>[] = [];
  /** Executions that run, by the ARN of their workflow. */
  public readonly running: Record<string, { name: string; startDate: Date }[]> = {};
  /** Executions of the check's workflow that were started, by their names. */
  public readonly started = new Map<string, unknown>();
  /** Has executions of the persistence workflow fail. */
  public breaks?: (event: Item) => { status: string; error?: string } | undefined;
  /** Called before an execution of the check's workflow is started. */
  public onStart?: () => void;
  /** Called before each call of AWS IoT. */
  public onCall?: (operation: string) => void;
  public readonly objects: string[] = [];
  private readonly guarded: GuardedTable;
  private readonly workflow: Workflow;
  private checks = 0;

  constructor(private readonly options: CertificateSourceOptions = {}) {
    this.registry = new InMemoryRegistry({
      region: SOURCE_REGION,
      accountId: ACCOUNT_ID,
      now: () => this.now,
      limits: { maxPageSize: options.pageSize ?? 250 },
      readLag: (operation) => (operation === 'ListCertificates' ? this.listingLag : 0),
    });
    this.guarded = new GuardedTable(TABLE_NAME, table, () => this.now);
    definitions ??= synthesizeWorkflow({ features: ['identities', 'caCertificates'] });
    const clock = new Clock(START);
    clock.now = () => this.now;
    clock.sleep = async () => undefined;
    this.workflow = new Workflow({ definition: definitions.observers, clock });
  }

  public pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  public register(name: string, status: 'ACTIVE' | 'INACTIVE' = 'ACTIVE'): MadeCertificate {
    const made = madeCertificate(name);
    this.registry.execute('RegisterCertificateWithoutCA', { certificatePem: made.pem, status });
    return made;
  }

  public update({ id }: MadeCertificate, newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED'): void {
    this.registry.execute('UpdateCertificate', { certificateId: id, newStatus });
  }

  public delete({ id }: MadeCertificate): void {
    this.update({ id } as MadeCertificate, 'INACTIVE');
    this.registry.execute('DeleteCertificate', { certificateId: id, forceDelete: true });
  }

  public record({ id }: MadeCertificate): Item | undefined {
    return this.item(keyOf({ kind: 'certificate', certificateId: id }));
  }

  public item(key: RecordKey): Item | undefined {
    const item = this.guarded.items.get(keyString(key));
    return item && unmarshall(item as Record<string, AttributeValue>);
  }

  /** Puts an item past the guard. */
  public put(item: Item): void {
    this.guarded.items.set(`${item.pk}|${item.sk}`, marshall(item));
  }

  /** `ACTIVE`, …, `deleted`, or undefined without a record. */
  public recorded(certificate: MadeCertificate): string | undefined {
    const record = this.record(certificate);
    return record && (record.deleted ? 'deleted' : record.state.status);
  }

  /** Deletes a record, as a person could. */
  public remove({ id }: MadeCertificate): void {
    this.guarded.items.delete(keyString(keyOf({ kind: 'certificate', certificateId: id })));
  }

  /** Changes what the last check has noted of itself. */
  public changeHead(fields: Partial<Head>): void {
    const head = { ...JSON.parse(this.bucket.read(KNOWN_HEAD_KEY)) as Head, ...fields };
    this.bucket.put(new PutObjectCommand({ Bucket: BUCKET, ExpectedBucketOwner: OWNER, Key: KNOWN_HEAD_KEY, Body: JSON.stringify(head) }));
  }

  /** Another observer reads a certificate and has it persisted, as a sweep does. */
  public async observe(certificate: MadeCertificate, by = 'sweep-1'): Promise<void> {
    const persister = new Persister(this.context(), { name: by, startedAt: this.now });
    const there = await readEntity(addressedIot(this.registry.client, PREFIX), { kind: 'certificate', certificateId: certificate.id });
    await persister.entity(there!, [], undefined, this.now);
  }

  /** Another observer ends the record of a certificate, as a sweep does. */
  public async bury(certificate: MadeCertificate, by = 'sweep-1'): Promise<void> {
    const persister = new Persister(this.context(), { name: by, startedAt: this.now });
    await persister.deletion(decodeImage(marshall(this.record(certificate)!)), this.now);
  }

  /** One execution of the check's workflow. */
  public async check(input: unknown = {}, name?: string): Promise<CertificateCheckSummary> {
    const begun = await this.begin(input, name);
    if ('skipped' in begun) throw new Error(`skipped: ${begun.skipped}`);
    return this.complete(begun.run);
  }

  /** The rest of an execution that has begun. */
  public async complete(run: CertificateCheckRun): Promise<CertificateCheckSummary> {
    const scope = { kinds: ['certificate'] as const, prefixes: {} };
    for (let done = false; !done;) ({ done } = await this.step({ phase: CHECK_PHASE, page: 0, run, scope }) as { done: boolean });
    return this.step({ phase: 'summary', page: 0, run, scope }) as Promise<CertificateCheckSummary>;
  }

  /** What the schedule has the function do. */
  public async direct(awsRequestId = `request-${++this.checks}`): Promise<DirectResult> {
    const context = this.context();
    const invocation = { getRemainingTimeInMillis: this.options.remainingMs ?? (() => Infinity), awsRequestId };
    return JSON.parse(JSON.stringify(await directCheck(context, directSteps(context), invocation))) as DirectResult;
  }

  public begin(input: unknown = {}, name = `check-${++this.checks}`): Promise<Begun> {
    return this.step({ phase: 'begin', input, name, startTime: new Date(this.now).toISOString() }) as Promise<Begun>;
  }

  /** The function of a scheduled check gets no further. */
  public beginDirectly(name: string): Promise<Begun> {
    const context = this.context();
    const request = { phase: BEGIN_PHASE, input: { scheduled: true }, name, startTime: new Date(this.now).toISOString() } as const;
    return directSteps(context).begin(request, this.now + 13 * MINUTE);
  }

  /** One call of the function, which is given and returns JSON. */
  public async step(request: CertificateCheckRequest): Promise<unknown> {
    const result = await certificateCheckStep(this.context())(JSON.parse(JSON.stringify(request)) as CertificateCheckRequest, {
      getRemainingTimeInMillis: this.options.remainingMs ?? (() => Infinity),
    });
    return JSON.parse(JSON.stringify(result)) as unknown;
  }

  public callsOf(operation: Operation): number {
    return this.registry.calls[operation] ?? 0;
  }

  /** The records that were handed over since, by certificate. */
  public get observations(): Item[] {
    return this.sent.filter(({ eventType }) => eventType === 'REPLICATION_OBSERVATION');
  }

  public get signals(): Item[] {
    return this.sent.filter(({ eventType }) => eventType === 'REPLICATION_CERTIFICATE_CHECK');
  }

  protected context(): CertificateCheckContext & PersistingContext {
    const iot = addressedIot(this.registry.client, PREFIX);
    const called = async (command: object) => {
      this.onCall?.(command.constructor.name.replace(/Command$/, ''));
      return iot.send(command as never);
    };
    const reading = { now: () => this.now, lag: () => 0, pageSize: 1000, leavesOut: () => false };
    return {
      iot: { send: called as never },
      dynamodb: { send: (async (command: BatchGetItemCommand) => batchGetItem(this.guarded.items, command, reading)) as never },
      s3: s3Of(this.bucket, (command) => this.objects.push(command.constructor.name)),
      sfn: { send: (async (command: object) => this.execute(command)) as never },
      config: {
        tableName: TABLE_NAME,
        bucket: BUCKET_OF,
        observationWorkflowArn: arnOf('observations'),
        checkWorkflowArn: CHECK_ARN,
        sweepWorkflowArn: SWEEP_ARN,
        maxDeactivations: this.options.maxDeactivations,
        onlyReferred: this.options.onlyReferred ?? [],
        intervalSeconds: this.options.intervalSeconds ?? 900,
        logPayloads: false,
      },
      readPace: { pass: async () => undefined, rateOf: () => this.options.readsPerSecond ?? 100 },
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined },
      meter: this.options.meter ?? { publish: (measurements) => { this.measured.push(new Map(measurements.map(([{ name }, value]) => [name, value]))); } },
      now: () => this.now,
      pause: async (milliseconds) => { this.pass(milliseconds); },
    };
  }

  private async execute(command: object): Promise<object> {
    if (command instanceof ListExecutionsCommand) {
      const { stateMachineArn, statusFilter } = command.input;
      return { executions: statusFilter === 'RUNNING' ? this.running[stateMachineArn!] ?? [] : [] };
    }
    if (command instanceof StartExecutionCommand) {
      const { stateMachineArn, name, input } = command.input;
      if (stateMachineArn !== CHECK_ARN) throw new Error(`a check starts ${stateMachineArn}`);
      this.onStart?.();
      if (this.started.has(name!)) throw new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
      this.started.set(name!, JSON.parse(input!));
      return {};
    }
    const event = JSON.parse((command as StartSyncExecutionCommand).input.input!) as Item;
    this.sent.push(event);
    const broken = this.breaks?.(event);
    if (broken) return broken;
    const { outcome } = await this.workflow.execute(event, async (resource, input) => this.task(resource, input)) as { readonly outcome: string };
    return { status: 'SUCCEEDED', output: JSON.stringify({ outcome }) };
  }

  private task(resource: string, input: unknown): object {
    switch (resource) {
      case 'dynamodb:putItem':
        this.guarded.put(input as object);
        return {};
      case 'dynamodb:updateItem':
        this.guarded.update(input as object);
        return {};
      case 'dynamodb:getItem': {
        const { pk, sk } = (input as { Key: Record<string, { S: string }> }).Key;
        return { Item: this.guarded.items.get(`${pk.S}|${sk.S}`) };
      }
      default:
        throw new Error(`unexpected task ${resource}`);
    }
  }
}

/** A source whose certificates have records, and a check that has seen them. */
export async function settled(count: number, options: CertificateSourceOptions = {}): Promise<{ source: CertificateSource; certificates: MadeCertificate[] }> {
  const source = new CertificateSource(options);
  const certificates = Array.from({ length: count }, (_, i) => {
    source.pass(1);
    return source.register(`device-${i}`);
  });
  source.pass(MINUTE);
  await source.check();
  source.pass(15 * MINUTE);
  source.sent.length = 0;
  source.measured.length = 0;
  source.objects.length = 0;
  return { source, certificates };
}
