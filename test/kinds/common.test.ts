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
everyKind('policy', {
  entity: { kind: 'policy', policyName: 'let+in@home' },
  states: [
    { document: '{"Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}]}' },
    { document: '{"Statement":[{"Effect":"Deny","Action":"iot:Connect","Resource":"*"}]}' },
  ],
});
everyKind('certificate', {
  entity: { kind: 'certificate', certificateId: 'ab'.repeat(32) },
  states: [{ status: 'ACTIVE', pem: 'a PEM', policies: ['one', 'two'] }, { status: 'INACTIVE', pem: 'a PEM', policies: ['one'] }],
});
everyKind('principals', { entity: { kind: 'principals', thingName: 'lamp' }, states: [{ elements: ['ab', 'cd/exclusive'] }, { elements: ['ab'] }] });
everyKind('groupPolicies', { entity: { kind: 'groupPolicies', groupName: 'room' }, states: [{ elements: ['one', 'two'] }, { elements: ['one'] }] });
everyKind('ca', {
  entity: { kind: 'ca', caCertificateId: 'ab'.repeat(32) },
  states: [{ status: 'ACTIVE', pem: 'a PEM' }, { status: 'INACTIVE', pem: 'a PEM' }],
});
