/** What a drift check does about the differences that it finds between a destination and its records. */
export enum DriftMode {
  /**
   * It reports them, and has the records applied again.
   *
   * What is in the destination without a record is reported only, never deleted.
   */
  REPAIR = 'REPAIR',
  /** It reports them and changes nothing. */
  REPORT = 'REPORT',
}
