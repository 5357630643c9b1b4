import { DynamoDBClient, UpdateItemCommand, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DeletionBreaker } from '../../src/replicator/handler/deletion-breaker';
import { classify, DeletionCounterError, DeletionsPausedError } from '../../src/replicator/handler/failures';
import { Random } from '../simulation/random';

const MINUTE_MS = 60_000;
/** 20 seconds into a minute. */
const NOW = 28_333_333 * MINUTE_MS + 20_000;

const dynamodb = mockClient(DynamoDBClient);
let now: number;
let counts: Map<string, number>;
let random: () => number;

beforeEach(() => {
  now = NOW;
  counts = new Map();
  random = () => 0.5;
  dynamodb.reset();
  dynamodb.on(UpdateItemCommand).callsFake(({ Key: { pk: { S: pk } }, ExpressionAttributeValues }: UpdateItemCommandInput & { Key: { pk: { S: string } } }) => {
    counts.set(pk, (counts.get(pk) ?? 0) + Number(ExpressionAttributeValues![':deletions'].N));
    return { Attributes: { count: { N: String(counts.get(pk)) } } };
  });
});

const breakerOf = (maxPerMinute: number) => new DeletionBreaker({ dynamodb: new DynamoDBClient({}), tableName: 'fleet-state', maxPerMinute, now: () => now, random: () => random() });

/** The delay that a deletion is given; none if it may be applied now. */
async function delayOf(breaker: DeletionBreaker): Promise<number | undefined> {
  try {
    await breaker.admitDeletion();
    return undefined;
  } catch (error) {
    if (error instanceof DeletionsPausedError) return error.delaySeconds;
    throw error;
  }
}

