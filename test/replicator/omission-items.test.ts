import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { keyOf } from '../../src/kinds/register';
import { keyString, type RecordKey } from '../../src/record/record';
import { OMISSION_KEY_PREFIX } from '../../src/record/state-keys';
import { OmissionItems } from '../../src/replicator/handler/omission-items';
import { RetryQueue } from '../../src/replicator/handler/queues';
import type { DynamoDbSender, SqsSender } from '../../src/runtime/senders';
import { StateTable, type StateCommand } from '../simulation/state-table';

const CERTIFICATE = keyOf({ kind: 'certificate', certificateId: 'c'.repeat(64) });
/** Longer names AWS has not. */
const LONGEST_NAME = 128;

const sets = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => keyOf({ kind: 'principals', thingName: String(from + i).padStart(LONGEST_NAME, '-') }));

/** What sends keys to a queue, whose state is in a table that takes no more of an item than DynamoDB does. */
class Bench {
  public readonly state = new StateTable('state');
  public readonly sent: RecordKey[] = [];
  /** Is called before each call of the table. */
  public beforeCall?: (command: StateCommand) => Promise<void>;
  public readonly omissions: OmissionItems;

  constructor() {
    const dynamodb = {
      send: async (command: StateCommand) => {
        await this.beforeCall?.(command);
        return this.state.answer(command);
      },
    } as unknown as DynamoDbSender;
    const sqs = {
      send: async ({ input }: { readonly input: { readonly Entries: readonly { readonly MessageBody: string }[] } }) => {
        this.sent.push(...input.Entries.map(({ MessageBody }) => JSON.parse(MessageBody) as RecordKey));
        return {};
      },
    } as unknown as SqsSender;
    this.omissions = new OmissionItems(dynamodb, 'state', new RetryQueue(sqs, 'retry'));
  }

  public async note(noted: readonly RecordKey[]): Promise<void> {
    for (const each of noted) await this.omissions.note(CERTIFICATE, each);
  }

  public get items() {
    return this.state.withPrefix(OMISSION_KEY_PREFIX);
  }
}

const byName = (a: RecordKey, b: RecordKey) => (a.pk < b.pk ? -1 : 1);

describe('a certificate that is left out of more things than an item of DynamoDB can name', () => {
  const MANY = sets(0, 2_900);
  /** More than one item names. */
  const SOME = sets(0, 1_100);

  test('is attached to all of them once it is admitted', async () => {
    const bench = new Bench();
    await expect(bench.note(MANY)).resolves.toBeUndefined();
    await bench.omissions.end(CERTIFICATE);
    expect(bench.sent.sort(byName)).toEqual(MANY);
    expect(bench.items).toEqual([]);
  }, 120_000);

  test('is attached to all of them, if whoever admits it dies between two calls', async () => {
    const bench = new Bench();
    await bench.note(SOME);
    let deletions = 0;
    bench.beforeCall = async (command) => {
      if (command instanceof DeleteItemCommand && ++deletions === 2) throw new Error('ended');
    };
    await expect(bench.omissions.end(CERTIFICATE)).rejects.toThrow('ended');
    bench.beforeCall = undefined;
    await bench.omissions.end(CERTIFICATE);
    expect([...new Set(bench.sent.map(keyString))].sort()).toEqual(SOME.map(keyString));
    expect(bench.items).toEqual([]);
  }, 120_000);

  test('is named once by each, however often they are noted', async () => {
    const bench = new Bench();
    for (let i = 0; i < 2; i++) await bench.note(SOME);
    expect(bench.items.flatMap(({ leftOutOf }) => leftOutOf.SS!).sort()).toEqual(SOME.map(keyString));
  }, 120_000);
});
