import { differingFields, FieldDifference } from '../../comparison/handler/differences';
import { StoredRecord, StoredRecords } from '../../comparison/handler/table-reader';
import type { RegistryEntity, RegistryRecord } from '../../kinds';
import type { Observation } from '../../kinds/kind';
import { EntityRecord, isEntity, keyOf, ownerIdsOf, ownersOf, stateOf } from '../../kinds/register';
import { sourceDigestOf } from '../../kinds/source-digest';
import { isFromTheFuture } from '../../record/margin';

/** The ways in which the record of an entity of the source registry can differ. */
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

/** The difference of a record from an entity of the source registry; undefined if there is none. */
export function verdictOf(entity: RegistryEntity, records: StoredRecords, options: VerdictOptions): Verdict | undefined {
  const record = records.get(keyOf(entity));
  if (record === 'unreadable') return { difference: 'different', fields: [{ field: 'record', expected: entity.kind, actual: 'unreadable' }] };
  if (!record || record.deleted) return { difference: 'missing' };
  const fields = fieldsOf(entity, record, records, options);
  return fields.length > 0 ? { difference: 'different', fields } : undefined;
}

function fieldsOf(entity: RegistryEntity, record: Exclude<StoredRecord, 'unreadable'>, records: StoredRecords, { routerVersion, now }: VerdictOptions): FieldDifference[] {
  // The router is invoked again for records of another router, or of none.
  const general = [...futureOf(record, now), ...fieldOf('routerVersion', routerVersion, record.routerVersion)];
  const differing = [...general, ...isEntity(record) ? lifeOf(entity, record) : ownersIn(record, records)];
  const [state, recorded] = [stateOf(entity), stateOf(record)];
  if (typeof state !== 'object' || state === null) return differing;
  if (routerVersion !== undefined) return [...differing, ...fieldOf('sourceDigest', sourceDigestOf(state), record.sourceDigest)];
  return [...differing, ...differingFields(entity, { kind: record.kind, state: recorded })];
}

/** Only a direct reading tells the incarnation, and of some kinds nothing tells a version. */
function lifeOf({ incarnation, version }: Observation, record: EntityRecord): FieldDifference[] {
  return [
    ...incarnation === undefined ? [] : fieldOf('incarnation', incarnation, record.incarnation),
    ...version === undefined ? [] : fieldOf('version', version, record.version),
  ];
}

/** Live incarnations that a record replaced. */
export function replacedBy(record: StoredRecord | undefined): readonly string[] {
  return record && record !== 'unreadable' && isEntity(record) && !record.deleted ? record.replaces ?? [] : [];
}

/** A record with a time in the future always differs: because of its time the guard refuses real events. */
export function futureOf({ timestamp }: RegistryRecord, now: number): FieldDifference[] {
  return isFromTheFuture(timestamp, now) ? [{ field: 'timestamp', expected: `at most ${new Date(now).toISOString()}`, actual: timestamp }] : [];
}

/** A re-created owner is another one: records of its predecessor do not count for it. */
function ownersIn(record: RegistryRecord, records: StoredRecords): FieldDifference[] {
  const ids = ownerIdsOf(record);
  return ownersOf(record).flatMap(({ attribute, key }, i) => {
    const owner = records.get(key);
    return owner && owner !== 'unreadable' && isEntity(owner) && !owner.deleted ? fieldOf(attribute, owner.incarnation, ids[i]) : [];
  });
}

function fieldOf(field: string, expected: unknown, actual: unknown): FieldDifference[] {
  return expected === actual ? [] : [{ field, expected, actual }];
}
