import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { DESTINATION_REGION } from './definition';
import type { Item } from './guarded-table';
import { TableItems } from './table-items';
import { Attribute, MembersIndex } from '../../src/record/record';

/** A shard of the replica's stream, and how far its consumer has got. */
export interface Shard {
  readonly records: DynamoDBRecord[];
  position: number;
}

export interface ReplicaOptions {
  readonly shards: number;
  readonly shardOf: (pk: string, sk: string) => number;
  readonly now: () => number;
  /** Milliseconds until the members index shows a new key. */
  readonly indexLag: () => number;
}

/**
 * The table's replica in the destination. Writes arrive per key in their order, some of them folded into a later one; between keys there is
 * no order.
 */
export class Replica {
  public readonly shards: Shard[];
  /** Per key, what was written in the source Region and has not arrived yet. */
  public readonly underWay = new Map<string, Item[]>();

  public readonly items: TableItems;
  private readonly indexedAt = new Map<string, number>();
  private sequence = 0;

  constructor(private readonly options: ReplicaOptions) {
    this.items = new TableItems(options.now);
    this.shards = Array.from({ length: options.shards }, () => ({ records: [], position: 0 }));
  }

  public send(item: Item): void {
    const key = keyOf(item);
    const waiting = this.underWay.get(key);
    if (waiting) waiting.push(item);
    else this.underWay.set(key, [item]);
  }

  /** Lets writes of a key arrive, folded to the last of them. */
  public arrive(key: string, writes: number): void {
    const waiting = this.underWay.get(key)!;
    const item = waiting[writes - 1];
    if (writes === waiting.length) this.underWay.delete(key);
    else waiting.splice(0, writes);
    this.write(item);
  }

  /** Writes an item here, as somebody in this Region could. */
  public write(item: Item): void {
    const key = keyOf(item);
    const old = this.items.get(key);
    this.items.set(key, item);
    if (!old) this.indexedAt.set(key, this.options.now() + this.options.indexLag());
    this.emit(old ? 'MODIFY' : 'INSERT', item, old);
  }

  /** What the expiry of tombstones does: a REMOVE in the stream. */
  public expire(isExpired: (item: Item) => boolean): void {
    for (const key of this.keys()) {
      const item = this.get(key)!;
      if (!isExpired(item)) continue;
      this.items.delete(key);
      this.emit('REMOVE', undefined, item);
    }
  }

  public keys(): string[] {
    return this.items.keys();
  }

  public get(key: string): Item | undefined {
    return this.items.get(key);
  }

  /** Keys with this partition key and a sort key that begins so, in order. */
  public query(pk: string, skPrefix: string): Item[] {
    return this.select((item) => item[Attribute.PK].S === pk && item[Attribute.SK].S!.startsWith(skPrefix));
  }

  /** Keys that the members index shows by now, in order. */
  public queryMembers(groupName: string): Item[] {
    const now = this.options.now();
    return this.select((item, key) => item[MembersIndex.PARTITION_KEY]?.S === groupName && this.indexedAt.get(key)! <= now);
  }

  private select(matches: (item: Item, key: string) => boolean): Item[] {
    return this.keys().filter((key) => matches(this.get(key)!, key)).sort().map((key) => this.get(key)!);
  }

  private emit(eventName: 'INSERT' | 'MODIFY' | 'REMOVE', NewImage: Item | undefined, OldImage: Item | undefined): void {
    const { pk, sk } = (NewImage ?? OldImage)!;
    const sequence = ++this.sequence;
    this.shards[this.options.shardOf(pk.S!, sk.S!)].records.push({
      eventID: `event-${sequence}`,
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: DESTINATION_REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.options.now() / 1000),
        Keys: { pk, sk },
        ...(NewImage ? { NewImage } : {}),
        ...(OldImage ? { OldImage } : {}),
        SequenceNumber: sequenceNumber(sequence),
        SizeBytes: 1,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    } as DynamoDBRecord);
  }
}

export function keyOf(item: Readonly<Record<string, AttributeValue>>): string {
  return `${item[Attribute.PK].S}|${item[Attribute.SK].S}`;
}

function sequenceNumber(sequence: number): string {
  return `1000000000000000${String(sequence).padStart(11, '0')}`;
}
