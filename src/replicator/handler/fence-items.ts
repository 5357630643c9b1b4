import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { keyAttributes, numberIn } from './waiting-items';
import type { FenceNote, FenceStore } from '../../kinds/handler/fence';
import { keyString, RecordKey } from '../../record/record';
import { StateAttribute as A, stateKeyOf } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import { DynamoDbSender } from '../../runtime/senders';

/** Much longer than an invocation: whoever has read a note finds it, or one that it has not read. */
const RETENTION_SECONDS = 24 * 60 * 60;

/** Of a note that a record was applied: without it the next change costs a look. */
const APPLIED_RETENTION_SECONDS = 365 * 24 * 60 * 60;

/** The fence of one key, in the destination's table of state. */
export class FenceItem implements FenceStore {
  private readonly key: string;
  /** Until when writers of other records may write, as it was read. */
  private othersUntil = 0;
  /** What was noted as applied when the item was read. Entering takes the note away. */
  public appliedBefore: string | undefined;

  /**
   * @param revision of the record to be written. What others write of the same record does no harm, so their leases do not count: otherwise each second look would meet the
   * lease of the first, and ask for another look
   */
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string, key: RecordKey, private readonly revision?: string) {
    this.key = stateKeyOf.fence(keyString(key));
  }

  public async read(): Promise<FenceNote> {
    const Key = keyAttributes(this.key);
    const { Item = {} } = await this.dynamodb.send(new GetItemCommand({ TableName: this.tableName, Key, ConsistentRead: true }));
    const others = numberIn(Item, A.OTHERS_UNTIL) ?? 0;
    const isOwn = this.revision !== undefined && Item[A.RECORD_REVISION]?.S === this.revision;
    this.appliedBefore = Item[A.APPLIED]?.S;
    this.othersUntil = isOwn ? others : Math.max(others, numberIn(Item, A.LEASE_UNTIL) ?? 0);
    return { turn: numberIn(Item, A.TURN) ?? 0, until: this.othersUntil };
  }

  public enter({ turn }: FenceNote, until: number): Promise<boolean> {
    return isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(this.key),
      UpdateExpression: `SET ${A.TURN} = :next, ${A.LEASE_UNTIL} = :until, ${A.OTHERS_UNTIL} = :others, ${A.RECORD_REVISION} = :revision, ${A.EXPIRES_AT} = :expiresAt REMOVE ${A.APPLIED}`,
      ConditionExpression: turn === 0 ? `attribute_not_exists(${A.TURN})` : `${A.TURN} = :turn`,
      ExpressionAttributeValues: {
        ...turn === 0 ? {} : { ':turn': { N: String(turn) } },
        ':next': { N: String(turn + 1) },
        ':until': { N: String(until) },
        ':others': { N: String(this.othersUntil) },
        ':revision': { S: this.revision ?? '' },
        ':expiresAt': { N: String(Math.ceil(until / 1000) + RETENTION_SECONDS) },
      },
    })));
  }

  /**
   * Notes what was applied as a whole.
   *
   * @param since the last turn, if nobody has entered since; or what is noted
   */
  public async noteApplied(applied: string, since: { readonly turn: number } | { readonly applied: string }, now: number): Promise<void> {
    const [attribute, value] = 'turn' in since ? [A.TURN, { N: String(since.turn) }] : [A.APPLIED, { S: since.applied }];
    const isFirst = 'turn' in since && since.turn === 0;
    await isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(this.key),
      UpdateExpression: `SET ${A.APPLIED} = :applied, ${A.EXPIRES_AT} = :expiresAt`,
      ConditionExpression: isFirst ? `attribute_not_exists(${attribute})` : `${attribute} = :since`,
      ExpressionAttributeValues: {
        ':applied': { S: applied },
        ':expiresAt': { N: String(Math.ceil(now / 1000) + APPLIED_RETENTION_SECONDS) },
        ...isFirst ? {} : { ':since': value },
      },
    })));
  }

  /** Takes the note away, if there is one. */
  public async forgetApplied(): Promise<void> {
    await isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(this.key),
      UpdateExpression: `REMOVE ${A.APPLIED}`,
      ConditionExpression: `attribute_exists(${A.APPLIED})`,
    })));
  }
}