/** Whatever can happen without an answer happens. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

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
  expect((await delays(breakerOf(1), 30)).slice(13)).toEqual([760, 820, 880, ...Array(14).fill(750)]);
});

test('those whose turn is beyond the longest delay are spread over its last five minutes', async () => {
  const breaker = breakerOf(1);
  await delays(breaker, 30);
  const numbers = [0, 0.25, 0.999];
  random = () => numbers.shift()!;
  expect(await delays(breaker, 3)).toEqual([600, 675, 900]);
});

test('a fleet that is deleted never comes back in a herd', async () => {
  const FLEET = 10_000;
  const LIMIT = 50;
  const drawn = new Random(1);
  random = () => drawn.next();
  const counter = {
    send: (async ({ input }: UpdateItemCommand) => {
      const pk = input.Key!.pk.S!;
      counts.set(pk, (counts.get(pk) ?? 0) + Number(input.ExpressionAttributeValues![':deletions'].N));
      return { Attributes: { count: { N: String(counts.get(pk)) } } };
    }) as unknown as DynamoDBClient['send'],
  };
  const perMinute = [FLEET];
  let deleted = 0;
  for (let minute = 0; deleted < FLEET; minute++) {
    const start = NOW + minute * MINUTE_MS;
    const due = perMinute[minute] ?? 0;
    for (let handled = 0; handled < due; handled += 10) {
      now = start;
      const breaker = new DeletionBreaker({ dynamodb: counter, tableName: 'fleet-state', maxPerMinute: LIMIT, now: () => now, random });
      const outcomes = await Promise.all(Array.from({ length: Math.min(10, due - handled) }, () => delayOf(breaker)));
      for (const delay of outcomes) {
        if (delay === undefined) deleted++;
        else perMinute[minute + Math.floor((20 + delay) / 60)] = (perMinute[minute + Math.floor((20 + delay) / 60)] ?? 0) + 1;
      }
    }
  }
  // At once they would be nine tenths of the fleet.
  expect(Math.max(...perMinute.slice(1))).toBeLessThan(FLEET / 4);
  expect(perMinute.length).toBeLessThan(1.1 * FLEET / LIMIT);
});

describe('deletions that ask at once', () => {
  const additions = () => dynamodb.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => Number(input.ExpressionAttributeValues![':deletions'].N));

  test('are counted together, and each has its own place', async () => {
    const breaker = breakerOf(3);
    expect(await Promise.all(Array.from({ length: 10 }, () => delayOf(breaker)))).toEqual([undefined, undefined, undefined, 40, 40, 40, 100, 100, 100, 160]);
    expect(additions()).toEqual([10]);
  });

  test('wait for the previous addition, and are counted with those that arrived meanwhile', async () => {
    const breaker = breakerOf(3);
    const answers: (() => void)[] = [];
    dynamodb.on(UpdateItemCommand).callsFake(async () => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return { Attributes: { count: { N: String(additions().reduce((a, b) => a + b)) } } };
    });
    const first = delayOf(breaker);
    while (answers.length < 1) await turn();
    const rest = Promise.all([delayOf(breaker), delayOf(breaker), delayOf(breaker)]);
    await turn();
    expect(additions()).toEqual([1]);
    answers[0]();
    expect(await first).toBeUndefined();
    while (answers.length < 2) await turn();
    answers[1]();
    expect(await rest).toEqual([undefined, undefined, 40]);
    expect(additions()).toEqual([1, 3]);
  });

  test('wait together if they can not be counted, and those that ask next are counted again', async () => {
    const breaker = breakerOf(3);
    dynamodb.on(UpdateItemCommand).rejectsOnce(new Error('slow down')).resolves({ Attributes: { count: { N: '3' } } });
    const outcomes = await Promise.allSettled([breaker.admitDeletion(), breaker.admitDeletion()]);
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason instanceof DeletionCounterError)).toEqual([true, true]);
    await breaker.admitDeletion();
    expect(additions()).toEqual([2, 1]);
  });
});

test('with the next minute comes the next allowance', async () => {
  const breaker = breakerOf(2);
  expect(await delays(breaker, 3)).toEqual([undefined, undefined, 40]);
  now += 40_000 - 1;
  expect(await delayOf(breaker)).toBe(1);
  now += 1;
  expect(await delays(breaker, 3)).toEqual([undefined, undefined, 60]);
});

test('all consumers share the allowance', async () => {
  expect(await delays(breakerOf(2), 2)).toEqual([undefined, undefined]);
  expect(await delayOf(breakerOf(2))).toBe(40);
});

test('the count is one atomic addition to the item of the minute, which expires when it is useless', async () => {
  await breakerOf(2).admitDeletion();
  const minute = Math.floor(NOW / MINUTE_MS);
  expect(dynamodb.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => input)).toEqual([{
    TableName: 'fleet-state',
    Key: { pk: { S: `deletions#${minute}` } },
    UpdateExpression: 'ADD #count :deletions SET #expiresAt = :expiresAt',
    ExpressionAttributeNames: { '#count': 'count', '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: { ':deletions': { N: '1' }, ':expiresAt': { N: String(minute * 60 + 3600) } },
    ReturnValues: 'UPDATED_NEW',
  }]);
});

test.each([
  ['is throttled', 'ProvisionedThroughputExceededException'],
  ['must not be used', 'AccessDeniedException'],
  ['is not there', 'ResourceNotFoundException'],
])('a counter that %s lets no deletion pass, and condemns none', async (_, name) => {
  dynamodb.on(UpdateItemCommand).rejects(Object.assign(new Error('secret'), { name }));
  const error = await breakerOf(500).admitDeletion().then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DeletionCounterError);
  expect((error as Error).cause).toMatchObject({ name });
  expect(classify(error)).toBe('throttled');
});

test('a counter that answers nothing lets no deletion pass', async () => {
  dynamodb.on(UpdateItemCommand).resolves({});
  await expect(breakerOf(500).admitDeletion()).rejects.toThrow(DeletionCounterError);
});

test('a pause says nothing about the record', async () => {
  expect(classify(new DeletionsPausedError(60))).toBe('throttled');
});
