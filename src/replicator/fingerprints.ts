import { createHash } from 'node:crypto';

/** Characters of the length of a prefix, and of its hash. */
const LENGTH = 2;
const HASH = 4;

/**
 * A prefix by its length and a short hash: the prefixes of all kinds take up to 14 KB, and the environment of a function has 4 KB. Of sixteen million names that no prefix selects,
 * each prefix selects one by mistake: then a change of it waits, as if the prefix were to come.
 */
export function fingerprintsOf(prefixes: readonly string[]): string {
  return [...prefixes].sort().map(fingerprintOf).join('');
}

/** Whether a name begins with one of the prefixes. */
export function beginsWithOne(name: string, fingerprints: string): boolean {
  for (let from = 0; from < fingerprints.length; from += LENGTH + HASH) {
    const length = parseInt(fingerprints.slice(from, from + LENGTH), 16);
    if (name.length >= length && fingerprintOf(name.slice(0, length)) === fingerprints.slice(from, from + LENGTH + HASH)) return true;
  }
  return false;
}

function fingerprintOf(text: string): string {
  return text.length.toString(16).padStart(LENGTH, '0') + createHash('sha256').update(text).digest('base64url').slice(0, HASH);
}
