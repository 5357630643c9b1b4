import { CustomResource } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct, IDependable } from 'constructs';
import { HandlerIdentity } from './handler-identity';

export interface DeploymentHookProps {
  readonly resourceType: string;
  /** Called for each creation, change and deletion of the resource. */
  readonly handler: IFunction;
  readonly properties: Record<string, unknown>;
  readonly logRetention: RetentionDays;
  /** What has to exist before. */
  readonly after: IDependable[];
}

/**
 * A custom resource with its own function, in the given scope.
 *
 * CDK's `AwsCustomResource` needs no function, but all in a stack share one, with the role and the timeout of the first: in the enclosing stack the user's
 * resources would share it with ours.
 */
export function addDeploymentHook(scope: Construct, { resourceType, handler, properties, logRetention, after }: DeploymentHookProps): CustomResource {
  const framework = new HandlerIdentity(scope, 'Framework', logRetention);
  const provider = new Provider(scope, 'Provider', { onEventHandler: handler, frameworkOnEventRole: framework.role, logGroup: framework.logGroup });
  const resource = new CustomResource(scope, 'Resource', { resourceType, serviceToken: provider.serviceToken, properties });
  resource.node.addDependency(...after);
  return resource;
}
