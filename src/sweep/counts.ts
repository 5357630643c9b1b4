import { Settled } from './persist';
import { FAILED } from './persister';
import { Count } from '../convergence/counts';
import { Counts } from '../convergence/journal';

/** Every count of a sweep. */
export const ZEROS: Counts = {
  ...{ [Count.LISTED]: 0, [Count.RECORDS]: 0, missing: 0, different: 0, gone: 0, equal: 0, left: 0 },
  ...{ 'persisted': 0, 'stale': 0, 'filtered': 0, 'dead-lettered': 0, [FAILED]: 0, [Settled.REFUSED]: 0 },
};

/** Differences. */
export const OUT_OF_SYNC = ['missing', 'different', 'gone'];
