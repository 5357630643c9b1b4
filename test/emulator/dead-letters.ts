import { AttributeValue, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, DeleteThingCommand, GetTopicRuleCommand } from '@aws-sdk/client-iot';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { commandsBelow } from './documentation';
import { PLAIN, ROUTED } from './names';
import { World } from './world';

const DOCUMENTATION = 'docs/dead-letters.md';
const LETTERS = `${PLAIN.name}-dead-letters`;
const RETRIES = `${PLAIN.name}-retry`;
const THREE_DAYS = 3 * 24 * 3_600_000;

/**
 * Every kind of dead letter, and the documented ways back.
 *
 * The kinds that are not here: odd events and payloads that are no JSON are with what becomes of odd events (replication.test.ts), and what SQS moves by
 * itself after ten deliveries is the message as it was (test/replicator/consumers.test.ts).
 */
export function deadLetterTests(world: () => World): void {
  beforeEach(async () => {
    for (const site of [world().source, world().destination]) await site.purge(LETTERS);
  });

  describe('a dead letter of a destination', () => {
    test('is redriven as documented, and however old it is, what is newest is applied', async () => {
      const { destination } = world();
      await put(world(), { ...thing('letter-1'), state: { S: 'broken' } });
      await destination.peek(LETTERS, ({ pk }) => pk === 'thing#letter-1');
      for (const name of ['letter-1', 'letter-2']) {
        await put(world(), thing(name));
        await destination.registryOnce((registry) => name in registry.things);
        // By hand, so that nothing but a letter can bring it back.
        await destination.iot.send(new DeleteThingCommand({ thingName: name }));
      }
      const time = new Date(Date.now() - 13 * 24 * 3_600_000).toISOString();
      await destination.send(LETTERS, JSON.stringify({ pk: 'thing#letter-2', sk: 'thing', class: 'waiting', error: 'Waiting', reason: 'r', time, attempts: 298 }));

      await world().run(commandsBelow(DOCUMENTATION, 'Redrive', 2)[0]);
      const { things } = await destination.registryOnce((registry) => 'letter-1' in registry.things && 'letter-2' in registry.things);
      expect([things['letter-1'], things['letter-2']]).toEqual([{ attributes: { v: '1' } }, { attributes: { v: '1' } }]);
      for (const name of ['letter-1', 'letter-2']) await put(world(), { ...thing(name), deleted: { BOOL: true }, timestamp: { N: '2' } });
      expect(await world().differences()).toEqual([]);
    });

    test('is redriven alone by its key', async () => {
      const { destination } = world();
      await put(world(), thing('lamp-1'));
      await destination.registryOnce((registry) => 'lamp-1' in registry.things);
      await destination.iot.send(new DeleteThingCommand({ thingName: 'lamp-1' }));
      await world().run(commandsBelow(DOCUMENTATION, 'Redrive', 2)[1]);
      expect((await destination.registryOnce((registry) => 'lamp-1' in registry.things)).things).toHaveProperty('lamp-1');
      await put(world(), { ...thing('lamp-1'), deleted: { BOOL: true }, timestamp: { N: '2' } });
      expect(await world().differences()).toEqual([]);
    });

    test('reports a record whose name no registry accepts', async () => {
      const { destination } = world();
      await put(world(), thing('not/a name'));
      expectLetter(await destination.letter(LETTERS, ({ pk }) => pk === 'thing#not/a name'), { pk: 'thing#not/a name', sk: 'thing', class: 'rejected', error: 'UnknownRecordShape', attempts: 1 });
      await forget(world(), 'thing#not/a name');
    });

    test('reports a record of another source', async () => {
      const { destination } = world();
      await put(world(), { ...thing('foreign'), sourceRegion: { S: 'ap-south-1' } });
      expectLetter(await destination.letter(LETTERS, ({ pk }) => pk === 'thing#foreign'), { pk: 'thing#foreign', sk: 'thing', class: 'rejected', error: 'ForeignRecord' });
      await forget(world(), 'thing#foreign');
    });

    test('reports what was waited for, after three days', async () => {
      const { destination } = world();
      const typed = thing('patient');
      await put(world(), { ...typed, state: { M: { thingTypeName: { S: 'never' }, attributes: { M: {} } } } });
      const now = Date.now();
      await destination.send(RETRIES, JSON.stringify({ pk: 'thing#patient', sk: 'thing', attempt: 297, waitingSince: now - THREE_DAYS - 1000, sentAt: now - 900_000 }));
      const letter = await destination.letter(LETTERS, ({ pk }) => pk === 'thing#patient');
      expectLetter(letter, { pk: 'thing#patient', sk: 'thing', class: 'waiting', error: 'Waiting', attempts: 298, reason: expect.stringContaining('type') });
      await put(world(), { ...typed, deleted: { BOOL: true }, timestamp: { N: '2' } });
      expect(await world().differences()).toEqual([]);
    });

    test('reports a message without a key, with the message', async () => {
      const { destination } = world();
      await destination.send(RETRIES, '{ "thing": "lamp" }');
      const letter = await destination.letter(LETTERS, ({ received }) => received === '{ "thing": "lamp" }');
      expectLetter(letter, { class: 'rejected', error: 'UnknownMessage', reason: expect.stringContaining('contains no key') });
    });

    test('reports a discarded batch of the stream', async () => {
      const { destination, lambda } = world();
      const FunctionName = `${PLAIN.name}-replicator`;
      const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
      const { UUID, MaximumRecordAgeInSeconds } = EventSourceMappings![0];
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Handler: 'index.missing' }));
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, MaximumRecordAgeInSeconds: 1 }));
      try {
        await put(world(), thing('given-up'));
        const letter = await destination.letter(LETTERS, (body) => 'DDBStreamBatchInfo' in body);
        expect(letter).toMatchObject({
          timestamp: expect.stringMatching(/./),
          requestContext: { functionArn: expect.stringContaining(FunctionName), condition: expect.stringMatching(/Age/) },
          DDBStreamBatchInfo: { startSequenceNumber: expect.stringMatching(/./), endSequenceNumber: expect.stringMatching(/./), batchSize: expect.any(Number) },
        });
      } finally {
        await lambda.send(new UpdateEventSourceMappingCommand({ UUID, MaximumRecordAgeInSeconds }));
        await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Handler: 'index.handler' }));
      }
      expect((await destination.registry()).things).not.toHaveProperty('given-up');
      await put(world(), { ...thing('given-up'), deleted: { BOOL: true }, timestamp: { N: '2' } });
      expect(await world().differences()).toEqual([]);
    });
  });

  describe('a dead letter of the source', () => {
    test('of an event that the workflow could not persist starts the workflow again, as documented', async () => {
      const { source, destination } = world();
      const { roleArn } = await source.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: source.workflowArn(`${PLAIN.name}-persistence`) }));
      await world().whileRefused(roleArn!, 'dynamodb:PutItem', async () => {
        await source.iot.send(new CreateThingCommand({ thingName: 'unpersisted', attributePayload: { attributes: { v: '1' } } }));
        const { Body } = await source.peek(LETTERS, () => true);
        expectLetter(JSON.parse(Body!) as Letter, {
          class: 'rejected',
          error: 'DynamoDB.AmazonDynamoDBException',
          reason: expect.stringContaining('dynamodb:PutItem'),
          entity: { eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'unpersisted' },
          event: expect.objectContaining({ eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'unpersisted', versionNumber: 1, attributes: { v: '1' } }),
        });
      });
      await startAgain(world());
      expect((await destination.registryOnce((registry) => 'unpersisted' in registry.things)).things.unpersisted).toEqual({ attributes: { v: '1' } });
      await source.iot.send(new DeleteThingCommand({ thingName: 'unpersisted' }));
      expect(await world().differences()).toEqual([]);
    });

    test('of an event that did not start the workflow starts it, as documented', async () => {
      const { source, destination } = world();
      const ruleName = await source.ruleName(new RegExp(`^${PLAIN.name}_thing_[0-9a-f]{8}_`));
      const { rule } = await source.iot.send(new GetTopicRuleCommand({ ruleName }));
      await world().whileRefused(rule!.actions![0].stepFunctions!.roleArn!, 'states:StartExecution', async () => {
        await source.iot.send(new CreateThingCommand({ thingName: 'unstarted', attributePayload: { attributes: { v: '1' } } }));
        const { Body, Attributes } = await source.peek(LETTERS, () => true);
        const letter = JSON.parse(Body!) as Letter & { base64OriginalPayload: string };
        expect(letter).toMatchObject({
          ruleName,
          topic: '$aws/events/thing/unstarted/created',
          failures: [expect.objectContaining({ failedResource: `${PLAIN.name}-persistence`, errorMessage: expect.stringContaining('states:StartExecution') })],
        });
        expect(JSON.parse(Buffer.from(letter.base64OriginalPayload, 'base64').toString())).toMatchObject({ thingName: 'unstarted', attributes: { v: '1' } });
        expectRecent(Number(Attributes!.SentTimestamp));
      });
      await startAgain(world());
      expect((await destination.registryOnce((registry) => 'unstarted' in registry.things)).things.unstarted).toEqual({ attributes: { v: '1' } });
      await source.iot.send(new DeleteThingCommand({ thingName: 'unstarted' }));
      expect(await world().differences()).toEqual([]);
    });

    test('that can\'t be started again stays where it is', async () => {
      const { source } = world();
      await world().publish('$aws/events/thing/odd/created', 'this is not JSON {');
      await source.peek(LETTERS, ({ base64OriginalPayload }) => base64OriginalPayload !== undefined);
      await expect(startAgain(world())).rejects.toThrow('InvalidExecutionInput');
      await source.purge(LETTERS);
    });

    test('of a router that fails names its error, and carries the event', async () => {
      const { source } = world();
      const thingName = `${ROUTED.prefix}thrown`;
      await source.iot.send(new CreateThingCommand({ thingName }));
      const letter = await source.letter(`${ROUTED.name}-dead-letters`, ({ entity }) => (entity as { thingName?: string } | undefined)?.thingName === thingName);
      expectLetter(letter, { class: 'rejected', error: 'RangeError', reason: expect.stringContaining('too far'), event: expect.objectContaining({ thingName }) });
    }, 180_000);
  });
}

