import { DriftConfig, DriftContext } from './context';
import { silenceOf } from './silence';
import { Held, reasonToHold } from '../../comparison/handler/earlier-run';
import { beginningOf, BeginRequest } from '../../comparison/handler/step';
import type { RunOfTable } from '../../comparison/handler/table-of-run';
import { fieldsOf, InvalidInputError, Mode, modeOf } from '../../comparison/input';
import { DeletionMode } from '../../deletion-mode';
import { DriftMode } from '../../drift-mode';
import { rewritingDigest } from '../../kinds/policy/rewriting';

/** One drift check. */
export interface DriftRun extends RunOfTable {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly mode: Mode;
  /** Whether the input asks for repairs: a person's decision, which holds while the source is silent too. */
  readonly isAsked?: boolean;
  /** Entities that the source deleted until then are retained: milliseconds since the epoch. */
  readonly retainedUntil?: number;
  /** Whether the input asks to delete retained entities too. */
  readonly deleteRetained?: true;
  /** How policies were to be written when it began: a deployment may change that meanwhile. None with the defaults. */
  readonly rewriting?: string;
  /** Why it only reports, if it would repair otherwise. */
  readonly heldBack?: string;
}

/** The answer to the workflow: a run, or why there is none now. */
export type Begun = { readonly run: DriftRun } | Held;

/**
 * Reads the execution's input. While the source is silent a check only reports, unless its input asks for repairs.
 *
 * Entities that the source deleted while deletions were not replicated stay, unless the input contains `deleteRetained`.
 *
 * @throws InvalidInputError if it contains any field but `mode` and `deleteRetained`, or asks for something that the settings forbid
 */
export async function begin(request: BeginRequest, context: DriftContext): Promise<Begun> {
  const { input, name, startTime } = request;
  const { sfn, config, now } = context;
  const { mode: given, scheduled, deleteRetained } = fieldsOf(input, ['mode', 'deleteRetained']);
  const mode = permittedMode(given, config);
  const deletesRetained = mayDeleteRetained(deleteRetained, given, config);
  const retainedUntil = deletesRetained ? undefined : await context.retainedUntil();
  const rewriting = config.identities && rewritingDigest({ ...config.identities.relocation, adoptsPolicies: config.identities.adoptsPolicies });
  const own: DriftRun = {
    name,
    tableName: config.tableName,
    startedAt: beginningOf(request, now()),
    mode,
    ...given === Mode.REPAIR ? { isAsked: true } : {},
    ...retainedUntil === undefined ? {} : { retainedUntil },
    ...deletesRetained ? { deleteRetained: true } : {},
    ...rewriting === undefined ? {} : { rewriting },
  };
  const heldBack = await reasonToHoldBack(own, context);
  const run = heldBack === undefined ? own : { ...own, mode: Mode.REPORT, heldBack };
  const execution = { name, startedAt: Date.parse(startTime) };
  return await reasonToHold(sfn, { what: 'the drift check', workflowArn: config.workflowArn, run: execution, scheduled }) ?? { run };
}

/** Why a check that would repair must only report at this moment; undefined if it may repair. */
export async function reasonToHoldBack({ mode, isAsked }: DriftRun, context: Pick<DriftContext, 'dynamodb' | 'config' | 'now'>): Promise<string | undefined> {
  return mode === Mode.REPORT || isAsked ? undefined : silenceOf(context);
}

function mayDeleteRetained(given: unknown, mode: unknown, { deletionMode }: DriftConfig): boolean {
  if (given === undefined || given === false) return false;
  if (given !== true) throw new InvalidInputError('deleteRetained', given, 'true or false', 'leave it out to keep retained entities');
  if (mode !== Mode.REPAIR) throw new InvalidInputError('deleteRetained', given, `"mode": "${Mode.REPAIR}" beside it`, 'a report of retained entities needs only { "mode": "report" }');
  if (deletionMode === DeletionMode.RETAIN) {
    throw new InvalidInputError('deleteRetained', given, 'a destination with replicated deletions', 'set `deletionMode` to `REPLICATE` and deploy, or leave it out');
  }
  return true;
}

function permittedMode(given: unknown, { driftMode, isPaused }: DriftConfig): Mode {
  const mode = modeOf(given, isPaused || driftMode === DriftMode.REPORT ? Mode.REPORT : Mode.REPAIR);
  if (isPaused && mode === Mode.REPAIR) {
    throw new InvalidInputError('mode', given, `"${Mode.REPORT}", because the Region is paused and nothing may write to its registry`,
      'leave it out for a report, or remove the Region from `pausedRegions` and deploy');
  }
  return mode;
}
