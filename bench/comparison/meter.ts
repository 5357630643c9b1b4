/** Counts calls and what they are billed by. */
export class Meter {
  private readonly counts = new Map<string, number>();

  public add(what: string, amount = 1): void {
    this.counts.set(what, this.of(what) + amount);
  }

  public of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** Of all whose name begins so. */
  public sum(prefix: string): number {
    return [...this.counts].reduce((total, [what, count]) => (what.startsWith(prefix) ? total + count : total), 0);
  }

  /** What was counted so far; it counts again from here on. */
  public take(): Meter {
    const taken = new Meter();
    for (const [what, amount] of this.counts) taken.add(what, amount);
    this.counts.clear();
    return taken;
  }
}
