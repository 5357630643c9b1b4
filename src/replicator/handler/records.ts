import { AttributeValue, GetItemCommand, QueryCommand, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Entity, RegistryRecord } from '../../kinds';
import { decodeImage } from '../../kinds/handler/items';
import type { Kind, Owner } from '../../kinds/kind';
import { revisionOf, keyOf, namesOf } from '../../kinds/register';
import { Attribute, keyString, RecordKey, SEPARATOR } from '../../record/record';
import { attributesOf, keyOfItem } from '../../runtime/item';
import { DynamoDbSender } from '../../runtime/senders';

/** Keys that are read at a time: a few seconds of work at most, so that a group of a million members never outlives an invocation. */
const KEYS_PER_PAGE = 500;

/** What the table contains about a dependant, without its record. */
export interface KnownDependant {
  readonly key: RecordKey;
  readonly deleted: boolean;
}

/** The local replica of the registry table. */
export class Records {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  /**
   * The newest record in this Region.
   *
   * @throws UnknownRecordShapeError
   */
  public async get(key: RecordKey): Promise<RegistryRecord | undefined> {
    const { Item } = await this.dynamodb.send(new GetItemCommand({
      TableName: this.tableName,
      Key: attributesOf(key),
      ConsistentRead: true,
    }));
    return Item && decodeImage(Item);
  }

  /** All dependants of a kind in the partition of their owner, deleted ones included, a page at a time. */
  public underOwner(owner: Entity, { key: { sk } }: Kind): AsyncGenerator<KnownDependant[]> {
    const [condition, value] = sk.id === undefined ? [`${Attribute.SK} = :sk`, sk.prefix] : [`begins_with(${Attribute.SK}, :sk)`, `${sk.prefix}${SEPARATOR}`];
    return this.query({
      ConsistentRead: true,
      KeyConditionExpression: `${Attribute.PK} = :pk AND ${condition}`,
      ExpressionAttributeValues: { ':pk': { S: keyOf(owner).pk }, ':sk': { S: value } },
    });
  }

  /**
   * One page of the keys of an owner's dependants, by their index, deleted ones included.
   *
   * @param after the last key of the previous page
   */
  public async inIndex(
    owner: Entity, { name, id }: NonNullable<Owner['index']>, after?: RecordKey,
  ): Promise<{ readonly keys: RecordKey[]; readonly isLast: boolean }> {
    const partition = { S: namesOf(owner)[id] };
    const { Items, LastEvaluatedKey } = await this.dynamodb.send(new QueryCommand({
      TableName: this.tableName,
      IndexName: name,
      KeyConditionExpression: `${id} = :owner`,
      ExpressionAttributeValues: { ':owner': partition },
      ProjectionExpression: `${Attribute.PK}, ${Attribute.SK}`,
      ExclusiveStartKey: after && { ...attributesOf(after), [id]: partition },
      Limit: KEYS_PER_PAGE,
    }));
    return { keys: (Items ?? []).map(keyOfItem), isLast: !LastEvaluatedKey };
  }

  private async* query(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<KnownDependant[]> {
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.dynamodb.send(new QueryCommand({
        ...input,
        TableName: this.tableName,
        ProjectionExpression: `${Attribute.PK}, ${Attribute.SK}, ${Attribute.DELETED}`,
        ExclusiveStartKey: from,
      }));
      yield (page.Items ?? []).map((item) => ({ key: keyOfItem(item), deleted: item[Attribute.DELETED]?.BOOL === true }));
      from = page.LastEvaluatedKey;
    } while (from);
  }
}

/**
 * The records that one application relies on, as they were read, so that it can detect afterwards whether one has changed.
 */
export class ReadSet {
  private readonly seen = new Map<string, { key: RecordKey; identity: string | undefined }>();

  constructor(private readonly records: Records) {}

  public async read(key: RecordKey): Promise<RegistryRecord | undefined> {
    const record = await this.records.get(key);
    this.note(key, record);
    return record;
  }

  /** Counts a record that the stream brought as read. */
  public note(key: RecordKey, record: RegistryRecord | undefined): void {
    this.seen.set(keyString(key), { key, identity: record && revisionOf(record) });
  }

  public get size(): number {
    return this.seen.size;
  }

  /** Whether a record has changed since it was read. */
  public async hasChanged(): Promise<boolean> {
    const again = await Promise.all([...this.seen.values()].map(async ({ key, identity }) => {
      const record = await this.records.get(key);
      return (record && revisionOf(record)) !== identity;
    }));
    return again.includes(true);
  }
}
