import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SweepContext } from './context';
import { ComparisonEnv } from '../../comparison/environment';
import { SharePace } from '../../kinds/handler/share-pace';
import { loggingFrom } from '../../metrics/handler/log';
import { meterFrom } from '../../metrics/handler/meter';
import { Environment, readVariable } from '../../runtime/environment';
import { gateOf } from '../../runtime/pace';
import { pacedIot } from '../../runtime/paced-iot';
import { SweepEnv } from '../environment';

/** Share of the destinations' `maxDeletionsPerMinute`; the rest is for deletions that happen meanwhile. */
const DELETION_SHARE = 0.5;

/** SDK clients and paces are the only state that outlives an invocation. */
export function sweepContextFromEnvironment(env: Environment): SweepContext {
  const read = (name: string) => readVariable(env, name);
  const maxDeletions = env[SweepEnv.MAX_DELETIONS];
  const { logger, logPayloads } = loggingFrom(env);
  return {
    iot: pacedIot((config) => new IoTClient(config)),
    dynamodb: new DynamoDBClient({}),
    s3: new S3Client({}),
    // Every event of a backfill is an execution: AWS may throttle them, and the SDK slows down for it.
    sfn: new SFNClient({ retryMode: 'adaptive', maxAttempts: 5 }),
    config: {
      tableName: read(ComparisonEnv.TABLE_NAME),
      bucket: { name: read(ComparisonEnv.BUCKET_NAME), owner: read(ComparisonEnv.BUCKET_OWNER) },
      observationWorkflowArn: read(SweepEnv.OBSERVATION_WORKFLOW_ARN),
      sweepWorkflowArn: read(ComparisonEnv.WORKFLOW_ARN),
      routerVersion: env[SweepEnv.ROUTER_VERSION] || undefined,
      maxDeletions: maxDeletions ? Number(maxDeletions) : undefined,
      logPayloads,
    },
    readPace: new SharePace(Number(read(ComparisonEnv.READ_SHARE))),
    writePace: new SharePace(Number(read(ComparisonEnv.WRITE_SHARE))),
    deletionPace: gateOf((Number(read(SweepEnv.MAX_DELETIONS_PER_MINUTE)) / 60) * DELETION_SHARE),
    logger,
    meter: meterFrom(env),
    now: Date.now,
  };
}
