/** @jest-environment ./test/simulation/environment.ts */
import { everyKind } from './common.case';

everyKind('thing', {
  entity: { kind: 'thing', thingName: 'lamp' },
  states: [{ thingTypeName: 'bulb', attributes: { color: 'red' } }, { thingTypeName: 'bulb', attributes: { color: 'blue' } }],
});
everyKind('group', {
  entity: { kind: 'group', groupName: 'room' },
  states: [
    { description: 'north', attributes: {}, parentGroupName: 'house', path: ['house'], dynamic: false },
    { description: 'south', attributes: {}, parentGroupName: 'house', path: ['house'], dynamic: false },
  ],
});
everyKind('type', {
  entity: { kind: 'type', typeName: 'bulb' },
  states: [
    { description: 'light', searchableAttributes: ['color'], propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'color' }], deprecated: false },
    { description: 'light', searchableAttributes: ['color'], propagatingAttributes: [], deprecated: true },
  ],
});
everyKind('membership', { entity: { kind: 'membership', thingName: 'lamp', groupName: 'room' } });
