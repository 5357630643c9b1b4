import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StatusItem } from './status';
import { StateAttribute, stateKeyOf } from '../../record/state-keys';
import type { DynamoDbSender } from '../../runtime/senders';

/** Names of unacknowledged replications, as the status knows them. */
export async function othersKnownIn(dynamodb: DynamoDbSender, TableName: string): Promise<string[]> {
  const Key = marshall({ [StateAttribute.PK]: stateKeyOf.status });
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  const status = Item && unmarshall(Item) as StatusItem;
  return (status?.otherReplications?.found ?? []).filter(({ isAcknowledged }) => !isAcknowledged).map(({ replicationName }) => replicationName);
}
