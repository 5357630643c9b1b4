import { Duration } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice, Condition, DefinitionBody, Fail, IChainable, INextable, JitterType, LogLevel, Parallel, QueryLanguage, StateMachine,
  StateMachineType, Succeed, TaskInput, Timeout, Wait, WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { DEPLOYMENT_PREFIX, DEPLOYMENT_SETTLING_SECONDS, TURN_MINUTES } from './properties';
import type { Selection } from './selection';
import type { Replicated } from '../record/signal';
import { jsonata } from '../regional/jsonata';
import { WorkflowMonitoring, workflowMonitoring, workflowRole } from '../regional/workflow-identity';

/** A phase with its title in the console. */
export interface PhaseState {
  readonly phase: string;
  /** Name of its state. */
  readonly title: string;
  /** The wait before it. */
  readonly after?: { readonly title: string; readonly wait: WaitTime };
  /** The phase and the wait before it are skipped unless the previous phase counted some of these. */
  readonly ifAny?: { readonly title: string; readonly count: string };
}

/** A function that receives the summary of a run, as `{ [key]: summary }`. */
export interface AfterSummary {
  readonly title: string;
  readonly handler: IFunction;
  readonly key: string;
}

/** What a run does, in its order. */
export interface RunOutline {
  /** What precedes the phases: each lane is worked through in its order, and none waits for another. @default none */
  readonly lanes?: readonly (readonly PhaseState[])[];
  readonly phases: readonly PhaseState[];
  /** Title of the wait before the first phase of a run that a deployment starts, if such a run waits. */
  readonly deploymentWait?: string;
  /** Receives the summary, which is also the output of the execution. */
  readonly afterSummary?: AfterSummary;
}

export interface ComparisonWorkflowProps extends RunOutline {
  readonly stateMachineName: string;
  readonly comment: string;
  /** Runs the steps; see `StepRequest`. */
  readonly handler: IFunction;
  /** Timeout of the handler. */
  readonly handlerTimeout: Duration;
  readonly scope: Selection;
  /** The same, as the summary contains it. */
  readonly replicated: Replicated;
  readonly monitoring: WorkflowMonitoring;
}

/** The function returns permanent errors, because Lambda writes thrown errors to the log. */
const HAS_FAILED = Condition.jsonata('{% $exists($states.input.failure) %}');

const IS_OF_DEPLOYMENT = Condition.jsonata(`{% $substring($states.input.run.name, 0, ${DEPLOYMENT_PREFIX.length}) = '${DEPLOYMENT_PREFIX}' %}`);

const PROGRESS = jsonata(`(
  $answer := $states.result.Payload;
  $exists($answer.failure) ? $answer : {
    'run': $states.input.run, 'done': $answer.done, 'page': $answer.done ? 0 : $answer.page, 'counts': $exists($answer.counts) ? $answer.counts : {}
  }
)`);

const ALL_LANES = jsonata("{ 'run': $states.result[0].run, 'done': true, 'page': 0, 'counts': {} }");

function failedOf(scope: Construct, title: string): Fail {
  return Fail.jsonata(scope, title, { error: '{% $states.input.failure.error %}', cause: '{% $states.input.failure.cause %}' });
}

/** A permission may still be propagating. A fault of the code is permanent, and so is a pagination token that AWS has forgotten. */
const HARDLY_TRANSIENT = ['AccessDeniedException', 'AccessDenied', 'InvalidRequestException', 'ValidationException', 'TypeError', 'ReferenceError'];

/** Covers some hours of throttling or of a service outage; a step continues where the previous one ended. */
const MAX_ATTEMPTS = 20;

