import { AttributeValue, DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** The part of a destination's status that is looked at. */
export interface StatusRecord {
  readonly state: string;
  readonly registryInSync: boolean;
  readonly reasons: readonly string[];
  readonly asOf: string;
  readonly heartbeat?: {
    readonly sentAt: string;
    readonly appliedAt: string;
    readonly lagMs: number;
    readonly registryEventsOff: readonly string[];
    readonly registryEventsUnknown: readonly string[];
  };
  readonly queues?: { readonly waiting: number; readonly deadLetters: number };
  readonly lastSweep?: { readonly startedAt: string; readonly found: number; readonly persisted: number; readonly remaining: number };
  readonly lastDrift?: {
    readonly startedAt: string;
    readonly mode: string;
    readonly found: number;
    readonly repaired: number;
    readonly remaining: number;
  };
}

const Key: Record<string, AttributeValue> = { pk: { S: 'status' } };

/** The status of a destination: one read of one item. */
export async function readStatus(dynamodb: DynamoDBClient, TableName: string): Promise<StatusRecord | undefined> {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
  return Item && unmarshall(Item) as StatusRecord;
}

/**
 * Name of the one table of a Region that has the status.
 *
 * @throws Error if there is none
 */
export async function statusTableName(dynamodb: DynamoDBClient): Promise<string> {
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const found = TableNames.find((name) => name.endsWith('-state'));
  if (!found) throw new Error('no table has a name that ends with -state');
  return found;
}
