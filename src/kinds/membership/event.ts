import { expectationsOf, isName } from '../expectations';
import type { KindEvent } from '../kind-event';

const { id, oneOf } = expectationsOf('$event');

/** https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html#registry-events-thinggroup-addremove */
export const membershipEvent: KindEvent = {
  eventType: 'THING_GROUP_MEMBERSHIP_EVENT',
  topicFilter: '$aws/events/thingGroupMembership/thingGroup/+/thing/+/+',
  expects: [
    oneOf('operation', 'ADDED', 'REMOVED'), id('thingId'), id('groupId'),
    { field: 'thingArn', expected: 'the ARN of a thing', test: isName('$names.thingName') },
    { field: 'groupArn', expected: 'the ARN of a thing group', test: isName('$names.groupName') },
  ],
  // The event contains its ends only as ARNs. A name has no slash, so the text after the marker is the name.
  names: { thingName: "$nameIn($event.thingArn, ':thing/')", groupName: "$nameIn($event.groupArn, ':thinggroup/')" },
  life: { thingId: '$event.thingId', groupId: '$event.groupId' },
  version: '0',
  state: '{}',
  expectsState: [],
  // Only names can be looked up.
  look: {
    call: 'listThingGroupsForThing', argument: ['ThingName', 'pk'], isThere: "$substringAfter($states.input.record.sk, '#') in $states.result.ThingGroups.GroupName", isPaged: true, resource: 'thing',
  },
};
