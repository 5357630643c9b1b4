import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { FirstRunFunction } from './first-run-function';
import { OCCASION_PROPERTY, WORKFLOW_ARN_PROPERTY } from './properties';
import type { Scope } from './scope';
import { addDeploymentHook } from '../regional/deployment-hook';
import { HandlerIdentity } from '../regional/handler-identity';

export interface FirstRunProps {
  readonly workflow: IStateMachine;
  /** Name of the table that is compared. */
  readonly tableName: string;
  /** What of it. */
  readonly scope: Scope;
  readonly logRetention: RetentionDays;
  /** What has to stand before. */
  readonly after: IDependable[];
}

/** Starts a workflow at its first deployment, and when it is to compare another table or other names; the deployment does not wait for its end. */
export class FirstRun extends Construct {
  constructor(scope: Construct, id: string, { workflow, tableName, scope: compared, logRetention, after }: FirstRunProps) {
    super(scope, id);
    const identity = new HandlerIdentity(this, 'Identity', logRetention);
    identity.role.addToPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [workflow.stateMachineArn] }));
    const handler = new FirstRunFunction(this, 'Function', {
      description: 'Starts a workflow at its first deployment',
      role: identity.role,
      logGroup: identity.logGroup,
      architecture: Architecture.ARM_64,
      timeout: Duration.minutes(1),
    });
    addDeploymentHook(this, {
      resourceType: 'Custom::FirstRun',
      handler,
      properties: { [WORKFLOW_ARN_PROPERTY]: workflow.stateMachineArn, [OCCASION_PROPERTY]: occasionOf(tableName, compared) },
      logRetention,
      after,
    });
  }
}

/** A hash, because all prefixes may be longer than what a custom resource can be told. */
function occasionOf(tableName: string, scope: Scope): string {
  return createHash('sha256').update(JSON.stringify([tableName, scope])).digest('hex');
}
