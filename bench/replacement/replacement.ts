/** How long it takes to replace the type of a fleet, and what happens to a key for which no invocation has enough time; in simulated time, at AWS's quotas. */
import { AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { TypedRegistry } from './registry';
import { VirtualClock } from './virtual-clock';
import { QUOTAS } from '../../src/kinds/register';
import { StreamContext } from '../../src/replicator/handler/context';
import { DeadLetter } from '../../src/replicator/handler/queues';
import { retryConsumer } from '../../src/replicator/handler/retry-consumer';
import { Sizing } from '../../src/replicator/sizing';
import { keyOf } from '../../test/kinds/keys';
import { silent } from '../../test/monitoring/silent';
import { replicatorConfig } from '../../test/replicator/config';
import { isOfState, StateCommand, StateTable } from '../../test/simulation/state-table';
import { typeItem } from '../calls/records';
import { Part, progress, Row, runPart, shown } from '../part';

const THINGS = Number(process.env.REPLACEMENT_THINGS ?? 1_000_000);
const READ_MS = 5;
const QUEUE_MS = 10;
const POLL_MS = 200;
const HOUR_MS = 3_600_000;
/** If no page takes longer: listings, reads and ends of invocations add to the updates. */
const AT_MOST = 1.15;
const MAX_DAYS = 3;

class Replacement {
  public readonly clock = new VirtualClock();
  public readonly registry: TypedRegistry;
  public readonly letters: DeadLetter[] = [];
  public reads = 0;
  public invocations = 0;
  private readonly type = marshall(typeItem('sensor', { searchableAttributes: ['serial'] }), { removeUndefinedValues: true });
  private queue: { readonly body: string; readonly visibleAt: number }[] = [{ body: JSON.stringify(keyOf.type('sensor')), visibleAt: 0 }];
  private busy = 0;
  private readonly state = new StateTable('s', () => this.clock.now);

  constructor(things: number) {
    this.registry = new TypedRegistry(this.clock, things);
  }

  /** @returns milliseconds until everything is done */
  public async run(): Promise<number> {
    const { clock } = this;
    const start = clock.now;
    await clock.runToEnd(Promise.all(Array.from({ length: Sizing.RETRY_MAX_CONCURRENCY }, () => this.consume())));
    return clock.now - start;
  }

  private async consume(): Promise<void> {
    const { clock } = this;
    const handle = retryConsumer(this.dependencies());
    while (this.queue.length > 0 || this.busy > 0) {
      const due = this.queue.filter(({ visibleAt }) => visibleAt <= clock.now).slice(0, Sizing.RETRY_BATCH_SIZE);
      if (due.length === 0) {
        await clock.sleep(POLL_MS);
        continue;
      }
      this.queue = this.queue.filter((each) => !due.includes(each));
      this.busy++;
      this.invocations++;
      const end = clock.now + Sizing.RETRY_TIMEOUT_SECONDS * 1000;
      const Records = due.map(({ body }, i) => ({ messageId: String(i), body }) as SQSRecord);
      const { batchItemFailures } = await handle({ Records }, { getRemainingTimeInMillis: () => end - clock.now });
      if (batchItemFailures.length > 0) throw new Error('no message comes back: the queue takes them all');
      this.busy--;
    }
  }

  private dependencies(): StreamContext {
    const { clock } = this;
    return {
      iot: this.registry as unknown as StreamContext['iot'],
      dynamodb: { send: (command: object) => this.read(command) } as unknown as StreamContext['dynamodb'],
      sqs: { send: (command: object) => this.send(command) } as unknown as StreamContext['sqs'],
      config: replicatorConfig(),
      ...silent,
      now: () => clock.now,
      abortAfter: (milliseconds) => {
        const controller = new AbortController();
        void clock.sleep(milliseconds).then(() => controller.abort());
        return controller.signal;
      },
    };
  }

  private async read(command: object): Promise<object> {
    await this.clock.sleep(READ_MS);
    if (isOfState(command as StateCommand, 's')) return this.state.answer(command as StateCommand);
    if (!(command instanceof GetItemCommand)) throw new Error('the replica of the table is read key by key');
    this.reads++;
    const { pk, sk } = command.input.Key as Record<'pk' | 'sk', { readonly S: string }>;
    return { Item: sk.S === 'type' ? this.type : thingItem(pk.S) };
  }

  private async send(command: object): Promise<object> {
    await this.clock.sleep(QUEUE_MS);
    if (command instanceof SendMessageCommand) {
      this.letters.push(JSON.parse(command.input.MessageBody!) as DeadLetter);
      return {};
    }
    if (!(command instanceof SendMessageBatchCommand)) throw new Error('the simulation has no such call of a queue');
    for (const { MessageBody, DelaySeconds = 0 } of command.input.Entries!) {
      this.queue.push({ body: MessageBody!, visibleAt: this.clock.now + DelaySeconds * 1000 });
    }
    return {};
  }
}

/** The record of a thing; all are alike. */
function thingItem(pk: string): Record<string, AttributeValue> {
  return {
    pk: { S: pk },
    sk: { S: 'thing' },
    incarnation: { S: pk },
    version: { N: '1' },
    timestamp: { N: '1' },
    deleted: { BOOL: false },
    sourceRegion: { S: 'us-east-1' },
    eventId: { S: 'e' },
    state: { M: { thingTypeName: { S: 'sensor' }, attributes: { M: { serial: { S: '1' } } } } },
  };
}

async function measure(): Promise<Part> {
  return { rows: [...await replaced(), await endless()], figures: undefined };
}

async function replaced(): Promise<Row[]> {
  progress(`replacement: a type of ${shown(THINGS)} things`);
  const replacement = new Replacement(THINGS);
  const milliseconds = await replacement.run();
  const { registry, reads, invocations, letters } = replacement;
  const { UpdateThing: updates = 0, ListThings: listings = 0, ...others } = registry.calls;
  const fewest = 2 * THINGS / QUOTAS.UpdateThing * 1000;
  const isDone = registry.withType === THINGS && String(registry.searchableAttributes) === 'serial' && letters.length === 0;
  return [
    {
      what: `a type of ${shown(THINGS)} things is replaced: time, of what the quota of UpdateThing takes for two updates a thing`,
      mustReach: `ends, <= ${AT_MOST}`,
      measured: `${isDone ? '' : 'NOT DONE, '}${shown(milliseconds / HOUR_MS)} h of ${shown(fewest / HOUR_MS)} h: ${shown(milliseconds / fewest, 3)}, ${shown(invocations)} invocations`,
      ok: isDone && milliseconds / fewest <= AT_MOST,
    },
    {
      what: '  registry calls a thing: updates, listings',
      mustReach: '2, <= 3.1 / 250',
      measured: `${shown(updates / THINGS, 4)}, ${shown(listings / THINGS * 250, 3)} / 250`,
      ok: updates === 2 * THINGS && listings <= 3.1 * THINGS / 250,
    },
    { what: '  calls of the type altogether, reads of the table a thing', measured: `${shown(Object.values(others).reduce<number>((total, count) => total + (count ?? 0), 0))}, ${shown(reads / THINGS, 2)}` },
  ];
}

async function endless(): Promise<Row> {
  progress('replacement: a key that no invocation has time enough for');
  const replacement = new Replacement(1);
  replacement.registry.hangs = true;
  const milliseconds = await replacement.run();
  const [letter] = replacement.letters;
  const hours = milliseconds / HOUR_MS;
  return {
    what: 'a key that no invocation has time enough for',
    mustReach: 'a letter with a reason, after three days',
    measured: letter ? `${letter.class}, ${letter.error}: after ${shown(hours, 1)} h` : 'no letter',
    ok: replacement.letters.length === 1 && letter.error === 'Unfinished' && hours >= MAX_DAYS * 24 && hours <= MAX_DAYS * 24 + 1,
  };
}

runPart(measure);
