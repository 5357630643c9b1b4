import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DriftContext } from './context';
import { ComparisonEnv } from '../../comparison/environment';
import { SharePace } from '../../kinds/handler/share-pace';
import { loggingFrom } from '../../metrics/handler/log';
import { addressedIot } from '../../runtime/addressed-iot';
import { pacedIot } from '../../runtime/paced-iot';
import type { Environment } from '../../settings/environment';
import { othersKnownIn } from '../../status/handler/known-others';
import { retainedUntilOf } from '../../status/handler/retention';
import { silenceMinutes } from '../../status/silence';
import { DriftEnv } from '../environment';

/** SDK clients and paces are the only state that outlives an invocation. */
export function driftContextFromEnvironment(env: Environment): DriftContext {
  const { tableName, bucketName, bucketOwner, workflowArn, readShare, writeShare } = ComparisonEnv.read(env);
  const { heartbeatIntervalMinutes, ...settings } = DriftEnv.read(env);
  const { logger, logPayloads } = loggingFrom(env);
  const dynamodb = new DynamoDBClient({});
  const { stateTableName, identities } = settings;
  const iot = pacedIot((config) => new IoTClient(config));
  return {
    retainedUntil: () => retainedUntilOf(dynamodb, stateTableName),
    otherReplications: () => othersKnownIn(dynamodb, stateTableName),
    iot: identities ? addressedIot(iot, identities.arnPrefix) : iot,
    dynamodb,
    s3: new S3Client({}),
    sqs: new SQSClient({}),
    sfn: new SFNClient({}),
    config: {
      ...settings,
      tableName,
      bucket: { name: bucketName, owner: bucketOwner },
      workflowArn,
      silenceMs: silenceMinutes(heartbeatIntervalMinutes) * 60_000,
      logPayloads,
    },
    readPace: new SharePace(readShare),
    writePace: new SharePace(writeShare),
    logger,
    now: Date.now,
    pause,
  };
}
