import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeletionCounterError, DeletionsPausedError } from './failures';
import { StateAttribute, stateKeyOf } from '../../record/state-keys';
import { DynamoDbSender } from '../../runtime/senders';
import { MAX_DELAY_SECONDS } from '../sizing';

const MINUTE_SECONDS = 60;

/** How long the count of a minute is kept for later readers. */
const RETENTION_SECONDS = 3600;

/** Deletions whose turn comes after the longest delay return at random within this time before it, so that they do not all return at once. */
const SPREAD_SECONDS = 300;

export interface DeletionBreakerOptions {
  readonly dynamodb: DynamoDbSender;
  /** The destination's state table. */
  readonly tableName: string;
  readonly maxPerMinute: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number from 0 to less than 1. */
  readonly random: () => number;
}

/**
 * The place of a key's deletion within a minute. It outlives its attempt, so that a deletion that has to wait for
 * something else is counted once.
 */
export class Admission {
  /** @param identity revision of the record with the admitted deletion; another record of the key has to ask again */
  constructor(public identity?: string) {}
}

/** An addition to the counter that has not started yet, and that other deletions can join. */
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
 * Limits the deletions per minute of all consumers of the destination together: a mistake in the source that deletes a fleet has to
 * arrive slowly enough to be stopped.
 *
 * Each minute has a counter in the state table. An atomic addition gives every deletion its position; those beyond the limit have to return.
 * Requests of an invocation during an addition are combined in the next one, so a batch takes two or three additions.
 *
 * A limitation: a minute spreads its surplus over the following minutes as if no other minute did, and a deletion that returns takes its
 * chance again. So each waiting deletion costs a read of its record, its part of an addition, and a message about every ten minutes until it
 * passes, and deletions pass in any order.
 */
export class DeletionBreaker {
  private gathering?: Addition;
  private underWay: Promise<void> = Promise.resolve();

  constructor(private readonly options: DeletionBreakerOptions) {}

  /**
   * Counts a deletion that the caller is about to apply.
   *
   * @throws DeletionsPausedError if the minute has reached its limit
   * @throws DeletionCounterError if it can't be counted: then no deletion passes, because their number is unknown
   */
  public async admitDeletion(): Promise<void> {
    const addition = this.gathering ??= this.gather();
    const rank = ++addition.deletions;
    const { seconds, before } = await addition.counted;
    const surplus = before + rank - this.options.maxPerMinute;
    if (surplus > 0) throw new DeletionsPausedError(this.delayOf(surplus, seconds));
  }

  /** @param surplus 1 for the first deletion over the limit */
  private delayOf(surplus: number, seconds: number): number {
    const { maxPerMinute, random } = this.options;
    const secondsLeft = Math.ceil((Math.floor(seconds / MINUTE_SECONDS) + 1) * MINUTE_SECONDS - seconds);
    // The first deletion over the limit is the first of the next minute, and so on.
    const delay = secondsLeft + Math.floor((surplus - 1) / maxPerMinute) * MINUTE_SECONDS;
    return delay <= MAX_DELAY_SECONDS ? delay : MAX_DELAY_SECONDS - SPREAD_SECONDS + Math.floor(random() * (SPREAD_SECONDS + 1));
  }

  /** Collects deletions until the previous addition is done. */
  private gather(): Addition {
    const counted = this.underWay.then(() => {
      this.gathering = undefined;
      return this.count(addition.deletions);
    });
    const addition: Addition = { deletions: 0, counted };
    // Its failure rejects the deletions that joined it; the next addition is another attempt.
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
