import { AttributeValue, DeleteItemCommand, GetItemCommand, UpdateItemCommand, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { batchGet, keyAttributes, numberIn } from './waiting-items';
import { StateAttribute as A, stateKeyOf, WaitingIndex } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import { DynamoDbSender } from '../../runtime/senders';

/** The stored item about a prerequisite that keys wait for. */
export interface WatchItem {
  /** Milliseconds since the epoch: when the first key was parked. */
  readonly since: number;
  /** The same of the last. */
  readonly parkedAt: number;
  /** Which message continues, and when it returns; absent while only dead letters wait. */
  readonly check?: string;
  readonly checkAt?: number;
  readonly interruptedMs: number;
  readonly isUnnamed: boolean;
  /** By which selection those that do not wait any more were woken. Absent: none yet. */
  readonly siftedBy?: string;
}

/** Longer than anything waits and any letter is kept, from the last key that was parked. */
const RETENTION_SECONDS = 21 * 24 * 60 * 60;

/** The watches, in the destination's table of state. */
export class WatchItems {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  public async get(root: string): Promise<WatchItem | undefined> {
    const { Item } = await this.dynamodb.send(new GetItemCommand({ TableName: this.tableName, Key: this.key(root), ConsistentRead: true }));
    return Item && watchOf(Item);
  }

  /** @param roots different ones, as `keyString` writes them */
  public async batchGet(roots: readonly string[]): Promise<Map<string, WatchItem>> {
    const found = await batchGet(this.dynamodb, this.tableName, roots.map(stateKeyOf.watch));
    return new Map(roots.flatMap((root) => {
      const item = found.get(stateKeyOf.watch(root));
      return item ? [[root, watchOf(item)] as const] : [];
    }));
  }

  /** Notes that a key was parked just now. */
  public async note(root: string, now: number, isUnnamed: boolean): Promise<WatchItem> {
    const { Attributes } = await this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: this.key(root),
      UpdateExpression: `SET ${A.PREREQUISITE} = :watches, ${A.WAITING_SINCE} = if_not_exists(${A.WAITING_SINCE}, :now), ${A.WAITING_REVISION} = :watches, `
        + `${A.PARKED_AT} = :now, ${A.EXPIRES_AT} = :expiresAt, ${A.IS_UNNAMED} = :isUnnamed`,
      ExpressionAttributeValues: {
        ':watches': { S: WaitingIndex.WATCHES },
        ':now': { N: String(now) },
        ':expiresAt': { N: String(Math.ceil(now / 1000) + RETENTION_SECONDS) },
        ':isUnnamed': { BOOL: isUnnamed },
      },
      ReturnValues: 'ALL_NEW',
    }));
    return watchOf(Attributes!);
  }

  /**
   * From here on another message continues the watch, or none; nothing happens if one that the caller does not know continues it already.
   *
   * @param unlessParked whether nothing happens either if a key has been parked since the watch was read
   * @returns whether it does
   */
  public async setCheck(
    root: string, before: WatchItem, next: { readonly check: string; readonly checkAt: number } | undefined, unlessParked = false,
  ): Promise<boolean> {
    return this.ifStill(before, unlessParked, {
      Key: this.key(root),
      UpdateExpression: next
        ? `SET ${A.CHECK} = :next, ${A.CHECK_AT} = :at, ${A.INTERRUPTED_MS} = :interruptedMs${before.siftedBy === undefined ? '' : `, ${A.SIFTED_BY} = :siftedBy`}`
        : `REMOVE ${A.CHECK}, ${A.CHECK_AT}`,
      ExpressionAttributeValues: next && {
        ':next': { S: next.check },
        ':at': { N: String(next.checkAt) },
        ':interruptedMs': { N: String(before.interruptedMs) },
        ...before.siftedBy === undefined ? {} : { ':siftedBy': { S: before.siftedBy } },
      },
    });
  }

  /** Forgets a watch, unless a key was parked meanwhile. */
  public async delete(root: string, before: WatchItem): Promise<boolean> {
    return isWritten(this.dynamodb.send(new DeleteItemCommand({ TableName: this.tableName, Key: this.key(root), ...still(before, true) })));
  }

  private key(root: string): Record<string, AttributeValue> {
    return keyAttributes(stateKeyOf.watch(root));
  }

  private ifStill(before: WatchItem, unlessParked: boolean, input: Omit<UpdateItemCommandInput, 'TableName'>): Promise<boolean> {
    const { ConditionExpression, ExpressionAttributeValues } = still(before, unlessParked);
    const values = { ...input.ExpressionAttributeValues, ...ExpressionAttributeValues };
    return isWritten(this.dynamodb.send(new UpdateItemCommand({
      ...input, TableName: this.tableName, ConditionExpression, ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
    })));
  }
}

function still({ check, parkedAt }: WatchItem, unlessParked: boolean): Pick<UpdateItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'> {
  const conditions = [
    check === undefined ? `attribute_exists(${A.PK}) AND attribute_not_exists(${A.CHECK})` : `${A.CHECK} = :check`,
    ...unlessParked ? [`${A.PARKED_AT} = :parkedAt`] : [],
  ];
  const values = { ...check === undefined ? {} : { ':check': { S: check } }, ...unlessParked ? { ':parkedAt': { N: String(parkedAt) } } : {} };
  return { ConditionExpression: conditions.join(' AND '), ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined };
}

export function watchOf(item: Record<string, AttributeValue>): WatchItem {
  return {
    since: numberIn(item, A.WAITING_SINCE)!,
    parkedAt: numberIn(item, A.PARKED_AT)!,
    check: item[A.CHECK]?.S,
    checkAt: numberIn(item, A.CHECK_AT),
    interruptedMs: numberIn(item, A.INTERRUPTED_MS) ?? 0,
    isUnnamed: item[A.IS_UNNAMED]?.BOOL === true,
    siftedBy: item[A.SIFTED_BY]?.S,
  };
}
