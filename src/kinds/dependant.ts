import type { EntityRecord } from './register';

/** Whether the owner that something was recorded of has gone: it was deleted, or another of its name has taken its place. */
export function isStale(owner: EntityRecord | undefined, id: string, timestamp: number): boolean {
  if (!owner) return false;
  if (owner.incarnation === id) return owner.deleted;
  // Nobody knows how the one before it ended, so what was recorded of that counts until a sweep has looked.
  if (!owner.deleted && owner.replaces?.includes(id)) return false;
  // An older owner does not hold it up: the one that it is about may be pending. Between an ADDED and a tombstone of one moment the ADDED is newer.
  return owner.timestamp > timestamp || (owner.timestamp === timestamp && !owner.deleted);
}

/** Whether the owner that something is about has no record yet: the one that there is is of another that it takes the place of. */
export function isYetToCome(owner: EntityRecord, id: string, timestamp: number): boolean {
  return owner.incarnation !== id && !isStale(owner, id, timestamp);
}
