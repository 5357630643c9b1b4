import type { RegistryEntity, RegistryRecord } from './index';
import { isEntity, keyOf, kindOf, namesOf, ownerIdsOf, stateOf } from './register';
import { LATER_VERSION } from './versions';
import { Attribute, RecordKey } from '../record/record';

/** `eventType` of the workflow's input that contains a record. */
export const OBSERVATION_EVENT = 'REPLICATION_OBSERVATION';

/** The origin of a record that no event has reported. */
export interface Origin {
  readonly eventId: string;
  /** Milliseconds since the epoch: events from this moment on are newer. */
  readonly timestamp: number;
}

/** A record as an observer of the registry sends it; the persistence workflow adds what the replication knows itself. */
export interface ObservedRecord extends RecordKey, Origin {
  readonly version: number;
  readonly deleted: boolean;
  readonly state: unknown;
  /** `incarnation`, or the incarnations of its owners and the ids that an index needs. */
  readonly [attribute: string]: unknown;
}

/**
 * The record of an entity as it was read.
 *
 * @param ownerIds incarnations of its owners, in their order; none for a kind with an incarnation
 * @param version for kinds that the registry does not count
 */
export function recordOf(entity: RegistryEntity, ownerIds: readonly string[], origin: Origin, version = LATER_VERSION): ObservedRecord {
  const { owners } = kindOf(entity.kind);
  const { incarnation, version: counted } = entity as { readonly incarnation?: string; readonly version?: number };
  return {
    ...keyOf(entity),
    ...owners ? belonging(entity, ownerIds) : { [Attribute.INCARNATION]: incarnation },
    version: owners ? 0 : counted ?? version,
    timestamp: origin.timestamp,
    deleted: false,
    eventId: origin.eventId,
    state: stateOf(entity) ?? {},
  } as unknown as ObservedRecord;
}

/** The tombstone of an entity that has a record, and that the registry no longer has. It ends only the recorded incarnation. */
export function tombstoneOf(record: RegistryRecord, origin: Origin): ObservedRecord {
  return {
    pk: record.pk,
    sk: record.sk,
    ...isEntity(record) ? { [Attribute.INCARNATION]: record.incarnation } : belonging(record, ownerIdsOf(record)),
    version: record.version,
    timestamp: origin.timestamp,
    deleted: true,
    eventId: origin.eventId,
    state: stateOf(record) ?? {},
  };
}

/** What a record contains about its owners. */
function belonging(entity: RegistryEntity | RegistryRecord, ownerIds: readonly string[]): Readonly<Record<string, string>> {
  const names = namesOf(entity);
  return Object.fromEntries((kindOf(entity.kind).owners ?? []).flatMap(({ attribute, index }, i) => [
    [attribute, ownerIds[i]],
    ...index ? [[index.id, names[index.id]]] : [],
  ]));
}
