import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hintsIn, messageOf, Report } from './hint';
import { lookAt } from './look';
import { Memory } from './memory';
import { Bucket } from '../../comparison/handler/objects';
import { TableReader } from '../../comparison/handler/table-reader';
import type { Entity } from '../../kinds';
import { keyOf } from '../../kinds/register';
import { keyString } from '../../record/record';
import type { Pace } from '../../runtime/pace';
import { pacingIot } from '../../runtime/pace';
import type { SqsSender } from '../../runtime/senders';
import type { SweepContext } from '../../sweep/handler/context';
import { Persister } from '../../sweep/handler/persistence-client';

export interface HintContext extends Pick<SweepContext, 'iot' | 'dynamodb' | 's3' | 'sfn' | 'logger' | 'now'> {
  readonly sqs: SqsSender;
  /** Of the reads of the source registry. */
  readonly pace: Pace;
  readonly config: HintConfig;
}

export interface HintConfig {
  readonly tableName: string;
  readonly bucket: Bucket;
  readonly observationWorkflowArn: string;
  readonly routerVersion?: string;
  /** See `Selection.onlyReferred`. */
  readonly onlyReferred: readonly string[];
  /** Of the policies that are replicated; absent means any. */
  readonly policyPrefixes?: readonly string[];
  /** Kinds that are replicated: hints about others are ignored. */
  readonly kinds: readonly string[];
  /** The queues that messages come from, and go back to. */
  readonly queueUrls: readonly string[];
}

/** A queue, with what is remembered of its messages. */
interface Source {
  readonly queueUrl: string;
  readonly memory: Memory;
}

/** The same key is read once in this time. */
const REST_MS = 60_000;

/**
 * Reserve of an invocation's time for the message that is read when it is nearly over. At the smallest share that readers take, each certificate waits for 40 seconds, and an
 * invocation that ends too late has all of its batch read again, after the visibility timeout.
 */
const RESERVE_MS = 60_000;

/** Seconds after which a message that was not handled is delivered again; without this, after the visibility timeout of the queue. */
const AGAIN_SECONDS = 60;

/**
 * Reads what hints name, one after the other, within its pace. The state is read from the registry, and a hint contains none of it, so a forged or repeated one costs a
 * read. Whatever a message contains, the others are read.
 *
 * A message that could not be handled is delivered again after a minute, until the queue drops it: what is lost is found by a check or a sweep.
 */
export function hintReader(context: HintContext) {
  // They outlive the invocation. Each queue has a memory of its own: what is put off in one must not keep a hint of the other from being read.
  const sources = context.config.queueUrls.map((queueUrl): Source => ({ queueUrl, memory: new Memory() }));
  return async ({ Records }: SQSEvent, time: { readonly awsRequestId: string; getRemainingTimeInMillis(): number }): Promise<SQSBatchResponse> => {
    const { logger, now } = context;
    const reader = new Reader(context, sourceOf(sources, Records[0]), time.awsRequestId);
    const left: SQSRecord[] = [];
    for (const record of Records) {
      try {
        if (time.getRemainingTimeInMillis() < RESERVE_MS) left.push(record);
        else await reader.handle(record);
      } catch (error) {
        logger.warn('a hint was not read', { error: nameOf(error), ageMs: now() - Number(record.attributes.SentTimestamp) });
        left.push(record);
      }
    }
    for (const record of left) await reader.putBack(record);
    return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/**
 * The queue of a batch: Lambda never mixes those of two.
 *
 * @throws Error if its messages are of another queue
 */
function sourceOf(sources: readonly Source[], { eventSourceARN }: SQSRecord): Source {
  const name = eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1);
  const source = sources.find(({ queueUrl }) => queueUrl.endsWith(`/${name}`));
  if (!source) throw new Error(`eventSourceARN: got the queue ${name}, expected one that the construct has set: deploy the function with the construct`);
  return source;
}

/** Without its message, which can contain names. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

class Reader {
  private readonly look: Parameters<typeof lookAt>[0];

  constructor(private readonly context: HintContext, private readonly source: Source, requestId: string) {
    const { iot, dynamodb, pace, config: { tableName, routerVersion, onlyReferred, policyPrefixes }, now } = context;
    this.look = {
      iot: pacingIot(iot, pace),
      table: new TableReader(dynamodb, tableName),
      persister: new Persister(context, { name: `hint-${requestId}`, startedAt: now() }),
      routerVersion,
      onlyReferred,
      prefixes: { policy: policyPrefixes },
      now,
    };
  }

  public async handle({ body, attributes }: SQSRecord): Promise<void> {
    const { logger, now, config: { kinds } } = this.context;
    const hints = hintsIn(body).filter(({ entity }) => kinds.includes(entity.kind));
    if (hints.length === 0) logger.debug('a message names nothing');
    for (const { entity, delays, dueAt, reports, follows } of hints) {
      if (reports && !this.source.memory.admits(reports, keyString(keyOf(entity)), now())) continue;
      for (const delay of delays) await this.putOff(entity, now() + delay * 1000, reports);
      if (delays.length > 0) continue;
      // What was put off is not put off again.
      if (dueAt !== undefined) await this.read(entity, dueAt, follows);
      else await this.readOrPutOff(entity, Number(attributes.SentTimestamp));
    }
  }

  /** Has a message that was not handled delivered again soon. */
  public async putBack({ receiptHandle }: SQSRecord): Promise<void> {
    const { sqs, logger } = this.context;
    try {
      const { queueUrl } = this.source;
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: AGAIN_SECONDS }));
    } catch (error) {
      logger.warn('a hint returns only after the visibility timeout', { error: nameOf(error) });
    }
  }

  /** @param sentAt when the message was sent */
  private async readOrPutOff(entity: Entity, sentAt: number): Promise<void> {
    const { now } = this.context;
    const { readAt = -Infinity, dueAt = -Infinity } = this.source.memory.of(keyString(keyOf(entity)));
    const restsUntil = readAt + REST_MS;
    if (now() >= restsUntil) return this.read(entity, sentAt);
    if (sentAt < readAt) return;
    // The message that returns covers this one too.
    if (now() < dueAt && dueAt <= restsUntil) return;
    await this.putOff(entity, restsUntil);
  }

  /** @param asOf a reading that began later has seen what the hint is about; in milliseconds since the epoch */
  private async read(entity: Entity, asOf: number, follows?: Report): Promise<void> {
    const key = keyString(keyOf(entity));
    const { memory } = this.source;
    const before = memory.of(key);
    const covered = follows ? before.followedAt : before.readAt;
    if (covered !== undefined && asOf < covered) return;
    const readAt = this.context.now();
    const again = await lookAt(this.look, entity, follows);
    for (const each of again) await this.putOff(each, readAt);
    memory.remember(key, { ...before, readAt, ...follows ? { followedAt: readAt } : {} });
  }

  /** @param dueAt in milliseconds since the epoch */
  private async putOff(entity: Entity, dueAt: number, follows?: Report): Promise<void> {
    const { sqs, now } = this.context;
    const { queueUrl, memory } = this.source;
    const DelaySeconds = Math.max(0, Math.ceil((dueAt - now()) / 1000));
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: messageOf(entity, dueAt, follows), DelaySeconds }));
    const key = keyString(keyOf(entity));
    memory.remember(key, { ...memory.of(key), dueAt });
  }
}
