import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { CdkCustomResourceEvent, CloudFormationCustomResourceUpdateEvent as CdkCustomResourceUpdateEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../src/comparison/first-run.lambda';
import { OCCASION_PROPERTY, WORKFLOW_ARN_PROPERTY } from '../../src/comparison/properties';

const WORKFLOW = 'arn:aws:states:us-east-1:111122223333:stateMachine:fleet-sweep';
const sfn = mockClient(SFNClient);

function request(RequestType: 'Create' | 'Update' | 'Delete', RequestId = 'one'): CdkCustomResourceEvent {
  const known = RequestType === 'Create' ? {} : { PhysicalResourceId: 'as-it-was' };
  const properties = { ServiceToken: 'token', [WORKFLOW_ARN_PROPERTY]: WORKFLOW, [OCCASION_PROPERTY]: 'a hash' };
  const before = RequestType === 'Update' ? { OldResourceProperties: { ...properties } } : {};
  return { RequestType, RequestId, ResourceProperties: properties, ...before, ...known } as unknown as CdkCustomResourceEvent;
}

const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  sfn.reset();
  sfn.on(StartExecutionCommand).resolves({});
});

test('its creation starts the workflow with an empty input', async () => {
  await expect(handler(request('Create'))).resolves.toEqual({ PhysicalResourceId: 'first-run' });
  expect(started()).toEqual([{ stateMachineArn: WORKFLOW, name: 'deployment-one', input: '{}' }]);
});

test('a request that is delivered twice names one execution, another request another', async () => {
  for (const id of ['one', 'one', 'two']) await handler(request('Create', id));
  expect(started().map(({ name }) => name)).toEqual(['deployment-one', 'deployment-one', 'deployment-two']);
});

test.each(['Update', 'Delete'] as const)('%s starts nothing and keeps the resource', async (type) => {
  await expect(handler(request(type))).resolves.toEqual({ PhysicalResourceId: 'as-it-was' });
  expect(started()).toEqual([]);
});

test.each([['another table, or other names', OCCASION_PROPERTY], ['another workflow', WORKFLOW_ARN_PROPERTY]])('%s starts it again', async (_, changed) => {
  const update = request('Update') as CdkCustomResourceUpdateEvent;
  await expect(handler({ ...update, OldResourceProperties: { ...update.ResourceProperties, [changed]: 'before' } })).resolves.toEqual({ PhysicalResourceId: 'as-it-was' });
  expect(started()).toHaveLength(1);
});

test('a workflow that can\'t be started fails the deployment', async () => {
  sfn.on(StartExecutionCommand).rejects(new Error('denied'));
  await expect(handler(request('Create'))).rejects.toThrow('denied');
});
