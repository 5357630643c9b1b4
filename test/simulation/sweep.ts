import { OWNER } from './bucket';
import type { Invocation } from './calls';
import { ACCOUNT_ID, SOURCE_REGION, TABLE_NAME } from './definition';
import { UNPACED, type ExecutionsOptions } from './executions';
import { SourceExecutions } from './source-executions';
import type { RunSummary } from '../../src/comparison/handler/summary';
import { planOf } from '../../src/comparison/phases';
import type { Feature } from '../../src/kinds/kind';
import { addressedIot } from '../../src/runtime/addressed-iot';
import type { SweepConfig } from '../../src/sweep/handler/context';
import { sweepStep } from '../../src/sweep/handler/sweep-step';
import { sweepPhases } from '../../src/sweep/phases';
import { silent } from '../monitoring/silent';

const arnOf = (name: string) => `arn:aws:states:${SOURCE_REGION}:${ACCOUNT_ID}:stateMachine:${name}`;

/** The sweeps of the source Region. */
export class Sweeps extends SourceExecutions<RunSummary> {
  /** Events that sweeps had persisted, by outcome. */
  public readonly outcomes: Partial<Record<string, number>> = {};

  /** @param features whose kinds are compared, first the one that others extend; by default those that have none */
  constructor(options: ExecutionsOptions, private readonly config: () => Partial<SweepConfig> = () => ({}), features: readonly Feature[] = []) {
    super([...features.slice(0, 1), 'sweep'].join('-'), ({ onlyReferred }) => sweepPhases(planOf(features[0], features, onlyReferred)).map((name) => ({ name })), options);
  }

  protected step(invocation: Invocation): ReturnType<typeof sweepStep> {
    const { iot, ...clients } = this.clients(invocation);
    return sweepStep({
      ...clients,
      iot: addressedIot(iot, `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`),
      config: {
        tableName: TABLE_NAME,
        bucket: { name: this.bucket.name, owner: OWNER },
        observationWorkflowArn: arnOf('observations'),
        sweepWorkflowArn: arnOf('sweep'),
        logPayloads: false,
        ...this.config(),
      },
      readPace: UNPACED,
      writePace: UNPACED,
      deletionPace: UNPACED,
      ...silent,
      now: () => this.now(),
    });
  }

  protected async persist(event: { readonly eventType: string }): Promise<string> {
    const outcome = await this.options.pipeline.persist(event, 'observers');
    // What tells of the sweep itself is no finding of it.
    if (event.eventType !== 'REPLICATION_SWEEP') this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    return outcome;
  }
}
