/** Time that passes as soon as everything that can run has run. Without the SDK, nothing uses a real timer. */
export class VirtualClock {
  /** Milliseconds since the epoch. */
  public now = 1_800_000_000_000;
  private readonly due = new Map<number, (() => void)[]>();

  public sleep(milliseconds: number): Promise<void> {
    const at = this.now + Math.max(milliseconds, 0);
    return new Promise((resolve) => {
      const waiting = this.due.get(at);
      if (waiting) waiting.push(resolve);
      else this.due.set(at, [resolve]);
    });
  }

  public async runToEnd(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    void work.finally(() => { isDone = true; }).catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) break;
      // Few are due at any time: as many as there are concurrent calls.
      const next = Math.min(...this.due.keys());
      if (next === Infinity) throw new Error('the simulation stands still: nothing is due and the work is not done');
      this.now = next;
      const waiting = this.due.get(next)!;
      this.due.delete(next);
      for (const resolve of waiting) resolve();
    }
    await work;
  }
}
