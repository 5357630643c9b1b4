import { Duration } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, IDependable } from 'constructs';
import { addDeploymentHook } from '../regional/deployment-hook';
import { HandlerIdentity } from '../regional/handler-identity';
import { allowUnscoped } from '../regional/unscoped-actions';
import { RegistryKind } from '../registry-kind';
import { EventConfigurationsFunction } from './event-configurations-function';
import { EVENT_TYPES_PROPERTY } from './properties';

export interface RegistryEventsProps {
  readonly functionName: string;
  readonly kinds: RegistryKind[];
  readonly logRetention: RetentionDays;
  /** What has to exist before the first event is sent: an earlier event is lost. */
  readonly after: IDependable[];
}

/**
 * Registry events, switched on. They are off by default, and no resource type of CloudFormation has them.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-events.html
 */
export class RegistryEvents extends Construct {
  constructor(scope: Construct, id: string, props: RegistryEventsProps) {
    super(scope, id);
    const identity = new HandlerIdentity(this, 'Identity', props.logRetention);
    // Neither has a resource type: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
    identity.role.addToPolicy(allowUnscoped(this, ['iot:DescribeEventConfigurations', 'iot:UpdateEventConfigurations']));
    const handler = new EventConfigurationsFunction(this, 'Function', {
      functionName: props.functionName,
      description: 'Switches on the registry events of AWS IoT',
      role: identity.role,
      logGroup: identity.logGroup,
      architecture: Architecture.ARM_64,
      timeout: Duration.minutes(1),
    });
    addDeploymentHook(this, {
      resourceType: 'Custom::RegistryEvents',
      handler,
      properties: { [EVENT_TYPES_PROPERTY]: props.kinds },
      logRetention: props.logRetention,
      after: props.after,
    });
  }
}
