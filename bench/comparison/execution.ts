import { Meter } from './meter';
import { WHOLE_SELECTION } from './scope';
import { BEGIN_PHASE, BeginRequest, StepRequest, SUMMARY_PHASE } from '../../src/comparison/handler/step';
import type { Selection } from '../../src/comparison/selection';
import { InvocationContext } from '../../src/replicator/handler/context';
import { sleep } from '../quota/simulated-clock';

/** The timeout of the functions; the last two minutes are a reserve, so slices take thirteen. */
const TIMEOUT_MS = 900_000;
/** Each slice gets a new process. Lambda keeps them for hours, so this is the worst case. */
const COLD_START_MS = 800;
/** Between two slices: a choice and the start of a task. */
const TRANSITION_MS = 100;
/** A task and the choice behind it. */
const TRANSITIONS_PER_SLICE = 2;
/** The last state. */
const TRANSITIONS_AT_END = 1;

type Step<Request> = (request: Request, context: InvocationContext) => Promise<unknown>;

export interface ExecutionOptions<Request> {
  readonly name: string;
  /** Worked through side by side, before the phases. */
  readonly lanes?: readonly (readonly string[])[];
  readonly phases: readonly string[];
  /** @default everything that needs no feature */
  readonly scope?: Selection;
  /** The function's handler in a new process. */
  readonly newStep: () => Step<Request>;
  readonly meter: Meter;
  /** Milliseconds that the workflow waits before a phase. */
  readonly waits?: Readonly<Record<string, number>>;
  /** Called with the seconds that each lane took, in their order. */
  readonly onLanes?: (seconds: readonly number[]) => void;
}

/**
 * One execution of a Standard workflow on the real function.
 *
 * @returns the execution's output
 */
export async function execute<Request, Output>(
  { name, lanes = [], phases, scope = WHOLE_SELECTION, newStep, meter, waits = {}, onLanes }: ExecutionOptions<Request>,
): Promise<Output> {
  const { run } = await task({ phase: BEGIN_PHASE, input: {}, name, startTime: new Date(Date.now()).toISOString() }) as { run: object };
  const work = async (lane: readonly string[]): Promise<number> => {
    const from = Date.now();
    for (const phase of lane) {
      if (waits[phase]) await sleep(waits[phase]);
      let [page, done] = [0, false];
      while (!done) ({ page, done } = await task({ phase, page, run, scope }) as { page: number; done: boolean });
    }
    return (Date.now() - from) / 1000;
  };
  const seconds = await Promise.all(lanes.map(work));
  onLanes?.(seconds);
  await work(phases);
  meter.add('transitions', TRANSITIONS_AT_END);
  return await task({ phase: SUMMARY_PHASE, page: 0, run, scope }) as Output;

  async function task(request: StepRequest<object> | BeginRequest): Promise<unknown> {
    meter.add('transitions', TRANSITIONS_PER_SLICE);
    await sleep(TRANSITION_MS);
    // Input and output of a task are JSON.
    const given = JSON.parse(JSON.stringify(request)) as Request;
    const result = await invocation(meter, `a step of the phase ${request.phase}`, (context) => newStep()(given, context));
    return JSON.parse(JSON.stringify(result));
  }
}

/** One invocation of a function in a new process. */
export async function invocation<T>(meter: Meter, what: string, work: (context: InvocationContext) => Promise<T>): Promise<T> {
  await sleep(COLD_START_MS);
  const from = Date.now();
  const result = await work({ getRemainingTimeInMillis: () => from + TIMEOUT_MS - Date.now() });
  const took = Date.now() - from;
  meter.add('lambda.requests');
  meter.add('lambda.ms', took + COLD_START_MS);
  if (took > TIMEOUT_MS) throw new Error(`${what} took ${took} ms: Lambda would have ended it`);
  return result;
}
