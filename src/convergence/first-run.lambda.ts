import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { WORKFLOW_ARN_PROPERTY } from './properties';

const sfn = new SFNClient({});

/**
 * Starts the workflow when the resource is created. Changing or deleting the resource starts nothing.
 *
 * The request names the execution, so that a request which is delivered twice starts one.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function handler(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  if (event.RequestType !== 'Create') return { PhysicalResourceId: event.PhysicalResourceId };
  await sfn.send(new StartExecutionCommand({
    stateMachineArn: event.ResourceProperties[WORKFLOW_ARN_PROPERTY],
    name: `deployment-${event.RequestId}`,
    input: '{}',
  }));
  return { PhysicalResourceId: 'first-run' };
}
