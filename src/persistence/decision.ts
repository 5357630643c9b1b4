import type { EntityKind } from '../kinds';
import type { PrefixesByKind } from '../kinds/kind';
import { kindOf } from '../kinds/register';

/** The decision about an event. */
export const Decision = {
  /** It reports a replicated entity. */
  REPLICATE: 'replicate',
  /** The name prefixes, the kinds or the router exclude it. */
  FILTERED: 'filtered',
  /** Its event type contains nothing new. */
  IGNORED: 'ignored',
  /** It can't become a record; `reason` says why. */
  INVALID: 'invalid',
} as const;

/** An expression that depends on the kind in `$kind`; nothing for any other kind. */
export function byKind(kinds: readonly EntityKind[], of: (kind: EntityKind) => string): string {
  return kinds.map((kind) => `$kind = '${kind}' ? ${of(kind)}`).join('\n      : ');
}

/** JSONata: a function that returns whether a name begins with one of some prefixes. */
export const STARTS = '$starts := function($name, $prefixes) { $count($prefixes[$substring($name, 0, $length($)) = $]) > 0 };';

/** JSONata: whether the entity with the names in `$names` is replicated; needs `STARTS`. A kind with owners is replicated when all of its owners are. */
export function isReplicated(kind: EntityKind, prefixes: PrefixesByKind): string {
  const tests = Object.entries(kindOf(kind).selectedBy).flatMap(([id, selector]) => {
    const allowed = prefixes[selector!];
    return allowed ? [`$starts($names.${id}, ${JSON.stringify(allowed)})`] : [];
  });
  return tests.length > 0 ? `(${tests.join(' and ')})` : 'true';
}
