import type { UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { STATE_TABLE_NAME } from './definition';

/** The destination's table of state: counters, as far as DynamoDB's additions to them go. */
export class StateTable {
  private readonly counts = new Map<string, number>();
  /** Tombstones whose deletion was counted and begun. */
  public readonly begun = new Set<string>();

  /** The most that a minute had. */
  public get mostDeletions(): number {
    return Math.max(0, ...this.counts.values());
  }

  public add({ TableName, Key, UpdateExpression, ExpressionAttributeValues }: UpdateItemCommandInput): Pick<UpdateItemCommandOutput, 'Attributes'> & { readonly count: number } {
    if (TableName !== STATE_TABLE_NAME || UpdateExpression !== 'ADD #count :deletions SET #expiresAt = :expiresAt') throw new Error(`expected an addition in the table of state, got ${UpdateExpression}`);
    const pk = Key!.pk.S!;
    const count = (this.counts.get(pk) ?? 0) + Number(ExpressionAttributeValues![':deletions'].N);
    this.counts.set(pk, count);
    return { Attributes: { count: { N: String(count) } }, count };
  }
}
