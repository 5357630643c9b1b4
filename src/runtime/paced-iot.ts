import type { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import type { HttpHandlerOptions } from '@smithy/types';
import { IotSender } from './senders';

/** The name that the adapter gives to a LimitExceededException, so that the SDK does not retry it and slow down. */
export const RESOURCE_LIMIT = 'ResourceLimitExceeded';

/** Whether a quota of a resource is reached. By both names: not every client is paced. */
export function isResourceLimit(error: unknown): boolean {
  return error instanceof Error && (error.name === RESOURCE_LIMIT || error.name === 'LimitExceededException');
}

/**
 * One client per operation: AWS has a quota for each, and the SDK's adaptive mode learns one rate per client. With a single client the 15
 * calls per second of groups would slow down the 100 of things.
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

/** LimitExceededException concerns a resource, not a rate; with its own name the SDK would retry it and slow down. */
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
