import { BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { Bucket } from './bucket';
import { Destination } from './destination';
import { OnThing } from './destination-registry';
import { driftConfigOf } from './drift-config';
import { execute } from './execution';
import { Fleet, FleetThing } from './fleet';
import { Observation, observationsOf, thingObservation } from './fleet-observations';
import { pause } from './latency';
import { Meter } from './meter';
import { SourceRegistry } from './source';
import { storedOf } from './stored';
import { SourceTable } from './table';
import { RunSummary } from '../../src/comparison/handler/summary';
import { planOf } from '../../src/comparison/phases';
import { DriftContext } from '../../src/drift/handler/context';
import { DriftStepRequest, driftStep } from '../../src/drift/handler/drift-step';
import { driftPhases, RECHECK_PHASE } from '../../src/drift/phases';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { OBSERVATION_EVENT } from '../../src/kinds/observation';
import { SignalEvent } from '../../src/record/signal';
import { gateOf } from '../../src/runtime/pace';
import { SweepContext } from '../../src/sweep/handler/context';

import { SweepStepRequest, sweepStep } from '../../src/sweep/handler/sweep-step';
import { sweepPhases } from '../../src/sweep/phases';
import { silent } from '../../test/monitoring/silent';
import { ACCOUNT_ID, SOURCE_REGION, TABLE_NAME } from '../../test/simulation/definition';
import { runToEnd } from '../quota/simulated-clock';

export const START = 1_800_000_000_000;
/** The construct's default for reads and for writes. */
export const SHARE = 0.5;
const MAX_DELETIONS_PER_MINUTE = 500;
/** The wait of the drift check's workflow before it looks at differences again. */
const SETTLING_MS = 10_000;

export interface WorldOptions {
  readonly things: number;
  /** Whether the destination's registry is called through the real SDK. */
  readonly withSdk?: boolean;
  /** Called with each thing that was created or updated in the destination's registry, with the version of its firmware. */
  readonly onThing?: OnThing;
}

/** A source Region with a fleet, and one destination. */
export class World {
  public readonly fleet: Fleet;
  public readonly meter = new Meter();
  public readonly destination: Destination;
  private readonly table: SourceTable;
  private readonly registry: SourceRegistry;
  private readonly bucket: Bucket;

  constructor({ things, withSdk = false, onThing }: WorldOptions) {
    this.fleet = new Fleet(things);
    this.destination = new Destination(withSdk, this.meter, onThing);
    this.table = new SourceTable(TABLE_NAME, this.meter, (record, old) => this.destination.replicate(record, old));
    this.registry = new SourceRegistry(this.fleet, this.meter);
    this.bucket = new Bucket(this.meter);
  }

  /** Puts everything into the table. */
  public record(): void {
    for (const observation of observationsOf(this.fleet)) this.table.store(storedOf(observation, START));
  }

  /** Replicates everything. */
  public converge(): void {
    this.record();
    for (const observation of observationsOf(this.fleet)) this.destination.store(storedOf(observation, START));
    const { fleet, destination: { registry } } = this;
    for (let t = 0; t < fleet.types; t++) registry.types.set(fleet.typeName(t), { searchableAttributes: ['serial'] });
    for (let i = 0; i < fleet.size; i++) {
      const { thingName, attributes } = fleet.thing(i)!;
      registry.things.set(thingName, attributes.firmware);
    }
    for (let g = 0; g < fleet.groups; g++) {
      const { groupName, parentGroupName } = fleet.group(g);
      registry.groups.set(groupName, parentGroupName);
      for (const thingName of fleet.members(g)) registry.memberships.add(`${thingName} ${groupName}`);
    }
  }

  /** Does work while the destination consumes, until both are done, in simulated time. */
  public async run<T>(work: () => Promise<T>): Promise<T> {
    let result: T | undefined;
    const done = work().then((value) => { result = value; }).finally(() => this.destination.stop());
    await runToEnd(Promise.all([done, this.destination.run()]));
    return result!;
  }

  /** The number of entities and memberships that differ between the two registries. */
  public differences(): number {
    const { fleet, destination: { registry } } = this;
    let same = 0;
    let differing = 0;
    const compare = (isSame: boolean) => { if (isSame) same++; else differing++; };
    for (let i = 0; i < fleet.end; i++) {
      const thing = fleet.thing(i);
      if (thing) compare(registry.things.get(thing.thingName) === thing.attributes.firmware);
    }
    for (let t = 0; t < fleet.types; t++) compare(registry.types.has(fleet.typeName(t)));
    for (let g = 0; g < fleet.groups; g++) {
      const { groupName, parentGroupName } = fleet.group(g);
      compare(registry.groups.has(groupName) && registry.groups.get(groupName) === parentGroupName);
      for (const thingName of fleet.members(g)) compare(registry.memberships.has(`${thingName} ${groupName}`));
    }
    const there = registry.things.size + registry.types.size + registry.groups.size + registry.memberships.size;
    return differing + Math.max(0, there - same - differing);
  }

  /** A change that registry events report; resolves once its record is in the table. */
  public async tell(thing: FleetThing, operation: 'CREATED' | 'UPDATED'): Promise<void> {
    const origin = { eventId: `${operation} ${thing.thingName} ${thing.version}`, timestamp: Date.now() };
    await pause('rule');
    await this.persist(thingObservation(thing, origin));
  }

  /** The whole fleet, as observations. */
  public sample(): Observation[] {
    return [...observationsOf(this.fleet)];
  }

  public sweep(name: string): Promise<RunSummary> {
    const newStep = () => sweepStep(this.sweepDependencies());
    return execute<SweepStepRequest, RunSummary>({ name, phases: sweepPhases(planOf()), newStep, meter: this.meter });
  }

  /** A drift check of a destination in sync: its registry and its replica equal those of the source. */
  public checkDrift(name: string): Promise<RunSummary> {
    const newStep = () => driftStep(this.driftDependencies());
    const waits = { [RECHECK_PHASE]: SETTLING_MS };
    return execute<DriftStepRequest, RunSummary>({ name, phases: driftPhases(planOf()), newStep, meter: this.meter, waits });
  }

  /** The context of one process of the sweep's function. */
  private sweepDependencies(): SweepContext {
    return {
      ...this.readers(),
      sfn: sender(async (command) => {
        if (command instanceof ListExecutionsCommand) return { executions: [] };
        const { input } = (command as StartSyncExecutionCommand).input;
        const event = JSON.parse(input!) as Observation | { readonly eventType: SignalEvent };
        const passed = isObservation(event) ? await this.persist(event) : await this.signal();
        return { status: 'SUCCEEDED', output: JSON.stringify({ outcome: passed ? 'persisted' : 'stale' }) };
      }),
      config: {
        tableName: TABLE_NAME,
        bucket: { name: 'reports', owner: ACCOUNT_ID },
        observationWorkflowArn: 'persistence',
        sweepWorkflowArn: 'sweep',
        logPayloads: false,
      },
      deletionPace: gateOf(MAX_DELETIONS_PER_MINUTE / 60 * SHARE),
    };
  }

  private driftDependencies(): DriftContext {
    return {
      ...this.readers(),
      sfn: sender(async () => ({ executions: [] })),
      sqs: sender(async () => { throw new Error('in sync there is nothing to repair'); }),
      pause: async () => { throw new Error('in sync nothing is looked at again'); },
      retainedUntil: async () => undefined,
      otherReplications: async () => [],
      config: driftConfigOf({ tableName: TABLE_NAME, sourceRegion: SOURCE_REGION }),
    };
  }

  /** The common part of the contexts of sweeps and drift checks. */
  private readers(): Pick<SweepContext, 'iot' | 'dynamodb' | 's3' | 'readPace' | 'writePace' | 'logger' | 'meter' | 'now'> {
    const { registry, table, bucket, meter } = this;
    return {
      iot: sender(async (command) => {
        await pause('iot');
        return registry.answer(command);
      }),
      dynamodb: sender(async (command) => {
        await pause('table');
        return command instanceof ScanCommand ? table.scan(command) : table.batchGet(command as BatchGetItemCommand);
      }),
      s3: sender(async (command) => {
        await pause('s3');
        return bucket.answer(command);
      }),
      readPace: new SharePace(SHARE),
      writePace: new SharePace(SHARE),
      ...silent,
      logger: { ...silent.logger, warn: () => meter.add('warnings') },
      now: () => Date.now(),
    };
  }

  /** The result of a sweep for the destinations: one write of a key that no entity has. */
  private async signal(): Promise<boolean> {
    await pause('express');
    this.meter.add('signals');
    return true;
  }

  private async persist(observation: Observation): Promise<boolean> {
    await pause('express');
    this.meter.add('express');
    return this.table.put(storedOf(observation, Date.now()));
  }
}

function isObservation(event: { readonly eventType: string }): event is Observation {
  return event.eventType === OBSERVATION_EVENT;
}

function sender(send: (command: { readonly input: object }) => Promise<object>): never {
  return { send } as never;
}
