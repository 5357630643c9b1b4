import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct, IDependable } from 'constructs';
import { HandlerIdentity } from '../regional/handler-identity';

export interface FirstRunProps {
  readonly workflow: IStateMachine;
  /** Another value than at the last deployment starts it again. */
  readonly occasion: string;
  readonly logRetention: RetentionDays;
  /**
   * Of the function that calls AWS in this stack: all of CDK's custom resources that do share the one of the first.
   *
   * @default - one of its own
   */
  readonly identity?: HandlerIdentity;
  /** What has to stand before. */
  readonly after: IDependable[];
}

/** Starts a workflow when it is deployed for the first time; the deployment does not wait for its end. */
export class FirstRun extends Construct {
  constructor(scope: Construct, id: string, { workflow, occasion, logRetention, identity: given, after }: FirstRunProps) {
    super(scope, id);
    const identity = given ?? new HandlerIdentity(this, 'Identity', logRetention);
    const start = new AwsCustomResource(this, 'Start', {
      resourceType: 'Custom::FirstRun',
      onUpdate: {
        service: 'SFN',
        action: 'startExecution',
        parameters: { stateMachineArn: workflow.stateMachineArn, input: '{}' },
        outputPaths: ['executionArn'],
        physicalResourceId: PhysicalResourceId.of(occasion),
      },
      policy: AwsCustomResourcePolicy.fromStatements([new PolicyStatement({ actions: ['states:StartExecution'], resources: [workflow.stateMachineArn] })]),
      role: identity.role,
      logGroup: identity.logGroup,
      installLatestAwsSdk: false,
      timeout: Duration.minutes(1),
    });
    start.node.addDependency(...after);
  }
}
