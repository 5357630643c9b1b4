import { OWNER } from './bucket';
import type { Invocation } from './calls';
import { ACCOUNT_ID, SOURCE_REGION, TABLE_NAME } from './definition';
import { UNPACED, type ExecutionsOptions } from './executions';
import { SourceExecutions } from './source-executions';
import { certificateCheckStep } from '../../src/certificate-check/handler/check-step';
import type { CertificateCheckSummary } from '../../src/certificate-check/handler/summary';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { addressedIot } from '../../src/runtime/addressed-iot';
import { silent } from '../monitoring/silent';

const arnOf = (name: string) => `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:stateMachine:${name}`;

/** The certificate checks of the source Region. */
export class CertificateChecks extends SourceExecutions<CertificateCheckSummary> {
  /** Observations that checks had persisted. */
  public observations = 0;

  constructor(options: ExecutionsOptions) {
    super('certificate-check', [{ name: CHECK_PHASE }], options);
  }

  protected step(invocation: Invocation): ReturnType<typeof certificateCheckStep> {
    const { iot, ...clients } = this.clients(invocation);
    return certificateCheckStep({
      ...clients,
      iot: addressedIot(iot, `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`),
      config: {
        tableName: TABLE_NAME,
        bucket: { name: this.bucket.name, owner: OWNER },
        observationWorkflowArn: arnOf('observations'),
        checkWorkflowArn: arnOf('certificate-check'),
        sweepWorkflowArn: arnOf('identity-sweep'),
        intervalSeconds: 900,
        logPayloads: false,
      },
      readPace: UNPACED,
      ...silent,
      now: () => this.now(),
    });
  }

  protected async persist(event: { readonly eventType: string }): Promise<string> {
    if (event.eventType === 'REPLICATION_OBSERVATION') this.observations += 1;
    return this.options.pipeline.persist(event, 'observers');
  }
}
