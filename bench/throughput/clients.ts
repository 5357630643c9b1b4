import { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import type { HttpRequest } from '@smithy/types';
import { storedItem } from './stream-records';
import { HandlerContext } from '../../src/replicator/handler/context';
import { pacedIot } from '../../src/runtime/paced-iot';

interface StringKey { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } }
type Clients = Pick<HandlerContext, 'iot' | 'dynamodb' | 'sqs'>;

/** What replaces the services, and at which level. */
export const VARIANTS = {
  /** Nothing of the SDK runs: the replicator's own work. */
  fakes: 'fakes in place of the SDK',
  /** Serialization, signing, middleware, retry strategy, deserialization: everything except the socket. */
  sdk: 'the real SDK, without a network',
} as const;
export type Variant = keyof typeof VARIANTS;

export function clientsOf(variant: Variant): Clients {
  return variant === 'fakes' ? fakes() : sdk();
}

const answers = (send: (command: never) => object) => ({ send: async (command: never) => send(command) });
/** Nothing waits. */
const NOTHING_WAITS = { Count: 0 };
const tableAnswers = answers(({ input: { Key } }: { input: { Key?: StringKey } }) => (
  Key ? { Item: storedItem(Key.pk.S, Key.sk.S) } : NOTHING_WAITS
));

/** Any message means that a record was not applied. */
const sqs = answers(() => { throw new Error('nothing should go to a queue'); }) as unknown as Clients['sqs'];

function fakes(): Clients {
  const done = {};
  return {
    iot: answers(() => done) as unknown as Clients['iot'],
    dynamodb: tableAnswers as unknown as Clients['dynamodb'],
    sqs,
  };
}

function sdk(): Clients {
  const common = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const handler = (answer: (request: HttpRequest) => string) => ({
    handle: async (request: HttpRequest) => ({ response: response(answer(request)) }),
  });
  const iotHandler = handler(() => '{}') as unknown as IoTClientConfig['requestHandler'];
  const dynamodbHandler = handler(getItem) as unknown as DynamoDBClientConfig['requestHandler'];
  return {
    iot: pacedIot((config) => new IoTClient({ ...common, ...config, requestHandler: iotHandler })),
    dynamodb: new DynamoDBClient({ ...common, requestHandler: dynamodbHandler }),
    sqs,
  };
}

function getItem({ body }: HttpRequest): string {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
  const { Key } = JSON.parse(text) as { Key?: StringKey };
  return JSON.stringify(Key ? { Item: storedItem(Key.pk.S, Key.sk.S) } : NOTHING_WAITS);
}

function response(text: string) {
  return { statusCode: 200, reason: '', headers: { 'content-type': 'application/json' }, body: new TextEncoder().encode(text) };
}
