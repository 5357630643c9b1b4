import validate from 'asl-validator';
import { execute, failing, GET, INVOKE, PUT, SEND } from './execution';
import { RegistryKind } from '../../src/registry-kind';
import { synthesizeWorkflow } from '../simulation/definition';

const event = {
  eventType: 'THING_EVENT',
  eventId: 'e',
  timestamp: 1234567890123,
  operation: 'CREATED',
  thingId: 'i',
  thingName: 'lamp',
  versionNumber: 1,
  thingTypeName: null,
  attributes: { color: 'red' },
};
test('the definition is a valid state machine, with a router and without', () => {
  for (const definition of [false, true].flatMap((withRouter) => Object.values(synthesizeWorkflow({ withRouter })))) {
    const { isValid, errors } = validate(definition);
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  }
});

test('an execution that tries everything as often as it may ends within the five minutes of an Express workflow', () => {
  interface Retrier { IntervalSeconds: number; BackoffRate: number; MaxDelaySeconds: number; MaxAttempts: number }
  interface Task { Type: string; TimeoutSeconds?: number; Retry?: Retrier[]; Branches?: { States: Record<string, Task> }[] }
  const tasksOf = (states: Record<string, Task>): [string, Task][] => Object.entries(states).flatMap(([name, state]) => [
    ...state.Type === 'Task' ? [[name, state] as [string, Task]] : [], ...(state.Branches ?? []).flatMap((branch) => tasksOf(branch.States)),
  ]);
  const secondsOf = ({ TimeoutSeconds, Retry }: Task) => Math.max(...Retry!.map(({ MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds }) => {
    const waits = Array.from({ length: MaxAttempts }, (_, i) => Math.min(IntervalSeconds * BackoffRate ** i, MaxDelaySeconds));
    return (MaxAttempts + 1) * TimeoutSeconds! + waits.reduce((sum, each) => sum + each, 0);
  }));
  const definitions = Object.values(synthesizeWorkflow({ withRouter: true, confirmDeletions: true, withRules: true }));
  const tasks = definitions.flatMap(({ States }) => tasksOf(States as unknown as Record<string, Task>));
  const seconds: Record<string, number> = { ...Object.fromEntries(tasks.map(([name, task]) => [name, secondsOf(task)])), 'Wait for the registry': 5, 'Wait for a deletion': 4, 'Pages': 30 };
  const paths = {
    // One that replaces a live record is later than that.
    'event': ['Ask the router', 'Persist the record', 'Read what is stored', 'Wait for a deletion', 'Read what is stored', 'Note that an event was lost', 'Replace what is stored', 'Dead-letter the event'],
    'event of an earlier time': ['Ask the router', 'Persist the record', 'Read what is stored', 'Replace what is stored', 'Note that a clock is wrong', 'Dead-letter the event'],
    'finding of a sweep': ['Ask the router', 'Persist the record', 'Read what is stored', 'Wait for a deletion', 'Read what is stored', 'Note that the sweep has found a lost event', 'Replace what is stored', 'Dead-letter the event'],
    // Pages of groups are asked for in the first 30 seconds, and one more may have been asked for by then. A membership replaces nothing that lives.
    'removal of a member': ['Pages', 'Look for the membership on the next page', 'Wait for the registry', 'Look for the membership', 'Ask the router', 'Persist the record', 'Note that a clock is wrong', 'Dead-letter the event'],
    'result': ['Persist the signal', 'Report what is wrong with registry events', 'Dead-letter the event'],
    ...Object.fromEntries(['thing', 'group', 'type'].map((kind) => [
      `deletion of a ${kind}`,
      [`Look for the ${kind}`, 'Wait for the registry', `Look for the ${kind}`, 'Ask the router', 'Persist the record', 'Read what is stored', 'Replace what is stored', 'Note that a clock is wrong', 'Dead-letter the event'],
    ])),
    ...Object.fromEntries(Object.values(RegistryKind).map((kind) => [`heartbeat that asks for ${kind}`, ['Ask which registry events are on', `Ask for the topic rule of ${kind}`, 'Persist the heartbeat', 'Read the heartbeat before it', 'Replace the heartbeat before it', 'Report what is wrong with registry events', 'Dead-letter the event']])),
  };
  expect(Object.keys(seconds).sort()).toEqual([...new Set(Object.values(paths).flat())].sort());
  for (const path of Object.values(paths)) expect(path.map((name) => seconds[name]).reduce((sum, each) => sum + each, 0)).toBeLessThan(300);
});

