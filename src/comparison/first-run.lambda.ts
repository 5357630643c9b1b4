import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { DEPLOYMENT_PREFIX, OCCASION_PROPERTY, WORKFLOW_ARN_PROPERTY } from './properties';

const sfn = new SFNClient({});

/**
 * Starts the workflow when the resource is created, and when the workflow compares something else: an empty table, other names.
 *
 * The request determines the name of the execution, so a request that is delivered twice starts only one.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function handler(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  if (event.RequestType !== 'Create' && !isAnotherOccasion(event)) return { PhysicalResourceId: event.PhysicalResourceId };
  await sfn.send(new StartExecutionCommand({
    stateMachineArn: event.ResourceProperties[WORKFLOW_ARN_PROPERTY],
    name: `${DEPLOYMENT_PREFIX}${event.RequestId}`,
    input: '{}',
  }));
  return { PhysicalResourceId: event.RequestType === 'Create' ? 'first-run' : event.PhysicalResourceId };
}

function isAnotherOccasion(event: CdkCustomResourceEvent): boolean {
  if (event.RequestType !== 'Update') return false;
  const { ResourceProperties: now, OldResourceProperties: before } = event;
  return [OCCASION_PROPERTY, WORKFLOW_ARN_PROPERTY].some((name) => now[name] !== before[name]);
}