type Letter = Record<string, unknown>;

function expectLetter(letter: Letter, expected: Letter): void {
  expect(letter).toMatchObject({ ...expected, error: expected.error ?? expect.stringMatching(/./), reason: expected.reason ?? expect.stringMatching(/./) });
  expectRecent(Date.parse(letter.time as string));
}

function expectRecent(time: number): void {
  expect(Math.abs(Date.now() - time)).toBeLessThan(600_000);
}

async function startAgain(world: World): Promise<void> {
  await world.run(commandsBelow(DOCUMENTATION, 'Start again')[0]);
}

function thing(name: string): Record<string, AttributeValue> {
  return {
    pk: { S: `thing#${name}` },
    sk: { S: 'thing' },
    incarnation: { S: 'i' },
    version: { N: '1' },
    timestamp: { N: '1' },
    deleted: { BOOL: false },
    sourceRegion: { S: PLAIN.source },
    eventId: { S: 'e' },
    state: { M: { attributes: { M: { v: { S: '1' } } } } },
  };
}

async function put({ dynamodb }: World, item: Record<string, AttributeValue>): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName: PLAIN.name, Item: item }));
}

async function forget({ dynamodb }: World, pk: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: PLAIN.name, Key: { pk: { S: pk }, sk: { S: 'thing' } } }));
}
