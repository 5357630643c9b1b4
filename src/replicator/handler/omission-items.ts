import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { RetryQueue } from './queues';
import { keyAttributes } from './waiting-items';
import type { Omissions } from '../../kinds/handler/identities';
import { keyFromString, keyString, RecordKey } from '../../record/record';
import { StateAttribute as A, stateKeyOf } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import type { DynamoDbSender } from '../../runtime/senders';

/**
 * How many sets one item names at most: with the longest names that AWS has, that is less than half of what DynamoDB takes of an item.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const MAX_SETS = 1_000;

/**
 * Items for each certificate that was left out, in the destination's table of state: the first names sets until it is full, then the second, and so on. They are read consistently, as
 * an index could not be: whoever admits the certificate finds each set that was noted before. No item expires, because a certificate may be admitted after any time.
 */
export class OmissionItems implements Omissions {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string, private readonly queue: RetryQueue) {}

  public async note(certificate: RecordKey, set: RecordKey): Promise<void> {
    const name = keyString(set);
    for (let number = 0; ; number++) {
      const isNoted = await isWritten(this.dynamodb.send(new UpdateItemCommand({
        ...this.itemOf(certificate, number),
        UpdateExpression: `ADD ${A.LEFT_OUT_OF} :set`,
        ConditionExpression: `attribute_not_exists(${A.LEFT_OUT_OF}) OR size(${A.LEFT_OUT_OF}) < :most OR contains(${A.LEFT_OUT_OF}, :name)`,
        ExpressionAttributeValues: { ':set': { SS: [name] }, ':name': { S: name }, ':most': { N: String(MAX_SETS) } },
      })));
      if (isNoted) return;
    }
  }

  /** The messages come first, and the items go from the last one on: a crash in between sends them twice rather than never. */
  public async end(certificate: RecordKey): Promise<void> {
    const items = [];
    for (let number = 0; ; number++) {
      const item = this.itemOf(certificate, number);
      const sets = (await this.dynamodb.send(new GetItemCommand({ ...item, ConsistentRead: true }))).Item?.[A.LEFT_OUT_OF];
      if (!sets) break;
      items.push({ item, sets });
    }
    for (const { sets } of items) await this.queue.enqueue(sets.SS!.map(keyFromString), 0);
    // If a set was noted meanwhile, its item stays: that set finds the newer record by itself, and is at worst applied once more with a later one.
    for (const { item, sets } of items.reverse()) {
      await isWritten(this.dynamodb.send(new DeleteItemCommand({
        ...item, ConditionExpression: `${A.LEFT_OUT_OF} = :sets`, ExpressionAttributeValues: { ':sets': sets },
      })));
    }
  }

  private itemOf(certificate: RecordKey, number: number) {
    const key = stateKeyOf.omission(keyString(certificate));
    return { TableName: this.tableName, Key: keyAttributes(number === 0 ? key : `${key}#${number}`) };
  }
}
