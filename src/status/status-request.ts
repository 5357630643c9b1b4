/** The counts of a drift check that the status contains. */
export interface DriftCounts {
  readonly missing: number;
  readonly different: number;
  readonly shouldBeGone: number;
  readonly unmanaged: number;
  readonly repaired: number;
  readonly notRepaired: number;
  /** Those among the differences whose record can't be applied before somebody acts; absent where there are none. */
  readonly rejected?: number;
}

/** Counts of differences, without entities in flight, unmanaged and retained ones. */
export const DIFFERENCES = ['missing', 'different', 'shouldBeGone'] as const satisfies readonly (keyof DriftCounts)[];

/** The result of a drift check; its summary extends it. */
export interface DriftCheck {
  /** ISO 8601. */
  readonly startedAt: string;
  /** A digest of the kinds and prefixes that it compared. */
  readonly selection?: string;
  /** A digest of how policies were to be written; none with the defaults. */
  readonly rewriting?: string;
  readonly mode: 'repair' | 'report';
  readonly durationSeconds: number;
  readonly counts: DriftCounts;
}

/** The input of the function: nothing from a schedule, the summary of a check from a drift workflow. */
export interface StatusRequest {
  readonly driftCheck?: DriftCheck;
  /** The summary of a drift check of identities. */
  readonly identityDriftCheck?: DriftCheck;
}
