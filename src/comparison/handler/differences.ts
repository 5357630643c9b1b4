import { isDeepStrictEqual } from 'node:util';
import type { Entity, EntityKind } from '../../kinds';
import { Fields, UNKNOWN } from '../../kinds/kind';
import { kindOf } from '../../kinds/register';
import { RecordKey } from '../../record/record';

/** One field in which two sides differ; a side without the field omits it. */
export interface FieldDifference {
  /** `thingTypeName`, `attributes.<name>`, `description`, `parentGroupName`, `searchableAttributes`, … */
  readonly field: string;
  /** The value in the desired state. */
  readonly expected?: unknown;
  /** The actual value. */
  readonly actual?: unknown;
}

/** A line of a report: one entity with its difference. */
export interface Difference extends RecordKey {
  readonly kind: EntityKind;
  /** `missing`, `different`, `gone`, … */
  readonly difference: string;
  /** Why it remains, if the next run can't end it either. */
  readonly outcome?: string;
  readonly fields?: readonly FieldDifference[];
}

/** A difference as an execution's output has it: that holds 256 KB, and the fields of one thing can be 80. */
export type NamedDifference = Omit<Difference, 'fields'>;

export function named({ kind, pk, sk, difference, outcome }: Difference): NamedDifference {
  return { kind, pk, sk, difference, outcome };
}

/** The replicated part of an entity. */
export interface ReplicatedState {
  readonly kind: EntityKind;
  /** Absent for kinds without a state. */
  readonly state?: unknown;
}

/** The fields in which they differ, of one kind. Empty strings and attributes count as absent, and lists that are sets have no order. */
export function differingFields(expected: ReplicatedState, actual: ReplicatedState): FieldDifference[] {
  const [ours, theirs] = [fieldsOf(expected), fieldsOf(actual)];
  // A field that one side does not contain can't be compared.
  const names = Object.keys({ ...ours, ...theirs }).filter((name) => ours[name] !== UNKNOWN && theirs[name] !== UNKNOWN);
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
