import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { WaitingIndex } from '../../record/state-keys';
import { DynamoDbSender } from '../../runtime/senders';

/** How many things, groups, types or keys are waited for: one page of the index, which is thousands of them. */
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
