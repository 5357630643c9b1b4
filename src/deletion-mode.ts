/** What happens in the destinations when something is deleted in the source Region. */
export enum DeletionMode {
  /**
   * It is deleted there too.
   *
   * What was deleted before, while this was `RETAIN`, or in the five minutes after the change, stays. A drift check reports it as `retained`;
   * start one with `{ "mode": "repair", "deleteRetained": true }` to have it deleted.
   */
  REPLICATE = 'REPLICATE',
  /**
   * It stays; only the record in the table tells that it is gone.
   *
   * What is created again under its name is made equal all the same: a group that has another parent by then, or a type whose immutable
   * properties are others, is deleted and made anew, and memberships of the former thing or group are removed.
   */
  RETAIN = 'RETAIN',
}
