/** The counts of a drift check that the status contains. */
export interface DriftCounts {
  readonly missing: number;
  readonly different: number;
  readonly shouldBeGone: number;
  readonly unmanaged: number;
  readonly repaired: number;
  readonly notRepaired: number;
}

/** Counts of differences: not of what is changing, what nobody manages, and what is kept on purpose. */
export const DIFFERENCES = ['missing', 'different', 'shouldBeGone'] as const satisfies readonly (keyof DriftCounts)[];

/** What a drift check came to. Its summary is one, and has more. */
export interface DriftCheck {
  /** ISO 8601. */
  readonly startedAt: string;
  /** A digest of the kinds and prefixes that it compared. */
  readonly selection?: string;
  readonly mode: 'repair' | 'report';
  readonly durationSeconds: number;
  readonly counts: DriftCounts;
}

/** What the function is invoked with: nothing by a schedule, the summary of a check by the drift workflow. */
export interface StatusRequest {
  readonly driftCheck?: DriftCheck;
}
