import { DescribeExecutionCommand, DescribeExecutionCommandOutput, paginateListExecutions, paginateListStateMachines, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { waitFor } from '../emulator/waiting';

/** The result of an execution. */
export interface Execution {
  readonly status: string;
  /** Unless it failed. */
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

const BOUND_MILLIS = 120_000;

/**
 * ARN of a workflow of the only replication of a Region, by the end of its name: the shortest one that ends so, as `fleet-sweep` before `fleet-identity-sweep`.
 *
 * @throws Error if there is none
 */
export async function workflowArn(sfn: SFNClient, suffix: string): Promise<string> {
  const found: { readonly name?: string; readonly stateMachineArn?: string }[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
    found.push(...stateMachines.filter(({ name }) => name!.endsWith(suffix)));
  }
  const [shortest] = found.sort((a, b) => a.name!.length - b.name!.length);
  if (!shortest) throw new Error(`no workflow has a name that ends with ${suffix}`);
  return shortest.stateMachineArn!;
}

/**
 * Runs a workflow to its end.
 *
 * @throws Error if it does not end within a minute
 */
export async function execute(sfn: SFNClient, stateMachineArn: string, input: object): Promise<Execution> {
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  return endOf(sfn, executionArn!);
}

/** The result of the first execution that a deployment started, once it has ended. The execution that the schedule starts at its creation is skipped. */
export async function firstExecution(sfn: SFNClient, stateMachineArn: string): Promise<Execution> {
  const first = await waitFor(async () => {
    let earliest: string | undefined;
    // The newest come first.
    for await (const { executions } of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
      earliest = executions?.filter(({ name }) => name!.startsWith('deployment-')).at(-1)?.executionArn ?? earliest;
    }
    return earliest;
  }, { boundMillis: BOUND_MILLIS });
  if (!first) throw new Error(`${stateMachineArn} has not been executed by a deployment within ${BOUND_MILLIS / 1000} s`);
  return endOf(sfn, first);
}

async function endOf(sfn: SFNClient, executionArn: string): Promise<Execution> {
  const ended = await waitFor(async () => {
    const description = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return description.status === 'RUNNING' ? undefined : description;
  }, { boundMillis: BOUND_MILLIS });
  if (!ended) throw new Error(`${executionArn} is still running after ${BOUND_MILLIS / 1000} s`);
  return ended.status === 'SUCCEEDED' ? { status: ended.status, output: JSON.parse(ended.output!) as unknown } : failure(ended);
}

function failure({ status, error, cause }: DescribeExecutionCommandOutput): Execution {
  return { status: status!, error, cause };
}
