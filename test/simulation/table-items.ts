import type { Item } from './guarded-table';

/** The items of a table by key, and what they were a moment ago: for reads that are not consistent. */
export class TableItems {
  private readonly items = new Map<string, Item>();
  private readonly changes: { readonly at: number; readonly key: string; readonly before?: Item }[] = [];

  constructor(private readonly now: () => number) {}

  public get(key: string): Item | undefined {
    return this.items.get(key);
  }

  public keys(): string[] {
    return [...this.items.keys()];
  }

  public set(key: string, item: Item): void {
    this.changes.push({ at: this.now(), key, before: this.items.get(key) });
    this.items.set(key, item);
  }

  public delete(key: string): void {
    this.changes.push({ at: this.now(), key, before: this.items.get(key) });
    this.items.delete(key);
  }

  /** All there was at a time, after what happened in its millisecond. */
  public asOf(time: number): ReadonlyMap<string, Item> {
    if (this.changes.length === 0 || this.changes[this.changes.length - 1].at <= time) return this.items;
    const then = new Map(this.items);
    for (let i = this.changes.length - 1; i >= 0 && this.changes[i].at > time; i--) {
      const { key, before } = this.changes[i];
      if (before) then.set(key, before);
      else then.delete(key);
    }
    return then;
  }
}
