import { SimulatedBucket } from './bucket';
import type { BulkReading } from './bulk-reads';
import type { Invocation } from './calls';
import type { Job, Pipeline } from './pipeline';
import type { Random } from './random';
import type { BeginRequest, StepRequest } from '../../src/comparison/handler/step';
import type { Selection } from '../../src/comparison/selection';
import { knownKinds } from '../../src/kinds/register';
import type { Replicated } from '../../src/record/signal';
import type { InvocationContext } from '../../src/replicator/handler/context';
import type { Gate, Pace } from '../../src/runtime/pace';

/** A task of the workflow is tried that often. */
const ATTEMPTS = 100;
const RETRY_AFTER = 5_000;
/** Errors that the workflow does not retry. */
const FINAL_ERRORS = ['InvalidInput', 'TooManyDeletions', 'TooManyDeactivations', 'IncompleteSweep', 'IncompleteCertificateCheck'];

/** Everything is replicated, but for features. */
export const WHOLE_SELECTION: Selection = { kinds: knownKinds(), prefixes: {} };

/** Each turn comes at once: in the simulation the scheduler sets the pace. */
export const UNPACED: Pace & Gate = { perSecond: 1, pass: async () => undefined, rateOf: () => 1 };

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

export interface ExecutionsOptions {
  readonly pipeline: Pipeline;
  readonly random: Random;
  readonly reading: Reading;
  /** Executions that begin on their own while the scheduler is at work. */
  readonly atWork: number;
  /** Their input. */
  readonly input?: () => object;
  /** What is compared, by an execution that begins now. @default everything */
  readonly scope?: () => Selection;
  /** The same as its summary says it. @default nothing of it, as an older deployment */
  readonly replicated?: () => Replicated;
  /** Milliseconds by which the Region's clock is ahead. @default none */
  readonly ahead?: () => number;
  /** What follows a summary, and is retried until it is done. */
  readonly afterSummary?: (summary: never) => Promise<void>;
  /** How often a task is tried before its execution fails; it can be redriven then. @default 100 */
  readonly attempts?: number;
  /** One that other executions share. @default one of its own */
  readonly bucket?: SimulatedBucket;
}

/** What became of an execution. */
export interface Ended<Summary> {
  readonly summary?: Summary;
  readonly skipped?: string;
  readonly error?: Error;
}

export interface Phase {
  readonly name: string;
  /** Milliseconds that the workflow waits before it. */
  readonly after?: number;
}

type Request = BeginRequest | StepRequest<never>;

/** The executions of a workflow of steps, on the real function. */
export abstract class Executions<Summary> implements Job {
  public readonly bucket: SimulatedBucket;
  public readonly ended: Ended<Summary>[] = [];
  protected readonly running = new Map<string, number>();
  /** What runs without being an execution. */
  protected readonly unlisted = new Set<string>();
  /** Executions that failed and can continue where they were. */
  private readonly failed: { readonly name: string; readonly goOn: () => void }[] = [];
  private begun = 0;

  /** @param phases of an execution that compares this */
  constructor(private readonly kind: string, private readonly phases: (scope: Selection) => readonly Phase[], protected readonly options: ExecutionsOptions) {
    this.bucket = options.bucket ?? new SimulatedBucket(`${kind}-reports`, options.reading.pageSize);
  }

  public get canBegin(): boolean {
    return this.begun < this.options.atWork;
  }

  public get isRunning(): boolean {
    return this.running.size > 0;
  }

  /** @param settlingMs milliseconds that the workflow waits before its first phase */
  public begin(input: object = this.options.input?.() ?? {}, settlingMs = 0): void {
    const name = `${this.kind}-${++this.begun}`;
    this.running.set(name, this.now());
    this.run(name, input, settlingMs).then((ended) => this.ended.push(ended), (error: Error) => this.ended.push({ error })).finally(() => this.running.delete(name));
  }

  /** How many executions can be redriven. */
  public get redrivable(): number {
    return this.failed.length;
  }

  /** Has the execution that failed last continue. */
  public redrive(): void {
    const execution = this.failed.pop();
    if (!execution) return;
    this.running.set(execution.name, this.now());
    execution.goOn();
  }

  protected now(): number {
    return this.options.pipeline.clock.now() + (this.options.ahead?.() ?? 0);
  }

  /** The function's handler for one call. */
  protected abstract step(invocation: Invocation): (request: never, context: InvocationContext) => Promise<unknown>;

  protected get reading(): BulkReading {
    const { pipeline, random, reading } = this.options;
    return {
      now: () => pipeline.clock.now(),
      lag: () => random.below(reading.tableLag + 1),
      pageSize: reading.pageSize,
      leavesOut: () => random.chance(reading.unprocessed),
    };
  }

  /** Those that `ListExecutions` returns. */
  protected readonly runningExecutions = () => [...this.running].filter(([name]) => !this.unlisted.has(name)).map(([name, startedAt]) => ({ name, startDate: new Date(startedAt) }));

  /** The workflow: one call of the function after the other. */
  protected async run(name: string, input: object, settlingMs: number): Promise<Ended<Summary>> {
    const startTime = new Date(this.running.get(name)!).toISOString();
    // As they were deployed when it started.
    const scope = this.options.scope?.() ?? WHOLE_SELECTION;
    const replicated = this.options.replicated?.();
    const begun = await this.task(name, { phase: 'begin', input, name, startTime }) as { readonly run: never } | { readonly skipped: string };
    if ('skipped' in begun) return begun;
    const request = { run: begun.run, scope };
    if (settlingMs > 0) await this.options.pipeline.clock.sleep(settlingMs);
    for (const { name: phase, after } of this.phases(scope)) {
      if (after) await this.options.pipeline.clock.sleep(after);
      for (let page = 0, done = false; !done;) ({ page, done } = await this.task(name, { ...request, phase, page }) as { page: number; done: boolean });
    }
    const summary = await this.task(name, { ...request, phase: 'summary', page: 0, replicated }) as Summary;
    await this.persevere(name, async () => this.options.afterSummary?.(summary as never));
    return { summary };
  }

  private async task(name: string, request: Request): Promise<unknown> {
    const { pipeline, random, reading } = this.options;
    // What a task is given and returns is JSON.
    const given = JSON.stringify(request);
    const context = { getRemainingTimeInMillis: () => (random.chance(reading.slices) ? 0 : Infinity) };
    return this.persevere(name, async () => {
      const result = await pipeline.runStep(`${name} ${request.phase}`, (invocation) => this.step(invocation)(JSON.parse(given) as never, context));
      return JSON.parse(JSON.stringify(result)) as unknown;
    });
  }

  /** Tries until it is done. An execution whose tries are used up has failed, until somebody redrives it. */
  protected async persevere<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { pipeline, attempts } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (FINAL_ERRORS.includes((error as Error).name) || (attempts === undefined && attempt === ATTEMPTS)) throw error;
        if (attempt % (attempts ?? ATTEMPTS) === 0) {
          this.running.delete(name);
          await new Promise<void>((goOn) => this.failed.push({ name, goOn }));
        } else {
          await pipeline.clock.sleep(RETRY_AFTER);
        }
      }
    }
  }
}
