import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { keyAttributes, numberIn } from './waiting-items';
import type { FenceNote, FenceStore } from '../../kinds/handler/fence';
import { keyString, RecordKey } from '../../record/record';
import { StateAttribute as A, stateKeyOf } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import { DynamoDbSender } from '../../runtime/senders';

/** Much longer than an invocation: whoever has read a note finds it, or one that it has not read. */
const RETENTION_SECONDS = 24 * 60 * 60;

/** The fence of one key, in the destination's table of state. */
export class FenceItem implements FenceStore {
  private readonly key: string;

  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string, key: RecordKey) {
    this.key = stateKeyOf.fence(keyString(key));
  }

  public async read(): Promise<FenceNote> {
    const Key = keyAttributes(this.key);
    const { Item = {} } = await this.dynamodb.send(new GetItemCommand({ TableName: this.tableName, Key, ConsistentRead: true }));
    return { turn: numberIn(Item, A.TURN) ?? 0, until: numberIn(Item, A.LEASE_UNTIL) ?? 0 };
  }

  public enter({ turn }: FenceNote, until: number): Promise<boolean> {
    return isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(this.key),
      UpdateExpression: `SET ${A.TURN} = :next, ${A.LEASE_UNTIL} = :until, ${A.EXPIRES_AT} = :expiresAt`,
      ConditionExpression: turn === 0 ? `attribute_not_exists(${A.TURN})` : `${A.TURN} = :turn`,
      ExpressionAttributeValues: {
        ...turn === 0 ? {} : { ':turn': { N: String(turn) } },
        ':next': { N: String(turn + 1) },
        ':until': { N: String(until) },
        ':expiresAt': { N: String(Math.ceil(until / 1000) + RETENTION_SECONDS) },
      },
    })));
  }
}
