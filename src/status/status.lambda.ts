import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { OwnReplicationEnv, WatchEnv } from './environment';
import { checkStarter } from './handler/check-starter';
import { lookForOthers } from './handler/other-replications';
import { statusHandler } from './handler/status-handler';
import { statusConfigFrom, StatusStore } from './handler/status-store';
import { StreamWatch } from './handler/stream-watch';
import { loggingFrom } from '../metrics/handler/log';
import { meterFrom } from '../metrics/handler/meter';
import { StreamMapping } from '../runtime/stream-mapping';

const dynamodb = new DynamoDBClient({});
const config = statusConfigFrom(process.env);
const { streamMapping, driftWorkflowArn, identityDriftWorkflowArn } = WatchEnv.read(process.env);

/** Timeout of one attempt in milliseconds: a look that hangs must leave time to write the status. */
const SSM_TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 3000 };

const ssm = new SSMClient({ requestHandler: SSM_TIMEOUTS, maxAttempts: 2 });
const own = OwnReplicationEnv.read(process.env);
const { logger } = loggingFrom(process.env);

export const handler = statusHandler({
  status: new StatusStore(dynamodb, new SQSClient({}), config, Date.now),
  meter: meterFrom(process.env),
  now: Date.now,
  intervals: config,
  lookForOthers: () => lookForOthers({ ssm, own, logger, now: Date.now }),
  stream: new StreamWatch({
    mapping: new StreamMapping(new LambdaClient({}), dynamodb, config.tableName),
    settings: streamMapping,
    isPaused: config.isPaused,
    now: Date.now,
  }),
  startCheck: checkStarter(new SFNClient({}), { registry: driftWorkflowArn, identities: identityDriftWorkflowArn }),
});
