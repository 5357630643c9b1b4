import type { Entity, EntityKind, RegistryEntity } from '../kinds';
import type { PrefixesByKind } from '../kinds/kind';
import { isDerived, isSelected, listedBy } from '../kinds/register';

/** The replicated part of a registry. */
export interface Selection {
  readonly kinds: readonly EntityKind[];
  /** Prefixes of names for each kind; absent means any name. */
  readonly prefixes: PrefixesByKind;
  /**
   * Kinds of which only that is replicated what has a record or is named by one, as a certificate is by the record of a thing's certificates; see `Kind.refersTo`. Absent: none.
   *
   * What has a record is followed, whether it is still named or not: it is in the destinations.
   */
  readonly onlyReferred?: readonly EntityKind[];
}

/** Whether the entity is replicated; one that belongs to others is when all of them are. */
export function includes({ kinds, prefixes }: Selection, entity: Entity): boolean {
  return kinds.includes(entity.kind) && isSelected(entity, prefixes);
}

/**
 * Whether something that belongs to the entity is to be listed by it. Its own kind may be left out, its name may not, and what belongs to a dynamic group
 * follows from its query.
 */
export function hasDependants({ kinds, prefixes }: Selection, entity: RegistryEntity): boolean {
  return listedBy(entity.kind).some((kind) => kinds.includes(kind)) && !isDerived(entity) && isSelected(entity, prefixes);
}
