import { AddressInfo } from 'node:net';
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import dynalite from 'dynalite';
import * as fc from 'fast-check';
import { membership } from '../../src/kinds/membership/membership';
import { dependantGuards, Guard, incarnatedGuards } from '../../src/record/guard';
import { Attribute } from '../../src/record/record';

interface Stored {
  incarnation: string; version: number; timestamp: number; deleted: boolean; eventId: string; thingId: string; groupId: string; replaces?: string[];
}
const key = { pk: 'thing#lamp', sk: 'thing' };
const TableName = 'registry';

let server: ReturnType<typeof dynalite>;
let client: DynamoDBClient;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
  const attributes = [Attribute.PK, Attribute.SK];
  await client.send(new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: Attribute.PK, KeyType: 'HASH' }, { AttributeName: Attribute.SK, KeyType: 'RANGE' }],
  }));
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const guards = { incarnated: incarnatedGuards, membership: dependantGuards(membership.owners!.map(({ attribute }) => attribute)) };

/** Whether DynamoDB lets `event` replace `stored`. */
async function accepts(kind: keyof typeof guards, event: Stored, stored?: Stored): Promise<boolean> {
  await client.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
  if (stored) await client.send(new PutItemCommand({ TableName, Item: marshall({ ...key, ...stored }) }));
  const guard: Guard = event.deleted ? guards[kind].deleted : guards[kind].alive;
  const values: Record<string, unknown> = { ':true': true, ':false': false };
  for (const [name, value] of Object.entries(event)) values[`:${name}`] = value;
  try {
    await client.send(new PutItemCommand({
      TableName,
      Item: marshall({ ...key, ...event }),
      ConditionExpression: guard.condition,
      ExpressionAttributeNames: { ...guard.names },
      ExpressionAttributeValues: marshall(Object.fromEntries(guard.values.map((name) => [name, values[name]]))),
    }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

const base: Stored = { incarnation: 'i1', version: 2, timestamp: 100, deleted: false, eventId: 'e1', thingId: 't1', groupId: 'g1' };

describe('things, groups and types', () => {
  test.each<[string, Partial<Stored>, Partial<Stored> | undefined, boolean]>([
    ['nothing stored', {}, undefined, true],
    ['nothing stored, a deletion', { deleted: true }, undefined, true],
    ['a higher version', { version: 3 }, {}, true],
    ['a higher version with an older timestamp', { version: 3, timestamp: 50 }, {}, true],
    ['a lower version with a newer timestamp', { version: 1, timestamp: 200 }, {}, false],
    ['the same version, later (types)', { timestamp: 200 }, {}, true],
    ['the same event again', {}, {}, false],
    ['a deletion, which carries the last version number', { deleted: true }, {}, true],
    ['a deletion that is older in time than the update before it', { deleted: true, timestamp: 50 }, {}, true],
    ['a deletion again', { deleted: true }, { deleted: true }, false],
    ['a late update of what was deleted', { version: 9, timestamp: 900 }, { deleted: true }, false],
    ['a new incarnation while the one before it lives', { incarnation: 'i2', version: 1, timestamp: 200 }, { version: 7 }, false],
    ['a higher version of one that replaces another', { version: 3 }, { replaces: ['i0'] }, false],
    ['the deletion of one that replaces another', { deleted: true }, { replaces: ['i0'] }, true],
    ['a new incarnation after a deletion', { incarnation: 'i2', version: 1, timestamp: 200 }, { deleted: true }, true],
    ['an old incarnation, late', { incarnation: 'i0', version: 9, timestamp: 50 }, {}, false],
    ['the deletion of an old incarnation, late', { incarnation: 'i0', version: 9, timestamp: 50, deleted: true }, {}, false],
    ['re-creation in the millisecond of the deletion', { incarnation: 'i2', version: 1 }, { deleted: true }, true],
    ['that deletion after the re-creation', { deleted: true }, { incarnation: 'i2', version: 1 }, false],
    ['two incarnations alive in one millisecond', { incarnation: 'i2' }, {}, false],
    ['the deletion of a newer incarnation', { incarnation: 'i2', version: 1, timestamp: 200, deleted: true }, {}, true],
  ])('%s', async (_, event, stored, accepted) => {
    expect(await accepts('incarnated', { ...base, ...event }, stored && { ...base, ...stored })).toBe(accepted);
  });
});

describe('memberships', () => {
  test.each<[string, Partial<Stored>, Partial<Stored> | undefined, boolean]>([
    ['nothing stored', {}, undefined, true],
    ['nothing stored, a removal', { deleted: true }, undefined, true],
    ['later', { timestamp: 200, deleted: true }, {}, true],
    ['added again, later', { timestamp: 200 }, { deleted: true }, true],
    ['earlier', { timestamp: 50, deleted: true }, {}, false],
    ['the same event again', {}, {}, false],
    ['a removal in the same millisecond', { deleted: true, eventId: 'e2' }, {}, false],
    ['an addition in the same millisecond by the same operation', {}, { deleted: true }, true],
    ['an addition in the same millisecond of a re-created thing', { eventId: 'e2', thingId: 't2' }, { deleted: true }, true],
    ['an addition in the same millisecond to a re-created group', { eventId: 'e2', groupId: 'g2' }, { deleted: true }, true],
    ['a toggle in the same millisecond, which only a sweep can settle', { eventId: 'e2' }, { deleted: true }, false],
  ])('%s', async (_, event, stored, accepted) => {
    expect(await accepts('membership', { ...base, ...event }, stored && { ...base, ...stored })).toBe(accepted);
  });
});

test('of any two events of one thing with distinct times, the same one stays in any order of arrival', async () => {
  const event = fc.record({
    incarnation: fc.constantFrom('i1', 'i2'), version: fc.integer({ min: 1, max: 3 }), deleted: fc.boolean(), eventId: fc.constant('e'), thingId: fc.constant('t'), groupId: fc.constant('g'),
  });
  // A history that AWS can produce: within an incarnation versions do not fall, and a deletion ends it. Of two incarnations that live, the workflow decides.
  const later = (a: { incarnation: string; version: number; deleted: boolean }, b: typeof a) => (
    a.incarnation === b.incarnation ? !a.deleted && b.version >= a.version : a.deleted || b.deleted
  );
  await fc.assert(fc.asyncProperty(event, event, async (a, b) => {
    fc.pre(later(a, b));
    const first = { ...a, timestamp: 100 };
    const second = { ...b, timestamp: 200 };
    expect(await accepts('incarnated', second, first)).toBe(true);
    expect(await accepts('incarnated', first, second)).toBe(false);
  }), { numRuns: 200 });
});
