import { AttributeValue, BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { RegistryRecord } from '../../kinds';
import { decodeImage } from '../../kinds/handler/items';
import { revisionOf } from '../../kinds/register';
import { Attribute, keyString, RecordKey } from '../../record/record';
import { attributesOf, keyOfItem } from '../../runtime/item';
import { DynamoDbSender } from '../../runtime/senders';

/** The most that one call reads. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const BATCH_SIZE = 100;
/** Batches at once: a page of a listing has no more than three, so their latency is that of one. */
const CONCURRENCY = 8;

/** A record, or `unreadable` for an item under a record's key that is none. */
export type StoredRecord = RegistryRecord | 'unreadable';

/** Records by key; a key without a record is absent. */
export class StoredRecords {
  private readonly records = new Map<string, StoredRecord>();
  private readonly read: Set<string>;

  /** @param keys that were read, whether they have a record or not */
  constructor(keys: readonly RecordKey[] = []) {
    this.read = new Set(keys.map(keyString));
  }

  /** Whether it is known if the key has a record. */
  public knows(key: RecordKey): boolean {
    return this.read.has(keyString(key));
  }

  public get(key: RecordKey): StoredRecord | undefined {
    return this.records.get(keyString(key));
  }

  public add(key: RecordKey, record: StoredRecord): void {
    this.records.set(keyString(key), record);
  }

  /** Adds what another one has read. */
  public include({ records, read }: StoredRecords): void {
    for (const [key, record] of records) this.records.set(key, record);
    for (const key of read) this.read.add(key);
  }
}

export interface ScannedKey extends RecordKey {
  readonly deleted: boolean;
  /** Milliseconds since the epoch; 0 if the item has none. */
  readonly timestamp: number;
}

/** The registry table, or its replica, read in bulk. */
export class TableReader {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  /** The records of these keys. A key that is given twice is read once. */
  public async batchGet(keys: readonly RecordKey[], consistent: boolean): Promise<StoredRecords> {
    const records = new StoredRecords(keys);
    const distinct = [...new Map(keys.map((key) => [keyString(key), key])).values()];
    const batches = Array.from({ length: Math.ceil(distinct.length / BATCH_SIZE) }, (_, i) => distinct.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE));
    await pMap(batches, (batch) => this.readBatch(batch, consistent, records), { concurrency: CONCURRENCY });
    return records;
  }

  private async readBatch(keys: readonly RecordKey[], consistent: boolean, records: StoredRecords): Promise<void> {
    let wanted = keys.map(attributesOf);
    // Each round reads at least one item: a call that reads none is an error, which the SDK retries with a delay.
    while (wanted.length > 0) {
      const { Responses, UnprocessedKeys } = await this.dynamodb.send(new BatchGetItemCommand({
        RequestItems: { [this.tableName]: { Keys: wanted, ConsistentRead: consistent } },
      }));
      for (const item of Responses?.[this.tableName] ?? []) records.add(keyOfItem(item), decode(item));
      wanted = UnprocessedKeys?.[this.tableName]?.Keys ?? [];
    }
  }

  /**
   * One page of all keys.
   *
   * @param after the last key of the previous page
   */
  public async scan(after?: RecordKey): Promise<{ readonly keys: ScannedKey[]; readonly last?: RecordKey }> {
    const { Items, LastEvaluatedKey } = await this.dynamodb.send(new ScanCommand({
      TableName: this.tableName,
      // TIMESTAMP is a reserved word of DynamoDB.
      ProjectionExpression: [Attribute.PK, Attribute.SK, Attribute.DELETED, '#timestamp'].join(', '),
      ExpressionAttributeNames: { '#timestamp': Attribute.TIMESTAMP },
      ExclusiveStartKey: after && attributesOf(after),
    }));
    return {
      keys: (Items ?? []).map(scannedKey),
      last: LastEvaluatedKey && keyOfItem(LastEvaluatedKey),
    };
  }
}

function scannedKey(item: Record<string, AttributeValue>): ScannedKey {
  return { ...keyOfItem(item), deleted: item[Attribute.DELETED]?.BOOL === true, timestamp: Number(item[Attribute.TIMESTAMP]?.N ?? 0) };
}

/** Decoding depends only on the item: any failure means that the item is wrong, and one item must not end the whole run. */
function decode(item: Record<string, AttributeValue>): StoredRecord {
  try {
    return decodeImage(item);
  } catch {
    return 'unreadable';
  }
}

/** Whether it is the record of something that lives, or may be one. */
export function isAlive(record: StoredRecord | undefined): boolean {
  return record !== undefined && (record === 'unreadable' || !record.deleted);
}

/** Distinguishes the stored item of a key from an earlier one. */
export function storedRevisionOf(record: StoredRecord | undefined): string | undefined {
  return record && record !== 'unreadable' ? revisionOf(record) : record;
}
