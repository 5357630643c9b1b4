/** The time of a simulation: it passes only when told to. */
export class Clock {
  private readonly timers: { readonly at: number; readonly ring: () => void }[] = [];

  constructor(private time: number) {}

  /** Milliseconds since the epoch. */
  public now(): number {
    return this.time;
  }

  /** Calls back once the time has come. */
  public at(time: number, ring: () => void): void {
    const timer = { at: Math.max(time, this.time), ring };
    const later = this.timers.findIndex((each) => each.at > timer.at);
    if (later < 0) this.timers.push(timer);
    else this.timers.splice(later, 0, timer);
  }

  public sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.time + milliseconds, resolve));
  }

  /** The next moment that somebody waits for. */
  public get next(): number {
    return this.timers.length > 0 ? this.timers[0].at : Infinity;
  }

  /** Passes on to the next moment that somebody waits for. */
  public advance(): void {
    if (this.timers.length === 0) return;
    this.time = this.timers[0].at;
    while (this.timers.length > 0 && this.timers[0].at <= this.time) this.timers.shift()!.ring();
  }
}

/** Resolves once nothing is left to do but what waits for the simulation: all promises that could continue have continued. */
export function quiescence(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
