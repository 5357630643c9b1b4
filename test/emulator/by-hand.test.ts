/** @jest-environment ./test/simulation/environment.ts */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { AttributeValue, CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, IoTClient, ListThingsCommand } from '@aws-sdk/client-iot';
import { marshall } from '@aws-sdk/util-dynamodb';
import { commandsBelow } from './documentation';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { ROOT } from '../../emulator/paths';
import { Shell } from '../../emulator/shell';
import { keyString } from '../../src/record/record';
import { keyOf } from '../kinds/keys';
import { MINUTE, Source } from '../sweep/source';

/** What a person does by commands of the documentation, as they are written there, and what sweeps make of it. */
const DAY = 24 * 60 * MINUTE;
const LAMP = keyOf.thing('lamp-1');
const RECORD = ['aws dynamodb delete-item --region us-east-1 --table-name fleet', '{"pk": {"S": "thing#lamp-1"}, "sk": {"S": "thing"}}'];

let emulator: Emulator;
let tables: DynamoDBClient;

beforeAll(async () => {
  emulator = await startEmulator();
  tables = new DynamoDBClient(emulator.clientConfig('us-east-1'));
  await tables.send(new CreateTableCommand({
    TableName: 'fleet',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    BillingMode: 'PAY_PER_REQUEST',
  }));
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

/** A thing in a group, with the records of a sweep, and another thing. */
async function fleet(): Promise<Source> {
  const source = new Source();
  source.untold(() => {
    source.registry.execute('CreateThingGroup', { thingGroupName: 'hall' });
    for (const thingName of ['lamp-1', 'lamp-2']) source.registry.execute('CreateThing', { thingName, attributePayload: { attributes: { color: 'red' } } });
    source.registry.execute('AddThingToThingGroup', { thingName: 'lamp-1', thingGroupName: 'hall' });
  });
  source.pass(10 * MINUTE);
  await source.sweep();
  source.pass(DAY);
  return source;
}

/** Runs commands on a table that has the source's items, and deletes there what they have deleted. */
async function runOn(source: Source, commands: string): Promise<string[]> {
  for (const item of Object.values(source.records())) await tables.send(new PutItemCommand({ TableName: 'fleet', Item: marshall(item, { removeUndefinedValues: true }) as Record<string, AttributeValue> }));
  await (await Shell.create(emulator)).run(commands, 'us-east-1');
  const { Items } = await tables.send(new ScanCommand({ TableName: 'fleet', ConsistentRead: true }));
  const left = new Set(Items!.map(({ pk, sk }) => keyString({ pk: pk.S!, sk: sk.S! })));
  const deleted = Object.keys(source.records()).filter((key) => !left.has(key));
  for (const key of deleted) {
    const [pk, sk] = key.split('|');
    source.remove({ pk, sk });
  }
  return deleted;
}

test('a record with a time in the future is deleted, and the next sweep writes it again', async () => {
  const command = fs.readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8').split('\n')
    .filter((line) => line.includes('more than five minutes ahead of the clock')).flatMap((line) => /`(aws dynamodb delete-item .*?)`/.exec(line)?.[1] ?? []);
  expect(command).toEqual([expect.stringContaining(RECORD[0])]);
  expect(command[0]).toContain(RECORD[1]);
  const source = await fleet();
  const { incarnation, state } = source.record(LAMP)!;
  source.put({ ...source.record(LAMP)!, timestamp: Date.UTC(2100, 0, 1) });
  expect(await source.sweep()).toMatchObject({ inSync: false, counts: { refused: 1 } });

  expect(await runOn(source, command[0])).toEqual([keyString(LAMP)]);
  source.pass(DAY);
  expect(await source.sweep()).toMatchObject({ counts: { missing: 1, persisted: 1 } });
  expect(source.record(LAMP)).toMatchObject({ incarnation, state, deleted: false });
  source.pass(DAY);
  expect(await source.sweep()).toMatchObject({ inSync: true });
});

test('what a router drops is taken out of the table with its memberships, and then out of a destination', async () => {
  const [outOfTable, outOfDestination] = commandsBelow('docs/operations.md', 'Take out what a router drops', 2);
  const source = await fleet();
  source.deploy((record) => ({ replicate: record.pk !== LAMP.pk }), 'v2');
  expect(await source.sweep()).toMatchObject({ inSync: false });
  source.pass(DAY);
  expect(await source.sweep()).toMatchObject({ inSync: false });
  expect(source.results.at(-1)).toMatchObject({ remaining: 2 });

  expect(await runOn(source, outOfTable)).toEqual([keyOf.membership('lamp-1', 'hall'), LAMP].map(keyString));
  source.pass(DAY);
  expect(await source.sweep()).toMatchObject({ inSync: true, counts: { filtered: 2 } });
  expect(source.results.at(-1)).toMatchObject({ remaining: 0 });
  expect(source.record(LAMP)).toBeUndefined();

  const iot = new IoTClient(emulator.clientConfig('eu-west-1'));
  for (const thingName of ['lamp-1', 'lamp-2']) await iot.send(new CreateThingCommand({ thingName }));
  await (await Shell.create(emulator)).run(outOfDestination, 'us-east-1');
  expect((await iot.send(new ListThingsCommand({}))).things!.map(({ thingName }) => thingName)).toEqual(['lamp-2']);
});
