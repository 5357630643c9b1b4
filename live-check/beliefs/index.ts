import { GROUP_BELIEFS } from './registry-groups';
import { THING_BELIEFS } from './registry-things';
import { TYPE_BELIEFS } from './registry-types';
import type { Belief, Unlookable } from '../belief';

/** All that the program looks at, in the order of its report. */
export const BELIEFS: readonly Belief[] = [...THING_BELIEFS, ...TYPE_BELIEFS, ...GROUP_BELIEFS];

/** What it does not look at. */
export const UNLOOKABLE: readonly Unlookable[] = [];