/**
 * A Standard workflow whose function works through phases slice by slice: no slice takes longer than a function may, and the whole may take weeks.
 *
 * A slice takes about thirteen minutes and seven events of the 25,000 that an execution may have: enough for 32 days.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export class ComparisonWorkflow extends Construct {
  public readonly stateMachine: StateMachine;
  private readonly failed: Fail;

  constructor(scope: Construct, id: string, private readonly props: ComparisonWorkflowProps) {
    super(scope, id);
    this.failed = failedOf(this, 'Failed');
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.stateMachineName,
      comment: props.comment,
      stateMachineType: StateMachineType.STANDARD,
      queryLanguage: QueryLanguage.JSONATA,
      role: workflowRole(this, props.stateMachineName, `Lets the workflow ${props.stateMachineName} invoke its function`),
      definitionBody: DefinitionBody.fromChainable(this.begin()),
      ...workflowMonitoring(this, props.stateMachineName, LogLevel.ERROR, props.monitoring),
    });
  }

  private begin(): IChainable {
    const begin = this.invoke('Begin', {
      phase: 'begin',
      input: '{% $states.context.Execution.Input %}',
      name: '{% $states.context.Execution.Name %}',
      startTime: '{% $states.context.Execution.StartTime %}',
      hasWaited: jsonata('$exists($states.input.waits)'),
    }, "{% $merge([$states.result.Payload, { 'page': 0 }]) %}");
    const skipped = Succeed.jsonata(this, 'Skipped', { outputs: { skipped: '{% $states.input.skipped %}' } });
    const work = this.work();
    const choice = Choice.jsonata(this, 'Is there something to do?')
      .when(HAS_FAILED, this.failed)
      .when(Condition.jsonata('{% $exists($states.input.skipped) %}'), skipped);
    const turn = Wait.jsonata(this, 'Wait for the run in progress', { time: WaitTime.duration(Duration.minutes(TURN_MINUTES)) });
    choice.when(Condition.jsonata('{% $exists($states.input.waits) %}'), turn.next(begin));
    const { deploymentWait } = this.props;
    if (deploymentWait !== undefined) {
      const time = WaitTime.duration(Duration.seconds(DEPLOYMENT_SETTLING_SECONDS));
      choice.when(IS_OF_DEPLOYMENT, Wait.jsonata(this, deploymentWait, { time }).next(work));
    }
    return begin.next(choice.otherwise(work));
  }

  /** The phases, one after the other; each has one invocation per slice. */
  private work(): IChainable {
    const { lanes = [], phases } = this.props;
    const rest = this.inTurn(phases, this.summary(), this.failed);
    if (lanes.length === 0) return rest;
    const all = Parallel.jsonata(this, 'Compare each kind', { outputs: ALL_LANES });
    lanes.forEach((lane, i) => all.branch(this.inTurn(lane, Succeed.jsonata(this, `Lane ${i + 1} done`), failedOf(this, `Lane ${i + 1} failed`))));
    return all.next(rest);
  }

  private inTurn(phases: readonly PhaseState[], end: IChainable, failed: Fail): IChainable {
    return [...phases].reverse().reduce((next, state) => this.phase(state, next, failed), end);
  }

  private phase({ phase, title, after, ifAny }: PhaseState, next: IChainable, failed: Fail): IChainable {
    const task = this.invoke(title, {
      phase,
      page: '{% $states.input.page %}',
      run: '{% $states.input.run %}',
      scope: this.props.scope,
      replicated: this.props.replicated,
    }, PROGRESS);
    task.next(Choice.jsonata(this, `${title}: done?`)
      .when(Condition.jsonata('{% $states.input.done = true %}'), next)
      .when(HAS_FAILED, failed)
      .otherwise(task));
    const whole = after ? Wait.jsonata(this, after.title, { time: after.wait }).next(task) : task;
    if (!ifAny) return whole;
    return Choice.jsonata(this, ifAny.title)
      .when(Condition.jsonata(`{% ($lookup($states.input.counts, '${ifAny.count}') > 0) = true %}`), whole)
      .otherwise(next);
  }

  private summary(): IChainable {
    const { scope, replicated } = this.props;
    const summary = this.invoke('Summarize', { phase: 'summary', page: 0, run: '{% $states.input.run %}', scope, replicated }, '{% $states.result.Payload %}');
    return summary.next(Choice.jsonata(this, 'Summarize: done?').when(HAS_FAILED, this.failed).otherwise(this.tell(Succeed.jsonata(this, 'Done'))));
  }

  private tell(done: Succeed): IChainable {
    const { afterSummary } = this.props;
    if (!afterSummary) return done;
    const { title, handler, key } = afterSummary;
    return this.task(title, handler, { [key]: '{% $states.input %}' }, '{% $states.input %}').next(done);
  }

  private invoke(title: string, payload: Record<string, unknown>, outputs: string): LambdaInvoke & INextable {
    return this.task(title, this.props.handler, payload, outputs);
  }

  private task(title: string, handler: IFunction, payload: Record<string, unknown>, outputs: string): LambdaInvoke & INextable {
    const { handlerTimeout } = this.props;
    const task = LambdaInvoke.jsonata(this, title, {
      lambdaFunction: handler,
      payload: TaskInput.fromObject(payload),
      outputs,
      retryOnServiceExceptions: false,
      // A function that does not answer.
      taskTimeout: Timeout.duration(handlerTimeout.plus(Duration.seconds(30))),
    });
    task.addRetry({ errors: HARDLY_TRANSIENT, interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 3, jitterStrategy: JitterType.FULL });
    task.addRetry({
      errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: MAX_ATTEMPTS, maxDelay: Duration.minutes(10), jitterStrategy: JitterType.FULL,
    });
    return task;
  }
}
