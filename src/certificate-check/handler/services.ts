import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CertificateCheckContext } from './context';
import { ComparisonEnv } from '../../comparison/environment';
import { SharePace } from '../../kinds/handler/share-pace';
import { loggingFrom } from '../../metrics/handler/log';
import { meterFrom } from '../../metrics/handler/meter';
import { addressedIot } from '../../runtime/addressed-iot';
import { pacedIot } from '../../runtime/paced-iot';
import type { Environment } from '../../settings/environment';
import { CertificateCheckEnv } from '../environment';

/** SDK clients and paces are the only state that outlives an invocation. */
export function certificateCheckContextFromEnvironment(env: Environment): CertificateCheckContext {
  const { tableName, bucketName, bucketOwner, workflowArn, readShare } = ComparisonEnv.read(env);
  const { arnPrefix, ...own } = CertificateCheckEnv.read(env);
  const { logger, logPayloads } = loggingFrom(env);
  return {
    iot: addressedIot(pacedIot((config) => new IoTClient(config)), arnPrefix),
    dynamodb: new DynamoDBClient({}),
    s3: new S3Client({}),
    sfn: new SFNClient({ retryMode: 'adaptive', maxAttempts: 5 }),
    config: { ...own, tableName, bucket: { name: bucketName, owner: bucketOwner }, checkWorkflowArn: workflowArn, logPayloads },
    readPace: new SharePace(readShare),
    logger,
    meter: meterFrom(env),
    now: Date.now,
    pause,
  };
}
