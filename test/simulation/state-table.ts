import { ConditionalCheckFailedException, type AttributeValue, type PutItemCommandInput, type UpdateItemCommandInput, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { STATE_TABLE_NAME } from './definition';

/** The destination's table of state: the status, and counters as far as DynamoDB's additions to them go. */
export class StateTable {
  /** Hears of each item that is written. */
  public onPut?: (item: Readonly<Record<string, AttributeValue>>) => void;
  private readonly items = new Map<string, Readonly<Record<string, AttributeValue>>>();
  private readonly counts = new Map<string, number>();
  /** Tombstones whose deletion was counted and begun. */
  public readonly begun = new Set<string>();

  /** The most that a minute had. */
  public get mostDeletions(): number {
    return Math.max(0, ...this.counts.values());
  }

  /** Replaces an item, if it has the revision that the condition names, or none. */
  public put({ TableName, Item, ConditionExpression, ExpressionAttributeValues }: PutItemCommandInput): object {
    if (TableName !== STATE_TABLE_NAME) throw new Error(`expected an item of the table of state, got one of ${TableName}`);
    const pk = Item!.pk.S!;
    const expected = ConditionExpression === '#revision = :revision' ? ExpressionAttributeValues![':revision'].N : undefined;
    if (expected === undefined && ConditionExpression !== 'attribute_not_exists(#revision)') throw new Error(`expected a condition on the revision, got ${ConditionExpression}`);
    if (this.items.get(pk)?.revision?.N !== expected) throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    this.items.set(pk, Item!);
    this.onPut?.(Item!);
    return {};
  }

  public get(pk: string): Readonly<Record<string, AttributeValue>> | undefined {
    return this.items.get(pk);
  }

  public add({ TableName, Key, UpdateExpression, ExpressionAttributeValues }: UpdateItemCommandInput): Pick<UpdateItemCommandOutput, 'Attributes'> & { readonly count: number } {
    if (TableName !== STATE_TABLE_NAME || UpdateExpression !== 'ADD #count :deletions SET #expiresAt = :expiresAt') throw new Error(`expected an addition in the table of state, got ${UpdateExpression}`);
    const pk = Key!.pk.S!;
    const count = (this.counts.get(pk) ?? 0) + Number(ExpressionAttributeValues![':deletions'].N);
    this.counts.set(pk, count);
    return { Attributes: { count: { N: String(count) } }, count };
  }
}
