import { AttributeValue, DynamoDBClient, GetItemCommand, QueryCommand, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Attribute, decodeRecord, keyOf, KeyPart, keyString, MembersIndex, RecordKey, RegistryRecord } from '../table/record';

/** The part of the SDK's client that is used. */
export interface DynamoDbSender {
  readonly send: DynamoDBClient['send'];
}

/** The local replica of the registry table. */
export class Records {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  /**
   * The newest record that this Region knows of.
   *
   * @throws UnknownRecordShapeError
   */
  public async get(key: RecordKey): Promise<RegistryRecord | undefined> {
    const { Item } = await this.dynamodb.send(new GetItemCommand({
      TableName: this.tableName,
      Key: { [Attribute.PK]: { S: key.pk }, [Attribute.SK]: { S: key.sk } },
      ConsistentRead: true,
    }));
    return Item && decodeImage(Item);
  }

  /** Keys of all memberships of a thing, deleted ones included, a page at a time. */
  public membershipsOfThing(thingName: string): AsyncGenerator<RecordKey[]> {
    return this.query({
      ConsistentRead: true,
      KeyConditionExpression: `${Attribute.PK} = :pk AND begins_with(${Attribute.SK}, :sk)`,
      ExpressionAttributeValues: { ':pk': { S: keyOf.thing(thingName).pk }, ':sk': { S: `${KeyPart.GROUP}${KeyPart.SEPARATOR}` } },
    });
  }

  /** Keys of all memberships in a group, deleted ones included, a page at a time. */
  public membershipsOfGroup(groupName: string): AsyncGenerator<RecordKey[]> {
    return this.query({
      IndexName: MembersIndex.NAME,
      KeyConditionExpression: `${MembersIndex.PARTITION_KEY} = :group`,
      ExpressionAttributeValues: { ':group': { S: groupName } },
    });
  }

  private async* query(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<RecordKey[]> {
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.dynamodb.send(new QueryCommand({
        ...input, TableName: this.tableName, ProjectionExpression: `${Attribute.PK}, ${Attribute.SK}`, ExclusiveStartKey: from,
      }));
      yield (page.Items ?? []).map((item) => ({ pk: item[Attribute.PK].S!, sk: item[Attribute.SK].S! }));
      from = page.LastEvaluatedKey;
    } while (from);
  }
}

/** @throws UnknownRecordShapeError */
export function decodeImage(image: Record<string, AttributeValue>): RegistryRecord {
  return decodeRecord(unmarshall(image));
}

/**
 * The records that one application rests on: as they were read, so that it can be told afterwards whether one has moved.
 */
export class Readings {
  private readonly seen = new Map<string, { key: RecordKey; identity: string | undefined }>();

  constructor(private readonly records: Records) {}

  public async read(key: RecordKey): Promise<RegistryRecord | undefined> {
    const record = await this.records.get(key);
    this.note(key, record);
    return record;
  }

  /** Counts a record that the stream brought as read. */
  public note(key: RecordKey, record: RegistryRecord | undefined): void {
    this.seen.set(keyString(key), { key, identity: record && identityOf(record) });
  }

  public get size(): number {
    return this.seen.size;
  }

  /** Whether a record is another one by now. */
  public async moved(): Promise<boolean> {
    const again = await Promise.all([...this.seen.values()].map(async ({ key, identity }) => {
      const record = await this.records.get(key);
      return (record && identityOf(record)) !== identity;
    }));
    return again.includes(true);
  }
}

/** What tells two records of one key apart: the guard lets none pass that has all of it in common with the stored one. */
export function identityOf(record: RegistryRecord): string {
  const incarnation = record.kind === 'membership' ? [record.thingId, record.groupId] : [record.incarnation];
  return JSON.stringify([record.version, record.timestamp, record.deleted, record.eventId, ...incarnation]);
}
