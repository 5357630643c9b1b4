import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IScheduleTarget, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { ScheduleTargetBaseProps } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct, IDependable } from 'constructs';
import { arnOf } from '../settings/regions';

export interface RunScheduleProps {
  /** The target, with its role and its input. */
  readonly target: (options: ScheduleTargetBaseProps) => IScheduleTarget;
  readonly schedule: ScheduleExpression;
  readonly description: string;
  /** Input of each execution. */
  readonly input: Record<string, unknown>;
  /** What has to exist before. */
  readonly after: IDependable[];
}

/** Starts a target on a schedule. */
export class RunSchedule extends Construct {
  constructor(scope: Construct, id: string, { target, schedule, description, input, after }: RunScheduleProps) {
    super(scope, id);
    // The target's own role would be in the stack, outside of this construct.
    const role = new Role(this, 'Role', {
      description: 'Lets a schedule start its target',
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
      target: target({ role, input: ScheduleTargetInput.fromObject(input) }),
    });
    runs.node.addDependency(...after);
  }
}
