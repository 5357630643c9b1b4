import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { statusConfigFrom, StatusStore } from './status-store';

const status = new StatusStore(new DynamoDBClient({}), new SQSClient({}), statusConfigFrom(process.env), Date.now);

/** Writes the status anew: when nothing comes from the source any more, somebody has to say so. */
export async function handler(): Promise<void> {
  await status.refresh({});
}
