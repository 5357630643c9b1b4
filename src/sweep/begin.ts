import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { SweepDependencies } from './dependencies';
import { fieldsOf, InvalidInputError, Mode, modeOf } from '../convergence/input';
import { BeginRequest } from '../convergence/step';

/** One sweep. */
export interface SweepRun {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch: before this nothing was listed. */
  readonly startedAt: number;
  readonly mode: Mode;
  /** Deletions that this run may make, where its input says so. */
  readonly maxDeletions?: number;
}

/** What the workflow gets to know: a run, or why there is none. */
export type Begun = { readonly run: SweepRun } | { readonly skipped: string };

/**
 * Reads the execution's input.
 *
 * @throws InvalidInputError if it has anything but `mode` and `maxDeletions`
 */
export async function begin({ input, name, startTime }: BeginRequest, dependencies: SweepDependencies): Promise<Begun> {
  const { mode, maxDeletions } = fieldsOf(input, ['mode', 'maxDeletions']);
  const run: SweepRun = { name, startedAt: Date.parse(startTime), mode: modeOf(mode, Mode.REPAIR), maxDeletions: deletionsOf(maxDeletions) };
  const other = await earlierRun(run, dependencies);
  return other === undefined ? { run } : { skipped: `the sweep ${other} is running; two at once would take twice the share of the registry's quotas` };
}

function deletionsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new InvalidInputError('maxDeletions', value, 'a whole number, 0 or more', 'leave it out for the default');
  return value;
}

/** Of two that started in one moment, the one whose name comes first goes on. */
async function earlierRun({ name, startedAt }: SweepRun, { sfn, config }: SweepDependencies): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn: config.sweepWorkflowArn, statusFilter: 'RUNNING', nextToken }));
    const earlier = page.executions?.find((each) => {
      const age = each.startDate!.getTime() - startedAt;
      return each.name !== name && (age < 0 || (age === 0 && each.name! < name));
    });
    if (earlier) return earlier.name;
    nextToken = page.nextToken;
  } while (nextToken);
  return undefined;
}
