import { expectationsOf } from '../expectations';
import type { KindEvent } from '../kind-event';
import { FIRST_VERSION, LATER_VERSION } from '../versions';

const { text, name, id, flag, oneOf, listOf, optional } = expectationsOf('$event');
const state = expectationsOf('$state');

/** Whether `$v` is a property that a type adds to the messages of its things. */
const IS_USER_PROPERTY = ['userPropertyKey', 'thingAttribute', 'connectionAttribute']
  .map((field, i) => `(${i > 0 ? `$absent($v.${field}) or ` : ''}$type($v.${field}) = 'string')`).join(' and ');

/** https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html#registry-events-thingtype */
export const typeEvent: KindEvent = {
  eventType: 'THING_TYPE_EVENT',
  topicFilter: '$aws/events/thingType/+/+',
  expects: [
    oneOf('operation', 'CREATED', 'UPDATED', 'DELETED'), name('thingTypeName'), id('thingTypeId'),
    optional(flag('isDeprecated')), optional(text('description')), optional(listOf('searchableAttributes', 'names', "$type($v) = 'string'")),
    optional(listOf('propagatingAttributes', 'user properties', IS_USER_PROPERTY)),
  ],
  names: { typeName: '$event.thingTypeName' },
  life: { incarnation: '$event.thingTypeId' },
  // Its event contains no version: its creation precedes everything else.
  version: `($event.operation = 'CREATED' ? ${FIRST_VERSION} : ${LATER_VERSION})`,
  state: `{
    'description': $textOf($event.description),
    'searchableAttributes': [$listOf($event.searchableAttributes)],
    'propagatingAttributes': [$listOf($event.propagatingAttributes)],
    'deprecated': $event.isDeprecated = true
  }`,
  expectsState: [
    state.optional(state.text('description')), state.listOf('searchableAttributes', 'names', "$type($v) = 'string'"),
    state.listOf('propagatingAttributes', 'user properties', IS_USER_PROPERTY), state.flag('deprecated'),
  ],
  look: { call: 'describeThingType', argument: ['ThingTypeName', 'pk'], isThere: '$states.result.ThingTypeId = $states.input.record.incarnation', resource: 'thingtype' },
};
