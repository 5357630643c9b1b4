import { DescribeExecutionCommand, DescribeExecutionCommandOutput, ListExecutionsCommand, paginateListExecutions, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunSummary } from '../../comparison/handler/summary';
import { remainingOf, ZEROS } from '../../sweep/handler/counts';
import type { Clients } from '../clients';
import { CommandError } from '../errors';
import type { Workflow } from './workflow';

/** A run of a workflow. */
export interface Run {
  readonly executionArn: string;
  readonly execution: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`, `PENDING_REDRIVE`. */
  readonly status: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Why it did nothing: another one was running. */
  readonly skipped?: string;
  /** Of one that succeeded and was not skipped. */
  readonly summary?: RunSummary;
  /** Of one that did not succeed. */
  readonly error?: string;
  readonly cause?: string;
}

/** Looks for a report among so many runs: schedules may have skipped or failed some. */
const LOOK_BACK = 50;

export class Executions {
  private readonly sfn: SFNClient;

  constructor(clients: Clients, private readonly workflow: Workflow) {
    this.sfn = clients.of(SFNClient, workflow.region);
  }

  /** The name of the execution that is running, if one is: a second one would be skipped. */
  public async running(): Promise<string | undefined> {
    const { executions = [] } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn: this.workflow.arn, statusFilter: 'RUNNING', maxResults: 1 }));
    return executions[0]?.name;
  }

  /** @returns its ARN */
  public async start(input: object): Promise<string> {
    const { executionArn } = await this.sfn.send(new StartExecutionCommand({ stateMachineArn: this.workflow.arn, input: JSON.stringify(input) }));
    return executionArn!;
  }

  public async describe(executionArn: string): Promise<Run> {
    return runOf(await this.sfn.send(new DescribeExecutionCommand({ executionArn })));
  }

  /**
   * The newest run that has a report, before another one if that is given.
   *
   * @throws CommandError if there is none
   */
  public async lastReport(before?: string): Promise<Run & { readonly summary: RunSummary }> {
    let looked = 0;
    for await (const { executions = [] } of paginateListExecutions({ client: this.sfn }, { stateMachineArn: this.workflow.arn, statusFilter: 'SUCCEEDED' })) {
      for (const { executionArn } of executions) {
        if (executionArn === before) continue;
        const run = await this.describe(executionArn!);
        if (run.summary) return { ...run, summary: run.summary };
        looked += 1;
        if (looked === LOOK_BACK) throw new CommandError(`none of the last ${LOOK_BACK} executions of ${this.workflow.name} has a report: all of them were skipped`);
      }
    }
    throw new CommandError(`no ${this.workflow.title} in ${this.workflow.region} has succeeded in the last 90 days: there is no report`);
  }
}

function runOf({ executionArn, name, status, startDate, output, error, cause }: DescribeExecutionCommandOutput): Run {
  const result = status === 'SUCCEEDED' ? JSON.parse(output!) as RunSummary | { readonly skipped: string } : undefined;
  return {
    executionArn: executionArn!,
    execution: name!,
    status: status!,
    startedAt: startDate!.toISOString(),
    ...result && 'skipped' in result ? { skipped: result.skipped } : {},
    ...result && 'counts' in result ? { summary: result } : {},
    ...error === undefined ? {} : { error },
    ...cause === undefined ? {} : { cause },
  };
}

/** The differences that a run left. */
export function remainingAfter({ kind }: Pick<Workflow, 'kind'>, { counts }: RunSummary): number {
  if (kind === 'sweep') return remainingOf({ ...ZEROS, ...counts });
  const { missing = 0, different = 0, shouldBeGone = 0, repaired = 0, notRepaired = 0 } = counts;
  return missing + different + shouldBeGone - repaired + notRepaired;
}
