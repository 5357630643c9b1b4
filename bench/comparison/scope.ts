import { Selection } from '../../src/comparison/selection';

/** Everything is replicated. */
export const WHOLE_SELECTION: Selection = { kinds: ['type', 'group', 'thing', 'membership'], prefixes: {} };
