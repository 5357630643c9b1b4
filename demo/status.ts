import { AttributeValue, DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { StateAttribute, stateKeyOf } from '../src/record/state-keys';
import type { StatusItem } from '../src/status/handler/status';

const Key: Record<string, AttributeValue> = { [StateAttribute.PK]: { S: stateKeyOf.status } };

/** The status of a destination: one read of one item. */
export async function readStatus(dynamodb: DynamoDBClient, TableName: string): Promise<StatusItem | undefined> {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
  return Item && unmarshall(Item) as StatusItem;
}

/**
 * Name of the only table of a Region that contains the status.
 *
 * @throws Error unless exactly one exists
 */
export async function statusTableName(dynamodb: DynamoDBClient): Promise<string> {
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const found = TableNames.filter((name) => name.endsWith('-state'));
  if (found.length !== 1) throw new Error(`expected one table with a name that ends with -state, found ${found.length}: ${found.join(', ')}`);
  return found[0];
}

export interface TimedRead {
  readonly status: StatusItem | undefined;
  readonly millis: number;
}

/** The duration of each of some reads of the status, in milliseconds, on an open connection. */
export async function timedReads(dynamodb: DynamoDBClient, tableName: string, reads: number): Promise<TimedRead[]> {
  await readStatus(dynamodb, tableName);
  const found: TimedRead[] = [];
  for (let i = 0; i < reads; i++) {
    const started = performance.now();
    const status = await readStatus(dynamodb, tableName);
    found.push({ status, millis: performance.now() - started });
  }
  return found;
}
