import { isDeepStrictEqual } from 'node:util';
import type { Entity, EntityKind } from '../../kinds';
import { Fields, UNTOLD } from '../../kinds/kind';
import { kindOf } from '../../kinds/register';
import { RecordKey } from '../../record/record';

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
export interface ReplicatedState {
  readonly kind: EntityKind;
  /** Absent for what is there or not. */
  readonly state?: unknown;
}

/** The fields in which they differ, of one kind. Empty texts and attributes are the same as none, and lists that are sets have no order. */
export function differingFields(expected: ReplicatedState, actual: ReplicatedState): FieldDifference[] {
  const [ours, theirs] = [fieldsOf(expected), fieldsOf(actual)];
  // What one side does not tell can't be compared.
  const names = Object.keys({ ...ours, ...theirs }).filter((name) => ours[name] !== UNTOLD && theirs[name] !== UNTOLD);
  const differing = names.filter((name) => !isDeepStrictEqual(ours[name], theirs[name]));
  return differing.map((field) => ({ field, expected: ours[field], actual: theirs[field] }));
}

/** How a report names an entity. */
export function differenceOf(key: RecordKey, entity: Entity, difference: string, fields?: readonly FieldDifference[]): Difference {
  return { kind: entity.kind, pk: key.pk, sk: key.sk, difference, fields };
}

function fieldsOf({ kind, state }: ReplicatedState): Fields {
  return kindOf(kind).fields?.(state) ?? {};
}
