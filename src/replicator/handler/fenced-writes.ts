import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { FenceItem } from './fence-items';
import type { Queues } from './queues';
import type { Records } from './records';
import { keyAttributes } from './waiting-items';
import type { RegistryRecord } from '../../kinds';
import type { CertificateRecord } from '../../kinds/certificate/certificate';
import { Fence, Pass } from '../../kinds/handler/fence';
import type { Revocations, Writes } from '../../kinds/handler/identities';
import { revisionOf } from '../../kinds/register';
import { StateAttribute as A, stateKeyOf } from '../../record/state-keys';
import { WaitingError } from '../../runtime/answers';
import type { DynamoDbSender } from '../../runtime/senders';

export interface FencedWritesOptions {
  readonly dynamodb: DynamoDbSender;
  readonly stateTableName: string;
  readonly records: Records;
  readonly queues: Queues;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly abortAfter?: (milliseconds: number) => AbortSignal;
}

/** Writes that no slow write of an older record may undo, each behind the fence of its record. */
export class FencedWrites implements Writes {
  constructor(private readonly options: FencedWritesOptions) {}

  public async inTurn<T>(record: RegistryRecord, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    return this.pass(record, await this.fenceOf(record).enter(() => this.isCurrent(record)), call);
  }

  public async atOnce<T>(record: RegistryRecord, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    return this.pass(record, await this.fenceOf(record).enterUrgently(() => this.isCurrent(record)), call);
  }

  private async pass<T>({ pk, sk }: RegistryRecord, pass: Pass | undefined, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    if (!pass) throw new WaitingError('the record has changed meanwhile');
    const { lookAgainAt } = pass;
    if (lookAgainAt === undefined) return pass.call(call);
    const delay = Math.max(Math.ceil((lookAgainAt - this.options.now()) / 1000), 0);
    // A queue that refuses the key keeps no call from being made; the key comes back then.
    const queued = await this.options.queues.enqueue([{ pk, sk }], delay).then(() => undefined, (error: unknown) => ({ error }));
    const output = await pass.call(call);
    if (queued) throw queued.error;
    return output;
  }

  private fenceOf(record: RegistryRecord): Fence {
    const { dynamodb, stateTableName, now, abortAfter } = this.options;
    return new Fence({ store: new FenceItem(dynamodb, stateTableName, record, revisionOf(record)), now, abortAfter });
  }

  private async isCurrent(record: RegistryRecord): Promise<boolean> {
    const newest = await this.options.records.get(record);
    return newest !== undefined && revisionOf(newest) === revisionOf(record);
  }
}

/** Remembers which incarnation of a certificate was revoked in the destination, for as long as it may be registered: there is no other trace of it. */
export class RevocationItems implements Revocations {
  constructor(private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  public async note({ certificateId, incarnation }: CertificateRecord): Promise<void> {
    await this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(stateKeyOf.revocation(certificateId)),
      UpdateExpression: `SET ${A.REVOKED} = :incarnation`,
      ExpressionAttributeValues: { ':incarnation': { S: incarnation } },
    }));
  }

  public async isOfEarlier({ certificateId, incarnation }: CertificateRecord): Promise<boolean> {
    const Key = keyAttributes(stateKeyOf.revocation(certificateId));
    const { Item } = await this.dynamodb.send(new GetItemCommand({ TableName: this.tableName, Key, ConsistentRead: true }));
    const revoked = Item?.[A.REVOKED]?.S;
    return revoked !== undefined && revoked !== incarnation;
  }

  public async forget({ certificateId }: CertificateRecord): Promise<void> {
    await this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName, Key: keyAttributes(stateKeyOf.revocation(certificateId)), UpdateExpression: `REMOVE ${A.REVOKED}`,
    }));
  }
}
