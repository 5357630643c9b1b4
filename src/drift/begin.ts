import { deploymentsRun, earlierRun } from '../convergence/earlier-run';
import { fieldsOf, InvalidInputError, isScheduled, Mode, modeOf } from '../convergence/input';
import { BeginRequest } from '../convergence/step';
import { DriftMode } from '../drift-mode';
import { DriftConfig, DriftDependencies } from './dependencies';
import { silenceOf } from './silence';

/** One drift check. */
export interface DriftRun {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly mode: Mode;
  /** Whether the input asks for repairs: a person's decision, which holds whatever the source does. */
  readonly isAsked?: boolean;
  /** Why it only reports, if it would repair otherwise. */
  readonly heldBack?: string;
}

/** What the workflow gets to know: a run, or why there is none. */
export type Begun = { readonly run: DriftRun } | { readonly skipped: string };

/**
 * Reads the execution's input. While the source is silent a check only reports, unless its input asks for repairs.
 *
 * @throws InvalidInputError if it has anything but `mode`, or asks for repairs where the destination is paused
 */
export async function begin({ input, name, startTime }: BeginRequest, dependencies: DriftDependencies): Promise<Begun> {
  const { sfn, config } = dependencies;
  const { mode: given, scheduled } = fieldsOf(input, ['mode']);
  const mode = permittedMode(given, config);
  const own: DriftRun = { name, startedAt: Date.parse(startTime), mode, ...given === Mode.REPAIR ? { isAsked: true } : {} };
  const heldBack = await reasonToHoldBack(own, dependencies);
  const run = heldBack === undefined ? own : { ...own, mode: Mode.REPORT, heldBack };
  const other = await earlierRun(sfn, config.workflowArn, run);
  if (other !== undefined) return { skipped: `the drift check ${other} is running; two at once would take twice the share of the registry's quotas` };
  const done = isScheduled(scheduled) ? await deploymentsRun(sfn, config.workflowArn, run) : undefined;
  return done === undefined ? { run } : { skipped: `the drift check ${done} of the deployment has just ended; a schedule begins when it is made` };
}

/** Why a check that would repair must not, at this moment. */
export async function reasonToHoldBack({ mode, isAsked }: DriftRun, dependencies: Pick<DriftDependencies, 'dynamodb' | 'config' | 'now'>): Promise<string | undefined> {
  return mode === Mode.REPORT || isAsked ? undefined : silenceOf(dependencies);
}

function permittedMode(given: unknown, { driftMode, isPaused }: DriftConfig): Mode {
  const mode = modeOf(given, isPaused || driftMode === DriftMode.REPORT ? Mode.REPORT : Mode.REPAIR);
  if (isPaused && mode === Mode.REPAIR) {
    throw new InvalidInputError('mode', given, `"${Mode.REPORT}", because the Region is paused and nothing is to be written to its registry`,
      'leave it out for a report, or take the Region out of `pausedRegions` and deploy');
  }
  return mode;
}
