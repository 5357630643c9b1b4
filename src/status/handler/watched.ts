import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { WaitingIndex } from '../../record/state-keys';
import { DynamoDbSender } from '../../runtime/senders';

/** The number of things, groups, types or keys that changes wait for: one page of the index, which contains thousands. */
export async function countWatches(dynamodb: DynamoDbSender, tableName: string, limit?: number): Promise<number> {
  const { Count } = await dynamodb.send(new QueryCommand({
    TableName: tableName,
    IndexName: WaitingIndex.NAME,
    KeyConditionExpression: `${WaitingIndex.PARTITION_KEY} = :partition`,
    ExpressionAttributeValues: { ':partition': { S: WaitingIndex.WATCHES } },
    Select: 'COUNT',
    Limit: limit,
  }));
  return Count ?? 0;
}
