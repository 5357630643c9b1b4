import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, IDependable } from 'constructs';
import { addDeploymentHook } from '../regional/deployment-hook';
import { handlerOptions } from '../regional/handler-options';
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
    // Neither has a resource type: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
    const permissions = [allowUnscoped(this, ['iot:DescribeEventConfigurations', 'iot:UpdateEventConfigurations'])];
    const handler = new EventConfigurationsFunction(this, 'Function', {
      ...handlerOptions(this, props.logRetention, { permissions }),
      functionName: props.functionName,
      description: 'Switches on the registry events of AWS IoT',
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
