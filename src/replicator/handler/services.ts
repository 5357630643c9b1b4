import { setMaxListeners } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { HttpHandlerOptions } from '@smithy/types';
import { Dependencies, StreamDependencies } from './context';
import { Env } from '../environment';
import { RESOURCE_LIMIT } from './failures';
import { DeletionMode } from '../../deletion-mode';
import { loggingFrom } from '../../metrics/handler/log';
import { meterFrom } from '../../metrics/handler/meter';
import { Environment, readVariable } from '../../regional/environment';
import { IotSender } from '../../runtime/senders';
import { statusConfigFrom, StatusStore } from '../../status/handler/status-store';

/** SDK clients are the only state that outlives an invocation. */
export function dependenciesFromEnvironment(env: Environment): Dependencies {
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

export function streamDependenciesFromEnvironment(env: Environment): StreamDependencies {
  const dependencies = dependenciesFromEnvironment(env);
  const { dynamodb, sqs, now } = dependencies;
  return { ...dependencies, status: new StatusStore(dynamodb, sqs, statusConfigFrom(env), now) };
}

/**
 * One client per operation: AWS has a quota for each, and the SDK's adaptive mode learns one rate per client. With a single client the 15
 * calls a second that groups may have would slow the 100 of things down.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function pacedIot(createClient: (config: IoTClientConfig) => IoTClient): IotSender {
  // By class, not by its name, which minification changes.
  const clients = new Map<unknown, IoTClient>();
  const send = (command: Parameters<IoTClient['send']>[0], options?: HttpHandlerOptions) => {
    const operation = command.constructor;
    let client = clients.get(operation);
    if (!client) {
      client = createClient({ retryMode: 'adaptive', maxAttempts: 5 });
      sparePointlessRetries(client);
      clients.set(operation, client);
    }
    return client.send(command, options);
  };
  return { send: send as IoTClient['send'] };
}

/** LimitExceededException is about a resource, not a rate; under its own name the SDK would retry it and slow down for it. */
function sparePointlessRetries(client: IoTClient): void {
  client.middlewareStack.add((next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      if (error instanceof Error && error.name === 'LimitExceededException') error.name = RESOURCE_LIMIT;
      throw error;
    }
  }, { step: 'deserialize', priority: 'high', name: 'sparePointlessRetries' });
}
