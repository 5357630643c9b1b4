/** How an entity of the destination can differ from its record. */
export const DriftKind = {
  /** Its record is alive, and the entity does not exist. */
  MISSING: 'missing',
  /** The entity exists and differs from its record. */
  DIFFERENT: 'different',
  /** The entity exists, and its record is a tombstone. */
  SHOULD_BE_GONE: 'shouldBeGone',
  /** The entity exists, and no readable record of the source Region describes it. */
  UNMANAGED: 'unmanaged',
  /** The entity exists although the source deleted it, because deletions are not replicated. */
  RETAINED: 'retained',
  /** The entity does not exist, and its record can't be read: it is unknown whether it should exist. */
  UNREADABLE: 'unreadable',
} as const;
export type DriftKind = (typeof DriftKind)[keyof typeof DriftKind];

/** Differences that applying the record again repairs. */
export type Repairable = typeof DriftKind.MISSING | typeof DriftKind.DIFFERENT | typeof DriftKind.SHOULD_BE_GONE;

export function isRepairable(drift: DriftKind): drift is Repairable {
  return drift === DriftKind.MISSING || drift === DriftKind.DIFFERENT || drift === DriftKind.SHOULD_BE_GONE;
}
