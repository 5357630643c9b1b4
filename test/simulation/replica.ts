import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { DESTINATION_REGION } from './definition';
import type { Item } from './guarded-table';
import { Attribute, MembersIndex } from '../../src/table/record';

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

  private readonly items = new Map<string, { readonly item: Item; readonly indexedAt: number }>();
  private sequence = 0;

  constructor(private readonly options: ReplicaOptions) {
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
    this.items.set(key, { item, indexedAt: old?.indexedAt ?? this.options.now() + this.options.indexLag() });
    this.emit(old ? 'MODIFY' : 'INSERT', item, old?.item);
  }

  /** What the expiry of tombstones does: a REMOVE in the stream. */
  public expire(isExpired: (item: Item) => boolean): void {
    for (const [key, { item }] of this.items) {
      if (!isExpired(item)) continue;
      this.items.delete(key);
      this.emit('REMOVE', undefined, item);
    }
  }

  public keys(): string[] {
    return [...this.items.keys()];
  }

  public get(key: string): Item | undefined {
    return this.items.get(key)?.item;
  }

  /** Keys with this partition key and a sort key that begins so, in order. */
  public query(pk: string, skPrefix: string): Item[] {
    return this.select(({ item }) => item[Attribute.PK].S === pk && item[Attribute.SK].S!.startsWith(skPrefix));
  }

  /** Keys that the members index shows by now, in order. */
  public queryMembers(groupName: string): Item[] {
    const now = this.options.now();
    return this.select(({ item, indexedAt }) => item[MembersIndex.PARTITION_KEY]?.S === groupName && indexedAt <= now);
  }

  private select(matches: (entry: { readonly item: Item; readonly indexedAt: number }) => boolean): Item[] {
    return [...this.items.entries()].filter(([, entry]) => matches(entry)).sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { item }]) => item);
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
