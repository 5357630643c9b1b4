import { expectationsOf } from '../expectations';
import type { KindEvent } from '../kind-event';

const { name, id, count, oneOf, strings, optional } = expectationsOf('$event');
const state = expectationsOf('$state');

/** https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html#registry-events-thing */
export const thingEvent: KindEvent = {
  eventType: 'THING_EVENT',
  topicFilter: '$aws/events/thing/+/+',
  expects: [
    oneOf('operation', 'CREATED', 'UPDATED', 'DELETED'), name('thingName'), id('thingId'), count('versionNumber'),
    optional(name('thingTypeName')), optional(strings('attributes')),
  ],
  names: { thingName: '$event.thingName' },
  life: { incarnation: '$event.thingId' },
  version: '$event.versionNumber',
  state: "{ 'thingTypeName': $textOf($event.thingTypeName), 'attributes': $mapOf($event.attributes) }",
  expectsState: [state.optional(state.name('thingTypeName')), state.strings('attributes')],
  // Another id belongs to a thing created since with the same name: the deletion is true, and ends only its own incarnation.
  look: { call: 'describeThing', argument: ['ThingName', 'pk'], isThere: '$states.result.ThingId = $states.input.record.incarnation', resource: 'thing' },
};
