import BTree from 'sorted-btree';

/** When a message becomes visible, in milliseconds since the epoch, and how many were added before it. */
type Place = [visibleAt: number, count: number];

/** Messages, each visible from a given time on: the earliest first, and of those the first that was added. */
export class DelayQueue {
  private readonly bodies = new BTree<Place, string>(undefined, ([at, count], [otherAt, otherCount]) => at - otherAt || count - otherCount);
  private added = 0;

  public get length(): number {
    return this.bodies.size;
  }

  public add(body: string, visibleAt: number): void {
    this.bodies.set([visibleAt, this.added], body);
    this.added += 1;
  }

  /** Takes the bodies of at most that many visible messages. */
  public take(now: number, limit: number): string[] {
    const taken: string[] = [];
    while (taken.length < limit) {
      const first = this.bodies.minKey();
      if (!first || first[0] > now) break;
      taken.push(this.bodies.get(first)!);
      this.bodies.delete(first);
    }
    return taken;
  }
}
