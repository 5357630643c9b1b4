import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { intervalsFrom } from './overdue';
import { statusHandler } from './status-handler';
import { statusConfigFrom, StatusStore } from './status-store';
import { meterFrom } from '../monitoring/meter';

export const handler = statusHandler({
  status: new StatusStore(new DynamoDBClient({}), new SQSClient({}), statusConfigFrom(process.env), Date.now),
  meter: meterFrom(process.env),
  now: Date.now,
  intervals: intervalsFrom(process.env),
});
