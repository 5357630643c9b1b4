import { RecheckOutcome } from './persist';
import { FAILED, TOO_LARGE } from './persistence-client';
import { Count, sumOf, Counts } from '../../comparison/counts';
import { Outcome } from '../../persistence/outcome';

/** Every count of a sweep. */
export const ZEROS: Counts = {
  ...{ [Count.LISTED]: 0, [Count.RECORDS]: 0, [Count.OUTSIDE]: 0, missing: 0, different: 0, gone: 0 },
  ...{ [RecheckOutcome.CONFIRMED_EQUAL]: 0, [RecheckOutcome.DEFERRED]: 0, [RecheckOutcome.DEFERRED_AGAIN]: 0 },
  ...{ 'persisted': 0, 'stale': 0, 'filtered': 0, 'dead-lettered': 0, [FAILED]: 0, [TOO_LARGE]: 0, [RecheckOutcome.REFUSED]: 0 },
};

/** Differences. */
export const OUT_OF_SYNC = ['missing', 'different', 'gone', RecheckOutcome.DEFERRED_AGAIN];

/** Outcomes that end a difference: the sweep wrote the record, or an event did before. */
const ENDED = [Outcome.PERSISTED, Outcome.STALE];

/** Differences that remain, for whatever reason. */
export function remainingOf(counts: Counts): number {
  return sumOf(counts, OUT_OF_SYNC) - sumOf(counts, ENDED);
}
