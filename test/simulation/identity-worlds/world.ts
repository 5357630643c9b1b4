import { IdentityOracle } from './oracle';
import type { IdentityWorldConditions } from './plan';
import { identityViewOf } from './view';
import { selectionDigest, selectionOf } from '../../../src/comparison/selection-of';
import { DeletionMode } from '../../../src/deletion-mode';
import type { Feature } from '../../../src/kinds/kind';
import { RegistryKind } from '../../../src/registry-kind';
import type { IdentitiesConfig } from '../../../src/replicator/identities-config';
import type { DriftCheck } from '../../../src/status/status-request';
import { CertificateChecks } from '../certificate-checks';
import { ACCOUNT_ID, DESTINATION_REGION, SOURCE_REGION, synthesizeWorkflow, type Definitions } from '../definition';
import { DriftChecks } from '../drift';
import { WHOLE_SELECTION, type Executions } from '../executions';
import { perform, SUBSCRIBED, type Step } from '../history';
import { changeByHand } from '../identities/by-hand';
import { addForeign } from '../identities/foreign';
import { Pipeline } from '../pipeline';
import { Random } from '../random';
import type { InMemoryRegistry } from '../registry';
import { deployed } from '../simulation';
import { Sweeps } from '../sweep';
import { ATTEMPTS, BaseWorld } from '../worlds/base-world';
import { eventConfigurationsOf, Heartbeats } from '../worlds/heartbeats';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HEARTBEAT_MINUTES = 5;
const FEATURES: readonly Feature[] = ['identities'];

/** When what runs on schedules does: more often than by default, so that hours are enough for a world. */
export const SCHEDULES = { certificateCheck: 15 * MINUTE, sweep: 3 * HOUR, driftCheck: 3 * HOUR, proof: 8 * HOUR } as const;

export const IDENTITIES: IdentitiesConfig = {
  features: ['identities'],
  arnPrefix: `arn:aws:iot:${DESTINATION_REGION}:${ACCOUNT_ID}:`,
  relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: DESTINATION_REGION },
  adoptsPolicies: false,
};

const SELECTION = selectionOf({ kinds: Object.values(RegistryKind), prefixes: {}, features: [...FEATURES] }, 'identities');

let synthesized: Definitions | undefined;

/** The workflows of a replication of identities; synthesized once. */
export function identityDefinition(): Definitions {
  return synthesized ??= synthesizeWorkflow({ heartbeatMinutes: HEARTBEAT_MINUTES, features: [...FEATURES] });
}

export interface IdentityWorldOptions {
  readonly conditions: IdentityWorldConditions;
  readonly random: Random;
  readonly onTrace?: (line: () => string) => void;
}

/** A source and a destination of devices, with everything that runs on schedules, and the status of the destination. */
export class IdentityWorld extends BaseWorld {
  public readonly pipeline: Pipeline;
  public readonly oracle: IdentityOracle;
  public readonly sweeps: Sweeps;
  public readonly registrySweeps: Sweeps;
  public readonly certificateChecks: CertificateChecks;
  public readonly driftChecks: DriftChecks;
  public readonly registryDriftChecks: DriftChecks;
  public isShining = true;
  protected readonly heartbeats: Heartbeats;
  private readonly byHand: InMemoryRegistry['execute'];
  /** How many policies the last drift check of identities has found that can't be replicated. */
  public rejected = 0;

  constructor({ conditions, random, onTrace }: IdentityWorldOptions) {
    const { reading, longestWait } = conditions;
    super(random, HEARTBEAT_MINUTES);
    const ofSource = random.fork();
    const pipeline = this.pipeline = new Pipeline({
      ...deployed(),
      definition: identityDefinition(),
      conditions: conditions.pipeline,
      events: [],
      random: random.fork(),
      onTrace,
      identities: IDENTITIES,
      source: { history: [], loses: () => false, readLag: (operation) => (operation.startsWith('List') ? ofSource.below(reading.listingLag + 1) : 0) },
      surroundings: {
        statusOf: (invocation) => this.statusOf(invocation),
        answer: () => eventConfigurationsOf(SUBSCRIBED),
        longestWait: () => longestWait,
        registryTakes: () => 0,
      },
    });
    this.byHand = pipeline.registry.execute.bind(pipeline.registry);
    addForeign(pipeline.registry);
    this.heartbeats = new Heartbeats(pipeline, conditions.pipeline.faults > 0);
    this.oracle = new IdentityOracle({
      pipeline,
      isPaused: () => this.isPaused,
      wasStalled: (since) => this.wasStalled(since),
      longestWait,
      listingLag: reading.listingLag,
      certificateCheckMs: SCHEDULES.certificateCheck,
      proofMs: SCHEDULES.proof,
    });
    const common = { pipeline, reading, atWork: 0, attempts: ATTEMPTS };
    const ofIdentities = { ...common, scope: () => SELECTION, replicated: () => ({ selection: selectionDigest(SELECTION) }) };
    const ofRegistry = { ...common, scope: () => WHOLE_SELECTION, replicated: () => ({ selection: selectionDigest(WHOLE_SELECTION) }) };
    const drifting = () => ({ identities: IDENTITIES, isPaused: this.isPaused, silenceMs: this.silenceMs });
    this.registrySweeps = new Sweeps({ ...ofRegistry, random: random.fork() });
    this.sweeps = new Sweeps({ ...ofIdentities, random: random.fork() }, () => ({}), FEATURES);
    this.certificateChecks = new CertificateChecks({ ...common, random: random.fork(), bucket: this.sweeps.bucket });
    const afterRegistry = (driftCheck: DriftCheck) => this.writeStatus({ driftCheck });
    this.registryDriftChecks = new DriftChecks({ ...ofRegistry, random: random.fork(), afterSummary: afterRegistry }, () => ({ ...drifting(), identities: undefined }));
    this.driftChecks = new DriftChecks({ ...ofIdentities, random: random.fork(), afterSummary: (check: DriftCheck) => this.noteDrift(check) }, drifting, 10 * MINUTE, FEATURES);
    pipeline.jobs.push(this.registrySweeps, this.sweeps, this.certificateChecks, this.registryDriftChecks, this.driftChecks);
    this.observe();
    this.schedule();
  }

