/** Why changes of the source may have been recorded nowhere. */
export const SourceGapCode = {
  EVENTS_WERE_OFF: 'EVENTS_WERE_OFF',
  EVENTS_WERE_UNKNOWN: 'EVENTS_WERE_UNKNOWN',
  /** The source was silent. Afterwards it is unknown whether it was down or its pipeline was broken. */
  HEARTBEATS_MISSED: 'HEARTBEATS_MISSED',
  /** One of these, before this destination heard of the source. Or nobody knows, because an earlier version of the source did not say. */
  SOURCE_INTERRUPTED: 'SOURCE_INTERRUPTED',
  /** A record replaced a live one of another incarnation, so at least one event in between was lost. */
  EVENTS_MISSED: 'EVENTS_MISSED',
  /** A record replaced one of a later time, or its own time was after its arrival: the clock that gives events their times is or was wrong. */
  TIME_WENT_BACK: 'TIME_WENT_BACK',
} as const;
export type SourceGapCode = (typeof SourceGapCode)[keyof typeof SourceGapCode];

/** Why records that have arrived may not have been applied. */
export const DestinationGapCode = {
  /** The stream was not read for about as long as it keeps its records. */
  STREAM_EXPIRED: 'STREAM_EXPIRED',
  /**
   * Nothing read the stream of the replica. A replica that was removed from the table and put back has another stream, and changes from in between are copied
   * into it without passing that stream.
   */
  STREAM_UNREAD: 'STREAM_UNREAD',
  /** There were dead letters. Afterwards it is unknown whether they were redriven, deleted or expired. */
  DEAD_LETTERS_GONE: 'DEAD_LETTERS_GONE',
} as const;
export type DestinationGapCode = (typeof DestinationGapCode)[keyof typeof DestinationGapCode];

/** A time in which changes may have been lost. Of several gaps of a kind only the latest end counts: a proof that began after it covers all. */
export interface Gap<Code> {
  readonly code: Code;
  /** Its end, ISO 8601: a proof that began later, by a margin, found all that was lost. */
  readonly until: string;
  /** More about it, without names of entities. */
  readonly detail?: string;
}

/** The clock of the source determines its end, like the start of a sweep. */
export type SourceGap = Gap<SourceGapCode>;

/** The clock of the destination determines its end, like the start of a drift check. */
export type DestinationGap = Gap<DestinationGapCode>;

export interface Gaps {
  readonly sourceGap?: SourceGap;
  readonly destinationGap?: DestinationGap;
}
