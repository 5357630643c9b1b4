import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { lookForOthers, ownReplicationFrom } from './other-replications';
import { intervalsFrom } from './overdue';
import { statusHandler } from './status-handler';
import { statusConfigFrom, StatusStore } from './status-store';
import { loggingFrom } from '../monitoring/log';
import { meterFrom } from '../monitoring/meter';

/** A look that hangs must leave time to write the status: milliseconds, of one attempt. */
const SSM_TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 3000 };

const ssm = new SSMClient({ requestHandler: SSM_TIMEOUTS, maxAttempts: 2 });
const own = ownReplicationFrom(process.env);
const { logger } = loggingFrom(process.env);

export const handler = statusHandler({
  status: new StatusStore(new DynamoDBClient({}), new SQSClient({}), statusConfigFrom(process.env), Date.now),
  meter: meterFrom(process.env),
  now: Date.now,
  intervals: intervalsFrom(process.env),
  lookForOthers: () => lookForOthers({ ssm, own, logger, now: Date.now }),
});
