import type { Entity, EntityKind, RegistryEntity } from '..';
import { READERS } from './index';
import type { AnyReader } from './kind-reader';
import { RegistryName } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import { namesOf } from '../register';

/** Asking for another name is an error. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
const NAME = new RegExp(`^[${RegistryName.CHARACTERS}]{1,${RegistryName.MAX_LENGTH}}$`);

export function readerOf(kind: EntityKind): AnyReader {
  return READERS[kind] as AnyReader;
}

/** One entity, read directly. An entity with an invalid name does not exist. */
export async function readEntity(iot: IotSender, entity: Entity): Promise<RegistryEntity | undefined> {
  if (!Object.values(namesOf(entity)).every((name) => NAME.test(name))) return undefined;
  return readerOf(entity.kind).read(iot, entity);
}
