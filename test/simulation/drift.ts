import { OWNER } from './bucket';
import type { Invocation } from './calls';
import { clientsOf, RETRY_QUEUE_URL } from './clients';
import { ACCOUNT_ID, DESTINATION_REGION, SOURCE_REGION, STATE_TABLE_NAME, TABLE_NAME } from './definition';
import { Executions, UNPACED, type ExecutionsOptions } from './executions';
import { stepClientsOf } from './step-clients';
import type { RunSummary } from '../../src/comparison/handler/summary';
import { planOf } from '../../src/comparison/phases';
import { DeletionMode } from '../../src/deletion-mode';
import type { DriftConfig } from '../../src/drift/handler/context';
import { driftStep } from '../../src/drift/handler/drift-step';
import { driftPhases } from '../../src/drift/phases';
import { DriftMode } from '../../src/drift-mode';
import type { Feature } from '../../src/kinds/kind';
import { addressedIot } from '../../src/runtime/addressed-iot';
import { silenceMinutes } from '../../src/status/silence';
import { silent } from '../monitoring/silent';

/** The workflow waits that long for what the listings were behind by, and for records that are being applied. */
const WAIT = 10_000;

/** The drift checks of a destination. */
export class DriftChecks extends Executions<RunSummary> {
  /**
   * @param verifyAfter milliseconds that are waited before what was repaired is looked at again
   * @param features whose kinds are compared, first the one that others extend; by default those that have none
   */
  constructor(options: ExecutionsOptions, private readonly config: () => Partial<DriftConfig> = () => ({}), verifyAfter?: number, features: readonly Feature[] = []) {
    super([...features.slice(0, 1), 'drift'].join('-'), () => driftPhases(planOf(features[0], features)).map((name) => ({ name, after: { settle: WAIT, verify: verifyAfter }[name as string] })), options);
  }

  /** The lines of the report of the last execution. */
  public lastReport(): { readonly kind: string; readonly pk: string; readonly sk: string; readonly difference: string; readonly fields?: readonly { readonly field: string }[] }[] {
    const prefix = this.ended.at(-1)!.summary!.report.replace(`s3://${this.bucket.name}/`, '');
    return this.bucket.keys(prefix).filter((key) => key.endsWith('.jsonl')).flatMap((key) => this.bucket.read(key).trim().split('\n').map((line) => JSON.parse(line) as never));
  }

  protected step(invocation: Invocation): ReturnType<typeof driftStep> {
    const { pipeline } = this.options;
    const { iot, ...clients } = stepClientsOf({
      calls: pipeline.calls,
      registry: pipeline.registry,
      table: pipeline.replica.items,
      state: pipeline.state,
      bucket: this.bucket,
      reading: this.reading,
      startSyncExecution: async () => { throw new Error('a drift check calls nothing of the source Region'); },
      runningExecutions: this.runningExecutions,
    }, invocation);
    return driftStep({
      ...clients,
      iot: addressedIot(iot, `arn:aws:iot:${DESTINATION_REGION}:${ACCOUNT_ID}:`),
      sqs: clientsOf(pipeline.services, invocation).sqs,
      // No history changes the mode.
      retainedUntil: async () => undefined,
      otherReplications: async () => [],
      config: {
        tableName: TABLE_NAME,
        bucket: { name: this.bucket.name, owner: OWNER },
        retryQueueUrl: RETRY_QUEUE_URL,
        stateTableName: STATE_TABLE_NAME,
        workflowArn: `arn:aws:states:${DESTINATION_REGION}:${ACCOUNT_ID}:stateMachine:drift`,
        sourceRegion: SOURCE_REGION,
        deletionMode: DeletionMode.REPLICATE,
        driftMode: DriftMode.REPAIR,
        isPaused: false,
        silenceMs: silenceMinutes(1) * 60_000,
        logPayloads: false,
        ...this.config(),
      },
      readPace: UNPACED,
      writePace: UNPACED,
      ...silent,
      now: () => pipeline.clock.now(),
      pause: (milliseconds) => pipeline.clock.sleep(milliseconds),
    });
  }
}
