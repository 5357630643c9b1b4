import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hintsIn, messageOf } from './hint';
import { lookAt } from './look';
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
  readonly queueUrl: string;
}

/** The same key is read once in this time. */
const REST_MS = 60_000;

/** Keys that are remembered: the memory of a reader is bounded. */
const MAX_REMEMBERED = 10_000;

/** Reserve of an invocation's time for the message that is read when it is nearly over. */
const RESERVE_MS = 30_000;

/** What a reader remembers of a key. */
interface Remembered {
  /** Milliseconds since the epoch: the moment before it was last read. */
  readonly readAt: number;
  /** When a message about it returns, if one is put off. */
  readonly dueAt?: number;
}

/**
 * Reads what hints name, one after the other, within its pace. The state is read from the registry, and a hint contains none of it, so a forged or repeated one costs a
 * read. Whatever a message contains, the others are read.
 *
 * A message that could not be handled is delivered again, until the queue drops it: what is lost is found by a check or a sweep.
 */
export function hintReader(context: HintContext) {
  // By key; the oldest first. It outlives the invocation.
  const remembered = new Map<string, Remembered>();
  return async ({ Records }: SQSEvent, time: { readonly awsRequestId: string; getRemainingTimeInMillis(): number }): Promise<SQSBatchResponse> => {
    const { logger, now } = context;
    const reader = new Reader(context, remembered, time.awsRequestId);
    const failed: SQSRecord[] = [];
    for (const record of Records) {
      try {
        if (time.getRemainingTimeInMillis() < RESERVE_MS) failed.push(record);
        else await reader.handle(record);
      } catch (error) {
        // Without its message, which can contain names.
        logger.warn('a hint was not read', { error: error instanceof Error ? error.name : typeof error, ageMs: now() - Number(record.attributes.SentTimestamp) });
        failed.push(record);
      }
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

class Reader {
  private readonly look: Parameters<typeof lookAt>[0];

  constructor(private readonly context: HintContext, private readonly remembered: Map<string, Remembered>, requestId: string) {
    const { iot, dynamodb, pace, config: { tableName, routerVersion, onlyReferred }, now } = context;
    this.look = {
      iot: pacingIot(iot, pace),
      table: new TableReader(dynamodb, tableName),
      persister: new Persister(context, { name: `hint-${requestId}`, startedAt: now() }),
      routerVersion,
      onlyReferred,
      now,
    };
  }

  public async handle({ body, attributes }: SQSRecord): Promise<void> {
    const hints = hintsIn(body);
    if (hints.length === 0) this.context.logger.debug('a message names nothing');
    for (const { entity, delays } of hints) {
      for (const delay of delays) {
        if (delay > 0) await this.putOff(entity, delay);
        else await this.read(entity, Number(attributes.SentTimestamp));
      }
    }
  }

  /** @param sentAt when the message was sent: a reading that began later has seen what it is about */
  private async read(entity: Entity, sentAt: number): Promise<void> {
    const { now } = this.context;
    const key = keyString(keyOf(entity));
    const before = this.remembered.get(key);
    if (before && sentAt < before.readAt) return;
    if (before && now() - before.readAt < REST_MS) {
      // The message that returns covers this one too.
      if (before.dueAt !== undefined && now() < before.dueAt) return;
      const dueAt = before.readAt + REST_MS;
      await this.putOff(entity, Math.ceil((dueAt - now()) / 1000));
      this.remember(key, { ...before, dueAt });
      return;
    }
    const readAt = now();
    for (const named of await lookAt(this.look, entity)) await lookAt(this.look, named, true);
    this.remember(key, { readAt });
  }

  private remember(key: string, value: Remembered): void {
    this.remembered.delete(key);
    this.remembered.set(key, value);
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
  }

  private async putOff(entity: Entity, delaySeconds: number): Promise<void> {
    const { sqs, config: { queueUrl } } = this.context;
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: messageOf(entity), DelaySeconds: delaySeconds }));
  }
}
