import { createHash } from 'node:crypto';
import { keyString, RecordKey } from '../../record/record';

/** Bytes of a hash: that any two of ten million keys share one has a probability of three in a million. */
export const HASH_BYTES = 8;

/**
 * A set of keys, eight bytes each, so that those of millions of entities fit into a function.
 *
 * Keys that share a hash count as equal: an unlisted key may then count as listed, which can delay a repair and never cause one.
 */
export class KeySet {
  /** @param encoded parts from {@link encodeKeys} */
  public static decode(encoded: readonly string[]): KeySet {
    const parts = encoded.map((part) => Buffer.from(part, 'base64'));
    const hashes = new BigUint64Array(parts.reduce((sum, part) => sum + part.length, 0) / HASH_BYTES);
    let i = 0;
    for (const part of parts) for (let at = 0; at < part.length; at += HASH_BYTES) hashes[i++] = part.readBigUInt64LE(at);
    return new KeySet(hashes.sort());
  }

  private constructor(private readonly sorted: BigUint64Array) {}

  public has(key: RecordKey): boolean {
    const hash = hashNumberOf(key);
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.sorted[middle] < hash) low = middle + 1;
      else high = middle;
    }
    return this.sorted[low] === hash;
  }
}

/** Keys in the form of {@link KeySet}, in base64. */
export function encodeKeys(keys: readonly RecordKey[]): string {
  return Buffer.concat(keys.map(hashOf)).toString('base64');
}

function hashOf(key: RecordKey): Buffer {
  return createHash('sha256').update(keyString(key)).digest().subarray(0, HASH_BYTES);
}

/** The hash of a key, as sets and indexes have it. */
export function hashNumberOf(key: RecordKey): bigint {
  return hashOf(key).readBigUInt64LE();
}

/** The hashes of encoded keys. */
export function* hashesIn(encoded: string): Generator<bigint> {
  const part = Buffer.from(encoded, 'base64');
  for (let at = 0; at < part.length; at += HASH_BYTES) yield part.readBigUInt64LE(at);
}
