import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DriftContext } from './context';
import { ComparisonEnv } from '../../comparison/environment';
import { DeletionMode } from '../../deletion-mode';
import { DriftMode } from '../../drift-mode';
import { SharePace } from '../../kinds/handler/share-pace';
import { loggingFrom } from '../../metrics/handler/log';
import { Environment, readVariable } from '../../runtime/environment';
import { pacedIot } from '../../runtime/paced-iot';
import { othersKnownIn } from '../../status/handler/known-others';
import { retainedUntilOf } from '../../status/handler/retention';
import { silenceMinutes } from '../../status/silence';
import { DriftEnv } from '../environment';

/** SDK clients and paces are the only state that outlives an invocation. */
export function driftContextFromEnvironment(env: Environment): DriftContext {
  const read = (name: string) => readVariable(env, name);
  const { logger, logPayloads } = loggingFrom(env);
  const dynamodb = new DynamoDBClient({});
  const stateTableName = read(DriftEnv.STATE_TABLE_NAME);
  return {
    retainedUntil: () => retainedUntilOf(dynamodb, stateTableName),
    otherReplications: () => othersKnownIn(dynamodb, stateTableName),
    iot: pacedIot((config) => new IoTClient(config)),
    dynamodb,
    s3: new S3Client({}),
    sqs: new SQSClient({}),
    sfn: new SFNClient({}),
    config: {
      tableName: read(ComparisonEnv.TABLE_NAME),
      bucket: { name: read(ComparisonEnv.BUCKET_NAME), owner: read(ComparisonEnv.BUCKET_OWNER) },
      retryQueueUrl: read(DriftEnv.RETRY_QUEUE_URL),
      stateTableName,
      workflowArn: read(ComparisonEnv.WORKFLOW_ARN),
      sourceRegion: read(DriftEnv.SOURCE_REGION),
      deletionMode: read(DriftEnv.DELETION_MODE) as DeletionMode,
      driftMode: read(DriftEnv.DRIFT_MODE) as DriftMode,
      isPaused: read(DriftEnv.IS_PAUSED) === 'true',
      silenceMs: silenceMinutes(Number(read(DriftEnv.HEARTBEAT_INTERVAL_MINUTES))) * 60_000,
      logPayloads,
    },
    readPace: new SharePace(Number(read(ComparisonEnv.READ_SHARE))),
    writePace: new SharePace(Number(read(ComparisonEnv.WRITE_SHARE))),
    logger,
    now: Date.now,
    pause,
  };
}
