import { createHash } from 'node:crypto';
import type { Selection } from './selection';
import { KINDS } from '../kinds';
import { kindsOf } from '../kinds/register';
import type { Settings } from '../settings/settings';

/** The selection of these settings. */
export function selectionOf({ kinds, prefixes }: Pick<Settings, 'kinds' | 'prefixes'>): Selection {
  return { kinds: kindsOf(kinds), prefixes: { ...prefixes } };
}

/** Kinds that have names of their own. */
const OWN_NAMES = KINDS.flatMap((kind) => (kind.owners ? [] : [kind.name]));

/** More than enough to distinguish selections. */
const DIGEST_LENGTH = 16;

/**
 * Distinguishes one selection from another: heartbeats of the source contain it, and so do sweeps and drift checks, which prove no other selection. Prefixes are known at
 * synthesis, so each stack computes the same.
 */
export function selectionDigest({ kinds, prefixes }: Selection): string {
  const sorted = (names?: readonly string[]) => (names ? [...names].sort() : null);
  return createHash('sha256').update(JSON.stringify([[...kinds].sort(), ...OWN_NAMES.map((kind) => sorted(prefixes[kind]))])).digest('hex').slice(0, DIGEST_LENGTH);
}
