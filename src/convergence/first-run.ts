import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { FirstRunFunction } from './first-run-function';
import { WORKFLOW_ARN_PROPERTY } from './properties';
import { addDeploymentHook } from '../regional/deployment-hook';
import { HandlerIdentity } from '../regional/handler-identity';

export interface FirstRunProps {
  readonly workflow: IStateMachine;
  readonly logRetention: RetentionDays;
  /** What has to stand before. */
  readonly after: IDependable[];
}

/** Starts a workflow when this is deployed for the first time; the deployment does not wait for its end. */
export class FirstRun extends Construct {
  constructor(scope: Construct, id: string, { workflow, logRetention, after }: FirstRunProps) {
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
      resourceType: 'Custom::FirstRun', handler, properties: { [WORKFLOW_ARN_PROPERTY]: workflow.stateMachineArn }, logRetention, after,
    });
  }
}
