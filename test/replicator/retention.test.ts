/** What was retained, now that deletions are replicated: neither the stream nor the retry queue deletes it unless somebody asks. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Destination, Item, record, STATE_TABLE } from './harness';
import { keyOf } from '../kinds/keys';

const MARGIN = 5 * 60_000;

/** A destination in which something of each kind was deleted, and what tells of it. */
async function retaining(after: number): Promise<{ destination: Destination; tombstones: Item[] }> {
  const destination = new Destination();
  await destination.replicate(
    record.type('light'), record.group('house'), record.group('attic'), record.thing('lamp', { thingTypeName: 'light' }), record.thing('fan'),
    record.membership('fan', 'attic'),
  );
  await destination.drain();
  const tombstones = [
    record.deletedThing('lamp'), record.deletedGroup('house'), record.deletedType('light'), record.membership('fan', 'attic', { removed: true }),
  ];
  const until = Math.max(...tombstones.map(({ timestamp }) => Number(timestamp))) + after;
  destination.state.answer(new PutItemCommand({
    TableName: STATE_TABLE,
    Item: { pk: { S: 'status' }, retainedUntil: { S: new Date(until).toISOString() } },
    ConditionExpression: 'attribute_not_exists(#revision)',
    ExpressionAttributeNames: { '#revision': 'revision' },
  }));
  return { destination, tombstones };
}

const keys = (items: readonly Item[]) => items.map(({ pk, sk }) => ({ pk, sk }));

function namesIn(destination: Destination) {
  const { things, groups, types } = destination.registry.snapshot() as { things: Record<string, { groups: string[] }>; groups: object; types: object };
  return { things: Object.keys(things).sort(), groups: Object.keys(groups).sort(), types: Object.keys(types), fan: things.fan.groups };
}

const ALL = { things: ['fan', 'lamp'], groups: ['attic', 'house'], types: ['light'], fan: ['attic'] };
const REST = { things: ['fan'], groups: ['attic'], types: [], fan: [] };

test('what was retained stays when its stream arrives late', async () => {
  const { destination, tombstones } = await retaining(-MARGIN);
  expect(await destination.calls(() => destination.replicate(...tombstones))).toEqual({});
  expect(destination.retries).toEqual([]);
  expect(namesIn(destination)).toEqual(ALL);
});

test('retained entities stay when they are written again, or their keys come through the retry queue', async () => {
  const { destination, tombstones } = await retaining(-MARGIN);
  await destination.replicate(...tombstones);
  await destination.replicate(...tombstones.map((tombstone) => ({ ...tombstone, eventId: 'again' })));
  await destination.retry(...keys(tombstones));
  const letters = keys(tombstones).map((key) => ({ ...key, class: 'waiting', error: 'Waiting', reason: 'children', time: '2026-11-25T12:00:00.000Z', attempts: 300 }));
  expect(await destination.calls(() => destination.retry(...letters.map((letter) => JSON.stringify(letter))))).toEqual({});
  expect(namesIn(destination)).toEqual(ALL);
});

test('what was retained goes if a message asks for it, however often it has to wait', async () => {
  const { destination, tombstones } = await retaining(-MARGIN);
  await destination.replicate(...tombstones);
  await destination.retry(...keys(tombstones).map((key) => ({ ...key, deleteRetained: true })));
  // A type goes five minutes after its deprecation, so its message comes again and again.
  expect(destination.retries).toMatchObject([{ message: { pk: 'type#light', deleteRetained: true } }]);
  await destination.drain();
  expect(namesIn(destination)).toEqual(REST);
});

test('a letter about what somebody asked for asks again', async () => {
  const { destination, tombstones } = await retaining(-MARGIN);
  await destination.replicate(...tombstones);
  await destination.retry({ ...keyOf.type('light'), deleteRetained: true });
  const [{ message }] = destination.retries.splice(0);
  await destination.retry({ ...message, waitingSince: destination.now - 3 * 24 * 3_600_000 - 1, revision: undefined });
  expect(destination.deadLetters).toMatchObject([{ pk: 'type#light', class: 'waiting', deleteRetained: true }]);
});

test('what was deleted since is deleted, for one read an invocation', async () => {
  const { destination, tombstones } = await retaining(-MARGIN - 10);
  const reads = () => destination.dynamodb.calls().filter(({ args: [{ input }] }) => (input as { Key?: { pk: { S: string } } }).Key?.pk.S === 'status').length;
  await destination.replicate(...tombstones);
  expect(reads()).toBe(1);
  await destination.drain();
  expect(namesIn(destination)).toEqual(REST);
});

test('a static group whose name a dynamic one took while deletions were not replicated stays', async () => {
  const { destination } = await retaining(-MARGIN);
  const dynamic = record.group('house', { dynamic: true }, { incarnation: 'house-2' });
  await destination.replicate({ ...dynamic, timestamp: Number(dynamic.timestamp) - 10 });
  expect(namesIn(destination)).toEqual(ALL);
});
