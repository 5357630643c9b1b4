import { each, isText } from './checks';
import { invalid, shown } from './errors';

/** Names of things, groups and types: https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
const NAME_PREFIX = /^[a-zA-Z0-9:_-]{1,128}$/;

/** With the longest prefixes in all three lists, a role has room for another policy: an aspect of an organization may add one. */
export const MAX_PREFIXES = 36;

/** What a list of prefixes may contain. */
export interface PrefixRules {
  readonly form: RegExp;
  readonly characters: string;
  readonly most: number;
  /** Why it may contain no more. */
  readonly because: string;
  /** What to do instead of an empty list. */
  readonly none: string;
}

const REGISTRY_PREFIXES: PrefixRules = {
  form: NAME_PREFIX,
  characters: 'letters, digits, colons, underscores and hyphens',
  most: MAX_PREFIXES,
  because: 'the replicator\'s policies contain each prefix',
  none: 'leave it out to replicate all names, or leave the kind out of `kinds`',
};

export function validatePrefixes(what: string, prefixes?: string[], { form, characters, most, because, none } = REGISTRY_PREFIXES): void {
  if (!prefixes) return;
  if (prefixes.length === 0) throw invalid(what, shown(prefixes), 'at least one prefix', none);
  if (prefixes.length > most) {
    throw invalid(what, `${prefixes.length} prefixes`, `at most ${most}`, `choose shorter ones that cover several, or use a \`router\`: ${because}`);
  }
  for (const prefix of each(prefixes)) {
    if (!isText(prefix, form)) {
      throw invalid(what, shown(prefix), `1 to 128 ${characters}, known at synthesis`,
        'write the beginning of the names, without a wildcard');
    }
  }
  if (new Set(prefixes).size < prefixes.length) throw invalid(what, shown(prefixes), 'each prefix once', 'remove the repetitions');
}
