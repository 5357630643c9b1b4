import type { RegistryRecord } from '..';
import type { ApplyContext } from './apply-context';
import { WaitingError } from '../../runtime/answers';
import { isEmptied, isStale, isYetToCome } from '../dependant';
import { EntityRecord, isDerived, isEntity, ownerIdsOf, ownersOf } from '../register';

/** What an archetype does in the registry, once the result for a record is known. */
export interface DependantActions {
  /** Makes the registry match the record. */
  readonly put: () => Promise<void>;
  /** @param isDeletion whether the source has deleted it; otherwise it is an empty set, or a leftover of a former owner */
  readonly remove: (isDeletion: boolean) => Promise<void>;
}

/**
 * Applies the record of a kind with owners:
 *
 * | owners | record | result |
 * |---|---|---|
 * | one is derived, as a dynamic group | any | nothing |
 * | one is gone, or was replaced | any | removed if all owners are live; otherwise it follows its owners |
 * | as recorded | deleted, a set | emptied, as by any change: no mode of deletion keeps it, and it counts as none |
 * | as recorded, or not known | deleted | removed, unless an owner is deleted, or deletions are not replicated |
 * | as recorded, or not known | alive | put |
 *
 * An owner whose record is older, or absent, does not block it: the registry's answer decides.
 */
export async function applyDependant(
  record: RegistryRecord, { readings, isRetained }: ApplyContext, { put, remove }: DependantActions,
): Promise<undefined> {
  const owners = await Promise.all(ownersOf(record).map(async ({ key }) => entityIn(await readings.read(key))));
  const ids = ownerIdsOf(record);
  // The members of a dynamic group follow from its query. A later static group of this name has a pending event.
  if (owners.some((owner, i) => owner && isDerived(owner) && !isYetToCome(owner, ids[i], record.timestamp))) return undefined;

  if (owners.some((owner, i) => isStale(owner, ids[i], record.timestamp))) {
    // It may have been added with an older reading. If an owner is gone or unknown, it follows that owner.
    if (owners.every((owner) => owner && !owner.deleted)) await remove(false);
  } else if (record.deleted) {
    if (owners.some((owner) => owner?.deleted)) return undefined;
    const isDeletion = !isEmptied(owners, ids);
    if (isDeletion && await isRetained()) return undefined;
    await remove(isDeletion);
  } else {
    await put();
  }
  return undefined;
}

function entityIn(record: RegistryRecord | undefined): EntityRecord | undefined {
  return record && isEntity(record) ? record : undefined;
}

/** Waits for missing owners: first for the one that most keys share, which is why it has an index. */
export function waitForOwners(record: RegistryRecord): WaitingError {
  const owners = ownersOf(record);
  const shared = [...owners].sort((a, b) => Number(b.index !== undefined) - Number(a.index !== undefined));
  return new WaitingError(`its ${owners.map(({ kind }) => kind).join(' or its ')} does not exist yet`, shared.map(({ key }) => key));
}
