import { isDeepStrictEqual } from 'node:util';
import { Entity, EntityKind, GroupState, PropagatingAttribute, RecordKey, ThingState, TypeState } from '../../record/record';

/** One field in which two sides differ; a side that does not have it leaves it out. */
export interface FieldDifference {
  /** `thingTypeName`, `attributes.<name>`, `description`, `parentGroupName`, `searchableAttributes`, … */
  readonly field: string;
  /** What the desired state has. */
  readonly expected?: unknown;
  /** What was found. */
  readonly actual?: unknown;
}

/** A line of a report: one entity, and what is wrong with it. */
export interface Difference extends RecordKey {
  readonly kind: EntityKind;
  /** `missing`, `different`, `gone`, … */
  readonly difference: string;
  readonly fields?: readonly FieldDifference[];
}

/** A difference as an execution's output has it: that holds 256 KB, and the fields of one thing can be 80. */
export type NamedDifference = Omit<Difference, 'fields'>;

export function named({ kind, pk, sk, difference }: Difference): NamedDifference {
  return { kind, pk, sk, difference };
}

/** What of an entity is replicated. */
export type ReplicatedState =
  | { readonly kind: 'thing'; readonly state: ThingState }
  | { readonly kind: 'group'; readonly state: GroupState }
  | { readonly kind: 'type'; readonly state: TypeState };

/** The fields in which they differ. Empty texts and attributes are the same as none, and lists that are sets have no order. */
export function differingFields(expected: ReplicatedState, actual: ReplicatedState): FieldDifference[] {
  const [ours, theirs] = [fieldsOf(expected), fieldsOf(actual)];
  // A path that one side does not contain can't be compared.
  const names = Object.keys({ ...ours, ...theirs }).filter((name) => name !== 'path' || (ours.path && theirs.path));
  const differing = names.filter((name) => !isDeepStrictEqual(ours[name], theirs[name]));
  return differing.map((field) => ({ field, expected: ours[field], actual: theirs[field] }));
}

/** How a report names an entity. */
export function differenceOf(key: RecordKey, entity: Entity, difference: string, fields?: readonly FieldDifference[]): Difference {
  return { kind: entity.kind, pk: key.pk, sk: key.sk, difference, fields };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(side: ReplicatedState): Fields {
  switch (side.kind) {
    case 'thing': return thingFields(side.state);
    case 'group': return groupFields(side.state);
    case 'type': return typeFields(side.state);
  }
}

function thingFields({ thingTypeName, attributes }: ThingState): Fields {
  return defined({ thingTypeName, ...attributeFields(attributes) });
}

function groupFields({ description, attributes, parentGroupName, path, dynamic }: GroupState): Fields {
  return defined({ description: description || undefined, parentGroupName, path, dynamic, ...attributeFields(attributes) });
}

function typeFields({ description, searchableAttributes, propagatingAttributes, deprecated }: TypeState): Fields {
  return defined({
    description: description || undefined,
    searchableAttributes: [...searchableAttributes].sort(),
    propagatingAttributes: propagatingAttributes.map(propagation).sort(),
    deprecated,
  });
}

function attributeFields(attributes: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '').map(([name, value]) => [`attributes.${name}`, value]));
}

function propagation({ userPropertyKey, thingAttribute, connectionAttribute }: PropagatingAttribute): string {
  return thingAttribute === undefined ? `${userPropertyKey}: connection attribute ${connectionAttribute}` : `${userPropertyKey}: thing attribute ${thingAttribute}`;
}

function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
