import { differingFields, FieldDifference, ReplicatedState } from '../../comparison/handler/differences';
import { StoredRecords } from '../../comparison/handler/table-reader';
import { DeletionMode } from '../../deletion-mode';
import type { Entity, RegistryEntity, RegistryRecord } from '../../kinds';
import { isEmptied, isStale } from '../../kinds/dependant';
import type { Destination, OtherRecords } from '../../kinds/handler/local';
import { readerOf } from '../../kinds/handler/reading';
import { UNKNOWN } from '../../kinds/kind';
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
  /** Absent where identities are not replicated. */
  readonly destination?: Destination;
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
  return verdictIn(entity, there && countedOf(there, records, options), records, options);
}

function verdictIn(entity: Entity, there: RegistryEntity | undefined, records: StoredRecords, options: VerdictOptions): Verdict | undefined {
  const record = records.get(keyOf(entity));
  if (!record) return there && { difference: DriftKind.UNMANAGED };
  if (record === 'unreadable') {
    const fields = [{ field: 'record', expected: `a record of a ${entity.kind}`, actual: 'unreadable' }];
    return { difference: there ? DriftKind.UNMANAGED : DriftKind.UNREADABLE, fields };
  }
  if (record.sourceRegion !== options.sourceRegion) {
    return there && { difference: DriftKind.UNMANAGED, fields: [{ field: 'sourceRegion', expected: options.sourceRegion, actual: record.sourceRegion }] };
  }
  return isEntity(record) ? entityVerdict(record, there, records, options) : dependantVerdict(record, there, records, options);
}

function entityVerdict(
  record: EntityRecord, there: RegistryEntity | undefined, records: StoredRecords, options: VerdictOptions,
): Verdict | undefined {
  if (isDerived(record) || record.deleted && there && isDerived(there)) return there && unexpected(record, there, options);
  if (record.deleted) return there && deletedButThere(record, there, options);
  return live(record, there, records, options);
}

/** The difference from a record of something that lives. */
function live(
  record: RegistryRecord, there: RegistryEntity | undefined, records: StoredRecords, { destination }: VerdictOptions,
): Verdict | undefined {
  const { local } = readerOf(record.kind);
  const state = stateOf(record);
  const wanted = local && destination ? local.wanted(state as never, destination, othersIn(records)) : state;
  if (local && wanted === undefined) return there && unwanted(there);
  return there ? differenceIn({ kind: record.kind, state: wanted }, there) : { difference: DriftKind.MISSING };
}

function differenceIn(wanted: ReplicatedState, there: RegistryEntity): Verdict | undefined {
  const fields = differingFields(wanted, there);
  return fields.length > 0 ? { difference: DriftKind.DIFFERENT, fields } : undefined;
}

/** Nothing has to be there, and something is: an inactive certificate harms nobody. */
function unwanted(there: RegistryEntity): Verdict | undefined {
  const { mayStay, fields } = kindOf(there.kind);
  const state = stateOf(there);
  if (mayStay?.(state)) return undefined;
  const known = Object.entries(fields?.(state) ?? {}).filter(([, value]) => value !== UNKNOWN);
  return { difference: DriftKind.DIFFERENT, fields: known.map(([field, actual]) => ({ field, actual })) };
}

/** The replicated part of an entity; undefined if there is none. */
function countedOf(there: RegistryEntity, records: StoredRecords, { destination }: VerdictOptions): RegistryEntity | undefined {
  const { local } = readerOf(there.kind);
  if (!local || !destination) return there;
  const record = readableIn(records, keyOf(there));
  const recorded = record && !record.deleted ? stateOf(record) : undefined;
  const state = local.counted(stateOf(there) as never, destination, othersIn(records), recorded as never);
  return state === undefined ? undefined : { ...there, state } as RegistryEntity;
}

/** What is known of the records of other entities. */
export function othersIn(records: StoredRecords): OtherRecords {
  return {
    // A record that was not read may exist: what a listing nominates is read directly.
    has: (key) => !records.knows(key) || records.get(key) !== undefined,
    get: (key) => readableIn(records, key),
  };
}

function readableIn(records: StoredRecords, key: RecordKey): RegistryRecord | undefined {
  const record = records.get(key);
  return record === 'unreadable' ? undefined : record;
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
  if (!there) return record.deleted || isOfAnother ? undefined : live(record, there, records, options);
  if (isOfAnother) return leftOver(owners, options);
  if (!record.deleted) return live(record, there, records, options);
  return isEmptied(owners, ids) ? { difference: DriftKind.SHOULD_BE_GONE } : toBeGone(record, options);
}

/** It exists although an owner in its record is gone. */
function leftOver(owners: readonly (EntityRecord | undefined)[], options: VerdictOptions): Verdict {
  // It is retained together with its owner.
  const deleted = owners.flatMap((owner) => (owner?.deleted ? owner : []));
  if (deleted.length > 0) return toBeGone({ timestamp: Math.min(...deleted.map(({ timestamp }) => timestamp)) }, options);
  // Between live owners it is removed, whether deletions are replicated or not. If an owner has no record, it is left alone.
  return { difference: owners.every((owner) => owner) ? DriftKind.SHOULD_BE_GONE : DriftKind.UNMANAGED };
}

/** What may not stay as it is is ended, even if its deletion is not replicated: a certificate is deactivated. */
function deletedButThere(record: EntityRecord, there: RegistryEntity, options: VerdictOptions): Verdict {
  const mayStay = kindOf(record.kind).mayStay?.(stateOf(there)) ?? true;
  return mayStay ? toBeGone(record, options) : { difference: DriftKind.SHOULD_BE_GONE };
}

function toBeGone(record: Pick<RegistryRecord, 'timestamp'>, options: VerdictOptions): Verdict {
  return { difference: isRetained(record, options) ? DriftKind.RETAINED : DriftKind.SHOULD_BE_GONE };
}

function isRetained({ timestamp }: Pick<RegistryRecord, 'timestamp'>, { deletionMode, retainedUntil }: VerdictOptions): boolean {
  return deletionMode === DeletionMode.RETAIN || isOfRetention(timestamp, retainedUntil);
}

/** The record of an owner. An unreadable one proves as little as none. */
function ownerIn(records: StoredRecords, key: RecordKey): EntityRecord | undefined {
  const record = readableIn(records, key);
  return record && isEntity(record) ? record : undefined;
}

function isOfDerived(owner: EntityRecord | undefined): boolean {
  return owner !== undefined && isDerived(owner);
}