describe('ingest', () => {
  test('an event is one write and no function', async () => {
    const { output, resources, calls } = await execute(event);
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toEqual([PUT]);
    expect(calls[0].taskArguments.Item).toEqual({
      pk: { S: 'thing#lamp' },
      sk: { S: 'thing' },
      incarnation: { S: 'i' },
      version: { N: '1' },
      timestamp: { N: '1234567890123' },
      deleted: { BOOL: false },
      sourceRegion: { S: 'us-east-1' },
      eventId: { S: 'e' },
      state: { M: { attributes: { M: { color: { S: 'red' } } } } },
    });
  });

  test('stale or duplicate is success', async () => {
    const stored = { incarnation: { S: 'i' }, version: { N: '1' }, timestamp: { N: '1234567890123' }, deleted: { BOOL: false }, eventId: { S: 'e' } };
    const { output, resources } = await execute(event, { [PUT]: failing('DynamoDB.ConditionalCheckFailedException'), [GET]: () => ({ Item: stored }) });
    expect(output).toEqual({ outcome: 'stale' });
    expect(resources).toEqual([PUT, GET]);
  });

  test.each([
    ['filtered', { ...event, thingName: 'other' }, 'filtered'],
    ['ignored', { eventType: 'THING_TYPE_ASSOCIATION_EVENT', thingName: 'lamp' }, 'ignored'],
  ])('what is %s calls nothing', async (_, input, outcome) => {
    const { output, resources } = await execute(input, {}, { namePrefixes: { things: ['lamp'] } });
    expect(output).toEqual({ outcome });
    expect(resources).toEqual([]);
  });

  test('the outcome contains nothing of the customer', async () => {
    for (const input of [event, { ...event, thingName: 7 }, { ...event, thingName: 'other' }]) {
      expect(Object.keys((await execute(input, {}, { namePrefixes: { things: ['lamp'] } })).output)).toEqual(['outcome']);
    }
  });
});

describe('an event is never lost', () => {
  test.each(['DynamoDB.ProvisionedThroughputExceededException', 'DynamoDB.ThrottlingException', 'DynamoDB.InternalServerError', 'States.Timeout', 'DynamoDB.SdkClientException'])(
    '%s is tried again', async (name) => {
      const { output, resources } = await execute(event, { [PUT]: failing(name, 3) });
      expect(output).toEqual({ outcome: 'persisted' });
      expect(resources).toEqual([PUT, PUT, PUT, PUT]);
    });

  test('what stays throttled is dead-lettered with the original event', async () => {
    const { output, letters } = await execute(event, { [PUT]: failing('DynamoDB.ThrottlingException') });
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(letters).toMatchObject([{ class: 'throttled', error: 'DynamoDB.ThrottlingException', reason: 'because', event }]);
    expect(letters[0].entity).toEqual({ eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'lamp', thingTypeName: null });
    expect(Date.parse(letters[0].time)).not.toBeNaN();
  });

  test.each(['DynamoDB.ItemCollectionSizeLimitExceededException', 'DynamoDB.ResourceNotFoundException'])('%s is dead-lettered at once', async (name) => {
    const { letters, resources } = await execute(event, { [PUT]: failing(name) });
    expect(resources).toEqual([PUT, SEND]);
    expect(letters).toMatchObject([{ class: 'rejected', error: name, event }]);
  });

  describe('the cause determines the class of errors of DynamoDB that the SDK of Step Functions has no exception for', () => {
    const answered = (code: string, status = 400, message = 'because') =>
      `${message} (Service: AmazonDynamoDBv2; Status Code: ${status}; Error Code: ${code}; Request ID: 4J3QAH4KTFAPH7A0TQJ1VVBP5FVV4KQNSO5AEMVJF66Q9ASUAAJG; Proxy: null)`;
    const letterOf = async (cause: string) => (await execute(event, { [PUT]: failing('DynamoDB.AmazonDynamoDBException', Infinity, cause) })).letters;

    test.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'InternalServerError', 'ServiceUnavailable'])('%s: throttled', async (code) => {
      expect(await letterOf(answered(code))).toMatchObject([{ class: 'throttled', error: 'DynamoDB.AmazonDynamoDBException', reason: answered(code) }]);
    });

    test('whatever is answered with a status of a server: throttled', async () => {
      expect(await letterOf(answered('Unheard', 503))).toMatchObject([{ class: 'throttled' }]);
    });

    test.each(['ValidationException', 'AccessDeniedException'])('%s: rejected, whatever names are in the message', async (code) => {
      const message = 'thing Error Code: ThrottlingException; is not valid';
      expect(await letterOf(answered(code, 400, message))).toMatchObject([{ class: 'rejected', error: 'DynamoDB.AmazonDynamoDBException', reason: answered(code, 400, message) }]);
    });

    test('it is retried, because its name does not show the cause', async () => {
      const { output, resources } = await execute(event, { [PUT]: failing('DynamoDB.AmazonDynamoDBException', 3, answered('ThrottlingException')) });
      expect([output, resources]).toEqual([{ outcome: 'persisted' }, [PUT, PUT, PUT, PUT]]);
    });
  });

  test.each([[{ ...event, thingId: 5 }], ['no object'], [[1]], [7], [null]])('%j, of which no record can be made, is dead-lettered', async (input) => {
    const { output, letters } = await execute(input);
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(letters).toMatchObject([{ class: 'rejected', error: 'InvalidEvent', event: input }]);
    expect(letters[0].reason).toMatch(/expected/);
  });

  test('the dead-letter queue itself is tried again, and then the execution fails, for the metric to see', async () => {
    expect((await execute({}, { [SEND]: failing('SQS.SdkClientException', 3) })).output).toEqual({ outcome: 'dead-lettered' });
    await expect(execute({}, { [SEND]: failing('SQS.SdkClientException') })).rejects.toThrow('SQS.SdkClientException');
  });
});

