import {
  AttributeValue, BatchGetItemCommand, DeleteItemCommand, GetItemCommand, QueryCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { WaitingItem } from './waiting-item';
import { keyFromString, keyString, RecordKey } from '../../record/record';
import { StateAttribute as A, stateKeyOf, WAITING_KEY_PREFIX, WaitingIndex } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import { DynamoDbSender } from '../../runtime/senders';
import { countWatches } from '../../status/handler/watched';

/** A place in the index, after which a query continues. */
export interface WaitingPlace {
  readonly waitingSince: number;
  readonly pk: string;
}

/** A key as the index has it. */
export interface ParkedKey extends WaitingPlace {
  readonly key: RecordKey;
  readonly revision: string;
}

/** A part of a partition of the index. */
interface Portion {
  /** Only those that have waited since before this time, in milliseconds since the epoch. */
  readonly before?: number;
  readonly after?: WaitingPlace;
  readonly limit: number;
}

/** Retention of items that nothing ends: as long as a dead letter, and the time before it. */
const RETENTION_SECONDS = 21 * 24 * 60 * 60;

/** The most that one call reads: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const BATCH_SIZE = 100;

type Item = Record<string, AttributeValue>;

/** The items about keys that wait, in the destination's table of state. */
export class WaitingItems {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  public async get(key: RecordKey): Promise<WaitingItem | undefined> {
    const Key = keyAttributes(stateKeyOf.waiting(keyString(key)));
    const { Item } = await this.dynamodb.send(new GetItemCommand({ TableName: this.tableName, Key, ConsistentRead: true }));
    return Item && itemOf(Item);
  }

  /** Items by their partition keys in the table of state. */
  public batchGet(pks: readonly string[]): Promise<Map<string, Item>> {
    return batchGet(this.dynamodb, this.tableName, pks);
  }

  /**
   * Writes an item if it has not changed since it was read.
   *
   * @returns whether it was written
   */
  public async put(key: RecordKey, item: WaitingItem, before: WaitingItem | undefined): Promise<boolean> {
    const { waitingSince, revision, triedAt, prerequisite, dueAt } = item;
    const sets = [`${A.WAITING_SINCE} = :since`, `${A.WAITING_REVISION} = :revision`, `${A.TRIED_AT} = :triedAt`, `${A.EXPIRES_AT} = :expiresAt`];
    const removes: string[] = [];
    (prerequisite === undefined ? removes : sets).push(prerequisite === undefined ? A.PREREQUISITE : `${A.PREREQUISITE} = :prerequisite`);
    (dueAt === undefined ? removes : sets).push(dueAt === undefined ? A.DUE_AT : `${A.DUE_AT} = :dueAt`);
    return isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(stateKeyOf.waiting(keyString(key))),
      UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
      ConditionExpression: before ? `${A.WAITING_REVISION} = :before` : `attribute_not_exists(${A.PK})`,
      ExpressionAttributeValues: {
        ':since': { N: String(waitingSince) },
        ':revision': { S: revision },
        ':triedAt': { N: String(triedAt) },
        ':expiresAt': { N: String(Math.ceil(waitingSince / 1000) + RETENTION_SECONDS) },
        ...prerequisite === undefined ? {} : { ':prerequisite': { S: prerequisite } },
        ...dueAt === undefined ? {} : { ':dueAt': { N: String(dueAt) } },
        ...before ? { ':before': { S: before.revision } } : {},
      },
    })));
  }

  /** Takes a key out of the index whose message has been sent: that message has it from here on. */
  public async release({ key, revision }: Pick<ParkedKey, 'key' | 'revision'>, next: string, dueAt: number): Promise<boolean> {
    return isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(stateKeyOf.waiting(keyString(key))),
      UpdateExpression: `SET ${A.WAITING_REVISION} = :revision, ${A.DUE_AT} = :dueAt REMOVE ${A.PREREQUISITE}`,
      ConditionExpression: `${A.WAITING_REVISION} = :before`,
      ExpressionAttributeValues: { ':revision': { S: next }, ':dueAt': { N: String(dueAt) }, ':before': { S: revision } },
    })));
  }

  /** Deletes the item of an applied key, unless it has changed since. */
  public async delete(key: RecordKey, { revision }: WaitingItem): Promise<boolean> {
    return isWritten(this.dynamodb.send(new DeleteItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(stateKeyOf.waiting(keyString(key))),
      ConditionExpression: `${A.WAITING_REVISION} = :before`,
      ExpressionAttributeValues: { ':before': { S: revision } },
    })));
  }

  /**
   * Keys of a partition of the index, the longest waiting first.
   */
  public async find(partition: string, { before, after, limit }: Portion): Promise<ParkedKey[]> {
    const { Items } = await this.dynamodb.send(new QueryCommand({
      TableName: this.tableName,
      IndexName: WaitingIndex.NAME,
      KeyConditionExpression: `${WaitingIndex.PARTITION_KEY} = :partition${before === undefined ? '' : ` AND ${WaitingIndex.SORT_KEY} < :before`}`,
      ExpressionAttributeValues: { ':partition': { S: partition }, ...before === undefined ? {} : { ':before': { N: String(before) } } },
      ExclusiveStartKey: after && startOf(partition, after),
      Limit: limit,
    }));
    return (Items ?? []).map((item) => ({
      key: keyFromString(item[A.PK].S!.slice(WAITING_KEY_PREFIX.length)),
      pk: item[A.PK].S!,
      waitingSince: Number(item[A.WAITING_SINCE].N),
      revision: item[A.WAITING_REVISION].S!,
    }));
  }

  /** Whether anything is parked or dead-lettered for having waited. */
  public async isAnyParked(): Promise<boolean> {
    return await countWatches(this.dynamodb, this.tableName, 1) > 0;
  }
}

/** @param pks different partition keys, of which some may have no item */
export async function batchGet(dynamodb: DynamoDbSender, tableName: string, pks: readonly string[]): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  for (let from = 0; from < pks.length; from += BATCH_SIZE) {
    let wanted = pks.slice(from, from + BATCH_SIZE).map(keyAttributes);
    while (wanted.length > 0) {
      const RequestItems = { [tableName]: { Keys: wanted, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await dynamodb.send(new BatchGetItemCommand({ RequestItems }));
      for (const item of Responses?.[tableName] ?? []) found.set(item[A.PK].S!, item);
      wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return found;
}

function startOf(partition: string, { waitingSince, pk }: WaitingPlace): Item {
  return { ...keyAttributes(pk), [WaitingIndex.PARTITION_KEY]: { S: partition }, [WaitingIndex.SORT_KEY]: { N: String(waitingSince) } };
}

export function keyAttributes(pk: string): Item {
  return { [A.PK]: { S: pk } };
}

/** Undefined if the item has no such attribute. */
export function numberIn(item: Item, name: string): number | undefined {
  return item[name]?.N === undefined ? undefined : Number(item[name].N);
}

export function itemOf(item: Item): WaitingItem {
  return {
    waitingSince: numberIn(item, A.WAITING_SINCE)!,
    revision: item[A.WAITING_REVISION].S!,
    triedAt: numberIn(item, A.TRIED_AT)!,
    prerequisite: item[A.PREREQUISITE]?.S,
    dueAt: numberIn(item, A.DUE_AT),
  };
}
