import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Heartbeats } from './heartbeats';
import type { FailedLook, OtherReplicationsFacts } from '../../../src/status/handler/facts';
import type { StatusItem } from '../../../src/status/handler/status';
import { statusHandler } from '../../../src/status/handler/status-handler';
import { type StatusConfig, StatusStore } from '../../../src/status/handler/status-store';
import { silenceMinutes } from '../../../src/status/silence';
import type { StatusRequest } from '../../../src/status/status-request';
import { silent } from '../../monitoring/silent';
import type { Invocation } from '../calls';
import { clientsOf, DEAD_LETTER_QUEUE_URL, RETRY_QUEUE_URL } from '../clients';
import { SOURCE_REGION, STATE_TABLE_NAME, TABLE_NAME } from '../definition';
import type { Pipeline } from '../pipeline';
import type { Random } from '../random';

const MINUTE = 60_000;
/** A run fails after so many tries of a task. */
export const ATTEMPTS = 3;

/** What holds a world against what is true of it. */
export interface WorldOracle {
  /** Statuses that could have known better. */
  readonly violations: readonly string[];
  check(status: StatusItem): void;
  /** Names of what is not the same in both registries. */
  differences(): readonly string[];
}

/** What every world has: a pipeline, somebody who pauses the destination, functions that fail, and the status that is written of it all. */
export abstract class BaseWorld {
  public abstract readonly pipeline: Pipeline;
  public abstract readonly oracle: WorldOracle;
  /** The probability that a call of a run's function fails. */
  public failing = 0;
  /** Milliseconds between two heartbeats. */
  public readonly intervalMs: number;
  protected readonly silenceMs: number;
  protected readonly random: Random;
  protected isPaused = false;
  private stalledUntil = -Infinity;
  private isStatusRunning = false;

  protected abstract readonly heartbeats: Heartbeats;

  protected constructor(random: Random, heartbeatMinutes: number) {
    this.random = random.fork();
    this.intervalMs = heartbeatMinutes * MINUTE;
    this.silenceMs = silenceMinutes(heartbeatMinutes) * MINUTE;
  }

  public get now(): number {
    return this.pipeline.clock.now();
  }

  public get status(): StatusItem | undefined {
    const item = this.pipeline.state.get('status');
    return item && unmarshall(item) as StatusItem;
  }

  /** No function of the destination runs any more, but those that run. @param isDeployed whether a deployment pauses it, so that the status knows */
  public pause(isDeployed = true): void {
    this.isPaused = isDeployed;
    this.pipeline.isConsuming = false;
  }

  public resume(): void {
    this.stalledUntil = this.now;
    this.pipeline.isConsuming = true;
    const wasPaused = this.isPaused;
    this.isPaused = false;
    if (wasPaused) this.checkAfterPause();
  }

  /** What the end of a pause starts. */
  protected abstract checkAfterPause(): void;

  /** Whether the functions of the destination could not run at some moment since then. */
  protected wasStalled(since: number): boolean {
    return !this.pipeline.isConsuming || this.stalledUntil > since;
  }

  /** Writes the status as the schedule does: a run that has not ended is not repeated. */
  public runStatus(): void {
    if (this.isStatusRunning) return;
    this.isStatusRunning = true;
    this.writeStatus({}).catch((error: Error) => this.pipeline.trace(() => `the status was not written: ${error.message}`)).finally(() => {
      this.isStatusRunning = false;
    });
  }

  /** Writes the status as `fleet-status` does. */
  protected writeStatus(request: StatusRequest): Promise<void> {
    return this.pipeline.runStep('status', (invocation) => (
      statusHandler({ status: this.statusOf(invocation), meter: silent.meter, stream: silent.stream, now: () => this.now, intervals: {}, lookForOthers: () => this.lookForOthers() })(request)
    ));
  }

  /** What `fleet-status` finds of other replications. */
  protected async lookForOthers(): Promise<OtherReplicationsFacts | FailedLook> {
    return { lookedAt: new Date(this.now).toISOString(), found: [], notFound: [] };
  }

  /** How the status is configured, besides what all worlds have in common. */
  protected abstract statusOptions(): Pick<StatusConfig, 'sweepProofMs' | 'driftProofMs' | 'identities' | 'deletionMode'>;

  protected statusOf(invocation: Invocation): StatusStore {
    const { dynamodb, sqs } = clientsOf(this.pipeline.services, invocation);
    return new StatusStore(dynamodb, sqs, {
      ...this.statusOptions(),
      tableName: TABLE_NAME,
      sourceRegion: SOURCE_REGION,
      stateTableName: STATE_TABLE_NAME,
      retryQueueUrl: RETRY_QUEUE_URL,
      deadLetterQueueUrl: DEAD_LETTER_QUEUE_URL,
      intervalMs: this.intervalMs,
      silenceMs: this.silenceMs,
      isPaused: this.isPaused,
    }, () => this.now);
  }

  protected sendHeartbeat(...args: Parameters<Heartbeats['send']>): void {
    this.heartbeats.send(...args).catch((error: Error) => this.pipeline.violations.push(`a heartbeat failed: ${error.message}`));
  }

  /** Has steps of runs fail, as often as `failing` says; the status is written by no run. */
  protected failSteps(): void {
    const { pipeline } = this;
    const runStep = pipeline.runStep.bind(pipeline);
    pipeline.runStep = (name, handle) => (
      name !== 'status' && this.random.chance(this.failing) ? Promise.reject(Object.assign(new Error('the function failed'), { name: 'Lambda.Unknown' })) : runStep(name, handle)
    );
  }

  /** Has the oracle check every status. */
  protected checkStatuses(): void {
    const { pipeline, oracle } = this;
    pipeline.state.onPut = (item) => {
      if (item.pk.S !== 'status') return;
      const status = unmarshall(item) as StatusItem;
      this.statusWritten(status);
      const claims = (['registryInSync', 'identitiesInSync'] as const).flatMap((field) => (status[field] === undefined ? [] : [`${field}=${status[field]}`]));
      pipeline.trace(() => `status ${status.asOf}: ${status.state} ${[...claims, status.reasons.join('; ')].join(' ')}`);
      oracle.check(status);
    };
  }

  /** Tells the oracle what it has to know before it checks the status. */
  protected statusWritten(_status: StatusItem): void { /* nothing, by default */ }
}
