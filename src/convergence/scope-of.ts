import type { Scope } from './scope';
import { KIND_EVENT_TYPES } from '../persistence/describe-change';
import type { Settings } from '../settings/settings';
import { ENTITY_KINDS } from '../table/record';

/** What these settings replicate. */
export function scopeOf({ eventTypes, prefixes }: Pick<Settings, 'eventTypes' | 'prefixes'>): Scope {
  return { kinds: ENTITY_KINDS.filter((kind) => eventTypes.includes(KIND_EVENT_TYPES[kind])), prefixes };
}
