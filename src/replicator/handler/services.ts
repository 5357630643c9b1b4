import { setMaxListeners } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import { HandlerContext, StreamContext } from './context';
import { loggingFrom } from '../../metrics/handler/log';
import { meterFrom } from '../../metrics/handler/meter';
import { pacedIot } from '../../runtime/paced-iot';
import type { Environment } from '../../settings/environment';
import { statusConfigFrom, StatusStore } from '../../status/handler/status-store';
import { ReplicatorEnv } from '../environment';

/** SDK clients are the only state that outlives an invocation. */
export function contextFromEnvironment(env: Environment): HandlerContext {
  const { logger, logPayloads, logsCalls } = loggingFrom(env);
  return {
    iot: pacedIot((config) => new IoTClient(config)),
    urgentIot: pacedIot((config) => new IoTClient(config)),
    dynamodb: new DynamoDBClient({}),
    sqs: new SQSClient({}),
    config: { ...ReplicatorEnv.read(env), logPayloads, logsCalls },
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

