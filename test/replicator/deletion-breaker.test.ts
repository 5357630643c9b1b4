import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DeletionBreaker } from '../../src/replicator/deletion-breaker';
import { classify, DeletionCounterError, DeletionsPausedError } from '../../src/replicator/failures';

const MINUTE_MS = 60_000;
/** 20 seconds into a minute. */
const NOW = 28_333_333 * MINUTE_MS + 20_000;

const dynamodb = mockClient(DynamoDBClient);
let now: number;
let counts: Map<string, number>;

beforeEach(() => {
  now = NOW;
  counts = new Map();
  dynamodb.reset();
  dynamodb.on(UpdateItemCommand).callsFake(({ Key: { pk: { S: pk } } }: { Key: { pk: { S: string } } }) => {
    counts.set(pk, (counts.get(pk) ?? 0) + 1);
    return { Attributes: { count: { N: String(counts.get(pk)) } } };
  });
});

const breakerOf = (maxPerMinute: number) => new DeletionBreaker({ dynamodb: new DynamoDBClient({}), tableName: 'fleet-state', maxPerMinute, now: () => now });

/** The delay that a deletion is given; none if it may be applied now. */
async function delayOf(breaker: DeletionBreaker): Promise<number | undefined> {
  try {
    await breaker.admit();
    return undefined;
  } catch (error) {
    if (error instanceof DeletionsPausedError) return error.delaySeconds;
    throw error;
  }
}

async function delays(breaker: DeletionBreaker, deletions: number): Promise<(number | undefined)[]> {
  const all: (number | undefined)[] = [];
  for (let i = 0; i < deletions; i++) all.push(await delayOf(breaker));
  return all;
}

test('as many deletions as the limit are applied in a minute', async () => {
  expect(await delays(breakerOf(3), 4)).toEqual([undefined, undefined, undefined, expect.any(Number)]);
});

test('those that wait are spread over the coming minutes, a full allowance in each', async () => {
  expect(await delays(breakerOf(3), 12)).toEqual([undefined, undefined, undefined, 40, 40, 40, 100, 100, 100, 160, 160, 160]);
});

test('none waits for longer than a queue can delay it', async () => {
  expect((await delays(breakerOf(1), 30)).slice(13)).toEqual([760, 820, 880, ...Array(14).fill(900)]);
});

test('with the next minute comes the next allowance', async () => {
  const breaker = breakerOf(2);
  expect(await delays(breaker, 3)).toEqual([undefined, undefined, 40]);
  now += 40_000 - 1;
  expect(await delayOf(breaker)).toBe(1);
  now += 1;
  expect(await delays(breaker, 3)).toEqual([undefined, undefined, 60]);
});

test('the allowance is of all consumers together', async () => {
  expect(await delays(breakerOf(2), 2)).toEqual([undefined, undefined]);
  expect(await delayOf(breakerOf(2))).toBe(40);
});

test('the count is one atomic addition to the item of the minute, which goes when it is of no use any more', async () => {
  await breakerOf(2).admit();
  const minute = Math.floor(NOW / MINUTE_MS);
  expect(dynamodb.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => input)).toEqual([{
    TableName: 'fleet-state',
    Key: { pk: { S: `deletions#${minute}` } },
    UpdateExpression: 'ADD #count :one SET #expiresAt = :expiresAt',
    ExpressionAttributeNames: { '#count': 'count', '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: { ':one': { N: '1' }, ':expiresAt': { N: String(minute * 60 + 3600) } },
    ReturnValues: 'UPDATED_NEW',
  }]);
});

test.each([
  ['is throttled', 'ProvisionedThroughputExceededException'],
  ['must not be used', 'AccessDeniedException'],
  ['is not there', 'ResourceNotFoundException'],
])('a counter that %s lets no deletion pass, and condemns none', async (_, name) => {
  dynamodb.on(UpdateItemCommand).rejects(Object.assign(new Error('secret'), { name }));
  const error = await breakerOf(500).admit().then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DeletionCounterError);
  expect((error as Error).cause).toMatchObject({ name });
  expect(classify(error)).toBe('throttled');
});

test('a counter that answers nothing lets no deletion pass', async () => {
  dynamodb.on(UpdateItemCommand).resolves({});
  await expect(breakerOf(500).admit()).rejects.toThrow(DeletionCounterError);
});

test('a pause says nothing about the record', async () => {
  expect(classify(new DeletionsPausedError(60))).toBe('throttled');
});
