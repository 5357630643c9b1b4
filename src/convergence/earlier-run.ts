import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { SfnSender } from '../regional/senders';

/** One execution of a workflow. */
export interface Run {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * The name of an execution that started before this one and still runs: two at once would take twice the share of the registry's quotas.
 *
 * Of two that started in one moment, the one whose name comes first goes on.
 */
export async function earlierRun(sfn: SfnSender, stateMachineArn: string, { name, startedAt }: Run): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', nextToken }));
    const earlier = page.executions?.find((each) => {
      const age = each.startDate!.getTime() - startedAt;
      return each.name !== name && (age < 0 || (age === 0 && each.name! < name));
    });
    if (earlier) return earlier.name;
    nextToken = page.nextToken;
  } while (nextToken);
  return undefined;
}