describe('the router', () => {
  const routed = (answer: unknown, input: unknown = event) => execute(input, { [INVOKE]: () => ({ Payload: answer }) }, { withRouter: true });
  const stateOf = (calls: { resource: string; taskArguments: Record<string, unknown> }[]) =>
    (calls.find(({ resource }) => resource === PUT)!.taskArguments.Item as { state: unknown }).state;

  test('gets the record and the event as AWS sent it', async () => {
    const { calls } = await routed({ replicate: true });
    expect(calls[0].taskArguments.Payload).toEqual({ record: expect.objectContaining({ pk: 'thing#lamp', sk: 'thing', state: { attributes: { color: 'red' } } }), event });
  });

  test('drops', async () => {
    const { output, resources } = await routed({ replicate: false });
    expect(output).toEqual({ outcome: 'filtered' });
    expect(resources).toEqual([INVOKE]);
  });

  test('keeps the state', async () => {
    expect(stateOf((await routed({ replicate: true })).calls)).toEqual({ M: { attributes: { M: { color: { S: 'red' } } } } });
  });

  test('rewrites the state', async () => {
    const { calls } = await routed({ replicate: true, state: { attributes: {}, thingTypeName: 'light' } });
    expect(stateOf(calls)).toEqual({ M: { attributes: { M: {} }, thingTypeName: { S: 'light' } } });
  });

  test('is not asked about what the prefixes filter', async () => {
    const { resources } = await execute({ ...event, thingName: 'other' }, {}, { withRouter: true, namePrefixes: { things: ['lamp'] } });
    expect(resources).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /answered without replicate/],
    ['text', 'yes', /answered without replicate/],
    ['another word', { replicate: 'yes' }, /answered without replicate/],
    ['a state that is a list', { replicate: true, state: [] }, /state: expected an object/],
    ['a state that is null', { replicate: true, state: null }, /state: expected an object/],
    ['attributes that are numbers', { replicate: true, state: { attributes: { a: 1 } } }, /not a thing's: attributes: expected a map of strings/],
  ])('answering %s, is dead-lettered with the event', async (_, answer, reason) => {
    const { letters, resources } = await routed(answer);
    expect(resources).toEqual([INVOKE, SEND]);
    expect(letters).toMatchObject([{ class: 'rejected', error: 'InvalidRouterAnswer', reason: expect.stringMatching(reason), event }]);
  });

  test('may not move a group to a parent that its path does not end with', async () => {
    const group = { ...event, eventType: 'THING_GROUP_EVENT', thingGroupName: 'g', thingGroupId: 'i', attributes: {} };
    const state = { attributes: {}, dynamic: false, parentGroupName: 'a', path: ['b'] };
    expect((await routed({ replicate: true, state }, group)).letters).toMatchObject([{ error: 'InvalidRouterAnswer' }]);
    expect((await routed({ replicate: true, state: { ...state, path: ['a'] } }, group)).output).toEqual({ outcome: 'persisted' });
  });

  test('that fails is tried again, then dead-lettered with the event', async () => {
    expect((await execute(event, { [INVOKE]: failing('Lambda.TooManyRequestsException', 2) }, { withRouter: true })).resources.slice(0, 3)).toEqual([INVOKE, INVOKE, INVOKE]);
    const { letters } = await execute(event, { [INVOKE]: failing('TypeError') }, { withRouter: true });
    expect(letters).toMatchObject([{ error: 'TypeError', reason: 'because', event }]);
  });
});
