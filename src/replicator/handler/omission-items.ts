import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { RetryQueue } from './queues';
import { keyAttributes } from './waiting-items';
import type { Omissions } from '../../kinds/handler/identities';
import { keyFromString, keyString, RecordKey } from '../../record/record';
import { StateAttribute as A, stateKeyOf } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import type { DynamoDbSender } from '../../runtime/senders';

/**
 * One item for each certificate that was left out, in the destination's table of state. It is read consistently, as an index could not be: whoever admits the certificate finds each
 * set that was noted before. No item expires, because a certificate may be admitted after any time.
 */
export class OmissionItems implements Omissions {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string, private readonly queue: RetryQueue) {}

  public async note(certificate: RecordKey, set: RecordKey): Promise<void> {
    await this.dynamodb.send(new UpdateItemCommand({
      ...this.itemOf(certificate), UpdateExpression: `ADD ${A.LEFT_OUT_OF} :set`, ExpressionAttributeValues: { ':set': { SS: [keyString(set)] } },
    }));
  }

  /** The messages come first: a crash in between sends them twice rather than never. */
  public async end(certificate: RecordKey): Promise<void> {
    const item = this.itemOf(certificate);
    const sets = (await this.dynamodb.send(new GetItemCommand({ ...item, ConsistentRead: true }))).Item?.[A.LEFT_OUT_OF];
    if (!sets) return;
    await this.queue.enqueue(sets.SS!.map(keyFromString), 0);
    // If a set was noted meanwhile, the item stays: that set finds the newer record by itself, and the next record of the certificate ends the item.
    await isWritten(this.dynamodb.send(new DeleteItemCommand({
      ...item, ConditionExpression: `${A.LEFT_OUT_OF} = :sets`, ExpressionAttributeValues: { ':sets': sets },
    })));
  }

  private itemOf(certificate: RecordKey) {
    return { TableName: this.tableName, Key: keyAttributes(stateKeyOf.omission(keyString(certificate))) };
  }
}
