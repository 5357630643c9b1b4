import type { Scope } from './scope';

/** What the workflow asks of its function: one slice of one phase. */
export interface StepRequest<Run> {
  readonly phase: string;
  /** Units of the phase that the workflow knows to be done. */
  readonly page: number;
  /** What `begin` made of the execution's input. */
  readonly run: Run;
  readonly scope: Scope;
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
}

export const BEGIN_PHASE = 'begin';
export const SUMMARY_PHASE = 'summary';

/** Kept of an invocation's time for the unit that is under way when it is nearly over: units are bounded to a third of it. */
const RESERVE_MS = 60_000;

/** Seconds that a unit may take by its pace. */
export const UNIT_SECONDS = 20;

/** As many as a page of the registry's listings has. */
const MAX_UNIT = 250;

/** How many candidates a unit takes, if so many a second get by. */
export function unitSize(perSecond: number): number {
  return Math.max(1, Math.min(MAX_UNIT, Math.floor(UNIT_SECONDS * perSecond)));
}

/** Whether there is time for another unit. */
export function hasTimeFor(context: { getRemainingTimeInMillis(): number }): () => boolean {
  return () => context.getRemainingTimeInMillis() > RESERVE_MS;
}
