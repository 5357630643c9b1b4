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
 * `{ "pk": …, "sk": … }` is a complete message: a redrive, a repair and a fan-out send nothing else.
 */
export interface RetryMessage extends RecordKey {
  /** For a group: applies nothing, and sends the memberships that follow this key in the index to the queue. */
  readonly membersAfter?: RecordKey;
  /** With `membersAfter`: the group was created when this began, so removed members are skipped. */
  readonly isNew?: boolean;
  /** For a membership that is applied again because of one of its ends. */
  readonly isReplayed?: boolean;
  /** A rule of another kind has touched what it is about, or is about to: it is put back even if its own kind is not selected any more. */
  readonly isRestored?: boolean;
  /** For a type whose record is deprecated: it is created if it is missing, and its deprecation stays unchanged, because its things follow. */
  readonly isOpen?: boolean;
  /** Also deletes an entity that the source deleted while deletions were not replicated: somebody has asked for it. */
  readonly deleteRetained?: boolean;
  /** For a type: the progress of its replacement. For a policy: that of its removal from many targets. */
  readonly walk?: Walk;
  /** What is known about the destination's entity; valid while the record has the same incarnation. */
  readonly premise?: Premise;
  /**
   * For a prerequisite: applies nothing, and wakes the keys that wait for it if it exists. The `check` of its watch; `now` for a check
   * that somebody asks for; `lettered` for the keys that have become dead letters meanwhile.
   */
  readonly watch?: string;
  /** With `watch`, if that is later than the queue can delay the message: when it looks, in milliseconds since the epoch. Until then it is sent again and again. */
  readonly lookAt?: number;
  /** With `watch`: wakes the keys that follow this place in the index. */
  readonly wakeAfter?: WaitingPlace;
  /** With `wakeAfter`: wakes only those that do not have to wait any more. */
  readonly sifts?: boolean;
  /** `waitingRevision` of the item about the key: of several messages of a waiting key, the one with it continues. */
  readonly revision?: string;
  /**
   * With `revision` or `watch`: what the item named when the message was sent. While it still names that, the message continues: its sender is slow, or
   * died before it could name the message.
   */
  readonly supersedes?: string;
  /** Whether it was a dead letter; the receiver knows. */
  readonly isRedriven?: boolean;
  /** The number of earlier attempts. */
  readonly attempt?: number;
  /** Milliseconds since the epoch: since when it has been waiting for something else to happen. */
  readonly waitingSince?: number;
  /** Milliseconds since the epoch: since when the registry has refused it after a read that may have lagged. */
  readonly refusedSince?: number;
  /** It was applied after a read of the registry or of an index that may have lagged, so it is applied once more. */
  readonly looksAgain?: boolean;
  /** With `looksAgain`: revision of the record that was applied. */
  readonly applied?: string;
  /** Revision of the record whose deletion an earlier attempt counted, and which waits for something else: it is not counted again. */
  readonly admitted?: string;
  /** Milliseconds since the epoch: when this message was sent. */
  readonly sentAt?: number;
  /** eventId of the record when the key came to the queue; the key may have a newer record by now. */
  readonly eventId?: string;
  /** Milliseconds since the epoch: when the source made the change, if only throttling has delayed it. */
  readonly changedAt?: number;
}

/** A message of the dead-letter queue. It is also a valid retry message: a redrive starts it afresh. */
export interface DeadLetter extends Partial<RecordKey> {
  readonly class: FailureClass;
  /** Name of the error. */
  readonly error: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
  /** eventId of the record, if it is known. */
  readonly eventId?: string;
  readonly attempts?: number;
  /** What has to be continued. */
  readonly walk?: Walk;
  /** What somebody has asked for: a field of the message. */
  readonly deleteRetained?: boolean;
  /** What was received, if it was no key. */
  readonly received?: string;
}

export interface DelayedMessage {
  readonly message: RetryMessage;
  readonly delaySeconds: number;
}

const MAX_BATCH = 10;

/** Keys of records to apply. */
export class RetryQueue {
  constructor(protected readonly sqs: SqsSender, private readonly url: string) {}

  /**
   * Sends keys to the retry queue.
   *
   * @throws RetryQueueError unless the queue accepted all of them
   */
  public async enqueue(messages: readonly RetryMessage[], delaySeconds: number): Promise<void> {
    const refused = await this.retry(messages.map((message) => ({ message, delaySeconds })));
    if (refused.length > 0) throw new RetryQueueError(`the retry queue refused ${refused.length} of ${messages.length} keys`);
  }

  /** @returns the messages that the queue did not accept */
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
