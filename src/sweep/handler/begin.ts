import { SweepContext } from './context';
import { Held, reasonToHold } from '../../comparison/handler/earlier-run';
import { beginningOf, BeginRequest } from '../../comparison/handler/step';
import type { RunOfTable } from '../../comparison/handler/table-of-run';
import { fieldsOf, InvalidInputError, Mode, modeOf } from '../../comparison/input';

/** One sweep. */
export interface SweepRun extends RunOfTable {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch: before this nothing was listed. */
  readonly startedAt: number;
  readonly mode: Mode;
  /** The maximum number of deletions of this run, if its input contains it. */
  readonly maxDeletions?: number;
}

/** The answer to the workflow: a run, or why there is none now. */
export type Begun = { readonly run: SweepRun } | Held;

/**
 * Reads the execution's input.
 *
 * @throws InvalidInputError if it has anything but `mode` and `maxDeletions`
 */
export async function begin(request: BeginRequest, { sfn, config, now }: SweepContext): Promise<Begun> {
  const { input, name, startTime } = request;
  const { mode, maxDeletions, scheduled } = fieldsOf(input, ['mode', 'maxDeletions']);
  const run: SweepRun = {
    name,
    tableName: config.tableName,
    startedAt: beginningOf(request, now()),
    mode: modeOf(mode, Mode.REPAIR),
    maxDeletions: deletionsOf(maxDeletions),
  };
  const execution = { name, startedAt: Date.parse(startTime) };
  return await reasonToHold(sfn, { what: 'the sweep', workflowArn: config.sweepWorkflowArn, run: execution, scheduled }) ?? { run };
}

function deletionsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new InvalidInputError('maxDeletions', value, 'a whole number, 0 or more', 'leave it out for the default');
  return value;
}
