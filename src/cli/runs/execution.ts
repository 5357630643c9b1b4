import { DescribeExecutionCommand, DescribeExecutionCommandOutput, ListExecutionsCommand, paginateListExecutions, SFNClient, StartExecutionCommand, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { foundIn, remainingOf as remainingOfCheck, ZEROS as CHECK_ZEROS } from '../../certificate-check/handler/counts';
import type { CertificateCheckSummary } from '../../certificate-check/handler/summary';
import type { RunSummary } from '../../comparison/handler/summary';
import { Mode } from '../../comparison/input';
import { remainingOf, ZEROS } from '../../sweep/handler/counts';
import type { Clients } from '../clients';
import { CommandError, failureOf } from '../errors';
import { Workflow, WorkflowKind } from './workflow';

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
    try {
      const { executions = [] } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn: this.workflow.arn, statusFilter: 'RUNNING', maxResults: 1 }));
      return executions[0]?.name;
    } catch (error) {
      throw this.explained(error);
    }
  }

  /** Whether the workflow exists, and whoever asks may know. Nothing but a hint follows from it, so any failure means no. */
  public async exists(): Promise<boolean> {
    return this.running().then(() => true, () => false);
  }

  /** @returns its ARN */
  public async start(input: object): Promise<string> {
    const { executionArn } = await this.sfn.send(new StartExecutionCommand({ stateMachineArn: this.workflow.arn, input: JSON.stringify(input) }));
    return executionArn!;
  }

  public async describe(executionArn: string): Promise<Run> {
    return runOf(await this.sfn.send(new DescribeExecutionCommand({ executionArn })), this.workflow);
  }

  /**
   * The newest run that has a report, before another one if that is given.
   *
   * @throws CommandError if there is none
   */
  public async lastReport(before?: string): Promise<Run & { readonly summary: RunSummary }> {
    let looked = 0;
    try {
      for await (const { executions = [] } of paginateListExecutions({ client: this.sfn }, { stateMachineArn: this.workflow.arn, statusFilter: 'SUCCEEDED' })) {
        for (const { executionArn } of executions) {
          if (executionArn === before) continue;
          const run = await this.describe(executionArn!);
          if (run.summary) return { ...run, summary: run.summary };
          looked += 1;
          if (looked === LOOK_BACK) throw new CommandError(`none of the last ${LOOK_BACK} executions of ${this.workflow.name} has a report: all of them were skipped`);
        }
      }
    } catch (error) {
      throw this.explained(error);
    }
    throw new CommandError(`no ${this.workflow.title} in ${this.workflow.region} has succeeded in the last 90 days: there is no report`);
  }

  /** The workflows of identities exist only with the option, and so do the permissions for them. */
  private explained(error: unknown): unknown {
    const { name, region, title, replication, isOfIdentities } = this.workflow;
    if (error instanceof StateMachineDoesNotExist) {
      const advice = isOfIdentities ? `${replication} has no ${title} unless it is deployed with \`identities\`` : 'deploy the stack of the Region again';
      return new CommandError(`there is no workflow ${name} in ${region}: ${advice}`);
    }
    const { kind, text } = failureOf(error);
    return isOfIdentities && kind === 'denied' ? new CommandError(`${text}; it is granted, and the workflow exists, only with \`identities\``) : error;
  }
}

function runOf({ executionArn, name, status, startDate, output, error, cause }: DescribeExecutionCommandOutput, workflow: Workflow): Run {
  const result = status === 'SUCCEEDED' ? JSON.parse(output!) as RunSummary | CertificateCheckSummary | { readonly skipped: string } : undefined;
  return {
    executionArn: executionArn!,
    execution: name!,
    status: status!,
    startedAt: startDate!.toISOString(),
    ...result && 'skipped' in result ? { skipped: result.skipped } : {},
    ...result && 'counts' in result ? { summary: summaryIn(result, workflow) } : {},
    ...error === undefined ? {} : { error },
    ...cause === undefined ? {} : { cause },
  };
}

/** A certificate check always persists what it finds, and its output does not say so. */
function summaryIn(result: RunSummary | CertificateCheckSummary, workflow: Workflow): RunSummary {
  if ('mode' in result) return result;
  return { mode: Mode.REPAIR, inSync: foundIn({ ...CHECK_ZEROS, ...result.counts }) + remainingAfter(workflow, result) === 0, ...result };
}

/** The differences that a run left. */
export function remainingAfter({ kind }: Pick<Workflow, 'kind'>, { counts }: Pick<RunSummary, 'counts'>): number {
  switch (kind) {
    case WorkflowKind.SWEEP: case WorkflowKind.IDENTITY_SWEEP: return remainingOf({ ...ZEROS, ...counts });
    case WorkflowKind.CERTIFICATE_CHECK: return remainingOfCheck({ ...CHECK_ZEROS, ...counts });
    case WorkflowKind.DRIFT: case WorkflowKind.IDENTITY_DRIFT: {
      const { missing = 0, different = 0, shouldBeGone = 0, repaired = 0, notRepaired = 0 } = counts;
      return missing + different + shouldBeGone - repaired + notRepaired;
    }
  }
}
