import { AttributeValue, BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { TableReader } from '../../src/comparison/handler/table-reader';
import { RecordKey } from '../../src/record/record';
import { DynamoDbSender } from '../../src/runtime/senders';
import { keyOf } from '../kinds/keys';
import { batchGetItem, scan } from '../simulation/bulk-reads';
import { TABLE_NAME } from '../simulation/definition';
import { TableItems } from '../simulation/table-items';

const common = { version: 3, timestamp: 1_700_000_000_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', incarnation: 'i' };
const thingItem = (name: string, more: object = {}): object => ({ ...keyOf.thing(name), ...common, state: { attributes: { color: 'red' } }, ...more });

interface Options {
  /** Items of a page of a scan. */
  readonly pageSize?: number;
  readonly leavesOut?: () => boolean;
}

/** An item in DynamoDB's own types. */
interface Marshalled {
  readonly marshalled: Record<string, AttributeValue>;
}

/** A table with items, its reader, and the calls that were made. */
function tableWith(items: readonly object[], { pageSize = 100, leavesOut = () => false }: Options = {}) {
  const table = new TableItems(() => 0);
  for (const item of items) {
    const attributes = 'marshalled' in item ? (item as Marshalled).marshalled : marshall(item);
    table.set(`${attributes.pk.S}|${attributes.sk.S}`, attributes);
  }
  const calls: (BatchGetItemCommand | ScanCommand)[] = [];
  const reading = { now: () => 0, lag: () => 0, pageSize, leavesOut };
  const send = async (command: BatchGetItemCommand | ScanCommand) => {
    calls.push(command);
    return command instanceof ScanCommand ? scan(table, command, reading) : batchGetItem(table, command, reading);
  };
  return { calls, reader: new TableReader({ send: send as unknown as DynamoDbSender['send'] }, TABLE_NAME) };
}

const names = (count: number) => [...Array(count)].map((_, i) => `lamp-${i}`);

describe('batches', () => {
  test('have the records of keys; a key without one is absent', async () => {
    const { reader } = tableWith([thingItem('lamp')]);
    const records = await reader.batchGet([keyOf.thing('lamp'), keyOf.thing('none')], true);
    expect(records.get(keyOf.thing('lamp'))).toMatchObject({ kind: 'thing', thingName: 'lamp', version: 3, state: { attributes: { color: 'red' } } });
    expect(records.get(keyOf.thing('none'))).toBeUndefined();
  });

  test.each([[0, 0], [100, 1], [101, 2], [250, 3]])('%i keys take %i calls', async (count, expected) => {
    const { reader, calls } = tableWith(names(count).map((name) => thingItem(name)));
    const records = await reader.batchGet(names(count).map(keyOf.thing), false);
    expect(calls).toHaveLength(expected);
    for (const name of names(count)) expect(records.get(keyOf.thing(name))).toMatchObject({ thingName: name });
  });

  test('a key that is given twice is read once', async () => {
    const { reader, calls } = tableWith([thingItem('lamp')]);
    await reader.batchGet([...Array(150)].map(() => keyOf.thing('lamp')), true);
    expect(calls.map((call) => (call as BatchGetItemCommand).input.RequestItems![TABLE_NAME].Keys)).toEqual([[{ pk: { S: 'thing#lamp' }, sk: { S: 'thing' } }]]);
  });

  test('what DynamoDB leaves unprocessed is asked for again', async () => {
    let turn = 0;
    const { reader, calls } = tableWith(names(250).map((name) => thingItem(name)), { leavesOut: () => turn++ % 3 > 0 });
    const records = await reader.batchGet(names(250).map(keyOf.thing), true);
    expect(calls.length).toBeGreaterThan(5);
    for (const name of names(250)) expect(records.get(keyOf.thing(name))).toMatchObject({ thingName: name });
    for (const call of calls) expect((call as BatchGetItemCommand).input.RequestItems![TABLE_NAME].ConsistentRead).toBe(true);
  });

  test.each<[string, object]>([
    ['without a state', { ...keyOf.thing('lamp'), ...common }],
    ['with a state of another kind', thingItem('lamp', { state: { attributes: 7 } })],
    ['with nothing but its key', keyOf.thing('lamp')],
    ['with a number that no number of JavaScript can hold', { marshalled: { ...marshall(thingItem('lamp')), version: { N: '12345678901234567890.5' } } }],
  ])('an item %s is unreadable, and the others are read', async (_, item) => {
    const { reader } = tableWith([item, thingItem('other')]);
    const records = await reader.batchGet([keyOf.thing('lamp'), keyOf.thing('other')], true);
    expect(records.get(keyOf.thing('lamp'))).toBe('unreadable');
    expect(records.get(keyOf.thing('other'))).toMatchObject({ thingName: 'other' });
  });

  test('of a table that can\'t be read fail', async () => {
    const reader = new TableReader({ send: async () => { throw new Error('throttled'); } }, TABLE_NAME);
    await expect(reader.batchGet([keyOf.thing('lamp')], true)).rejects.toThrow('throttled');
  });
});

describe('a scan', () => {
  test('has every key, page by page, and whether its record is a tombstone', async () => {
    const items = [...names(23).map((name, i) => thingItem(name, { deleted: i % 5 === 0 })), { pk: 'settings', sk: 'mine' }];
    const { reader, calls } = tableWith(items, { pageSize: 5 });
    const found = new Map<string, boolean>();
    let after: RecordKey | undefined;
    do {
      const { keys, last } = await reader.scan(after);
      expect(keys.length).toBeLessThanOrEqual(5);
      for (const { pk, deleted } of keys) found.set(pk, deleted);
      after = last;
    } while (after);
    expect(calls).toHaveLength(5);
    expect(found.size).toBe(24);
    expect([found.get('thing#lamp-5'), found.get('thing#lamp-6'), found.get('settings')]).toEqual([true, false, false]);
  });

  test('reads no more of an item than that', async () => {
    const { reader, calls } = tableWith([]);
    await reader.scan();
    expect(calls.map(({ input }) => input)).toEqual([{ TableName: TABLE_NAME, ProjectionExpression: 'pk, sk, deleted, #timestamp', ExpressionAttributeNames: { '#timestamp': 'timestamp' }, ExclusiveStartKey: undefined }]);
  });
});
