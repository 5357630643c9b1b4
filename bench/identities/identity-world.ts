import { setTimeout } from 'node:timers/promises';
import { BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { IDENTITIES } from './config';
import { IdentityFleet, Policies } from './identity-fleet';
import { identityObservations } from './identity-observations';
import { IdentityRegistry } from './identity-registry';
import { readsOf } from './source-reads';
import { certificateCheckStep, directSteps } from '../../src/certificate-check/handler/check-step';
import type { CertificateCheckRequest } from '../../src/certificate-check/handler/check-step';
import type { CertificateCheckContext } from '../../src/certificate-check/handler/context';
import { directCheck } from '../../src/certificate-check/handler/direct-check';
import type { CertificateCheckSummary } from '../../src/certificate-check/handler/summary';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { RunSummary } from '../../src/comparison/handler/summary';
import { planOf } from '../../src/comparison/phases';
import { Selection } from '../../src/comparison/selection';
import { driftStep, DriftStepRequest } from '../../src/drift/handler/drift-step';
import { driftPhases, RECHECK_PHASE } from '../../src/drift/phases';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { OBSERVATION_EVENT } from '../../src/kinds/observation';
import { addressedIot } from '../../src/runtime/addressed-iot';
import { gateOf } from '../../src/runtime/pace';
import { SweepContext } from '../../src/sweep/handler/context';
import { sweepStep, SweepStepRequest } from '../../src/sweep/handler/sweep-step';
import { lanesOf, sweepPhases } from '../../src/sweep/phases';
import { silent } from '../../test/monitoring/silent';
import { ACCOUNT_ID, DESTINATION_REGION, SOURCE_REGION, TABLE_NAME } from '../../test/simulation/definition';
import { Bucket } from '../comparison/bucket';
import { Destination } from '../comparison/destination';
import { driftConfigOf } from '../comparison/drift-config';
import { execute, invocation } from '../comparison/execution';
import { Fleet } from '../comparison/fleet';
import { Observation, observationsOf } from '../comparison/fleet-observations';
import { pause } from '../comparison/latency';
import { Meter } from '../comparison/meter';
import { QuotaBuckets } from '../comparison/quota-buckets';
import { answeredAsBySdk } from '../comparison/sdk-attempts';
import { SourceRegistry } from '../comparison/source';
import { storedOf } from '../comparison/stored';
import { SourceTable } from '../comparison/table';
import { SHARE, START } from '../comparison/world';
import { runToEnd, SETTLING, sleep } from '../quota/simulated-clock';

/** The default of the construct. */
export const CHECK_INTERVAL_SECONDS = 900;
const SETTLING_MS = 10_000;
const MAX_DELETIONS_PER_MINUTE = 500;
const PLAN = planOf('identities');
const SCOPE: Selection = { kinds: PLAN.kinds, prefixes: {} };

const OBSERVER = { tableName: TABLE_NAME, bucket: { name: 'reports', owner: ACCOUNT_ID }, observationWorkflowArn: 'persistence', logPayloads: false };

/** A source Region with a fleet whose devices have a certificate each, and one destination that has the fleet and none of its identities. */
export class IdentityWorld {
  public readonly fleet: Fleet;
  public readonly identities: IdentityFleet;
  public readonly registry: IdentityRegistry;
  public readonly meter = new Meter();
  public readonly destination: Destination;
  /** Seconds that the lanes of the last sweep took. */
  public lanes: readonly number[] = [];
  private readonly table: SourceTable;
  private readonly source: SourceRegistry;
  /** Reads of the destination's registry by drift checks, apart from those of its consumers. */
  private readonly copy: SourceRegistry;
  private readonly bucket = new Bucket(this.meter);
  private sweeping: { readonly name: string; readonly startDate: Date } | undefined;

  /** @param onStatus receives each status that a certificate was given in the destination */
  constructor(devices: number, policies: Policies, onStatus: (certificateId: string, status: string) => void = () => undefined) {
    this.fleet = new Fleet(devices);
    this.identities = new IdentityFleet(devices, policies);
    this.registry = new IdentityRegistry(onStatus);
    const { operations } = this.registry;
    this.destination = new Destination(false, this.meter, undefined, undefined, { config: IDENTITIES, operations, quotas: IdentityRegistry.QUOTAS });
    this.table = new SourceTable(TABLE_NAME, this.meter, (record, old) => this.destination.replicate(record, old));
    this.source = new SourceRegistry(this.fleet, this.meter, new QuotaBuckets(), readsOf(this.fleet, this.identities));
    this.copy = new SourceRegistry(this.fleet, this.meter, new QuotaBuckets(), readsOf(this.fleet, this.identities, DESTINATION_REGION));
    for (const observation of observationsOf(this.fleet)) {
      const record = storedOf(observation, START);
      this.table.store(record);
      this.destination.store(record);
    }
  }

  /** Puts all identities into the table. */
  public record(): void {
    for (const observation of this.sample()) this.table.store(storedOf(observation, START));
  }

  /** All identities, as observations. */
  public sample(): Observation[] {
    return [...identityObservations(this.fleet, this.identities)];
  }

  /** Does work while the destination consumes, until both are done, in simulated time. */
  public async run<T>(work: () => Promise<T>): Promise<T> {
    let result: T | undefined;
    const done = work().then((value) => { result = value; }).finally(() => this.destination.stop());
    await runToEnd(Promise.all([done, this.destination.run()]), SETTLING.promises);
    return result!;
  }

  /** The number of certificates, policies and attachments that differ between the two registries. */
  public differences(): number {
    const { fleet, identities, registry: { certificates, policies, principals } } = this;
    const extra = (there: ReadonlyMap<string, unknown>, size: number) => Math.max(0, there.size - size);
    let differing = extra(certificates, identities.size) + extra(policies, identities.policyCount) + extra(principals, fleet.size);
    for (let i = 0; i < identities.size; i++) {
      const { certificateId, status, policyName } = identities.certificate(i);
      const there = certificates.get(certificateId);
      if (there?.status !== status || there.policies.size !== 1 || !there.policies.has(policyName)) differing += 1;
      if (principals.get(fleet.thing(i)!.thingName) !== identities.certificateOfThing(i).certificateId) differing += 1;
    }
    for (let i = 0; i < identities.policyCount; i++) {
      const name = identities.policyName(i);
      if (policies.get(name) !== identities.documentOf(name, DESTINATION_REGION)) differing += 1;
    }
    return differing;
  }

  public async sweep(name: string): Promise<RunSummary> {
    this.sweeping = { name, startDate: new Date(Date.now()) };
    const lanes = lanesOf(PLAN);
    const phases = sweepPhases(PLAN).filter((phase) => !lanes.flat().includes(phase));
    const newStep = () => sweepStep(this.sweepContext());
    const onLanes = (seconds: readonly number[]) => { this.lanes = seconds; };
    const summary = await execute<SweepStepRequest, RunSummary>({ name, lanes, phases, scope: SCOPE, newStep, meter: this.meter, onLanes });
    this.sweeping = undefined;
    return summary;
  }

  /** As an execution of the workflow. */
  public async check(name: string): Promise<CertificateCheckSummary> {
    const newStep = () => certificateCheckStep(this.checkContext());
    const scope: Selection = { kinds: ['certificate'], prefixes: {} };
    return execute<CertificateCheckRequest, CertificateCheckSummary>({ name, phases: [CHECK_PHASE], scope, newStep, meter: this.meter });
  }

  /** Without an execution. @throws Error if it needs one */
  public async checkDirectly(name: string): Promise<CertificateCheckSummary> {
    const context = this.checkContext();
    const result = await invocation(this.meter, 'a certificate check', (time) => directCheck(context, directSteps(context), { ...time, awsRequestId: name }));
    if (!('summary' in result)) throw new Error(`expected a check without an execution, got ${JSON.stringify(result)}`);
    return result.summary;
  }

  /** As a schedule does: a check that is still running when the next one is due is left running. */
  public async checksWhile(isNeeded: () => boolean): Promise<void> {
    const began = Date.now();
    for (let number = 1; isNeeded(); number++) {
      await this.check(`check-${number}`);
      const intervals = Math.ceil((Date.now() - began) / (CHECK_INTERVAL_SECONDS * 1000));
      await sleep(began + intervals * CHECK_INTERVAL_SECONDS * 1000 - Date.now());
    }
  }

  /** A drift check of a destination in sync: its registry has the identities of the source, and its replica the records. */
  public checkDrift(name: string): Promise<RunSummary> {
    const newStep = () => driftStep({
      ...this.readers(this.copy),
      sfn: { send: async () => ({ executions: [] }) } as never,
      sqs: { send: async () => { throw new Error('in sync there is nothing to repair'); } } as never,
      writePace: new SharePace(SHARE),
      pause: async () => { throw new Error('in sync nothing is looked at again'); },
      retainedUntil: async () => undefined,
      otherReplications: async () => [],
      config: { ...driftConfigOf({ tableName: TABLE_NAME, sourceRegion: SOURCE_REGION }), identities: IDENTITIES },
    });
    const waits = { [RECHECK_PHASE]: SETTLING_MS };
    return execute<DriftStepRequest, RunSummary>({ name, phases: driftPhases(PLAN), scope: SCOPE, newStep, meter: this.meter, waits });
  }

  /** The context of one process of the certificate check's function. */
  private checkContext(): CertificateCheckContext {
    return {
      ...this.readers(this.source),
      sfn: this.sfn(),
      config: { ...OBSERVER, checkWorkflowArn: 'check', sweepWorkflowArn: 'sweep', onlyReferred: [], intervalSeconds: CHECK_INTERVAL_SECONDS },
      pause: setTimeout,
    };
  }

  /** The context of one process of the sweep's function. */
  private sweepContext(): SweepContext {
    return {
      ...this.readers(this.source),
      sfn: this.sfn(),
      config: { ...OBSERVER, sweepWorkflowArn: 'sweep' },
      writePace: new SharePace(SHARE),
      deletionPace: gateOf(MAX_DELETIONS_PER_MINUTE / 60 * SHARE),
    };
  }

  private sfn(): SweepContext['sfn'] {
    const send = async (command: object) => {
      if (command instanceof ListExecutionsCommand) {
        const { stateMachineArn, statusFilter } = command.input;
        return { executions: this.sweeping && stateMachineArn === 'sweep' && statusFilter === 'RUNNING' ? [this.sweeping] : [] };
      }
      await pause('express');
      const event = JSON.parse((command as StartSyncExecutionCommand).input.input!) as Observation;
      if (event.eventType !== OBSERVATION_EVENT) {
        this.meter.add('signals');
        return { status: 'SUCCEEDED', output: '{"outcome":"persisted"}' };
      }
      this.meter.add('express');
      return { status: 'SUCCEEDED', output: JSON.stringify({ outcome: this.table.put(storedOf(event, Date.now())) ? 'persisted' : 'stale' }) };
    };
    return { send } as never;
  }

  /** The common part of the contexts of sweeps, certificate checks and drift checks. */
  private readers(registry: SourceRegistry): Pick<SweepContext, 'iot' | 'dynamodb' | 's3' | 'readPace' | 'logger' | 'meter' | 'now'> {
    const { table, bucket } = this;
    const iot = answeredAsBySdk(async (command: { readonly input: object }) => {
      await pause('iot');
      return registry.answer(command);
    });
    const dynamodb = async (command: object) => {
      await pause('table');
      return command instanceof ScanCommand ? table.scan(command) : table.batchGet(command as BatchGetItemCommand);
    };
    const s3 = async (command: object) => {
      await pause('s3');
      return bucket.answer(command);
    };
    return {
      iot: addressedIot({ send: iot } as never, IDENTITIES.arnPrefix),
      dynamodb: { send: dynamodb } as never,
      s3: { send: s3 } as never,
      readPace: new SharePace(SHARE),
      ...silent,
      now: () => Date.now(),
    };
  }
}
