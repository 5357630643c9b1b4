import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeletionCounterError, DeletionsPausedError } from './failures';
import { MAX_DELAY_SECONDS } from './queues';
import { DynamoDbSender } from './records';
import { StateAttribute, stateKeyOf } from './state-keys';

const MINUTE_SECONDS = 60;

/** How long the count of a minute is kept, for those who look at it afterwards. */
const RETENTION_SECONDS = 3600;

export interface DeletionBreakerOptions {
  readonly dynamodb: DynamoDbSender;
  /** The destination's table of state. */
  readonly tableName: string;
  readonly maxPerMinute: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Lets so many deletions a minute pass, over all consumers of the destination together: a mistake in the source that deletes a fleet is to
 * arrive slowly enough to be stopped.
 *
 * Each minute has a counter in the table of state. An atomic addition gives every deletion its position; those beyond the limit have to come again.
 */
export class DeletionBreaker {
  constructor(private readonly options: DeletionBreakerOptions) {}

  /**
   * Counts a deletion that is about to be applied.
   *
   * @throws DeletionsPausedError if the minute has had as many as it may have
   * @throws DeletionCounterError if it can't be counted: then none passes, for there may have been any number of them
   */
  public async admit(): Promise<void> {
    const { maxPerMinute, now } = this.options;
    const seconds = now() / 1000;
    const minute = Math.floor(seconds / MINUTE_SECONDS);
    const position = await this.count(minute);
    if (position <= maxPerMinute) return;
    const secondsLeft = Math.ceil((minute + 1) * MINUTE_SECONDS - seconds);
    // The first that is over the limit is the first of the next minute, and so on.
    const minutesBefore = Math.floor((position - maxPerMinute - 1) / maxPerMinute);
    throw new DeletionsPausedError(Math.min(secondsLeft + minutesBefore * MINUTE_SECONDS, MAX_DELAY_SECONDS));
  }

  /** @returns the position of this deletion among those of the minute, from 1 on */
  private async count(minute: number): Promise<number> {
    try {
      const { Attributes } = await this.options.dynamodb.send(new UpdateItemCommand({
        TableName: this.options.tableName,
        Key: { [StateAttribute.PK]: { S: stateKeyOf.deletions(minute) } },
        UpdateExpression: 'ADD #count :one SET #expiresAt = :expiresAt',
        ExpressionAttributeNames: { '#count': StateAttribute.COUNT, '#expiresAt': StateAttribute.EXPIRES_AT },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':expiresAt': { N: String(minute * MINUTE_SECONDS + RETENTION_SECONDS) } },
        ReturnValues: 'UPDATED_NEW',
      }));
      const position = Number(Attributes?.[StateAttribute.COUNT]?.N);
      if (!(position >= 1)) throw new Error('the counter has no number');
      return position;
    } catch (error) {
      throw new DeletionCounterError(error);
    }
  }
}
