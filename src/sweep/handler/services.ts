import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SweepContext } from './context';
import { ComparisonEnv } from '../../comparison/environment';
import { SharePace } from '../../kinds/handler/share-pace';
import { loggingFrom } from '../../metrics/handler/log';
import { meterFrom } from '../../metrics/handler/meter';
import { addressedIot } from '../../runtime/addressed-iot';
import { gateOf } from '../../runtime/pace';
import { pacedIot } from '../../runtime/paced-iot';
import type { Environment } from '../../settings/environment';
import { SweepEnv } from '../environment';

/** Share of the destinations' `maxDeletionsPerMinute`; the rest is for deletions that happen meanwhile. */
const DELETION_SHARE = 0.5;

/** SDK clients and paces are the only state that outlives an invocation. */
export function sweepContextFromEnvironment(env: Environment): SweepContext {
  const { tableName, bucketName, bucketOwner, workflowArn, readShare, writeShare } = ComparisonEnv.read(env);
  const { observationWorkflowArn, routerVersion, maxDeletions, maxDeactivations, maxDeletionsPerMinute, arnPrefix } = SweepEnv.read(env);
  const iot = pacedIot((config) => new IoTClient(config));
  const { logger, logPayloads } = loggingFrom(env);
  return {
    iot: arnPrefix === undefined ? iot : addressedIot(iot, arnPrefix),
    dynamodb: new DynamoDBClient({}),
    s3: new S3Client({}),
    // Every event of a backfill is an execution: AWS may throttle them, and the SDK slows down for it.
    sfn: new SFNClient({ retryMode: 'adaptive', maxAttempts: 5 }),
    config: {
      tableName,
      bucket: { name: bucketName, owner: bucketOwner },
      observationWorkflowArn,
      sweepWorkflowArn: workflowArn,
      routerVersion,
      maxDeletions,
      maxDeactivations,
      logPayloads,
    },
    readPace: new SharePace(readShare),
    writePace: new SharePace(writeShare),
    deletionPace: gateOf((maxDeletionsPerMinute / 60) * DELETION_SHARE),
    logger,
    meter: meterFrom(env),
    now: Date.now,
  };
}
