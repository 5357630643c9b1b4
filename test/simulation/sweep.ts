import { SimulatedBucket } from './bucket';
import { ACCOUNT_ID, SOURCE_REGION, TABLE_NAME } from './definition';
import type { Job, Pipeline } from './pipeline';
import type { Random } from './random';
import { stepClientsOf, type StepServices } from './step-clients';
import type { Gate, Pace } from '../../src/convergence/pace';
import type { Scope } from '../../src/convergence/scope';
import type { Begun, SweepRun } from '../../src/sweep/begin';
import type { SweepDependencies } from '../../src/sweep/dependencies';
import { SWEEP_PHASES } from '../../src/sweep/phases';
import type { SweepSummary } from '../../src/sweep/summary';
import { sweepStep } from '../../src/sweep/sweep-step';

const arnOf = (kind: string, name: string) => `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:${kind}:${name}`;
const BUCKET = 'sweep-reports';

/** A task of the workflow is tried that often. */
const ATTEMPTS = 100;
const RETRY_AFTER = 5_000;
/** Errors that the workflow does not retry. */
const FINAL_ERRORS = ['InvalidInput', 'TooManyDeletions', 'IncompleteSweep'];

/** Everything is replicated. */
export const WHOLE_SCOPE: Scope = { kinds: ['type', 'group', 'thing', 'membership'], prefixes: {} };

/** How far what a step reads may stray. */
export interface Reading {
  /** Milliseconds, at most, by which a list call is behind. */
  readonly listingLag: number;
  /** Whether direct reads are behind as well: AWS does not say that they are not. */
  readonly directReadsLag: boolean;
  /** Milliseconds, at most, by which a read of the table that is not consistent is behind. */
  readonly tableLag: number;
  /** Entries of a page of a list, items of one of a scan, and objects of one of a bucket. */
  readonly pageSize: number;
  /** The probability that a batch leaves a key for the next one. */
  readonly unprocessed: number;
  /** The probability that a step ends after one of its units. */
  readonly slices: number;
}

export interface SweepsOptions {
  readonly pipeline: Pipeline;
  readonly random: Random;
  readonly reading: Reading;
  /** Sweeps that begin by themselves while the scheduler is at work. */
  readonly sweeps: number;
  readonly scope?: Scope;
  readonly maxDeletions?: number;
}

/** What became of an execution. */
export interface Swept {
  readonly summary?: SweepSummary;
  readonly skipped?: string;
  readonly error?: Error;
}

/** A calls' turn comes at once: in the simulation the scheduler sets the pace. */
const UNPACED_GATE: Gate = { perSecond: 1, pass: async () => undefined };
const UNPACED: Pace = { pass: async () => undefined, rateOf: () => 1 };

/** The executions of the sweep's workflow, on the real function. */
export class Sweeps implements Job {
  public readonly bucket: SimulatedBucket;
  public readonly ended: Swept[] = [];
  /** Events that sweeps had persisted, by outcome. */
  public readonly outcomes: Partial<Record<string, number>> = {};
  private readonly running = new Map<string, number>();
  private begun = 0;

  constructor(private readonly options: SweepsOptions) {
    this.bucket = new SimulatedBucket(BUCKET, options.reading.pageSize);
  }

  public get canBegin(): boolean {
    return this.begun < this.options.sweeps;
  }

  public get isRunning(): boolean {
    return this.running.size > 0;
  }

  public begin(input: object = {}): void {
    const { clock } = this.options.pipeline;
    const name = `s${++this.begun}`;
    this.running.set(name, clock.now());
    this.run(name, input).then((swept) => this.ended.push(swept), (error: Error) => this.ended.push({ error })).finally(() => this.running.delete(name));
  }

  /** The workflow: one call of the function after the other. */
  private async run(name: string, input: object): Promise<Swept> {
    const startTime = new Date(this.running.get(name)!).toISOString();
    const begun = await this.task(name, { phase: 'begin', input, name, startTime }) as Begun;
    if ('skipped' in begun) return begun;
    const { scope = WHOLE_SCOPE } = this.options;
    for (const phase of SWEEP_PHASES) await this.phase(name, phase, begun.run, scope);
    return { summary: await this.task(name, { phase: 'summary', page: 0, run: begun.run, scope }) as SweepSummary };
  }

  private async phase(name: string, phase: string, run: SweepRun, scope: Scope): Promise<void> {
    for (let page = 0, done = false; !done;) ({ page, done } = await this.task(name, { phase, page, run, scope }) as { page: number; done: boolean });
  }

  private async task(name: string, request: object): Promise<unknown> {
    const { pipeline } = this.options;
    // What a task is given and returns is JSON.
    const given = JSON.stringify(request);
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await pipeline.runStep(`sweep ${name} ${(request as { phase: string }).phase}`, (invocation) => {
          const step = sweepStep({ ...stepClientsOf(this.services(), invocation), ...this.settings() });
          return step(JSON.parse(given) as Parameters<typeof step>[0], { getRemainingTimeInMillis: () => this.remainingTime() });
        });
        return JSON.parse(JSON.stringify(result));
      } catch (error) {
        if (attempt === ATTEMPTS || FINAL_ERRORS.includes((error as Error).name)) throw error;
        await pipeline.clock.sleep(RETRY_AFTER);
      }
    }
  }

  private services(): StepServices {
    const { pipeline, random, reading } = this.options;
    return {
      calls: pipeline.calls,
      registry: pipeline.source!.registry,
      table: pipeline.sourceTable.items,
      bucket: this.bucket,
      reading: {
        now: () => pipeline.clock.now(),
        lag: () => random.below(reading.tableLag + 1),
        pageSize: reading.pageSize,
        leavesOut: () => random.chance(reading.unprocessed),
      },
      startSyncExecution: ({ input }) => this.persist(input!),
      runningExecutions: () => [...this.running].map(([name, startedAt]) => ({ name, startDate: new Date(startedAt) })),
    };
  }

  private async persist(input: string): Promise<object> {
    try {
      const outcome = await this.options.pipeline.persist(JSON.parse(input) as object);
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
      return { status: 'SUCCEEDED', output: JSON.stringify({ outcome }) };
    } catch (error) {
      return { status: 'FAILED', error: (error as Error).name, cause: (error as Error).message };
    }
  }

  private settings(): Omit<SweepDependencies, 'iot' | 'dynamodb' | 's3' | 'sfn'> {
    const { pipeline, maxDeletions } = this.options;
    return {
      config: {
        tableName: TABLE_NAME,
        bucketName: BUCKET,
        persistenceWorkflowArn: arnOf('stateMachine', 'persistence'),
        sweepWorkflowArn: arnOf('stateMachine', 'sweep'),
        arnPrefix: `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}`,
        hasRouter: false,
        maxDeletions,
      },
      readPace: UNPACED,
      writePace: UNPACED,
      deletionPace: UNPACED_GATE,
      logger: { info: () => undefined, warn: () => undefined },
      now: () => pipeline.clock.now(),
    };
  }

  private remainingTime(): number {
    const { random, reading } = this.options;
    return random.chance(reading.slices) ? 0 : Infinity;
  }
}
