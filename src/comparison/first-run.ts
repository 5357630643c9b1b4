import { createHash } from 'node:crypto';
import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { FirstRunFunction } from './first-run-function';
import { OCCASION_PROPERTY, WORKFLOW_ARN_PROPERTY } from './properties';
import type { Selection } from './selection';
import { addDeploymentHook } from '../regional/deployment-hook';
import { handlerOptions } from '../regional/handler-options';

export interface FirstRunProps {
  readonly workflow: IStateMachine;
  /** Name of the table that is compared. */
  readonly tableName: string;
  /** What of it. */
  readonly scope: Selection;
  /** Further values whose change starts the workflow. */
  readonly occasion?: string;
  readonly logRetention: RetentionDays;
  /** What has to exist before. */
  readonly after: IDependable[];
}

/** Starts a workflow at its first deployment, and when the table, the names or the router change; the deployment does not wait for its end. */
export class FirstRun extends Construct {
  constructor(scope: Construct, id: string, { workflow, tableName, scope: compared, occasion, logRetention, after }: FirstRunProps) {
    super(scope, id);
    const permissions = [new PolicyStatement({ actions: ['states:StartExecution'], resources: [workflow.stateMachineArn] })];
    const handler = new FirstRunFunction(this, 'Function', {
      ...handlerOptions(this, logRetention, { permissions }),
      description: 'Starts a workflow at its first deployment',
      timeout: Duration.minutes(1),
    });
    addDeploymentHook(this, {
      resourceType: 'Custom::FirstRun',
      handler,
      properties: {
        [WORKFLOW_ARN_PROPERTY]: workflow.stateMachineArn,
        [OCCASION_PROPERTY]: this.occasionOf([tableName, compared, ...occasion === undefined ? [] : [occasion]]),
      },
      logRetention,
      after,
    });
  }

  /** A hash, because all prefixes may be longer than a property of a custom resource can be. Its content may be known only at the end of synthesis. */
  private occasionOf(of: readonly unknown[]): string {
    return Lazy.string({ produce: () => createHash('sha256').update(JSON.stringify(Stack.of(this).resolve(of))).digest('hex') });
  }
}
