/** Counts calls and their billing units. */
export class Meter {
  private readonly counts = new Map<string, number>();

  public add(what: string, amount = 1): void {
    this.counts.set(what, this.of(what) + amount);
  }

  public of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** The sum of all whose names have a prefix. */
  public sum(prefix: string): number {
    return [...this.counts].reduce((total, [what, count]) => (what.startsWith(prefix) ? total + count : total), 0);
  }

  /** Those whose names have a prefix, without it. */
  public callsOf(prefix: string): readonly (readonly [string, number])[] {
    return [...this.counts].flatMap(([what, count]) => (what.startsWith(prefix) ? [[what.slice(prefix.length), count] as const] : []));
  }

  /** Returns the counts so far, and starts again at zero. */
  public take(): Meter {
    const taken = new Meter();
    for (const [what, amount] of this.counts) taken.add(what, amount);
    this.counts.clear();
    return taken;
  }
}
