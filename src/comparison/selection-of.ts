import type { Scope } from './selection';
import { KIND_EVENT_TYPES } from '../persistence/describe-change';
import { ENTITY_KINDS } from '../record/record';
import type { Settings } from '../settings/settings';

/** What these settings replicate. */
export function scopeOf({ eventTypes, prefixes }: Pick<Settings, 'eventTypes' | 'prefixes'>): Scope {
  return { kinds: ENTITY_KINDS.filter((kind) => eventTypes.includes(KIND_EVENT_TYPES[kind])), prefixes };
}
