import { HASH_BYTES, hashesIn, hashNumberOf } from './key-set';
import type { RecordKey } from '../../record/record';

/** Keys that have something with a name. */
export interface EncodedHaving {
  /** Of its name. */
  readonly number: number;
  /** See `encodeKeys`. */
  readonly keys: string;
}

/**
 * The names of what each key has, eight bytes for each: the beginning of the hash of the key, and in its last bits the number of the name.
 *
 * Of a million keys with ten thousand names, two share such a beginning with a probability of one in a thousand; each then seems to have what the other one has, as well.
 */
export class NameIndex {
  private readonly sorted: BigUint64Array;
  /** From one beginning to the next. */
  private readonly step: bigint;

  constructor(private readonly names: readonly string[], parts: readonly EncodedHaving[]) {
    this.step = BigInt(2 ** Math.ceil(Math.log2(Math.max(2, names.length))));
    const entries = new BigUint64Array(parts.reduce((sum, { keys }) => sum + Buffer.byteLength(keys, 'base64') / HASH_BYTES, 0));
    let i = 0;
    for (const { number, keys } of parts) for (const hash of hashesIn(keys)) entries[i++] = this.beginningOf(hash) + BigInt(number);
    this.sorted = entries.sort();
  }

  /** Each once. */
  public namesOf(key: RecordKey): string[] {
    const beginning = this.beginningOf(hashNumberOf(key));
    const numbers = new Set<number>();
    for (let i = this.firstFrom(beginning); i < this.sorted.length && this.beginningOf(this.sorted[i]) === beginning; i++) {
      numbers.add(Number(this.sorted[i] - beginning));
    }
    return [...numbers].map((number) => this.names[number]);
  }

  private beginningOf(hash: bigint): bigint {
    return hash - hash % this.step;
  }

  private firstFrom(least: bigint): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.sorted[middle] < least) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
