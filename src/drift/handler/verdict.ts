import { GroupEntity, keyOfEntity, RegistryEntity } from '../../comparison/entity';
import { differingFields, FieldDifference, ReplicatedState } from '../../comparison/handler/differences';
import { StoredRecords } from '../../comparison/handler/table-reader';
import { DeletionMode } from '../../deletion-mode';
import { isStale } from '../../kinds/handler/link';
import { Entity, GroupRecord, keyOf, MembershipRecord, RecordKey, RegistryRecord, ThingRecord, TypeRecord } from '../../record/record';
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
  /** Deletions of until then were not replicated, and nobody has asked to make up for them: milliseconds since the epoch. */
  readonly retainedUntil?: number;
}

/**
 * What is wrong with an entity of the destination; undefined if nothing is. It contains what applying the record would change.
 *
 * Versions and ids are not looked at: the destination counts its own. Of dynamic groups, neither they nor their members are replicated.
 *
 * @param there the entity as the destination has it
 * @param records its record and, of a membership, those of its ends
 */
export function verdictOf(entity: Entity, there: RegistryEntity | undefined, records: StoredRecords, options: VerdictOptions): Verdict | undefined {
  if (entity.kind === 'membership' && isDynamic(endOf(records, keyOf.group(entity.groupName)))) return undefined;
  const record = records.get(keyOfEntity(entity));
  if (!record) return there && { difference: DriftKind.UNMANAGED };
  if (record === 'unreadable') {
    const fields = [{ field: 'record', expected: `a record of a ${entity.kind}`, actual: 'unreadable' }];
    return { difference: there ? DriftKind.UNMANAGED : DriftKind.UNREADABLE, fields };
  }
  if (record.sourceRegion !== options.sourceRegion) {
    return there && { difference: DriftKind.UNMANAGED, fields: [{ field: 'sourceRegion', expected: options.sourceRegion, actual: record.sourceRegion }] };
  }
  return record.kind === 'membership' ? membershipVerdict(record, there !== undefined, records, options) : entityVerdict(record, there, options);
}

function entityVerdict(record: EntityRecord, there: RegistryEntity | undefined, options: VerdictOptions): Verdict | undefined {
  if (record.kind === 'group' && (record.state.dynamic || record.deleted)) {
    return there?.kind === 'group' ? unexpectedGroup(record, there, options) : undefined;
  }
  if (record.deleted) return there && toBeGone(record, options);
  if (!there) return { difference: DriftKind.MISSING };
  const fields = differingFields({ kind: record.kind, state: record.state } as ReplicatedState, there as ReplicatedState);
  return fields.length > 0 ? { difference: DriftKind.DIFFERENT, fields } : undefined;
}

/** A group that is there although its record wants no static one. */
function unexpectedGroup(record: GroupRecord, { state: { dynamic } }: GroupEntity, options: VerdictOptions): Verdict | undefined {
  const { deleted } = record;
  // Somebody else's, or the counterpart of the source's that somebody has made by hand.
  if (dynamic) return deleted ? { difference: DriftKind.UNMANAGED } : undefined;
  if (deleted || isRetained(record, options)) return toBeGone(record, options);
  return { difference: DriftKind.DIFFERENT, fields: [{ field: 'dynamic', expected: true, actual: false }] };
}

/** The rules of `applyMembership`. */
function membershipVerdict(record: MembershipRecord, isThere: boolean, records: StoredRecords, options: VerdictOptions): Verdict | undefined {
  const ends = { thing: endOf(records, keyOf.thing(record.thingName)), group: endOf(records, keyOf.group(record.groupName)) };
  const isOfAnother = isStale(ends.thing, record.thingId, record.timestamp) || isStale(ends.group, record.groupId, record.timestamp);
  if (!isThere) return record.deleted || isOfAnother ? undefined : { difference: DriftKind.MISSING };
  if (isOfAnother) return unexpectedMembership(ends, options);
  return record.deleted ? toBeGone(record, options) : undefined;
}

/** A membership that is there although an end that it was recorded of is gone. */
function unexpectedMembership({ thing, group }: { readonly thing?: End; readonly group?: End }, options: VerdictOptions): Verdict {
  // What belongs to an end that is retained is retained with it.
  const deleted = [thing, group].flatMap((end) => (end?.deleted ? end : []));
  if (deleted.length > 0) return toBeGone({ timestamp: Math.min(...deleted.map(({ timestamp }) => timestamp)) }, options);
  // Between ends that live it is taken away, deletions replicated or not; an end without a record is left alone, and what it belongs to.
  return { difference: thing && group ? DriftKind.SHOULD_BE_GONE : DriftKind.UNMANAGED };
}

function toBeGone(record: Pick<RegistryRecord, 'timestamp'>, options: VerdictOptions): Verdict {
  return { difference: isRetained(record, options) ? DriftKind.RETAINED : DriftKind.SHOULD_BE_GONE };
}

function isRetained({ timestamp }: Pick<RegistryRecord, 'timestamp'>, { deletionMode, retainedUntil }: VerdictOptions): boolean {
  return deletionMode === DeletionMode.RETAIN || isOfRetention(timestamp, retainedUntil);
}

type EntityRecord = ThingRecord | GroupRecord | TypeRecord;
type End = ThingRecord | GroupRecord;

/** The record of a membership's end. An unreadable one counts as absent. */
function endOf(records: StoredRecords, key: RecordKey): End | undefined {
  const record = records.get(key);
  return record && record !== 'unreadable' && (record.kind === 'thing' || record.kind === 'group') ? record : undefined;
}

function isDynamic(record: End | undefined): boolean {
  return record?.kind === 'group' && record.state.dynamic;
}
