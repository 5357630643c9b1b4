import { createHash } from 'node:crypto';
import { isCompared } from './phases';
import type { Selection } from './selection';
import { CertificateSelection } from '../certificate-selection';
import { EntityKind, KINDS } from '../kinds';
import type { Feature } from '../kinds/kind';
import { hasOwners, kindOf, kindsOf } from '../kinds/register';
import type { Settings } from '../settings/settings';

/** The selection of these settings: of one feature and of those that extend it, or without one of the kinds that have none. */
export function selectionOf(
  { kinds, prefixes, features, identities }: Pick<Settings, 'kinds' | 'prefixes' | 'features' | 'identities'>, feature?: Feature,
): Selection {
  const compared = kindsOf(kinds, features).filter((kind) => isCompared(kind, feature, features));
  const isNarrow = identities?.certificates === CertificateSelection.OF_REPLICATED_THINGS;
  const onlyReferred = isNarrow ? compared.filter((kind) => kindOf(kind).isCredential) : [];
  return { kinds: compared, prefixes: { ...prefixes }, ...onlyReferred.length > 0 ? { onlyReferred } : {} };
}

/** Kinds that have names of their own: all that have no feature, and those of features that are compared. */
function namedKinds(kinds: readonly EntityKind[]): readonly EntityKind[] {
  return KINDS.flatMap(({ name }) => (hasOwners(name) || (kindOf(name).feature !== undefined && !kinds.includes(name)) ? [] : [name]));
}

/** More than enough to distinguish selections. */
const DIGEST_LENGTH = 16;

/**
 * Distinguishes one selection from another: heartbeats of the source contain it, and so do sweeps and drift checks, which prove no other selection. Prefixes are known at
 * synthesis, so each stack computes the same.
 */
export function selectionDigest({ kinds, prefixes, onlyReferred }: Selection): string {
  const sorted = (names?: readonly string[]) => (names ? [...names].sort() : null);
  const narrowed = onlyReferred ? [{ onlyReferred: sorted(onlyReferred) }] : [];
  const parts = [[...kinds].sort(), ...namedKinds(kinds).map((kind) => sorted(prefixes[kind])), ...narrowed];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, DIGEST_LENGTH);
}
