import type { EntityRecord } from './register';

/** Whether the recorded owner is gone: it was deleted, or another entity of its name has replaced it. */
export function isStale(owner: EntityRecord | undefined, id: string, timestamp: number): boolean {
  if (!owner) return false;
  if (owner.incarnation === id) return owner.deleted;
  // The end of its predecessor is unknown, so records of that owner count until a sweep has run.
  if (!owner.deleted && owner.replaces?.includes(id)) return false;
  // An older owner does not block it: the recorded owner may be pending. Between an ADDED and a tombstone of one moment the ADDED is newer.
  return owner.timestamp > timestamp || (owner.timestamp === timestamp && !owner.deleted);
}

/** Whether the owner has no record yet: the existing record belongs to its predecessor. */
export function isYetToCome(owner: EntityRecord, id: string, timestamp: number): boolean {
  return owner.incarnation !== id && !isStale(owner, id, timestamp);
}

/**
 * Whether the end of a set is a change of it, and no deletion: its owner lives as recorded, so it is empty. A link, which has two owners, is deleted.
 *
 * @param owners the records of all owners, in the order of the ids
 */
export function isEmptied(owners: readonly (EntityRecord | undefined)[], ids: readonly string[]): boolean {
  const [owner] = owners;
  return owners.length === 1 && owner !== undefined && !owner.deleted && owner.incarnation === ids[0];
}
