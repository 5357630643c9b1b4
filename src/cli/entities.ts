import { CommandError } from './errors';
import type { Entity } from '../kinds';
import { ENTITY_KINDS, entityOf, hasValidNames, kindOf, namesOf } from '../kinds/register';
import type { RecordKey } from '../record/record';

const SEPARATOR = '/';

/** An entity as commands print and take it: `thing/lamp-1`, `membership/lamp-1/hall`. */
export function shownEntity(entity: Entity): string {
  return [entity.kind, ...Object.values(namesOf(entity))].join(SEPARATOR);
}

/** The entity of a key as commands print it; the key itself if it names none. */
export function shownKey({ pk, sk }: RecordKey): string {
  const entity = entityOf({ pk, sk });
  return entity ? shownEntity(entity) : `${pk} ${sk}`;
}

/** The forms of entities, for help and errors. */
export const FORMS: readonly string[] = ENTITY_KINDS.map((kind) => [kind, ...idsOf(kind).map((id) => id.toUpperCase())].join(SEPARATOR));

/** @throws CommandError if the text names no entity */
export function parseEntity(text: string): Entity {
  const [kind, ...names] = text.split(SEPARATOR);
  const ids = (ENTITY_KINDS as readonly string[]).includes(kind) ? idsOf(kind) : [];
  const entity = { kind, ...Object.fromEntries(ids.map((id, i) => [id, names[i]])) } as unknown as Entity;
  if (ids.length === 0 || names.length !== ids.length || !hasValidNames(entity)) {
    throw new CommandError(`got '${text}', expected an entity: ${FORMS.join(', ')}`);
  }
  return entity;
}

function idsOf(kind: string): string[] {
  const { pk, sk } = kindOf(kind).key;
  return [pk.id, sk.id].flatMap((id) => id ?? []);
}
