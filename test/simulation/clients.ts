import { AttributeValue, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Calls, Invocation } from './calls';
import { STATE_TABLE_NAME, TABLE_NAME } from './definition';
import type { SimulatedQueue } from './queue';
import type { InMemoryRegistry, Operation } from './registry';
import { keyOf, type Replica } from './replica';
import { isOfState, type StateCommand, type StateTable } from './state-table';
import { Attribute, MembersIndex } from '../../src/record/record';
import { DELETIONS_KEY_PREFIX } from '../../src/record/state-keys';
import type { HandlerContext } from '../../src/replicator/handler/context';

export const RETRY_QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/retry';
export const DEAD_LETTER_QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters';

export interface DestinationServices {
  readonly calls: Calls;
  readonly registry: InMemoryRegistry;
  readonly replica: Replica;
  readonly state: StateTable;
  readonly maxDeletionsPerMinute: number;
  readonly retryQueue: SimulatedQueue;
  readonly deadLetters: string[];
  /** Items of a page of a query. */
  readonly pageSize: number;
  /** Whether the queue refuses one entry of a batch. */
  readonly refusesEntry: () => boolean;
  /** How long a call of the registry takes before it happens. @default it happens when the scheduler lets it */
  readonly registryTakes?: () => Promise<void> | undefined;
  /** Told of what must not happen. */
  readonly onViolation: (text: string) => void;
}

