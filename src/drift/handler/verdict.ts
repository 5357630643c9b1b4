import { differingFields, FieldDifference } from '../../comparison/handler/differences';
import { StoredRecords } from '../../comparison/handler/table-reader';
import { DeletionMode } from '../../deletion-mode';
import type { Entity, RegistryEntity, RegistryRecord } from '../../kinds';
import { isStale } from '../../kinds/dependant';
import { EntityRecord, isDerived, isEntity, keyOf, kindOf, ownerIdsOf, ownersOf, stateOf } from '../../kinds/register';
import type { RecordKey } from '../../record/record';
import { isOfRetention } from '../../status/handler/retention';
import { DriftKind } from '../drift-kind';

export interface Verdict {
  readonly difference: DriftKind;
  readonly fields?: readonly FieldDifference[];
}

export interface VerdictOptions {
  /** The only Region whose records count. */
  readonly sourceRegion: string;
  readonly deletionMode: DeletionMode;
  /** Until then deletions were not replicated, and nobody has asked to catch up on them: milliseconds since the epoch. */
  readonly retainedUntil?: number;
}

/**
 * How an entity of the destination differs; undefined if it does not. It contains the fields that applying the record would change.
 *
 * Versions and ids are not compared: the destination has its own. Dynamic groups and their members are not replicated.
 *
 * @param there the entity in the destination
 * @param records its record and those of its owners
 */
export function verdictOf(entity: Entity, there: RegistryEntity | undefined, records: StoredRecords, options: VerdictOptions): Verdict | undefined {
  if (ownersOf(entity).some(({ key }) => isOfDerived(ownerIn(records, key)))) return undefined;
  const record = records.get(keyOf(entity));
  if (!record) return there && { difference: DriftKind.UNMANAGED };
  if (record === 'unreadable') {
    const fields = [{ field: 'record', expected: `a record of a ${entity.kind}`, actual: 'unreadable' }];
    return { difference: there ? DriftKind.UNMANAGED : DriftKind.UNREADABLE, fields };
  }
  if (record.sourceRegion !== options.sourceRegion) {
    return there && { difference: DriftKind.UNMANAGED, fields: [{ field: 'sourceRegion', expected: options.sourceRegion, actual: record.sourceRegion }] };
  }
  return isEntity(record) ? entityVerdict(record, there, options) : dependantVerdict(record, there, records, options);
}

function entityVerdict(record: EntityRecord, there: RegistryEntity | undefined, options: VerdictOptions): Verdict | undefined {
  if (isDerived(record) || record.deleted && there && isDerived(there)) return there && unexpected(record, there, options);
  if (record.deleted) return there && toBeGone(record, options);
  return there ? differenceIn(record, there) : { difference: DriftKind.MISSING };
}

function differenceIn(record: RegistryRecord, there: RegistryEntity): Verdict | undefined {
  const fields = differingFields({ kind: record.kind, state: stateOf(record) }, there);
  return fields.length > 0 ? { difference: DriftKind.DIFFERENT, fields } : undefined;
}

/** The entity exists as a derived one although its record describes another, or the other way round. */
function unexpected(record: EntityRecord, there: RegistryEntity, options: VerdictOptions): Verdict | undefined {
  const { deleted } = record;
  // An entity of another program, or a copy of the source's entity that somebody created by hand.
  if (isDerived(there)) return deleted ? { difference: DriftKind.UNMANAGED } : undefined;
  if (deleted || isRetained(record, options)) return toBeGone(record, options);
  return { difference: DriftKind.DIFFERENT, fields: [{ field: kindOf(record.kind).derived!.field, expected: true, actual: false }] };
}

/** The same rules as those of `applyDependant`. */
function dependantVerdict(
  record: RegistryRecord, there: RegistryEntity | undefined, records: StoredRecords, options: VerdictOptions,
): Verdict | undefined {
  const owners = ownersOf(record).map(({ key }) => ownerIn(records, key));
  const ids = ownerIdsOf(record);
  const isOfAnother = owners.some((owner, i) => isStale(owner, ids[i], record.timestamp));
  if (!there) return record.deleted || isOfAnother ? undefined : { difference: DriftKind.MISSING };
  if (isOfAnother) return leftOver(owners, options);
  return record.deleted ? toBeGone(record, options) : differenceIn(record, there);
}

/** It exists although an owner in its record is gone. */
function leftOver(owners: readonly (EntityRecord | undefined)[], options: VerdictOptions): Verdict {
  // It is retained together with its owner.
  const deleted = owners.flatMap((owner) => (owner?.deleted ? owner : []));
  if (deleted.length > 0) return toBeGone({ timestamp: Math.min(...deleted.map(({ timestamp }) => timestamp)) }, options);
  // Between live owners it is removed, whether deletions are replicated or not. If an owner has no record, it is left alone.
  return { difference: owners.every((owner) => owner) ? DriftKind.SHOULD_BE_GONE : DriftKind.UNMANAGED };
}

function toBeGone(record: Pick<RegistryRecord, 'timestamp'>, options: VerdictOptions): Verdict {
  return { difference: isRetained(record, options) ? DriftKind.RETAINED : DriftKind.SHOULD_BE_GONE };
}

function isRetained({ timestamp }: Pick<RegistryRecord, 'timestamp'>, { deletionMode, retainedUntil }: VerdictOptions): boolean {
  return deletionMode === DeletionMode.RETAIN || isOfRetention(timestamp, retainedUntil);
}

/** The record of an owner. An unreadable one proves as little as none. */
function ownerIn(records: StoredRecords, key: RecordKey): EntityRecord | undefined {
  const record = records.get(key);
  return record && record !== 'unreadable' && isEntity(record) ? record : undefined;
}

function isOfDerived(owner: EntityRecord | undefined): boolean {
  return owner !== undefined && isDerived(owner);
}
