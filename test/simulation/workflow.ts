import type { Clock } from './clock';
import { JsonataValues, type StatesVariable } from './jsonata-values';

interface Retrier { readonly ErrorEquals: readonly string[]; readonly IntervalSeconds?: number; readonly BackoffRate?: number; readonly MaxAttempts?: number; readonly MaxDelaySeconds?: number }
interface Catcher { readonly ErrorEquals: readonly string[]; readonly Next: string; readonly Output?: unknown }
interface State {
  readonly Type: 'Pass' | 'Choice' | 'Parallel' | 'Task' | 'Fail' | 'Succeed' | 'Wait';
  readonly Next?: string;
  readonly End?: boolean;
  readonly Output?: unknown;
  readonly Choices?: readonly { readonly Condition: unknown; readonly Next: string; readonly Output?: unknown }[];
  readonly Default?: string;
  readonly Branches?: readonly Branch[];
  readonly Seconds?: number;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Error?: unknown;
  readonly Cause?: unknown;
}
interface Branch { readonly StartAt: string; readonly States: Readonly<Record<string, State>> }

export interface StateMachineDefinition extends Branch { readonly QueryLanguage?: string }

/** An error of a state; its name is what retriers and catchers go by. */
export class StateError extends Error {
  constructor(public readonly name: string, public readonly cause: string) {
    super(`${name}: ${cause}`);
  }
}

/** Calls what a task integrates with, by the resource behind `:::`; a rejection's name is the error's. */
export type TaskRunner = (resource: string, taskArguments: unknown) => Promise<unknown>;

interface Execution { readonly context: StatesVariable['context']; readonly runTask: TaskRunner }

export interface WorkflowOptions {
  readonly definition: StateMachineDefinition;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** These pass by States.ALL. */
const UNCATCHABLE = ['States.Runtime', 'States.DataLimitExceeded'];

/**
 * Runs executions of a state machine in the JSONata query language, as far as the pipeline's workflow goes.
 *
 * @see https://states-language.net
 */
export class Workflow {
  private readonly values: JsonataValues;

  constructor(private readonly options: WorkflowOptions) {
    if (options.definition.QueryLanguage !== 'JSONata') throw new Error('the workflow is not in the query language JSONata');
    this.values = new JsonataValues(() => options.clock.now());
  }

  /**
   * @returns the execution's output
   * @throws StateError if the execution fails
   */
  public async execute(event: unknown, runTask: TaskRunner): Promise<unknown> {
    return this.runBranch(this.options.definition, event, { context: { Execution: { Input: event, StartTime: new Date(this.options.clock.now()).toISOString() } }, runTask });
  }

  private async runBranch({ StartAt, States }: Branch, input: unknown, execution: Execution): Promise<unknown> {
    let name: string | undefined = StartAt;
    let value = input;
    while (name !== undefined) {
      const state: State | undefined = States[name];
      if (!state) throw new Error(`the workflow has no state ${name}`);
      const left: { output: unknown; next?: string } = await this.enter(state, { input: value, context: execution.context }, execution);
      value = left.output;
      name = left.next;
    }
    return value;
  }

  private async enter(state: State, states: StatesVariable, execution: Execution): Promise<{ output: unknown; next?: string }> {
    switch (state.Type) {
      case 'Pass':
      case 'Succeed':
        return { output: await this.output(state.Output, states, states.input), next: state.Next };
      case 'Wait':
        await this.options.clock.sleep(state.Seconds! * 1000);
        return { output: await this.output(state.Output, states, states.input), next: state.Next };
      case 'Choice': {
        for (const choice of state.Choices ?? []) {
          if (await this.values.evaluate(choice.Condition, states) === true) return { output: await this.output(choice.Output, states, states.input), next: choice.Next };
        }
        if (!state.Default) throw new StateError('States.NoChoiceMatched', 'no choice matched');
        return { output: await this.output(state.Output, states, states.input), next: state.Default };
      }
      case 'Fail':
        throw new StateError(String(await this.values.evaluate(state.Error, states)), String(await this.values.evaluate(state.Cause, states)));
      case 'Parallel':
      case 'Task':
        return this.attempt(state, states, execution);
    }
  }

  private async attempt(state: State, states: StatesVariable, execution: Execution): Promise<{ output: unknown; next?: string }> {
    const attempts = new Map<Retrier, number>();
    for (;;) {
      try {
        const result = await this.work(state, states, execution);
        return { output: await this.output(state.Output, { ...states, result }, result), next: state.Next };
      } catch (error) {
        const { name, cause } = asStateError(error);
        const retrier = state.Retry?.find((each) => matches(each.ErrorEquals, name));
        const done = retrier ? attempts.get(retrier) ?? 0 : 0;
        if (retrier && done < (retrier.MaxAttempts ?? 3)) {
          attempts.set(retrier, done + 1);
          await this.options.clock.sleep(delayOf(retrier, done));
          continue;
        }
        const catcher = state.Catch?.find((each) => matches(each.ErrorEquals, name));
        if (!catcher) throw error;
        const errorOutput = { Error: name, Cause: cause };
        return { output: await this.output(catcher.Output, { ...states, errorOutput }, errorOutput), next: catcher.Next };
      }
    }
  }

  private async work({ Type, Resource, Arguments, Branches }: State, states: StatesVariable, execution: Execution): Promise<unknown> {
    if (Type === 'Parallel') return Promise.all((Branches ?? []).map(async (branch) => this.runBranch(branch, states.input, execution)));
    const resource = Resource!.split(':::')[1];
    return execution.runTask(resource, await this.output(Arguments, states, states.input));
  }

  private async output(template: unknown, states: StatesVariable, otherwise: unknown): Promise<unknown> {
    return template === undefined ? otherwise : this.values.evaluate(template, states);
  }
}

function asStateError(error: unknown): { name: string; cause: string } {
  if (error instanceof StateError) return { name: error.name, cause: error.cause };
  if (error instanceof Error) return { name: error.name, cause: error.message };
  return { name: 'States.Runtime', cause: String(error) };
}

function matches(patterns: readonly string[], name: string): boolean {
  return patterns.some((each) => each === name || (each === 'States.ALL' && !UNCATCHABLE.includes(name)) || (each === 'States.TaskFailed' && name !== 'States.Timeout'));
}

/** The longest that jitter allows. */
function delayOf({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity }: Retrier, attempt: number): number {
  return Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds) * 1000;
}
