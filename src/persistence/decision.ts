import type { EntityKind } from '../kinds';
import type { PrefixesByKind } from '../kinds/kind';
import { kindOf } from '../kinds/register';

/** What becomes of an event once it was described. */
export const Decision = {
  /** It reports a replicated entity. */
  REPLICATE: 'replicate',
  /** Left out by the name prefixes, the event types or the router. */
  FILTERED: 'filtered',
  /** Of a kind that says nothing new. */
  IGNORED: 'ignored',
  /** No record can be made of it; `reason` says why. */
  INVALID: 'invalid',
} as const;

/** An expression that depends on the kind in `$kind`; nothing for any other kind. */
export function byKind(kinds: readonly EntityKind[], of: (kind: EntityKind) => string): string {
  return kinds.map((kind) => `$kind = '${kind}' ? ${of(kind)}`).join('\n      : ');
}

/** JSONata: a function that tells whether a name begins with one of some texts. */
export const STARTS = '$starts := function($name, $prefixes) { $count($prefixes[$substring($name, 0, $length($)) = $]) > 0 };';

/** JSONata: whether what has the names in `$names` is replicated; needs `STARTS`. What belongs to others is when all of them are. */
export function isReplicated(kind: EntityKind, prefixes: PrefixesByKind): string {
  const tests = Object.entries(kindOf(kind).selectedBy).flatMap(([id, selector]) => {
    const allowed = prefixes[selector!];
    return allowed ? [`$starts($names.${id}, ${JSON.stringify(allowed)})`] : [];
  });
  return tests.length > 0 ? `(${tests.join(' and ')})` : 'true';
}
