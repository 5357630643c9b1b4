import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException as NoTableException } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, InvalidParameterValueException, LambdaClient, ListEventSourceMappingsCommand,
  ResourceConflictException, ResourceInUseException, ResourceNotFoundException, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { CdkCustomResourceEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { MappingSettings } from '../../src/record/mapping-settings';
import { streamSourceHandler } from '../../src/replicator/handler/stream-source-handler';
import { StreamMapping } from '../../src/runtime/stream-mapping';
import { StatusUpdate } from '../../src/status/handler/facts';
import { StreamWatch } from '../../src/status/handler/stream-watch';
import { silent } from '../monitoring/silent';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/fleet/stream/';
const [FORMER, LATEST] = [`${TABLE}2026-11-01T00:00:00.000`, `${TABLE}2026-11-25T11:00:00.000`];
const SETTINGS: MappingSettings = { FunctionName: 'fleet-replicator', BatchSize: 100, BisectBatchOnFunctionError: true };
const GAP = { code: 'STREAM_UNREAD', until: '2026-11-25T12:00:00.000Z' };
const about = { message: '', $metadata: {} };

/** Calls that change something, in their order, those of the status among them. */
let done: unknown[];
const lambda = mockClient(LambdaClient);
const dynamodb = mockClient(DynamoDBClient);

const status = { refresh: async (news: StatusUpdate) => { done.push(['status', news.destinationGap]); return silent.status.refresh(news); } };
const mapping = new StreamMapping(new LambdaClient({}), new DynamoDBClient({}), 'fleet');

function given({ stream, tableStatus = 'ACTIVE', mappings = {} }: { stream?: string; tableStatus?: string; mappings?: Record<string, [stream: string, state?: string]> }): void {
  if (stream) dynamodb.on(DescribeTableCommand).resolves({ Table: { TableStatus: tableStatus as never, LatestStreamArn: stream } });
  else dynamodb.on(DescribeTableCommand).rejects(new NoTableException(about));
  const EventSourceMappings = Object.entries(mappings).map(([UUID, [EventSourceArn, State = 'Enabled']]) => ({ UUID, EventSourceArn, State }));
  // A page each, so that the last counts too.
  EventSourceMappings.forEach((each, i) => lambda.on(ListEventSourceMappingsCommand, { FunctionName: 'fleet-replicator', Marker: i === 0 ? undefined : String(i) }).resolves({
    EventSourceMappings: [each], NextMarker: i + 1 < EventSourceMappings.length ? String(i + 1) : undefined,
  }));
}

beforeEach(() => {
  done = [];
  lambda.reset();
  dynamodb.reset();
  lambda.on(ListEventSourceMappingsCommand).resolves({});
  for (const Command of [CreateEventSourceMappingCommand, UpdateEventSourceMappingCommand, DeleteEventSourceMappingCommand]) {
    lambda.on(Command as typeof CreateEventSourceMappingCommand).callsFake((input) => { done.push([Command.name.replace('EventSourceMappingCommand', ''), input]); return {}; });
  }
});

const created = (Enabled = true) => ['Create', { ...SETTINGS, EventSourceArn: LATEST, StartingPosition: 'TRIM_HORIZON', Enabled }];
const updated = (UUID: string, Enabled = true) => ['Update', { ...SETTINGS, UUID, Enabled }];
const deleted = (UUID: string) => ['Delete', { UUID }];

describe('the writer of the status', () => {
  const minute = async (isPaused = false) => {
    const { gap, follow } = await new StreamWatch({ mapping, settings: SETTINGS, isPaused, now: () => NOW }).look();
    await status.refresh({ destinationGap: gap });
    await follow();
    return done;
  };

  test('leaves the mapping alone that reads the stream of the replica', async () => {
    given({ stream: LATEST, mappings: { a: [LATEST] } });
    expect(await minute()).toEqual([['status', undefined]]);
  });

  test('has another stream read, once the status knows that something may be missing', async () => {
    given({ stream: LATEST, mappings: { a: [FORMER] } });
    expect(await minute()).toEqual([['status', GAP], created(), deleted('a')]);
  });

  test('connects the stream if nothing reads it', async () => {
    given({ stream: LATEST });
    expect(await minute()).toEqual([['status', GAP], created()]);
  });

  test.each(['Disabled', 'Disabling'])('a mapping that was %s is followed by one that is disabled', async (state) => {
    given({ stream: LATEST, mappings: { a: [FORMER, state] } });
    expect(await minute()).toEqual([['status', GAP], created(false), deleted('a')]);
  });

  test('a paused Region is not read', async () => {
    given({ stream: LATEST });
    expect(await minute(true)).toEqual([['status', GAP], created(false)]);
  });

  test.each([['that is not there', undefined, 'ACTIVE'], ['that is being made', LATEST, 'CREATING'], ['that goes', LATEST, 'DELETING']])('waits for a replica %s', async (_, stream, tableStatus) => {
    given({ stream, tableStatus, mappings: { a: [FORMER] } });
    expect(await minute()).toEqual([['status', GAP]]);
  });

  test('reads on while another Region is added', async () => {
    given({ stream: LATEST, tableStatus: 'UPDATING', mappings: { a: [LATEST] } });
    expect(await minute()).toEqual([['status', undefined]]);
  });

  test('deletes leftover mappings, except those being deleted and those of other sources', async () => {
    given({ stream: LATEST, mappings: { a: [FORMER], b: [FORMER, 'Deleting'], c: [LATEST], d: ['arn:aws:sqs:eu-west-1:123456789012:others'] } });
    lambda.on(DeleteEventSourceMappingCommand).callsFake((input) => { done.push(['Delete', input]); throw new ResourceNotFoundException(about); });
    expect(await minute()).toEqual([['status', undefined], deleted('a')]);
  });

  test('is content if somebody else has just made the mapping', async () => {
    given({ stream: LATEST });
    lambda.on(CreateEventSourceMappingCommand).rejects(new ResourceConflictException(about));
    await expect(minute()).resolves.toEqual([['status', GAP]]);
  });

  test('fails with every other error of Lambda', async () => {
    given({ stream: LATEST });
    lambda.on(CreateEventSourceMappingCommand).rejects(new InvalidParameterValueException(about));
    await expect(minute()).rejects.toThrow(InvalidParameterValueException);
  });
});

describe('a deployment', () => {
  let pauses: number;

  const deploy = async (RequestType: 'Create' | 'Update' | 'Delete', Enabled = 'true') => {
    pauses = 0;
    const handler = streamSourceHandler({ mapping, status, now: () => NOW, pause: async () => { pauses++; } });
    const ResourceProperties = { ServiceToken: '', Settings: JSON.stringify(SETTINGS), Enabled };
    const event = { RequestType, ResourceProperties, ...RequestType === 'Create' ? {} : { PhysicalResourceId: 'known' } } as unknown as CdkCustomResourceEvent;
    return handler(event);
  };

  test('the first has the stream read', async () => {
    given({ stream: LATEST });
    await expect(deploy('Create')).resolves.toEqual({ PhysicalResourceId: 'stream-source' });
    expect(done).toEqual([created()]);
  });

  test('adopts the existing mapping', async () => {
    given({ stream: LATEST, mappings: { a: [LATEST] } });
    await deploy('Create');
    expect(done).toEqual([updated('a')]);
  });

  test('pauses it, and resumes it', async () => {
    given({ stream: LATEST, mappings: { a: [LATEST] } });
    await expect(deploy('Update', 'false')).resolves.toEqual({ PhysicalResourceId: 'known' });
    await deploy('Update');
    expect(done).toEqual([updated('a', false), updated('a')]);
  });

  test.each(['Create', 'Update'] as const)('has another stream read, once the status knows of it: %s', async (type) => {
    given({ stream: LATEST, mappings: { a: [FORMER, 'Disabled'] } });
    await deploy(type);
    expect(done).toEqual([['status', GAP], created(), deleted('a')]);
  });

  test('makes the mapping that somebody deleted', async () => {
    given({ stream: LATEST });
    await deploy('Update');
    expect(done).toEqual([['status', GAP], created()]);
  });

  test('the last deletes all of them, be the replica gone', async () => {
    given({ stream: LATEST, mappings: { a: [FORMER], b: [LATEST] } });
    await deploy('Delete');
    expect(done).toEqual([deleted('b'), deleted('a')]);
    done = [];
    given({ mappings: { a: [FORMER] } });
    await deploy('Delete');
    expect(done).toEqual([deleted('a')]);
  });

  test('waits while the mapping is busy, and until Lambda knows the role', async () => {
    given({ stream: LATEST, mappings: { a: [FORMER] } });
    lambda.on(CreateEventSourceMappingCommand).rejectsOnce(new InvalidParameterValueException(about)).resolves({});
    lambda.on(DeleteEventSourceMappingCommand).rejectsOnce(new ResourceInUseException(about)).resolves({});
    await deploy('Update');
    expect(pauses).toBe(2);
  });

  test('fails if that persists, at once with every other error of Lambda, and without a replica', async () => {
    given({ stream: LATEST });
    lambda.on(CreateEventSourceMappingCommand).rejects(new InvalidParameterValueException({ ...about, message: 'no permission' }));
    await expect(deploy('Create')).rejects.toThrow('no permission');
    expect(pauses).toBe(60);
    lambda.on(CreateEventSourceMappingCommand).rejects(new Error('denied'));
    await expect(deploy('Create')).rejects.toThrow('denied');
    expect(pauses).toBe(0);
    given({});
    await expect(deploy('Create')).rejects.toThrow('the table has no replica in this Region, expected an active one; deploy the stack of the source first');
  });
});
