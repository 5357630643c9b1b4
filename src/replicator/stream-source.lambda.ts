import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { StreamMapping } from '../runtime/stream-mapping';
import { streamSourceHandler } from './handler/stream-source-handler';
import { statusConfigFrom, StatusStore } from '../status/handler/status-store';

const dynamodb = new DynamoDBClient({});
const config = statusConfigFrom(process.env);

export const handler = streamSourceHandler({
  mapping: new StreamMapping(new LambdaClient({}), dynamodb, config.tableName),
  status: new StatusStore(dynamodb, new SQSClient({}), config, Date.now),
  now: Date.now,
  pause: setTimeout,
});
