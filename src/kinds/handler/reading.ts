import type { Entity, EntityKind, RegistryEntity, RegistryRecord } from '..';
import { READERS } from './index';
import type { AnyReader } from './kind-reader';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import { hasValidNames, stateOf } from '../register';

export function readerOf(kind: EntityKind): AnyReader {
  return READERS[kind] as AnyReader;
}

/** One entity, read directly. An entity with an invalid name does not exist. */
export async function readEntity(iot: IotSender, entity: Entity): Promise<RegistryEntity | undefined> {
  if (!hasValidNames(entity)) return undefined;
  return readerOf(entity.kind).read(iot, entity);
}

/** Keys of other entities whose records decide what of an entity is replicated, by what is there or by its record. */
export function mentionedIn(entity: RegistryEntity | RegistryRecord | 'unreadable' | undefined): readonly RecordKey[] {
  if (!entity || entity === 'unreadable') return [];
  return readerOf(entity.kind).local?.mentioned?.(stateOf(entity) as never) ?? [];
}
