import { Journal } from './journal';
import { Progress, runPhase, Work } from './phase';
import { expectTableOf, RunOfTable } from './table-of-run';
import type { Replicated } from '../../record/signal';
import type { Selection } from '../selection';

/** A request of the workflow to its function: one slice of one phase. */
export interface StepRequest<Run> {
  readonly phase: string;
  /** Units of the phase that the workflow knows to be done. */
  readonly page: number;
  /** The run, as `begin` derived it from the execution's input. */
  readonly run: Run;
  readonly scope: Selection;
  /** The same as a digest, with the router; none from an execution that is older than this. */
  readonly replicated?: Replicated;
}

/** The first request of an execution. */
export interface BeginRequest {
  readonly phase: typeof BEGIN_PHASE;
  /** The execution's input. */
  readonly input: unknown;
  /** The name of the execution, unique for its workflow. */
  readonly name: string;
  /** When the execution started: ISO 8601. */
  readonly startTime: string;
  /** Whether it has waited for another one since; absent from an execution that is older than this. */
  readonly hasWaited?: boolean;
}

/** When a run begins: with its execution, or after it has waited for its turn. Milliseconds since the epoch. */
export function beginningOf({ startTime, hasWaited }: BeginRequest, now: number): number {
  return hasWaited ? now : Date.parse(startTime);
}

export const BEGIN_PHASE = 'begin';
export const SUMMARY_PHASE = 'summary';

/**
 * Reserve of an invocation's time for the unit that is running when it is nearly over. The pace limits a unit to a third of it; with a router, the last
 * portion of a unit takes as long as all attempts of the router.
 */
export const RESERVE_MS = 120_000;

/** Seconds that a unit may take by its pace. */
export const UNIT_SECONDS = 20;

/** The size of a page of the registry's listings. */
const MAX_UNIT = 250;

/** The number of candidates of a unit at this rate per second. */
export function unitSize(perSecond: number): number {
  return Math.max(1, Math.min(MAX_UNIT, Math.floor(UNIT_SECONDS * perSecond)));
}

/** Whether the remaining time suffices for another unit. */
export function hasTimeFor(context: { getRemainingTimeInMillis(): number }): () => boolean {
  return () => context.getRemainingTimeInMillis() > RESERVE_MS;
}

/** The steps of a kind of run. */
export interface Steps<Run extends RunOfTable, Begun, Summary> {
  /** The table that the function has now. */
  readonly tableName: string;
  readonly begin: (request: BeginRequest) => Promise<Begun>;
  readonly journalOf: (run: Run) => Journal;
  readonly phasesOf: (run: Run, scope: Selection, journal: Journal, replicated: Replicated) => Readonly<Record<string, Work>>;
  readonly summarize: (run: Run, scope: Selection, journal: Journal, replicated: Replicated) => Promise<Summary>;
  /** Called with each slice that is done. */
  readonly onSlice: (slice: { readonly phase: string } & Progress) => void;
}

/**
 * One step of a run: as many units of a phase as fit into the invocation.
 *
 * A repeated step continues where the previous one ended, however that ended.
 *
 * @throws TableChangedError if the run has begun with another table
 */
export function stepOf<Run extends RunOfTable, Begun, Summary>(steps: Steps<Run, Begun, Summary>) {
  const { tableName, begin, journalOf, phasesOf, summarize, onSlice } = steps;
  return async (request: BeginRequest | StepRequest<Run>, context: { getRemainingTimeInMillis(): number }): Promise<Begun | Progress | Summary> => {
    if (!('run' in request)) return begin(request);
    const { phase, page, run, scope, replicated = {} } = request;
    expectTableOf(run, { tableName });
    const journal = journalOf(run);
    if (phase === SUMMARY_PHASE) return summarize(run, scope, journal, replicated);
    const progress = await runPhase(phase, phasesOf(run, scope, journal, replicated)[phase], { page }, journal, hasTimeFor(context));
    onSlice({ phase, ...progress });
    return progress;
  };
}
