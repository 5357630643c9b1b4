import { earlierRun } from '../convergence/earlier-run';
import { fieldsOf, InvalidInputError, Mode, modeOf } from '../convergence/input';
import { BeginRequest } from '../convergence/step';
import { DriftMode } from '../drift-mode';
import { DriftConfig, DriftDependencies } from './dependencies';

/** One drift check. */
export interface DriftRun {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly mode: Mode;
}

/** What the workflow gets to know: a run, or why there is none. */
export type Begun = { readonly run: DriftRun } | { readonly skipped: string };

/**
 * Reads the execution's input.
 *
 * @throws InvalidInputError if it has anything but `mode`, or asks for repairs where the destination is paused
 */
export async function begin({ input, name, startTime }: BeginRequest, { sfn, config }: DriftDependencies): Promise<Begun> {
  const { mode } = fieldsOf(input, ['mode']);
  const run: DriftRun = { name, startedAt: Date.parse(startTime), mode: permittedMode(mode, config) };
  const other = await earlierRun(sfn, config.workflowArn, run);
  return other === undefined ? { run } : { skipped: `the drift check ${other} is running; two at once would take twice the share of the registry's quotas` };
}

function permittedMode(given: unknown, { driftMode, isPaused }: DriftConfig): Mode {
  const mode = modeOf(given, isPaused || driftMode === DriftMode.REPORT ? Mode.REPORT : Mode.REPAIR);
  if (isPaused && mode === Mode.REPAIR) {
    throw new InvalidInputError('mode', given, `"${Mode.REPORT}", because the Region is paused and nothing is to be written to its registry`,
      'leave it out for a report, or take the Region out of `pausedRegions` and deploy');
  }
  return mode;
}
