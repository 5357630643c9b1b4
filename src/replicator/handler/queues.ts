import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { FailureClass, RetryQueueError } from './failures';
import { Premise } from '../../kinds/handler/apply-context';
import { MAX_DELAY_SECONDS } from '../sizing';
import type { WaitingPlace } from './waiting-items';
import { Walk } from '../../kinds/handler/walk';
import { RecordKey } from '../../record/record';
import { SqsSender } from '../../runtime/senders';

/**
 * A message of the retry queue: a key, never a payload, so that a retry applies what is newest when it runs.
 *
 * `{ "pk": …, "sk": … }` is a whole message: a redrive, a repair and a fan-out write nothing else.
 */
export interface RetryMessage extends RecordKey {
  /** For a group: nothing is to be applied but the memberships that follow this key in the index are to be put on the queue. */
  readonly membersAfter?: RecordKey;
  /** With `membersAfter`: the group was created when this began, so members that have left are left out. */
  readonly isNew?: boolean;
  /** A membership that is applied again because of one of its ends. */
  readonly isReplayed?: boolean;
  /** For a type whose record is deprecated: it is created if it is missing, and its deprecation is left as it is, because things of it follow. */
  readonly isOpen?: boolean;
  /** What the source deleted while deletions were not replicated is deleted too: somebody has asked for it. */
  readonly deleteRetained?: boolean;
  /** For a type: how far its replacement has come. */
  readonly walk?: Walk;
  /** What is known of the destination's entity, valid while the record has the same incarnation. */
  readonly premise?: Premise;
  /**
   * For what other keys wait for: nothing is to be applied, but what waits for it is to be woken if it is there. The `check` of its watch, `now` for a look
   * that somebody asks for, or `lettered` for what has been dead-lettered meanwhile.
   */
  readonly watch?: string;
  /** With `watch`: what waits behind this place in the index is to be woken. */
  readonly wakeAfter?: WaitingPlace;
  /** `waitingRevision` of the item about the key: of several messages of a waiting key, the one with it continues. */
  readonly revision?: string;
  /**
   * With `revision` or `watch`: what the item named when the message was sent. While it still does, the message continues: its sender is slow, or
   * died before it could name the message.
   */
  readonly supersedes?: string;
  /** Whether it was a dead letter; the receiver knows. */
  readonly isRedriven?: boolean;
  /** How often it was tried before. */
  readonly attempt?: number;
  /** Milliseconds since the epoch: since when it has been waiting for something else to happen. */
  readonly waitingSince?: number;
  /** Milliseconds since the epoch: since when the registry has been refusing it after a read that may have been behind. */
  readonly refusedSince?: number;
  /** It was applied, and what was done rests on a read of the registry or of an index that may have been behind: it is applied once more. */
  readonly looksAgain?: boolean;
  /** Identity of the record whose deletion was counted by an earlier try and waits for something else: it is not counted again. */
  readonly admitted?: string;
  /** Milliseconds since the epoch: when this message was sent. */
  readonly sentAt?: number;
  /** eventId of the record that was to be applied when the key came here first; by now it may have another. */
  readonly eventId?: string;
  /** Milliseconds since the epoch: when the source made the change, if nothing but throttling has held it up. */
  readonly changedAt?: number;
}

/** A message of the dead-letter queue. It is a valid retry message too: a redrive starts it afresh. */
export interface DeadLetter extends Partial<RecordKey> {
  readonly class: FailureClass;
  /** Name of the error. */
  readonly error: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
  /** eventId of the record, where it is known. */
  readonly eventId?: string;
  readonly attempts?: number;
  /** What has to be continued. */
  readonly walk?: Walk;
  /** What somebody has asked for. */
  readonly deleteRetained?: boolean;
  /** What was received, where it was no key. */
  readonly received?: string;
}

export interface DelayedMessage {
  readonly message: RetryMessage;
  readonly delaySeconds: number;
}

const MAX_BATCH = 10;

/** Keys of records that are to be applied. */
export class RetryQueue {
  constructor(protected readonly sqs: SqsSender, private readonly url: string) {}

  /**
   * Puts keys on the retry queue.
   *
   * @throws RetryQueueError unless all of them were taken
   */
  public async enqueue(messages: readonly RetryMessage[], delaySeconds: number): Promise<void> {
    const refused = await this.retry(messages.map((message) => ({ message, delaySeconds })));
    if (refused.length > 0) throw new RetryQueueError(`the retry queue refused ${refused.length} of ${messages.length} keys`);
  }

  /** @returns the messages that the queue did not take */
  public async retry<T extends DelayedMessage>(delayed: readonly T[]): Promise<T[]> {
    const refused: T[] = [];
    for (let from = 0; from < delayed.length; from += MAX_BATCH) {
      const batch = delayed.slice(from, from + MAX_BATCH);
      const { Failed } = await this.sqs.send(new SendMessageBatchCommand({
        QueueUrl: this.url,
        Entries: batch.map(({ message, delaySeconds }, i) => ({ Id: String(i), MessageBody: JSON.stringify(message), DelaySeconds: delaySeconds })),
      }));
      for (const { Id } of Failed ?? []) refused.push(batch[Number(Id)]);
    }
    return refused;
  }
}

/** Both queues of a destination. */
export class Queues extends RetryQueue {
  constructor(sqs: SqsSender, private readonly urls: { readonly retry: string; readonly deadLetter: string }) {
    super(sqs, urls.retry);
  }

  public async deadLetter(letter: DeadLetter): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.urls.deadLetter, MessageBody: JSON.stringify(letter) }));
  }
}

/** One second, doubled with every attempt, up to fifteen minutes. */
export function backOffSeconds(attempt: number): number {
  return Math.min(2 ** Math.min(attempt, 10), MAX_DELAY_SECONDS);
}
