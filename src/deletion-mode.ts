/** What happens in the destinations when an entity is deleted in the source Region. */
export enum DeletionMode {
  /**
   * The entity is deleted there too.
   *
   * Entities that were deleted earlier, while this was `RETAIN`, or in the five minutes after the change, stay. A drift check reports them as
   * `retained`; start one with `{ "mode": "repair", "deleteRetained": true }` to delete them.
   */
  REPLICATE = 'REPLICATE',
  /**
   * The entity stays; only the record in the table shows that it is gone.
   *
   * If an entity of the same name is created again, the destination is made to match it: a group that now has another parent, or a type whose
   * immutable properties have changed, is deleted and re-created, and memberships of the former thing or group are removed.
   */
  RETAIN = 'RETAIN',
}
