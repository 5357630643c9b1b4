import { Settled } from './persist';
import { FAILED } from './persister';
import { SWEEP_PHASES } from './phases';
import { Count, outcomesIn } from '../convergence/counts';
import { Counts, Journal } from '../convergence/journal';
import { sum } from '../convergence/phase';

/** Every count of a sweep. */
export const ZEROS: Counts = {
  ...{ [Count.LISTED]: 0, [Count.RECORDS]: 0, missing: 0, different: 0, gone: 0, equal: 0, left: 0 },
  ...{ 'persisted': 0, 'stale': 0, 'filtered': 0, 'dead-lettered': 0, [FAILED]: 0, [Settled.REFUSED]: 0 },
};

export const OUT_OF_SYNC = ['missing', 'different', 'gone'];

/** Differences that a sweep found. */
export function foundIn(counts: Counts): number {
  return OUT_OF_SYNC.reduce((total, name) => total + counts[name], 0);
}

/** Of a sweep that is under way: what its units have counted so far. */
export async function countsIn(journal: Journal): Promise<Counts> {
  const totals = await Promise.all(SWEEP_PHASES.map((phase) => journal.totalsOf(phase)));
  return outcomesIn(totals.reduce((all, { total }) => sum(all, total), ZEROS));
}
