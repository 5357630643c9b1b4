import { AttributeValue, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { Log } from './log';
import { Item, SOURCE_REGION } from './records';
import { keyString } from '../../src/record/record';
import { StreamContext } from '../../src/replicator/handler/context';
import { streamConsumer } from '../../src/replicator/handler/stream-consumer';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { Sizing } from '../../src/replicator/sizing';
import { silent } from '../../test/monitoring/silent';
import { replicatorConfig } from '../../test/replicator/config';
import { InMemoryRegistry } from '../../test/simulation/registry';
import { isOfState, StateCommand, StateTable } from '../../test/simulation/state-table';
import { sum } from '../part';

const TIMEOUT_MS = 300_000;

const IDENTITIES: IdentitiesConfig = {
  features: ['identities'],
  arnPrefix: 'arn:aws:iot:eu-west-1:111122223333:',
  relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: 'eu-west-1' },
  adoptsPolicies: false,
};

/** The calls and resources that the replication of some records has used. */
export interface Use {
  readonly registryCalls: number;
  readonly tableReads: number;
  readonly messages: number;
  readonly invocations: number;
  /** The time that Lambda bills: that of each invocation, rounded up. */
  readonly billedMs: number;
  /** The bytes of metrics and logs, as CloudWatch Logs counts them. */
  readonly logBytes: number;
}

export interface Latencies {
  readonly registryMs: number;
  readonly tableMs: number;
}

/** A destination without the network: its registry and its replica of the table in memory, and the real consumer of the replica's stream. */
export class Destination {
  /** Milliseconds since the epoch, for waits that AWS requires. */
  public now = 1_700_000_000_000;
  private readonly registry: InMemoryRegistry;
  private readonly table = new Map<string, Item>();
  private readonly consume: ReturnType<typeof streamConsumer>;
  private tableReads = 0;
  private messages = 0;
  private sequence = 0;
  private readonly state = new StateTable('s', () => this.now);
  private readonly log = new Log();

  constructor(private readonly latencies: Latencies = { registryMs: 0, tableMs: 0 }, private readonly hasIdentities = false) {
    this.registry = new InMemoryRegistry({
      region: 'eu-west-1', accountId: '111122223333', now: () => this.now, turn: () => pause(latencies.registryMs),
    });
    this.consume = streamConsumer(this.dependencies());
  }

  /**
   * Writes records and applies them.
   *
   * @param batchSize the maximum number of records of one invocation
   * @param looksAgain whether each of them depends on a read that can lag, so that a message applies it once more
   * @throws Error if anything was not applied at once: then it is not the steady state
   */
  public async replicate(items: readonly Item[], batchSize: number = Sizing.STREAM_BATCH_SIZE, looksAgain = false): Promise<Use> {
    const before = this.counts();
    const records = items.map((item) => this.write(item));
    let billedMs = 0;
    let invocations = 0;
    for (let from = 0; from < records.length; from += batchSize) {
      const end = performance.now() + TIMEOUT_MS;
      const context = { getRemainingTimeInMillis: () => end - performance.now() };
      const { batchItemFailures } = await this.log.listen(() => this.consume({ Records: records.slice(from, from + batchSize) }, context));
      billedMs += Math.ceil(performance.now() - (end - TIMEOUT_MS));
      invocations++;
      if (batchItemFailures.length > 0) throw new Error('a record was given back to the stream');
    }
    const after = this.counts();
    const messages = after.messages - before.messages;
    if (messages !== (looksAgain ? items.length : 0)) throw new Error(`not applied at once: ${messages} messages for ${items.map(keyString).join(', ')}`);
    return {
      registryCalls: after.registryCalls - before.registryCalls,
      tableReads: after.tableReads - before.tableReads,
      messages,
      invocations,
      billedMs,
      logBytes: after.logBytes - before.logBytes,
    };
  }

  private counts() {
    return { registryCalls: sum(Object.values(this.registry.calls)), tableReads: this.tableReads, messages: this.messages, logBytes: this.log.bytes };
  }

  private write(item: Item): DynamoDBRecord {
    const key = keyString(item);
    const old = this.table.get(key);
    this.table.set(key, item);
    const image = (each: Item) => marshall(each, { removeUndefinedValues: true }) as never;
    const { pk, sk } = item;
    return {
      eventName: old ? 'MODIFY' : 'INSERT',
      dynamodb: { SequenceNumber: String(this.sequence++), Keys: image({ pk, sk }), NewImage: image(item), OldImage: old && image(old) },
    };
  }

  private dependencies(): StreamContext {
    return {
      iot: this.registry.client,
      dynamodb: { send: (command: { input: { Key: Record<'pk' | 'sk', AttributeValue> } }) => this.read(command) } as unknown as StreamContext['dynamodb'],
      sqs: { send: (command: { input: { Entries?: unknown[] } }) => this.send(command) } as unknown as StreamContext['sqs'],
      config: replicatorConfig({ sourceRegion: SOURCE_REGION, identities: this.hasIdentities ? IDENTITIES : undefined }),
      ...silent,
      ...this.log.voice,
      now: () => this.now,
    };
  }

  private async send({ input }: { input: { Entries?: unknown[] } }): Promise<object> {
    this.messages += input.Entries?.length ?? 1;
    return {};
  }

  private async read(command: { input: { Key: Record<'pk' | 'sk', AttributeValue> } }): Promise<Partial<Record<'Item' | 'Attributes', Record<string, AttributeValue>>>> {
    if (isOfState(command as unknown as StateCommand, 's')) {
      if (!(command instanceof UpdateItemCommand)) this.tableReads++;
      await pause(this.latencies.tableMs);
      return this.state.answer(command as unknown as StateCommand);
    }
    if (!(command instanceof GetItemCommand)) throw new Error('in steady state the table is not queried');
    this.tableReads++;
    await pause(this.latencies.tableMs);
    const { pk, sk } = command.input.Key!;
    const item = this.table.get(keyString({ pk: pk.S!, sk: sk.S! }));
    return { Item: item && marshall(item, { removeUndefinedValues: true }) };
  }
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
