import type { RegistryRecord } from '..';
import type { ApplyContext } from './apply-context';
import { WaitingError } from '../../runtime/answers';
import { isStale, isYetToCome } from '../dependant';
import { EntityRecord, isDerived, isEntity, ownerIdsOf, ownersOf } from '../register';

/** What an archetype does for the registry, once it is known what a record comes to. */
export interface DependantActions {
  /** Makes it as the record says. */
  readonly put: () => Promise<void>;
  /** @param isDeletion whether the source has removed it, rather than that it is left over of an owner that is another by now */
  readonly remove: (isDeletion: boolean) => Promise<void>;
}

/**
 * Applies the record of something that belongs to others:
 *
 * | owners | record | comes to |
 * |---|---|---|
 * | one is derived, as a dynamic group | any | nothing |
 * | one is gone, or another by now | any | removed where all owners live; else it goes, or comes, with its owners |
 * | as recorded, or not known | deleted | removed, unless an owner is deleted, or deletions are not replicated |
 * | as recorded, or not known | alive | put |
 *
 * An owner whose record is older, or absent, does not hold it up: the registry's answer decides.
 */
export async function applyDependant(
  record: RegistryRecord, { readings, isRetained }: ApplyContext, { put, remove }: DependantActions,
): Promise<undefined> {
  const owners = await Promise.all(ownersOf(record).map(async ({ key }) => entityIn(await readings.read(key))));
  const ids = ownerIdsOf(record);
  // What belongs to a dynamic group follows from its query. A static group of this name that came after it has an event pending.
  if (owners.some((owner, i) => owner && isDerived(owner) && !isYetToCome(owner, ids[i], record.timestamp))) return undefined;

  if (owners.some((owner, i) => isStale(owner, ids[i], record.timestamp))) {
    // It may have been added on an older reading. With an owner that is gone or unknown it goes, or comes, with that one.
    if (owners.every((owner) => owner && !owner.deleted)) await remove(false);
  } else if (record.deleted) {
    if (owners.some((owner) => owner?.deleted) || await isRetained()) return undefined;
    await remove(true);
  } else {
    await put();
  }
  return undefined;
}

function entityIn(record: RegistryRecord | undefined): EntityRecord | undefined {
  return record && isEntity(record) ? record : undefined;
}

/** Waits for owners that are missing: for the one that most keys share first, which is why it has an index. */
export function waitForOwners(record: RegistryRecord): WaitingError {
  const owners = ownersOf(record);
  const shared = [...owners].sort((a, b) => Number(b.index !== undefined) - Number(a.index !== undefined));
  return new WaitingError(`its ${owners.map(({ kind }) => kind).join(' or its ')} does not exist yet`, shared.map(({ key }) => key));
}
