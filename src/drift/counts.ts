import { DriftKind } from './drift-kind';
import { DIFFERENCES, DriftCounts } from '../status/status-request';

/** What the counts of a drift check are called. */
export const DriftCount = {
  [DriftKind.MISSING]: 'missing',
  [DriftKind.DIFFERENT]: 'different',
  [DriftKind.SHOULD_BE_GONE]: 'shouldBeGone',
  [DriftKind.UNMANAGED]: 'unmanaged' satisfies keyof DriftCounts,
  [DriftKind.RETAINED]: 'retained',
  [DriftKind.UNREADABLE]: 'unreadable',
  /** Its records are changing, so it is under way. */
  IN_FLIGHT: 'inFlight',
  /** Of the differences: left alone, because the key waits for something else already or has a dead letter. */
  WAITING: 'waiting',
  /** Put on the retry queue. */
  REPAIRED: 'repaired' satisfies keyof DriftCounts,
  /** Repaired, and still different. */
  NOT_REPAIRED: 'notRepaired' satisfies keyof DriftCounts,
} as const;
export type DriftCount = (typeof DriftCount)[keyof typeof DriftCount];

/** Differences: not what is changing, what nobody manages, and what is kept on purpose. */
export const OUT_OF_SYNC: readonly DriftCount[] = DIFFERENCES;
