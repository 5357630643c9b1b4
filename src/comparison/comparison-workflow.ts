import { Duration } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice, Condition, DefinitionBody, Fail, IChainable, INextable, JitterType, LogLevel, QueryLanguage, StateMachine, StateMachineType, Succeed,
  TaskInput, Timeout, Wait, WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { DEPLOYMENT_PREFIX, DEPLOYMENT_SETTLING_SECONDS } from './properties';
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

export interface ComparisonWorkflowProps {
  readonly stateMachineName: string;
  readonly comment: string;
  /** Runs the steps; see `StepRequest`. */
  readonly handler: IFunction;
  /** Timeout of the handler. */
  readonly handlerTimeout: Duration;
  readonly phases: readonly PhaseState[];
  /** Title of the wait before the first phase of a run that a deployment starts, if such a run waits. */
  readonly deploymentWait?: string;
  /** Receives the summary, which is also the output of the execution. */
  readonly afterSummary?: AfterSummary;
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
    this.failed = Fail.jsonata(this, 'Failed', {
      error: '{% $states.input.failure.error %}', cause: '{% $states.input.failure.cause %}',
    });
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
    }, "{% $merge([$states.result.Payload, { 'page': 0 }]) %}");
    const skipped = Succeed.jsonata(this, 'Skipped', { outputs: { skipped: '{% $states.input.skipped %}' } });
    const work = this.work();
    const choice = Choice.jsonata(this, 'Is there something to do?')
      .when(HAS_FAILED, this.failed)
      .when(Condition.jsonata('{% $exists($states.input.skipped) %}'), skipped);
    const { deploymentWait } = this.props;
    if (deploymentWait !== undefined) {
      const time = WaitTime.duration(Duration.seconds(DEPLOYMENT_SETTLING_SECONDS));
      choice.when(IS_OF_DEPLOYMENT, Wait.jsonata(this, deploymentWait, { time }).next(work));
    }
    return begin.next(choice.otherwise(work));
  }

  /** The phases, one after the other; each has one invocation per slice. */
  private work(): IChainable {
    let next: IChainable = this.summary();
    for (const state of [...this.props.phases].reverse()) next = this.phase(state, next);
    return next;
  }

  private phase({ phase, title, after, ifAny }: PhaseState, next: IChainable): IChainable {
    const task = this.invoke(title, {
      phase,
      page: '{% $states.input.page %}',
      run: '{% $states.input.run %}',
      scope: this.props.scope,
    }, PROGRESS);
    task.next(Choice.jsonata(this, `${title}: done?`)
      .when(Condition.jsonata('{% $states.input.done = true %}'), next)
      .when(HAS_FAILED, this.failed)
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
