import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { HintContext } from './reader';
import { SharePace } from '../../kinds/handler/share-pace';
import { loggingFrom } from '../../metrics/handler/log';
import { addressedIot } from '../../runtime/addressed-iot';
import { pacedIot } from '../../runtime/paced-iot';
import type { Environment } from '../../settings/environment';
import { HintsEnv } from '../environment';
import { READERS_OF_QUEUE, shareOfHints } from '../sizing';

/** SDK clients and paces are the only state that outlives an invocation, besides what the reader remembers. */
export function hintContextFromEnvironment(env: Environment): HintContext {
  const { bucketName, bucketOwner, readShare, arnPrefix, ...settings } = HintsEnv.read(env);
  return {
    iot: addressedIot(pacedIot((config) => new IoTClient(config)), arnPrefix),
    dynamodb: new DynamoDBClient({}),
    s3: new S3Client({}),
    sfn: new SFNClient({ retryMode: 'adaptive', maxAttempts: 5 }),
    sqs: new SQSClient({}),
    config: { ...settings, bucket: { name: bucketName, owner: bucketOwner } },
    pace: new SharePace(shareOfHints(readShare) / (READERS_OF_QUEUE * settings.queueUrls.length)),
    logger: loggingFrom(env).logger,
    now: Date.now,
  };
}
