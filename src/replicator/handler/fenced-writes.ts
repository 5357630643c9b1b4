import { createHash } from 'node:crypto';
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
import { keyString } from '../../record/record';
import { StateAttribute as A, stateKeyOf } from '../../record/state-keys';
import { WaitingError } from '../../runtime/answers';
import { isWritten } from '../../runtime/conditional-write';
import type { DynamoDbSender } from '../../runtime/senders';
import type { IdentitiesConfig } from '../identities-config';

export interface FencedWritesOptions {
  readonly dynamodb: DynamoDbSender;
  readonly stateTableName: string;
  readonly records: Records;
  readonly queues: Queues;
  /** What decides, besides its record, how an entity is to be. */
  readonly settings: IdentitiesConfig;
  /** What changes when identities are switched off and on again; undefined as long as that is not known. Until then no note counts. */
  readonly since: () => Promise<string | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly abortAfter?: (milliseconds: number) => AbortSignal;
}

/** Writes that no slow write of an older record may undo, each behind the fence of its record. */
export class FencedWrites implements Writes {
  /** Permissions for records, by their revision: one that has several calls enters once. */
  private readonly entered = new Map<string, { readonly item: FenceItem; readonly pass: Pass }>();

  /** The turn before the last look for each record, by its revision, if nobody could write another one then. */
  private readonly looked = new Map<string, number>();

  private readonly settings: string;
  /** Read once, and only for what may be noted. */
  private since?: Promise<string | undefined>;

  constructor(private readonly options: FencedWritesOptions) {
    this.settings = createHash('sha256').update(JSON.stringify(options.settings)).digest('base64url');
  }

  public async inTurn<T>(record: RegistryRecord, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    return this.pass(record, (fence, isCurrent) => fence.enter(isCurrent), call);
  }

  public async atOnce<T>(record: RegistryRecord, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    return this.pass(record, (fence, isCurrent) => fence.enterUrgently(isCurrent), call);
  }

  public async beginLook(record: RegistryRecord): Promise<void> {
    const { turn, until } = await this.itemOf(record).read();
    if (until > this.options.now()) this.looked.delete(nameOf(record));
    else this.looked.set(nameOf(record), turn);
  }

  public async noteApplied(record: RegistryRecord, old?: RegistryRecord): Promise<void> {
    const { now } = this.options;
    const item = this.itemOf(record);
    const entered = this.entered.get(nameOf(record));
    const applied = await this.asApplied(record);
    if (applied === undefined) return;
    const before = old && await this.asApplied(old);
    if (entered) {
      const turn = entered.pass.soleTurn;
      if (turn === undefined || old && entered.item.appliedBefore !== before) return;
      await item.noteApplied(applied, { turn }, now());
    } else if (before !== undefined) {
      await item.noteApplied(applied, { applied: before }, now());
    } else {
      const turn = this.looked.get(nameOf(record));
      if (turn === undefined || !await this.isCurrent(record)) return;
      await item.noteApplied(applied, { turn }, now());
    }
  }

  public async wasApplied(record: RegistryRecord): Promise<boolean> {
    const applied = await this.asApplied(record);
    if (applied === undefined) return false;
    const item = this.itemOf(record);
    await item.read();
    return item.appliedBefore === applied;
  }

  public async forgetApplied(record: RegistryRecord): Promise<void> {
    await this.itemOf(record).forgetApplied();
  }

  /**
   * As a record is noted: once other policies are selected, or documents are rewritten otherwise, the same record means something else; and while identities were off, somebody may have
   * changed anything.
   */
  private async asApplied(record: RegistryRecord): Promise<string | undefined> {
    const since = await (this.since ??= this.options.since());
    return since === undefined ? undefined : [revisionOf(record), this.settings, ...since ? [since] : []].join(' ');
  }

  private async pass<T>(
    record: RegistryRecord,
    enter: (fence: Fence, isCurrent: () => Promise<boolean>) => Promise<Pass | undefined>,
    call: (signal?: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const entered = this.entered.get(nameOf(record));
    if (entered) return entered.pass.call(call);
    const { pk, sk } = record;
    const { now, abortAfter } = this.options;
    const item = this.itemOf(record);
    const pass = await enter(new Fence({ store: item, now, abortAfter }), () => this.isCurrent(record));
    if (!pass) throw new WaitingError('the record has changed meanwhile');
    if (pass.hasEntered) this.entered.set(nameOf(record), { item, pass });
    const { lookAgainAt } = pass;
    if (lookAgainAt === undefined) return pass.call(call);
    const delay = Math.max(Math.ceil((lookAgainAt - now()) / 1000), 0);
    // A queue that refuses the key keeps no call from being made; the key comes back then.
    const queued = await this.options.queues.enqueue([{ pk, sk }], delay).then(() => undefined, (error: unknown) => ({ error }));
    const output = await pass.call(call);
    if (queued) throw queued.error;
    return output;
  }

  private itemOf(record: RegistryRecord): FenceItem {
    const { dynamodb, stateTableName } = this.options;
    return new FenceItem(dynamodb, stateTableName, record, revisionOf(record));
  }

  private async isCurrent(record: RegistryRecord): Promise<boolean> {
    const newest = await this.options.records.get(record);
    return newest !== undefined && revisionOf(newest) === revisionOf(record);
  }
}

function nameOf(record: RegistryRecord): string {
  return `${keyString(record)} ${revisionOf(record)}`;
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
    await isWritten(this.dynamodb.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(stateKeyOf.revocation(certificateId)),
      UpdateExpression: `REMOVE ${A.REVOKED}`,
      ConditionExpression: `attribute_exists(${A.REVOKED})`,
    })));
  }
}
