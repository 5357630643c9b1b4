import { OWNER } from './bucket';
import type { Invocation } from './calls';
import { ACCOUNT_ID, SOURCE_REGION, TABLE_NAME } from './definition';
import { UNPACED, type Ended, type ExecutionsOptions } from './executions';
import { SourceExecutions } from './source-executions';
import { certificateCheckStep, directSteps } from '../../src/certificate-check/handler/check-step';
import type { CertificateCheckContext } from '../../src/certificate-check/handler/context';
import { directCheck } from '../../src/certificate-check/handler/direct-check';
import type { CertificateCheckSummary } from '../../src/certificate-check/handler/summary';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { addressedIot } from '../../src/runtime/addressed-iot';
import { silent } from '../monitoring/silent';

/** As long as a function may take. */
export const INVOCATION_MS = 15 * 60_000;

const arnOf = (name: string) => `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:stateMachine:${name}`;

/** The certificate checks of the source Region. */
export class CertificateChecks extends SourceExecutions<CertificateCheckSummary> {
  /** Observations that checks had persisted. */
  public observations = 0;
  /** Checks that were done without an execution. */
  public direct = 0;

  constructor(options: ExecutionsOptions) {
    super('certificate-check', () => [{ name: CHECK_PHASE }], options);
  }

  /** Half of them as the schedule begins them: without an execution, if nothing comes in between. */
  protected async run(name: string, input: object, settlingMs: number): Promise<Ended<CertificateCheckSummary>> {
    const { random, pipeline, reading } = this.options;
    if (Object.keys(input).length > 0 || random.chance(0.5)) return super.run(name, input, settlingMs);
    const time = { getRemainingTimeInMillis: () => (random.chance(reading.slices) ? 0 : INVOCATION_MS), awsRequestId: name };
    let execution: string | undefined;
    this.unlisted.add(name);
    try {
      const result = await this.persevere(name, () => pipeline.runStep(`${name} directly`, (invocation) => {
        const context = this.context(invocation);
        return directCheck(context, directSteps(context), time);
      }));
      if ('execution' in result) {
        ({ execution } = result);
        this.running.set(execution, this.now());
        return await super.run(execution, input, settlingMs);
      }
      this.direct += 'summary' in result ? 1 : 0;
      return result;
    } finally {
      this.unlisted.delete(name);
      if (execution !== undefined) this.running.delete(execution);
    }
  }

  protected step(invocation: Invocation): ReturnType<typeof certificateCheckStep> {
    return certificateCheckStep(this.context(invocation));
  }

  private context(invocation: Invocation): CertificateCheckContext {
    const { iot, ...clients } = this.clients(invocation);
    return {
      ...clients,
      iot: addressedIot(iot, `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`),
      config: {
        tableName: TABLE_NAME,
        bucket: { name: this.bucket.name, owner: OWNER },
        observationWorkflowArn: arnOf('observations'),
        checkWorkflowArn: arnOf('certificate-check'),
        sweepWorkflowArn: arnOf('identity-sweep'),
        onlyReferred: this.options.scope?.().onlyReferred ?? [],
        intervalSeconds: 900,
        logPayloads: false,
      },
      readPace: UNPACED,
      ...silent,
      now: () => this.now(),
      pause: (milliseconds) => this.options.pipeline.clock.sleep(milliseconds),
    };
  }

  protected async persist(event: { readonly eventType: string }): Promise<string> {
    if (event.eventType === 'REPLICATION_OBSERVATION') this.observations += 1;
    return this.options.pipeline.persist(event, 'observers');
  }
}
