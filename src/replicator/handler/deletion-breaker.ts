import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeletionCounterError, DeletionsPausedError } from './failures';
import { StateAttribute, stateKeyOf } from '../../record/state-keys';
import { DynamoDbSender } from '../../runtime/senders';
import { MAX_DELAY_SECONDS } from '../sizing';

const MINUTE_SECONDS = 60;

/** How long the count of a minute is kept for later readers. */
const RETENTION_SECONDS = 3600;

/** Deletions whose turn is after the longest delay return spread over this time before it, so that not all of them return at once. */
const SPREAD_SECONDS = 300;

export interface DeletionBreakerOptions {
  readonly dynamodb: DynamoDbSender;
  /** The destination's table of state. */
  readonly tableName: string;
  readonly maxPerMinute: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * The place of a key's deletion within a minute. It outlives its attempt, so that a deletion which has to wait for
 * something else is counted once.
 */
export class Admission {
  /** @param identity of the record with the admitted deletion; another record of the key has to ask again */
  constructor(public identity?: string) {}
}

/** An addition to the counter that is not under way yet, and that others can join. */
interface Addition {
  deletions: number;
  readonly counted: Promise<Count>;
}

interface Count {
  /** The moment of the addition, in seconds since the epoch. */
  readonly seconds: number;
  /** The number of earlier deletions of the minute. */
  readonly before: number;
}

/**
 * Limits the deletions per minute, over all consumers of the destination together: a mistake in the source that deletes a fleet is to
 * arrive slowly enough to be stopped.
 *
 * Each minute has a counter in the state table. An atomic addition gives every deletion its position; those beyond the limit have to return.
 * Requests of an invocation during an addition are combined in the next one, so a batch takes two or three additions.
 *
 * What is left: a minute spreads its own surplus over the next ones as if no other minute did, and a deletion that comes again takes its
 * chance again. So each of those that wait costs a read of its record, its part of an addition and a message every ten minutes or so until it
 * has passed, and they come in no order.
 */
export class DeletionBreaker {
  private gathering?: Addition;
  private underWay: Promise<void> = Promise.resolve();

  constructor(private readonly options: DeletionBreakerOptions) {}

  /**
   * Counts a deletion that is about to be applied.
   *
   * @throws DeletionsPausedError if the minute has reached its limit
   * @throws DeletionCounterError if it can't be counted: then none passes, for there may have been any number of them
   */
  public async admitDeletion(): Promise<void> {
    const addition = this.gathering ??= this.gather();
    const rank = ++addition.deletions;
    const { seconds, before } = await addition.counted;
    const surplus = before + rank - this.options.maxPerMinute;
    if (surplus > 0) throw new DeletionsPausedError(this.delayOf(surplus, seconds));
  }

  /** @param surplus 1 for the first that is over the limit */
  private delayOf(surplus: number, seconds: number): number {
    const { maxPerMinute, random } = this.options;
    const secondsLeft = Math.ceil((Math.floor(seconds / MINUTE_SECONDS) + 1) * MINUTE_SECONDS - seconds);
    // The first that is over the limit is the first of the next minute, and so on.
    const delay = secondsLeft + Math.floor((surplus - 1) / maxPerMinute) * MINUTE_SECONDS;
    return delay <= MAX_DELAY_SECONDS ? delay : MAX_DELAY_SECONDS - SPREAD_SECONDS + Math.floor(random() * (SPREAD_SECONDS + 1));
  }

  /** Gathers deletions until the addition before is done. */
  private gather(): Addition {
    const counted = this.underWay.then(() => {
      this.gathering = undefined;
      return this.count(addition.deletions);
    });
    const addition: Addition = { deletions: 0, counted };
    // Its failure rejects those who asked for it; the next addition is another attempt.
    this.underWay = counted.then(() => undefined, () => undefined);
    return addition;
  }

  private async count(deletions: number): Promise<Count> {
    const seconds = this.options.now() / 1000;
    const minute = Math.floor(seconds / MINUTE_SECONDS);
    try {
      const { Attributes } = await this.options.dynamodb.send(new UpdateItemCommand({
        TableName: this.options.tableName,
        Key: { [StateAttribute.PK]: { S: stateKeyOf.deletions(minute) } },
        UpdateExpression: 'ADD #count :deletions SET #expiresAt = :expiresAt',
        ExpressionAttributeNames: { '#count': StateAttribute.COUNT, '#expiresAt': StateAttribute.EXPIRES_AT },
        ExpressionAttributeValues: { ':deletions': { N: String(deletions) }, ':expiresAt': { N: String(minute * MINUTE_SECONDS + RETENTION_SECONDS) } },
        ReturnValues: 'UPDATED_NEW',
      }));
      const count = Number(Attributes?.[StateAttribute.COUNT]?.N);
      if (!(count >= 1)) throw new Error('the counter has no number');
      return { seconds, before: count - deletions };
    } catch (error) {
      throw new DeletionCounterError(error);
    }
  }
}
