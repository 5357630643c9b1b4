import { Scope } from '../../src/convergence/scope';

/** Everything is replicated. */
export const WHOLE_SCOPE: Scope = { kinds: ['type', 'group', 'thing', 'membership'], prefixes: {} };
