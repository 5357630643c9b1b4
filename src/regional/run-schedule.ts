import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { arnOf } from '../settings/regions';

export interface RunScheduleProps {
  readonly workflow: IStateMachine;
  readonly schedule: ScheduleExpression;
  readonly description: string;
  /** Input of each execution. */
  readonly input: Record<string, unknown>;
  /** What has to stand before. */
  readonly after: IDependable[];
}

/** Starts a workflow again and again. */
export class RunSchedule extends Construct {
  constructor(scope: Construct, id: string, { workflow, schedule, description, input, after }: RunScheduleProps) {
    super(scope, id);
    // The target's own role would stand in the stack, outside of this construct.
    const role = new Role(this, 'Role', {
      description: 'Lets a schedule start its workflow',
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': arnOf(this, 'scheduler', 'schedule-group/default') },
        },
      }),
    });
    const runs = new Schedule(this, 'Schedule', {
      schedule,
      description,
      target: new StepFunctionsStartExecution(workflow, { role, input: ScheduleTargetInput.fromObject(input) }),
    });
    runs.node.addDependency(...after);
  }
}
