/** What can be wrong with an entity of the destination. */
export const DriftKind = {
  /** Its record is alive, and it is not there. */
  MISSING: 'missing',
  /** It is there, and is not as its record says. */
  DIFFERENT: 'different',
  /** It is there, and its record says that it was deleted. */
  SHOULD_BE_GONE: 'shouldBeGone',
  /** The entity exists, and no readable record of the source Region describes it. */
  UNMANAGED: 'unmanaged',
  /** It is there although it was deleted in the source, because deletions are not replicated. */
  RETAINED: 'retained',
  /** It is not there, and its record can't be read: nobody knows whether it should be. */
  UNREADABLE: 'unreadable',
} as const;
export type DriftKind = (typeof DriftKind)[keyof typeof DriftKind];

/** What is mended by applying the record again. */
export type Repairable = typeof DriftKind.MISSING | typeof DriftKind.DIFFERENT | typeof DriftKind.SHOULD_BE_GONE;

export function isRepairable(drift: DriftKind): drift is Repairable {
  return drift === DriftKind.MISSING || drift === DriftKind.DIFFERENT || drift === DriftKind.SHOULD_BE_GONE;
}
