import { expectationsOf, isName } from '../expectations';
import type { KindEvent } from '../kind-event';

const { text, name, id, count, oneOf, strings, listOf, optional } = expectationsOf('$event');
const state = expectationsOf('$state');

/** https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html#registry-events-thinggroup */
export const groupEvent: KindEvent = {
  eventType: 'THING_GROUP_EVENT',
  topicFilter: '$aws/events/thingGroup/+/+',
  expects: [
    oneOf('operation', 'CREATED', 'UPDATED', 'DELETED'), name('thingGroupName'), id('thingGroupId'), count('versionNumber'),
    optional(name('parentGroupName')), optional(text('description')), optional(strings('attributes')), optional(text('dynamicGroupMappingId')),
    optional(listOf('rootToParentThingGroups', 'thing groups with their ARN', isName("$nameIn($v.groupArn, ':thinggroup/')"))),
  ],
  names: { groupName: '$event.thingGroupName' },
  life: { incarnation: '$event.thingGroupId' },
  version: '$event.versionNumber',
  state: `(
    $path := [$event.rootToParentThingGroups.$nameIn(groupArn, ':thinggroup/')];
    {
      'description': $textOf($event.description),
      'attributes': $mapOf($event.attributes),
      'parentGroupName': $textOf($event.parentGroupName),
      /* Without a parent the group is a root; with a parent whose ancestors are absent, its path is unknown. */
      'path': $absent($event.parentGroupName) ? [] : $count($path) > 0 ? $path,
      'dynamic': $type($event.dynamicGroupMappingId) = 'string'
    }
  )`,
  expectsState: [
    state.optional(state.text('description')), state.strings('attributes'), state.optional(state.name('parentGroupName')), state.flag('dynamic'),
    state.optional(state.listOf('path', 'names', isName('$v'))),
    // Otherwise the destination's group would count as misplaced, and would be deleted and created again forever.
    {
      field: 'path',
      expected: 'a list that ends with parentGroupName',
      test: '$absent($state.path) or ($absent($state.parentGroupName) ? $count($state.path) = 0 : $state.path[-1] = $state.parentGroupName)',
    },
  ],
  look: { call: 'describeThingGroup', argument: ['ThingGroupName', 'pk'], isThere: '$states.result.ThingGroupId = $states.input.record.incarnation', resource: 'thinggroup' },
};
