interface Sequenced { readonly sequence: number }

/** What is found by its key, and listed from any place on in either direction without a walk through all of it. Each is added with a sequence higher than those before. */
export class Ordered<T extends Sequenced> {
  private readonly byKey = new Map<string, T>();
  private readonly inOrder: T[] = [];

  public get size(): number {
    return this.byKey.size;
  }

  public get(key: string): T | undefined {
    return this.byKey.get(key);
  }

  public has(key: string): boolean {
    return this.byKey.has(key);
  }

  public add(key: string, item: T): void {
    if (this.byKey.has(key) || (this.inOrder.at(-1)?.sequence ?? -1) >= item.sequence) throw new Error(`expected a new key and a higher sequence, got ${key} and ${item.sequence}`);
    this.byKey.set(key, item);
    this.inOrder.push(item);
  }

  public delete(key: string): void {
    const item = this.byKey.get(key);
    if (!item) return;
    this.byKey.delete(key);
    this.inOrder.splice(this.placeOf(item.sequence), 1);
  }

  public values(): readonly T[] {
    return this.inOrder;
  }

  /** At most so many that come after a sequence; descending, those before it. */
  public beyond(sequence: number | undefined, count: number, ascending: boolean): T[] {
    if (ascending) {
      const from = sequence === undefined ? 0 : this.placeOf(sequence + 1);
      return this.inOrder.slice(from, from + count);
    }
    const end = sequence === undefined ? this.inOrder.length : this.placeOf(sequence);
    return this.inOrder.slice(Math.max(0, end - count), end).reverse();
  }

  /** The place of the first whose sequence is not lower. */
  private placeOf(sequence: number): number {
    let [low, high] = [0, this.inOrder.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.inOrder[middle].sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
