import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { FENCE_TIMES } from '../../src/kinds/handler/fence';
import { decodeImage } from '../../src/kinds/handler/items';
import { keyString } from '../../src/record/record';
import { stateKeyOf } from '../../src/record/state-keys';
import { FencedWrites } from '../../src/replicator/handler/fenced-writes';
import { Queues } from '../../src/replicator/handler/queues';
import { Records } from '../../src/replicator/handler/records';
import type { DynamoDbSender, SqsSender } from '../../src/runtime/senders';
import { identitiesSinceOf } from '../../src/status/handler/retention';
import { StateCommand, StateTable } from '../simulation/state-table';

const { leaseMs } = FENCE_TIMES;
const STATE_TABLE = 'fleet-state';

const itemOf = (timestamp: number) => marshall({
  pk: 'cert#c',
  sk: 'cert',
  certificateId: 'c',
  version: 0,
  timestamp,
  deleted: false,
  sourceRegion: 'us-east-1',
  eventId: 'e',
  incarnation: 'i',
  state: { status: 'ACTIVE', pem: 'p', policies: [] },
});
const [older, newer] = [itemOf(1), itemOf(2)].map(decodeImage);

let now: number;
let newest: ReturnType<typeof itemOf>;
let state: StateTable;

beforeEach(() => {
  now = 1_700_000_000_000;
  newest = itemOf(2);
  state = new StateTable(STATE_TABLE, () => now);
});

/** Those of one invocation. */
function writesOf(): FencedWrites {
  const send = (command: StateCommand) => Promise.resolve().then(() => (command.input.TableName === STATE_TABLE ? state.answer(command) : { Item: newest }));
  const dynamodb = { send: send as unknown as DynamoDbSender['send'] };
  return new FencedWrites({
    dynamodb,
    stateTableName: STATE_TABLE,
    records: new Records(dynamodb, 'fleet'),
    queues: new Queues({ send: (() => Promise.resolve({})) as unknown as SqsSender['send'] }, { retry: 'r', deadLetter: 'd' }),
    settings: {
      features: ['identities'],
      arnPrefix: 'arn:aws:iot:eu-west-1:111122223333:',
      relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1' },
      adoptsPolicies: false,
    },
    since: () => identitiesSinceOf(dynamodb, STATE_TABLE),
    now: () => now,
  });
}

const turn = () => state.get(stateKeyOf.fence(keyString(newer)))?.turn?.N;
const write = () => Promise.resolve();

/** Somebody who has read the record before the newer one came. */
async function olderWriter(): Promise<void> {
  const there = newest;
  newest = itemOf(1);
  await writesOf().inTurn(older, write);
  newest = there;
}

test('who makes several calls for a record enters once', async () => {
  const writes = writesOf();
  await writes.inTurn(newer, write);
  await writes.atOnce(newer, write);
  await writes.noteApplied(newer);
  expect(turn()).toBe('1');
  expect(await writesOf().wasApplied(newer)).toBe(true);
});

describe('a look', () => {
  test('shows that a record was applied', async () => {
    const writes = writesOf();
    await writes.beginLook(newer);
    await writes.noteApplied(newer);
    expect(await writesOf().wasApplied(newer)).toBe(true);
  });

  test('shows nothing if an older record has been written since it began, however long ago', async () => {
    const writes = writesOf();
    await writes.beginLook(newer);
    await olderWriter();
    now += 2 * leaseMs;
    await writes.noteApplied(newer);
    expect(await writesOf().wasApplied(newer)).toBe(false);
  });

  test('shows nothing if an older record might still be written when it began', async () => {
    await olderWriter();
    const writes = writesOf();
    await writes.beginLook(newer);
    now += 2 * leaseMs;
    await writes.noteApplied(newer);
    expect(await writesOf().wasApplied(newer)).toBe(false);
  });

  test('shows nothing about a record that is not the newest any more', async () => {
    const writes = writesOf();
    await writes.beginLook(older);
    await writes.noteApplied(older);
    expect(await writesOf().wasApplied(older)).toBe(false);
  });
});

describe('a note', () => {
  const status = (identities: object) => state.answer(new PutItemCommand({
    TableName: STATE_TABLE,
    Item: marshall({ pk: stateKeyOf.status, identities }),
    ConditionExpression: 'attribute_not_exists(#revision)',
    ExpressionAttributeNames: { '#revision': 'revision' },
  }));

  async function noted(): Promise<void> {
    const writes = writesOf();
    await writes.inTurn(newer, write);
    await writes.noteApplied(newer);
  }

  test('counts no more once identities were off', async () => {
    status({ replicated: true });
    await noted();
    expect(await writesOf().wasApplied(newer)).toBe(true);
    status({ replicated: true, replicatedSince: '2026-11-25T12:00:00.000Z' });
    expect(await writesOf().wasApplied(newer)).toBe(false);
    await noted();
    expect(await writesOf().wasApplied(newer)).toBe(true);
  });

  test('counts not while the status says that they are off, and none is made', async () => {
    await noted();
    status({ replicated: false });
    expect(await writesOf().wasApplied(newer)).toBe(false);
    await noted();
    status({ replicated: true });
    expect(await writesOf().wasApplied(newer)).toBe(false);
  });
});
