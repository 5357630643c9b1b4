import { createHash } from 'node:crypto';
import type { Scope } from './selection';
import { KIND_EVENT_TYPES } from '../persistence/describe-change';
import { ENTITY_KINDS } from '../record/record';
import type { Settings } from '../settings/settings';

/** What these settings replicate. */
export function scopeOf({ kinds, prefixes }: Pick<Settings, 'kinds' | 'prefixes'>): Scope {
  return { kinds: ENTITY_KINDS.filter((kind) => kinds.includes(KIND_EVENT_TYPES[kind])), prefixes };
}

/** More than enough to distinguish selections. */
const DIGEST_LENGTH = 16;

/**
 * Distinguishes one selection from another: heartbeats of the source have it, and so do sweeps and drift checks, which vouch for no other. Prefixes are known at
 * synthesis, so each stack comes to the same.
 */
export function selectionDigest({ kinds, prefixes: { thing, group, type } }: Scope): string {
  const sorted = (names?: readonly string[]) => (names ? [...names].sort() : null);
  return createHash('sha256').update(JSON.stringify([[...kinds].sort(), sorted(thing), sorted(group), sorted(type)])).digest('hex').slice(0, DIGEST_LENGTH);
}
