/* eslint-disable no-bitwise -- mixing bits is what a generator does */
/** Pseudo-random numbers that a seed repeats. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed, 0x9E3779B1) ^ 0x5BD1E995;
    // Neighbouring seeds begin alike; a few turns part them.
    for (let i = 0; i < 4; i++) this.next();
  }

  /** From 0 up to, not including, 1. */
  public next(): number {
    this.state = (this.state + 0x9E3779B9) % 2 ** 32;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85EBCA6B);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xC2B2AE35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 up to, not including, the bound. */
  public below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  public chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  public pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  /** A number of its own, so that what one part draws does not shift what another draws. */
  public fork(): Random {
    return new Random(this.below(2 ** 31));
  }
}
