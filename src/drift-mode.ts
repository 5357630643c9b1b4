/** What a drift check does about the differences that it finds between a destination and its records. */
export enum DriftMode {
  /**
   * It reports them, and has the records applied again.
   *
   * While the source is silent, which is without a heartbeat for five minutes, or five times `heartbeatInterval`, a check only reports, unless
   * somebody starts it with `{ "mode": "repair" }`.
   *
   * What the source deleted while `deletionMode` was `RETAIN` is reported only, unless somebody starts a check with
   * `{ "mode": "repair", "deleteRetained": true }`.
   *
   * What is in the destination without a record is reported only, never deleted.
   */
  REPAIR = 'REPAIR',
  /** It reports them and changes nothing, unless somebody starts it with `{ "mode": "repair" }`. */
  REPORT = 'REPORT',
}
