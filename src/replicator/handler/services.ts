import { setMaxListeners } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import { HandlerContext, StreamContext } from './context';
import { DeletionMode } from '../../deletion-mode';
import { loggingFrom } from '../../metrics/handler/log';
import { meterFrom } from '../../metrics/handler/meter';
import { Environment, readVariable } from '../../runtime/environment';
import { pacedIot } from '../../runtime/paced-iot';
import { statusConfigFrom, StatusStore } from '../../status/handler/status-store';
import { Env } from '../environment';

/** SDK clients are the only state that outlives an invocation. */
export function contextFromEnvironment(env: Environment): HandlerContext {
  const read = (name: string) => readVariable(env, name);
  const { logger, logPayloads, logsCalls } = loggingFrom(env);
  return {
    iot: pacedIot((config) => new IoTClient(config)),
    dynamodb: new DynamoDBClient({}),
    sqs: new SQSClient({}),
    config: {
      tableName: read(Env.TABLE_NAME),
      sourceRegion: read(Env.SOURCE_REGION),
      retryQueueUrl: read(Env.RETRY_QUEUE_URL),
      deadLetterQueueUrl: read(Env.DEAD_LETTER_QUEUE_URL),
      deletionMode: read(Env.DELETION_MODE) as DeletionMode,
      stateTableName: read(Env.STATE_TABLE_NAME),
      maxDeletionsPerMinute: Number(read(Env.MAX_DELETIONS_PER_MINUTE)),
      logPayloads,
      logsCalls,
    },
    logger,
    meter: meterFrom(env),
    now: Date.now,
    abortAfter: (milliseconds) => {
      const signal = AbortSignal.timeout(milliseconds);
      // As many calls at once as there are keys at once; Node warns from the eleventh on.
      setMaxListeners(0, signal);
      return signal;
    },
  };
}

export function streamContextFromEnvironment(env: Environment): StreamContext {
  const dependencies = contextFromEnvironment(env);
  const { dynamodb, sqs, now } = dependencies;
  return { ...dependencies, status: new StatusStore(dynamodb, sqs, statusConfigFrom(env), now) };
}

