import type { AttributeValue, BatchGetItemCommand, BatchGetItemCommandOutput, ScanCommand, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { TABLE_NAME } from './definition';
import type { Item } from './guarded-table';
import { keyOf } from './replica';
import type { TableItems } from './table-items';

/** What DynamoDB is free to do with a read of many items. */
export interface BulkReading {
  readonly now: () => number;
  /** Milliseconds by which a read that is not consistent is behind. */
  readonly lag: () => number;
  /** Items of a page of a scan, at most. */
  readonly pageSize: number;
  /** Whether a batch leaves a key for the next one. */
  readonly leavesOut: () => boolean;
}

type Answer<Output> = Omit<Output, '$metadata'>;
type Projection = Pick<ScanCommand['input'], 'ProjectionExpression' | 'ExpressionAttributeNames'>;

/** The most keys of one BatchGetItem. */
const BATCH_SIZE = 100;

export function batchGetItem(table: TableItems, { input }: BatchGetItemCommand, reading: BulkReading): Answer<BatchGetItemCommandOutput> {
  const { [TABLE_NAME]: request, ...others } = input.RequestItems ?? {};
  const keys = request?.Keys ?? [];
  const names = keys.map(keyOf);
  if (Object.keys(others).length > 0 || keys.length < 1 || keys.length > BATCH_SIZE) throw new Error(`expected a batch of 1 to ${BATCH_SIZE} keys of the registry table, got ${keys.length}`);
  if (new Set(names).size < names.length) throw new Error('a batch has no key twice');
  const items = itemsFor(table, request!.ConsistentRead, reading);
  // At least one is read: a batch of which nothing is read is an error.
  const left = keys.filter((_, i) => i > 0 && reading.leavesOut());
  const read = keys.filter((key) => !left.includes(key)).map((key) => items.get(keyOf(key))).filter((item) => item !== undefined);
  return {
    Responses: { [TABLE_NAME]: read.map((item) => projected(item, request!)) },
    UnprocessedKeys: left.length > 0 ? { [TABLE_NAME]: { ...request, Keys: left } } : {},
  };
}

export function scan(table: TableItems, { input }: ScanCommand, reading: BulkReading): Answer<ScanCommandOutput> {
  const { TableName, ConsistentRead, ExclusiveStartKey, Limit = Infinity, ProjectionExpression, ExpressionAttributeNames, ...unknown } = input;
  if (TableName !== TABLE_NAME) throw new Error('expected a scan of the registry table');
  if (Object.values(unknown).some((each) => each !== undefined)) throw new Error(`the simulation has no scan with ${Object.keys(unknown).join(', ')}`);
  const after = ExclusiveStartKey && placeOf(keyOf(ExclusiveStartKey));
  const all = [...itemsFor(table, ConsistentRead, reading).values()].map((item) => ({ item, place: placeOf(keyOf(item)) })).sort((one, other) => (one.place < other.place ? -1 : 1));
  const from = after === undefined ? 0 : all.findIndex(({ place }) => place > after);
  const page = from < 0 ? [] : all.slice(from, from + Math.min(Limit, reading.pageSize));
  const last = page.at(-1)?.item;
  // DynamoDB can hand out a key to continue from although nothing follows; so it does here whenever a page is full.
  return {
    Items: page.map(({ item }) => projected(item, { ProjectionExpression, ExpressionAttributeNames })),
    LastEvaluatedKey: last && page.length >= Math.min(Limit, reading.pageSize) ? { pk: last.pk, sk: last.sk } : undefined,
  };
}

function itemsFor(table: TableItems, consistent: boolean | undefined, { now, lag }: BulkReading): ReadonlyMap<string, Item> {
  return table.asOf(consistent ? now() : now() - lag());
}

function projected(item: Item, { ProjectionExpression, ExpressionAttributeNames = {} }: Projection): Record<string, AttributeValue> {
  if (ProjectionExpression === undefined) return { ...item };
  const attributes = ProjectionExpression.split(',').map((each) => ExpressionAttributeNames[each.trim()] ?? each.trim());
  return Object.fromEntries(attributes.filter((name) => item[name]).map((name) => [name, item[name]]));
}

/** Where a scan meets a key: in the order of the hash of its partition. */
function placeOf(key: string): string {
  const [partition] = key.split('|');
  let hash = 17;
  for (let i = 0; i < partition.length; i++) hash = (Math.imul(hash, 31) + partition.charCodeAt(i)) % 2 ** 31;
  return `${String(Math.abs(Math.imul(hash, 0x9E3779B1))).padStart(12, '0')} ${key}`;
}
