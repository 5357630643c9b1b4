import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StatusItem } from './status';
import type { DynamoDbSender } from '../regional/senders';
import { StateAttribute, stateKeyOf } from '../state/state-keys';

/**
 * Until when this destination retained what the source deleted, in milliseconds since the epoch: the last time that its status was written with
 * `DeletionMode.RETAIN`. Undefined if it never did.
 */
export async function retainedUntilOf(dynamodb: DynamoDbSender, TableName: string): Promise<number | undefined> {
  const Key = marshall({ [StateAttribute.PK]: stateKeyOf.status });
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  const until = Item && (unmarshall(Item) as StatusItem).retainedUntil;
  return until === undefined ? undefined : Date.parse(until);
}
