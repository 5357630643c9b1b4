import { SweepContext } from './context';
import { reasonToSkip } from '../../comparison/handler/earlier-run';
import { BeginRequest } from '../../comparison/handler/step';
import { fieldsOf, InvalidInputError, Mode, modeOf } from '../../comparison/input';

/** One sweep. */
export interface SweepRun {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch: before this nothing was listed. */
  readonly startedAt: number;
  readonly mode: Mode;
  /** The maximum number of deletions of this run, if its input contains it. */
  readonly maxDeletions?: number;
}

/** The answer to the workflow: a run, or why there is none. */
export type Begun = { readonly run: SweepRun } | { readonly skipped: string };

/**
 * Reads the execution's input.
 *
 * @throws InvalidInputError if it has anything but `mode` and `maxDeletions`
 */
export async function begin({ input, name, startTime }: BeginRequest, { sfn, config }: SweepContext): Promise<Begun> {
  const { mode, maxDeletions, scheduled } = fieldsOf(input, ['mode', 'maxDeletions']);
  const run: SweepRun = { name, startedAt: Date.parse(startTime), mode: modeOf(mode, Mode.REPAIR), maxDeletions: deletionsOf(maxDeletions) };
  const skipped = await reasonToSkip(sfn, { what: 'the sweep', workflowArn: config.sweepWorkflowArn, run, scheduled });
  return skipped === undefined ? { run } : { skipped };
}

function deletionsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new InvalidInputError('maxDeletions', value, 'a whole number, 0 or more', 'leave it out for the default');
  return value;
}
