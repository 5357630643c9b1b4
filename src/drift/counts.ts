import { DriftKind } from './drift-kind';
import { DIFFERENCES, DriftCounts } from '../status/status-request';

/** Names of the counts of a drift check. */
export const DriftCount = {
  [DriftKind.MISSING]: 'missing',
  [DriftKind.DIFFERENT]: 'different',
  [DriftKind.SHOULD_BE_GONE]: 'shouldBeGone',
  [DriftKind.UNMANAGED]: 'unmanaged' satisfies keyof DriftCounts,
  [DriftKind.RETAINED]: 'retained',
  [DriftKind.UNREADABLE]: 'unreadable',
  /** Its record is changing, so the change may be in flight. */
  IN_FLIGHT: 'inFlight',
  /** Differences that the check left alone, because the key is pending already or has a dead letter. */
  WAITING: 'waiting',
  /** Put on the retry queue. */
  REPAIRED: 'repaired' satisfies keyof DriftCounts,
  /** The check repaired it, and it still differs. */
  NOT_REPAIRED: 'notRepaired' satisfies keyof DriftCounts,
  /** Differences that no repair can end before somebody acts. Absent where there are none. */
  REJECTED: 'rejected' satisfies keyof DriftCounts,
} as const;
export type DriftCount = (typeof DriftCount)[keyof typeof DriftCount];

/** The counts that are differences. Entities in flight, unmanaged and retained ones are not. */
export const OUT_OF_SYNC: readonly DriftCount[] = DIFFERENCES;
