import { keyOfEntity, RegistryEntity } from '../../comparison/entity';
import { differingFields, FieldDifference } from '../../comparison/handler/differences';
import { StoredRecord, StoredRecords } from '../../comparison/handler/table-reader';
import { isFromTheFuture } from '../../record/margin';
import { keyOf, MembershipRecord, RegistryRecord } from '../../record/record';
import { sourceDigestOf } from '../../record/source-digest';

/** How the record of something that the source registry has is not what it should be. */
export type SweepDifference = 'missing' | 'different';

export interface Verdict {
  readonly difference: SweepDifference;
  readonly fields?: readonly FieldDifference[];
}

export interface VerdictOptions {
  /** Of the router, if there is one: it may have rewritten the state, so only a digest shows whether the record matches this reading. */
  readonly routerVersion?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is wrong with the record of an entity that the source registry has; undefined if nothing is. */
export function verdictOf(entity: RegistryEntity, records: StoredRecords, options: VerdictOptions): Verdict | undefined {
  const record = records.get(keyOfEntity(entity));
  if (record === 'unreadable') return { difference: 'different', fields: [{ field: 'record', expected: entity.kind, actual: 'unreadable' }] };
  if (!record || record.deleted) return { difference: 'missing' };
  const fields = fieldsOf(entity, record, records, options);
  return fields.length > 0 ? { difference: 'different', fields } : undefined;
}

function fieldsOf(entity: RegistryEntity, record: Exclude<StoredRecord, 'unreadable'>, records: StoredRecords, { routerVersion, now }: VerdictOptions): FieldDifference[] {
  // What another router let pass, or none did, is asked about again.
  const general = [...futureOf(record, now), ...fieldOf('routerVersion', routerVersion, record.routerVersion)];
  if (entity.kind === 'membership') return record.kind === 'membership' ? [...general, ...endsOf(record, records)] : general;
  if (record.kind !== entity.kind) return general;
  const differing = [
    ...general,
    // Only a direct reading contains it.
    ...entity.incarnation === undefined ? [] : fieldOf('incarnation', entity.incarnation, record.incarnation),
    ...entity.kind === 'type' ? [] : fieldOf('version', entity.version, record.version),
  ];
  if (routerVersion !== undefined) return [...differing, ...fieldOf('sourceDigest', sourceDigestOf(entity.state), record.sourceDigest)];
  return [...differing, ...differingFields(entity, { kind: record.kind, state: record.state } as typeof entity)];
}

/** Incarnations that a record says to have replaced while they lived. */
export function replacedBy(record: StoredRecord | undefined): readonly string[] {
  return record && record !== 'unreadable' && record.kind !== 'membership' && !record.deleted ? record.replaces ?? [] : [];
}

/** A record from the future differs whatever it says: the guard refuses what is real because of its time. */
export function futureOf({ timestamp }: RegistryRecord, now: number): FieldDifference[] {
  return isFromTheFuture(timestamp, now) ? [{ field: 'timestamp', expected: `at most ${new Date(now).toISOString()}`, actual: timestamp }] : [];
}

/** A membership whose end was re-created is one of another: what was recorded of it does not count for the new end. */
function endsOf({ thingName, groupName, thingId, groupId }: MembershipRecord, records: StoredRecords): FieldDifference[] {
  return [
    ...endOf('thingId', records.get(keyOf.thing(thingName)), thingId),
    ...endOf('groupId', records.get(keyOf.group(groupName)), groupId),
  ];
}

function endOf(field: string, end: StoredRecord | undefined, id: string): FieldDifference[] {
  return end && end !== 'unreadable' && end.kind !== 'membership' && !end.deleted ? fieldOf(field, end.incarnation, id) : [];
}

function fieldOf(field: string, expected: unknown, actual: unknown): FieldDifference[] {
  return expected === actual ? [] : [{ field, expected, actual }];
}