  /** Something changes in the source. */
  public change(step: Omit<Step, 'after'>): void {
    const { registry } = this.pipeline.source!;
    const view = () => new Map([...identityViewOf(registry.identitySnapshot()), ...registry.identities()]);
    const before = view();
    perform(registry, { ...step, after: 0 });
    this.oracle.sourceChanged(before, view());
  }

  /** Somebody changes the destination. */
  public changeByHand(seed: number): void {
    this.touch(() => changeByHand(this.byHand, this.pipeline.registry.identitySnapshot(), IDENTITIES.arnPrefix, new Random(seed)));
  }

  public performByHand(step: Omit<Step, 'after'>): void {
    this.touch(() => perform(this.pipeline.registry, { ...step, after: 0 }));
  }

  private touch(change: () => void): void {
    const view = () => identityViewOf(this.pipeline.registry.identitySnapshot());
    const before = view();
    change();
    this.oracle.touchedByHand(before, view());
  }

  protected checkAfterPause(): void {
    for (const checks of [this.driftChecks, this.registryDriftChecks]) checks.begin();
  }

  public get runs(): readonly Executions<unknown>[] {
    return [this.registrySweeps, this.sweeps, this.certificateChecks, this.registryDriftChecks, this.driftChecks];
  }

  private noteDrift(check: DriftCheck): Promise<void> {
    this.rejected = check.counts.rejected ?? 0;
    return this.writeStatus({ identityDriftCheck: check });
  }

  protected statusOptions() {
    const proofs = { sweepProofMs: SCHEDULES.proof, driftProofMs: SCHEDULES.proof };
    return { ...proofs, identities: { ...proofs, sweepIntervalMs: SCHEDULES.sweep, certificateCheckMs: SCHEDULES.certificateCheck }, deletionMode: DeletionMode.REPLICATE };
  }

  /** What the source does by itself it does not while it is dark. */
  private schedule(): void {
    const every = (milliseconds: number, first: number, work: () => void) => this.pipeline.clock.at(this.now + first, () => {
      work();
      every(milliseconds, milliseconds, work);
    });
    const inSource = (runs: Executions<unknown>) => () => { if (this.isShining) runs.begin(); };
    every(this.intervalMs, 0, () => { if (this.isShining) this.sendHeartbeat(identityDefinition(), eventConfigurationsOf(SUBSCRIBED), this.now); });
    every(this.intervalMs, 2 * MINUTE, () => this.runStatus());
    every(SCHEDULES.certificateCheck, 3 * MINUTE, inSource(this.certificateChecks));
    every(SCHEDULES.sweep, 1_000, inSource(this.sweeps));
    every(SCHEDULES.sweep, 2_000, inSource(this.registrySweeps));
    every(SCHEDULES.driftCheck, 4 * MINUTE, () => this.driftChecks.begin());
    every(SCHEDULES.driftCheck, 5 * MINUTE, () => this.registryDriftChecks.begin());
  }

  /** Has the oracle hear of all that it goes by. */
  private observe(): void {
    const { oracle, pipeline: { replica } } = this;
    this.failSteps();
    const write = replica.write.bind(replica);
    replica.write = (item) => {
      write(item);
      const key = `${item.pk.S}|${item.sk.S}`;
      switch (key) {
        case 'signal|heartbeat': return void oracle.beatArrivals.push(this.now);
        case 'signal|identity-sweep': return oracle.swept(Number(item.timestamp.N));
        case 'signal|certificate-check': return oracle.checked();
        default: return oracle.arrived(key);
      }
    };
    this.checkStatuses();
  }
}
