import { Scope } from '../../src/comparison/selection';

/** Everything is replicated. */
export const WHOLE_SCOPE: Scope = { kinds: ['type', 'group', 'thing', 'membership'], prefixes: {} };
