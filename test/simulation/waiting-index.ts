import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import BTree from 'sorted-btree';
import { StateAttribute, WaitingIndex } from '../../src/record/state-keys';

type Item = Record<string, AttributeValue>;

/** What DynamoDB orders the items of a partition by. */
interface Place {
  readonly since: number;
  readonly pk: string;
}

/** What is asked of a partition. */
export interface Portion {
  readonly before?: number;
  readonly after?: Item;
  readonly limit: number;
}

/** A write that the index does not show yet. */
interface Change {
  readonly at: number;
  readonly pk: string;
  readonly item?: Item;
}

/** The sparse index of the table of state, which shows each write some time later, those of one item in their order. */
export class LaggingIndex {
  private readonly partitions = new Map<string, BTree<Place, Item>>();
  /** The items that it shows, by their keys. */
  private readonly shown = new Map<string, Item>();
  /** By the time at which they are shown. */
  private changes: Change[] = [];
  private readonly shownAt = new Map<string, number>();

  /** @param at milliseconds since the epoch: when the index shows it, if it shows the writes before it by then */
  public note(pk: string, item: Item | undefined, at: number): void {
    const change = { pk, item, at: Math.max(at, this.shownAt.get(pk) ?? at) };
    this.shownAt.set(pk, change.at);
    let place = this.changes.length;
    while (place > 0 && this.changes[place - 1].at > change.at) place -= 1;
    this.changes.splice(place, 0, change);
  }

  public find(partition: string, { before = Infinity, after, limit }: Portion, now: number): Item[] {
    this.show(now);
    const found: Item[] = [];
    for (const [{ since }, item] of this.partitions.get(partition)?.entries(after && justBehind(placeOf(after))) ?? []) {
      if (found.length === limit || since >= before) break;
      found.push(item);
    }
    return found;
  }

  private show(now: number): void {
    let shown = 0;
    for (; shown < this.changes.length && this.changes[shown].at <= now; shown++) this.apply(this.changes[shown]);
    if (shown > 0) this.changes = this.changes.slice(shown);
  }

  private apply({ pk, item, at }: Change): void {
    if (this.shownAt.get(pk) === at) this.shownAt.delete(pk);
    const before = this.shown.get(pk);
    if (before) this.partitionOf(before).delete(placeOf(before));
    this.shown.delete(pk);
    if (!item?.[WaitingIndex.PARTITION_KEY] || !item[WaitingIndex.SORT_KEY]) return;
    this.shown.set(pk, item);
    this.partitionOf(item).set(placeOf(item), item);
  }

  private partitionOf(item: Item): BTree<Place, Item> {
    const name = item[WaitingIndex.PARTITION_KEY].S!;
    const known = this.partitions.get(name);
    if (known) return known;
    const partition = new BTree<Place, Item>(undefined, byPlace);
    this.partitions.set(name, partition);
    return partition;
  }
}

function placeOf(item: Item): Place {
  return { since: Number(item[WaitingIndex.SORT_KEY].N), pk: item[StateAttribute.PK].S! };
}

/** The first place that an item behind this one can have: no key contains NUL. */
function justBehind({ since, pk }: Place): Place {
  return { since, pk: `${pk}\0` };
}

function byPlace(one: Place, other: Place): number {
  if (one.since !== other.since) return one.since - other.since;
  if (one.pk === other.pk) return 0;
  return one.pk < other.pk ? -1 : 1;
}
