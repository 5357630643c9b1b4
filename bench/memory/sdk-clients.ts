import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import { pacedIot } from '../../src/runtime/paced-iot';

/** A client of the SDK. */
export interface Client { send(command: never): Promise<object> }

/** The answer to the call that is being made: each has one of its own. */
const answers = new AsyncLocalStorage<object>();

const requestHandler = {
  handle: async () => ({
    response: { statusCode: 200, reason: '', headers: { 'content-type': 'application/json' }, body: new TextEncoder().encode(JSON.stringify(answers.getStore(), inSeconds)) },
  }),
};

/** Clients that do everything that the SDK does but for the socket: serializing, signing, middleware, parsing. */
export function sdkClients(): { readonly iot: Client; readonly dynamodb: Client } {
  const common = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  return {
    iot: pacedIot((config) => new IoTClient({ ...common, ...config, requestHandler: requestHandler as unknown as IoTClientConfig['requestHandler'] })) as Client,
    dynamodb: new DynamoDBClient({ ...common, requestHandler: requestHandler as unknown as DynamoDBClientConfig['requestHandler'] }) as Client,
  };
}

/** The client, with an answer in place of the service. */
export function answeredBy(client: Client, answer: (command: { readonly input: object }) => object | Promise<object>): Client {
  return { send: async (command: { readonly input: object }) => answers.run(await answer(command), () => client.send(command as never)) };
}

/** Times in the JSON of AWS are numbers of seconds. */
function inSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const plain = this[key];
  return plain instanceof Date ? plain.getTime() / 1000 : value;
}
