/** What a drift check does with the differences that it finds between a destination and its records. */
export enum DriftMode {
  /**
   * It reports the differences and sends their records to be applied again.
   *
   * While the source is silent, that is, without a heartbeat for five minutes, or for five times `heartbeatInterval`, a check only reports, unless
   * somebody starts it with `{ "mode": "repair" }`.
   *
   * It only reports entities that the source deleted while `deletionMode` was `RETAIN`, unless somebody starts a check with
   * `{ "mode": "repair", "deleteRetained": true }`.
   *
   * It only reports entities without a record in the destination, and never deletes them.
   */
  REPAIR = 'REPAIR',
  /** It reports the differences and changes nothing, unless somebody starts it with `{ "mode": "repair" }`. */
  REPORT = 'REPORT',
}
