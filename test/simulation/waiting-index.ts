import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { StateAttribute, WaitingIndex } from '../../src/record/state-keys';

type Item = Record<string, AttributeValue>;

/** What DynamoDB orders the items of a partition by. */
interface Place {
  readonly since: number;
  readonly pk: string;
}

interface Entry extends Place {
  readonly item: Item;
  isGone: boolean;
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

/** So small a part of a partition as this is inserted one by one. */
const MANY = 16;

/** The items of one partition in their order. What is added waits until somebody asks, so that thousands are sorted once. */
class Partition {
  private entries: Entry[] = [];
  private added: Entry[] = [];
  private gone = 0;

  public add(entry: Entry): void {
    this.added.push(entry);
  }

  public remove(entry: Entry): void {
    entry.isGone = true;
    this.gone += 1;
  }

  public find({ before, after, limit }: Portion): Item[] {
    this.settle();
    const found: Item[] = [];
    for (let i = after ? this.behind(placeOf(after)) : 0; i < this.entries.length && found.length < limit; i++) {
      const { since, item, isGone } = this.entries[i];
      if (before !== undefined && since >= before) break;
      if (!isGone) found.push(item);
    }
    return found;
  }

  private settle(): void {
    const added = this.added.filter(({ isGone }) => !isGone);
    this.gone -= this.added.length - added.length;
    this.added = [];
    if (added.length > this.entries.length / MANY) this.entries = [...this.entries, ...added].sort(byPlace);
    // A partition that is asked after each write is not sorted each time.
    else for (const entry of added) this.entries.splice(this.behind(entry), 0, entry);
    if (this.gone <= this.entries.length / 2) return;
    this.entries = this.entries.filter(({ isGone }) => !isGone);
    this.gone = 0;
  }

  /** How many entries are at this place or before it. */
  private behind(place: Place): number {
    let from = 0;
    let to = this.entries.length;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if (byPlace(this.entries[middle], place) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The sparse index of the table of state, which shows each write some time later, those of one item in their order. */
export class LaggingIndex {
  private readonly partitions = new Map<string, Partition>();
  private readonly entries = new Map<string, Entry>();
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

  public find(partition: string, portion: Portion, now: number): Item[] {
    this.show(now);
    return this.partitions.get(partition)?.find(portion) ?? [];
  }

  private show(now: number): void {
    let shown = 0;
    for (; shown < this.changes.length && this.changes[shown].at <= now; shown++) this.apply(this.changes[shown]);
    if (shown > 0) this.changes = this.changes.slice(shown);
  }

  private apply({ pk, item, at }: Change): void {
    if (this.shownAt.get(pk) === at) this.shownAt.delete(pk);
    const before = this.entries.get(pk);
    if (before) {
      this.partitionOf(before.item).remove(before);
      this.entries.delete(pk);
    }
    if (!item?.[WaitingIndex.PARTITION_KEY] || !item[WaitingIndex.SORT_KEY]) return;
    const entry = { ...placeOf(item), item, isGone: false };
    this.entries.set(pk, entry);
    this.partitionOf(item).add(entry);
  }

  private partitionOf(item: Item): Partition {
    const name = item[WaitingIndex.PARTITION_KEY].S!;
    const known = this.partitions.get(name);
    if (known) return known;
    const partition = new Partition();
    this.partitions.set(name, partition);
    return partition;
  }
}

function placeOf(item: Item): Place {
  return { since: Number(item[WaitingIndex.SORT_KEY].N), pk: item[StateAttribute.PK].S! };
}

function byPlace(one: Place, other: Place): number {
  if (one.since !== other.since) return one.since - other.since;
  if (one.pk === other.pk) return 0;
  return one.pk < other.pk ? -1 : 1;
}
