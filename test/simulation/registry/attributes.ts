import type { AttributePayload } from '@aws-sdk/client-iot';
import { failure } from './errors';
import type { RegistryFacts } from './facts';

/** Never changed in place, so that they can be shared. */
export type Attributes = ReadonlyMap<string, string>;

const NONE: Attributes = new Map();

/** The attributes of a new entity: an empty value is never stored. */
export function initialAttributes(payload: AttributePayload | undefined): Attributes {
  const entries = Object.entries(payload?.attributes ?? {}).filter(([, value]) => value !== '');
  return entries.length === 0 ? NONE : new Map(entries);
}

/** The attributes after an update: overwritten as a whole, or merged, where an empty value removes a key. */
export function updatedAttributes(
  current: Attributes, payload: AttributePayload | undefined, emptyMapClears: boolean, onlyEmptyValues: RegistryFacts['onlyEmptyValues'],
): Attributes {
  if (payload?.attributes === undefined) return current;
  const entries = Object.entries(payload.attributes);
  if (payload.merge) return merged(current, entries);
  if (entries.length === 0) return emptyMapClears ? NONE : current;
  if (onlyEmptyValues === 'removeNamed' && entries.every(([, value]) => value === '')) return merged(current, entries);
  return initialAttributes(payload);
}

export function equalAttributes(one: Attributes, other: Attributes): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [name, value] of one) if (other.get(name) !== value) return false;
  return true;
}

export function limitAttributes(attributes: Attributes, limit: number): Attributes {
  if (attributes.size > limit) throw failure.InvalidRequest(`Attribute count ${attributes.size} exceeds the limit of ${limit}.`);
  return attributes;
}

function merged(current: Attributes, entries: readonly [string, string][]): Attributes {
  const result = new Map(current);
  for (const [name, value] of entries) {
    if (value === '') result.delete(name);
    else result.set(name, value);
  }
  return result;
}
