import type { Entity, EntityKind, RegistryEntity } from '..';
import { READERS } from './index';
import type { AnyReader } from './kind-reader';
import type { IotSender } from '../../runtime/senders';
import { hasValidNames } from '../register';

export function readerOf(kind: EntityKind): AnyReader {
  return READERS[kind] as AnyReader;
}

/** One entity, read directly. An entity with an invalid name does not exist. */
export async function readEntity(iot: IotSender, entity: Entity): Promise<RegistryEntity | undefined> {
  if (!hasValidNames(entity)) return undefined;
  return readerOf(entity.kind).read(iot, entity);
}