type Clients = Pick<HandlerContext, 'iot' | 'dynamodb' | 'sqs'>;
interface Command { readonly input: object }
type Send = (command: Command, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>;

/** The clients of one invocation: each call waits until the scheduler lets it happen. */
export function clientsOf(services: DestinationServices, invocation: Invocation): Clients {
  const { calls } = services;
  const iot: Send = async (command, { abortSignal } = {}) => {
    const operation = command.constructor.name.replace(/Command$/, '') as Operation;
    const taken = services.registryTakes?.();
    if (taken) await taken;
    return calls.park(invocation, 'iot', () => `${operation} ${JSON.stringify(command.input)}`, () => {
      if (operation === 'DeleteThing') expectDeletionIsDue(services, invocation, (command.input as { thingName: string }).thingName);
      return services.registry.execute(operation, command.input as never);
    }, abortSignal);
  };
  const dynamodb: Send = async (command) => {
    if (isOfState(command as StateCommand, STATE_TABLE_NAME) && !isCount(command)) {
      return calls.park(invocation, 'dynamodb', () => `${command.constructor.name.replace(/Command$/, '')} ${JSON.stringify(command.input)}`, () => services.state.answer(command as StateCommand));
    }
    if (command instanceof GetItemCommand) return calls.park(invocation, 'dynamodb', () => `GetItem ${keyOf(command.input.Key!)}`, () => getItem(services, invocation, command));
    if (command instanceof QueryCommand) return calls.park(invocation, 'dynamodb', () => `Query ${JSON.stringify(command.input.ExpressionAttributeValues)}`, () => query(services, command));
    if (command instanceof UpdateItemCommand) return calls.park(invocation, 'dynamodb', () => `UpdateItem ${command.input.Key!.pk.S}`, () => countDeletion(services, invocation, command));
    throw new Error(`the simulation has no DynamoDB call ${command.constructor.name}`);
  };
  const sqs: Send = async (command) => {
    if (command instanceof SendMessageBatchCommand) {
      return calls.park(invocation, 'sqs', () => `SendMessageBatch ${command.input.Entries?.map((each) => `${each.MessageBody} +${each.DelaySeconds}s`).join(' ')}`, () => sendBatch(services, invocation, command));
    }
    if (command instanceof SendMessageCommand) {
      return calls.park(invocation, 'sqs', () => `SendMessage ${command.input.MessageBody}`, () => {
        if (command.input.QueueUrl !== DEAD_LETTER_QUEUE_URL) throw new Error(`unexpected queue ${command.input.QueueUrl}`);
        services.deadLetters.push(command.input.MessageBody!);
        return {};
      });
    }
    if (command instanceof GetQueueAttributesCommand) return calls.park(invocation, 'sqs', () => `GetQueueAttributes ${command.input.QueueUrl}`, () => depthOf(services, command));
    throw new Error(`the simulation has no SQS call ${command.constructor.name}`);
  };
  return {
    iot: { send: iot as Clients['iot']['send'] },
    dynamodb: { send: dynamodb as Clients['dynamodb']['send'] },
    sqs: { send: sqs as Clients['sqs']['send'] },
  };
}

function isCount(command: Command): boolean {
  return command instanceof UpdateItemCommand && command.input.Key!.pk.S!.startsWith(DELETIONS_KEY_PREFIX);
}

function getItem({ replica }: DestinationServices, invocation: Invocation, { input }: GetItemCommand): object {
  if (input.TableName !== TABLE_NAME || !input.ConsistentRead) throw new Error('expected a consistent read of the registry table');
  const key = keyOf(input.Key!);
  const item = replica.get(key);
  if (item?.deleted?.BOOL) invocation.tombstones.set(key, (invocation.tombstones.get(key) ?? new Set()).add(JSON.stringify(item)));
  return item ? { Item: item } : {};
}

function countDeletion({ state, maxDeletionsPerMinute }: DestinationServices, invocation: Invocation, { input }: UpdateItemCommand): object {
  const answer = state.answer(new UpdateItemCommand(input)) as { readonly Attributes: { readonly count: { readonly N: string } } };
  const count = Number(answer.Attributes.count.N);
  const before = count - Number(input.ExpressionAttributeValues![':deletions'].N);
  invocation.admissions += Math.max(Math.min(count, maxDeletionsPerMinute) - before, 0);
  return answer;
}

function query({ replica, pageSize }: DestinationServices, { input }: QueryCommand): object {
  if (input.TableName !== TABLE_NAME) throw new Error('expected a query of the registry table');
  const values = input.ExpressionAttributeValues!;
  const found = input.IndexName === MembersIndex.NAME
    ? replica.queryMembers(values[':owner'].S!)
    : replica.query(values[':pk'].S!, values[':sk'].S!);
  const from = input.ExclusiveStartKey ? found.findIndex((item) => keyOf(item) > keyOf(input.ExclusiveStartKey!)) : 0;
  const page = from < 0 ? [] : found.slice(from, from + pageSize);
  const last = page[page.length - 1];
  return {
    Items: page.map((item) => projected(item, input.ProjectionExpression!)),
    LastEvaluatedKey: from >= 0 && from + pageSize < found.length ? projected(last, `${Attribute.PK}, ${Attribute.SK}`) : undefined,
  };
}

/** The index has keys only. */
function projected(item: Readonly<Record<string, AttributeValue>>, expression: string): Record<string, AttributeValue> {
  return Object.fromEntries(expression.split(', ').flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}

/** All messages count as one kind: whoever asks adds them up. */
function depthOf({ retryQueue, deadLetters }: DestinationServices, { input }: GetQueueAttributesCommand): object {
  const depth = { [RETRY_QUEUE_URL]: retryQueue.messages.length, [DEAD_LETTER_QUEUE_URL]: deadLetters.length }[input.QueueUrl!];
  if (depth === undefined) throw new Error(`unexpected queue ${input.QueueUrl}`);
  return { Attributes: { ApproximateNumberOfMessages: String(depth), ApproximateNumberOfMessagesNotVisible: '0', ApproximateNumberOfMessagesDelayed: '0' } };
}

function sendBatch({ retryQueue, refusesEntry }: DestinationServices, invocation: Invocation, { input }: SendMessageBatchCommand): object {
  const entries = input.Entries ?? [];
  if (input.QueueUrl !== RETRY_QUEUE_URL) throw new Error(`unexpected queue ${input.QueueUrl}`);
  if (entries.length < 1 || entries.length > 10 || new Set(entries.map((each) => each.Id)).size < entries.length) throw new Error('a batch has one to ten entries with different ids');
  const failed = entries.filter(() => refusesEntry());
  if (failed.length > 0) invocation.queueRefused = true;
  for (const entry of entries) if (!failed.includes(entry)) retryQueue.send(entry.MessageBody!, entry.DelaySeconds ?? 0, invocation.chain + 1);
  return { Failed: failed.map((each) => ({ Id: each.Id, SenderFault: false, Code: 'InternalError' })) };
}

/**
 * A thing is only deleted on the word of a tombstone that was the newest record when this invocation read it, and as one of those that the
 * minute had room for, unless that very tombstone was one of them before.
 */
function expectDeletionIsDue({ onViolation, state }: DestinationServices, invocation: Invocation, thingName: string): void {
  const tombstones = invocation.tombstones.get(`thing#${thingName}|thing`);
  if (!tombstones) return onViolation(`${invocation.name} deletes thing ${thingName} without having read its tombstone`);
  const hasBegun = [...tombstones].some((each) => state.begun.has(each));
  for (const each of tombstones) state.begun.add(each);
  // Takes nobody's place: an invocation can have one that is for another thing.
  if (hasBegun) return;
  if (invocation.admissions > 0) invocation.admissions -= 1;
  else onViolation(`${invocation.name} deletes thing ${thingName}, which the minute had no room for`);
}
