import { differenceOf, differingFields, FieldDifference, ReplicatedState } from '../../src/comparison/handler/differences';
import { GroupState } from '../../src/kinds/group/group';
import { ThingState } from '../../src/kinds/thing/thing';
import { TypeState } from '../../src/kinds/type/type';
import { keyOf } from '../kinds/keys';

const thing = (state: Partial<ThingState> = {}): ReplicatedState => ({ kind: 'thing', state: { thingTypeName: 'bulb', attributes: { color: 'red' }, ...state } });
const group = (state: Partial<GroupState> = {}): ReplicatedState => ({
  kind: 'group', state: { description: 'text', attributes: { floor: '1' }, parentGroupName: 'root', path: ['top', 'root'], dynamic: false, ...state },
});
const type = (state: Partial<TypeState> = {}): ReplicatedState => ({
  kind: 'type',
  state: { description: 'text', searchableAttributes: ['a', 'b'], propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'a' }], deprecated: false, ...state },
});

test('equal states have no differing fields', () => {
  for (const each of [thing, group, type]) expect(differingFields(each(), each())).toEqual([]);
});

test.each<[string, ReplicatedState, ReplicatedState, FieldDifference]>([
  ['the type of a thing', thing(), thing({ thingTypeName: 'tube' }), { field: 'thingTypeName', expected: 'bulb', actual: 'tube' }],
  ['a type that is not there', thing(), thing({ thingTypeName: undefined }), { field: 'thingTypeName', expected: 'bulb', actual: undefined }],
  ['a type that should not be there', thing({ thingTypeName: undefined }), thing(), { field: 'thingTypeName', expected: undefined, actual: 'bulb' }],
  ['an attribute', thing(), thing({ attributes: { color: 'blue' } }), { field: 'attributes.color', expected: 'red', actual: 'blue' }],
  ['an attribute that is not there', thing(), thing({ attributes: {} }), { field: 'attributes.color', expected: 'red', actual: undefined }],
  ['an attribute that should not be there', thing(), thing({ attributes: { color: 'red', size: 'xl' } }), { field: 'attributes.size', expected: undefined, actual: 'xl' }],
  ['the description of a group', group(), group({ description: 'other' }), { field: 'description', expected: 'text', actual: 'other' }],
  ['a description that is not there', group(), group({ description: undefined }), { field: 'description', expected: 'text', actual: undefined }],
  ['an attribute of a group', group(), group({ attributes: { floor: '2' } }), { field: 'attributes.floor', expected: '1', actual: '2' }],
  ['the parent', group({ path: undefined }), group({ parentGroupName: 'other' }), { field: 'parentGroupName', expected: 'root', actual: 'other' }],
  ['the path', group(), group({ path: ['root'] }), { field: 'path', expected: ['top', 'root'], actual: ['root'] }],
  ['the order of the path', group(), group({ path: ['root', 'top'] }), { field: 'path', expected: ['top', 'root'], actual: ['root', 'top'] }],
  ['a path where there is none', group(), group({ path: [] }), { field: 'path', expected: ['top', 'root'], actual: [] }],
  ['a dynamic group', group(), group({ dynamic: true }), { field: 'dynamic', expected: false, actual: true }],
  ['the description of a type', type(), type({ description: undefined }), { field: 'description', expected: 'text', actual: undefined }],
  ['searchable attributes', type(), type({ searchableAttributes: ['a'] }), { field: 'searchableAttributes', expected: ['a', 'b'], actual: ['a'] }],
  ['deprecation', type(), type({ deprecated: true }), { field: 'deprecated', expected: false, actual: true }],
  ['the source of a propagating attribute', type(), type({ propagatingAttributes: [{ userPropertyKey: 'u', connectionAttribute: 'a' }] }),
    { field: 'propagatingAttributes', expected: ['u: thing attribute a'], actual: ['u: connection attribute a'] }],
  ['the user property of a propagating attribute', type(), type({ propagatingAttributes: [{ userPropertyKey: 'v', thingAttribute: 'a' }] }),
    { field: 'propagatingAttributes', expected: ['u: thing attribute a'], actual: ['v: thing attribute a'] }],
  ['what a propagating attribute takes', type(), type({ propagatingAttributes: [{ userPropertyKey: 'u', thingAttribute: 'b' }] }),
    { field: 'propagatingAttributes', expected: ['u: thing attribute a'], actual: ['u: thing attribute b'] }],
  ['propagating attributes that are not there', type(), type({ propagatingAttributes: [] }), { field: 'propagatingAttributes', expected: ['u: thing attribute a'], actual: [] }],
])('%s differs, and nothing else', (_, expected, actual, difference) => {
  expect(differingFields(expected, actual)).toEqual([difference]);
});

test('every field that differs is reported', () => {
  expect(differingFields(thing(), thing({ thingTypeName: 'tube', attributes: { size: 'xl' } })).map(({ field }) => field).sort())
    .toEqual(['attributes.color', 'attributes.size', 'thingTypeName']);
});

test('an empty text is the same as none', () => {
  expect(differingFields(group({ description: '' }), group({ description: undefined }))).toEqual([]);
  expect(differingFields(type({ description: undefined }), type({ description: '' }))).toEqual([]);
  expect(differingFields(thing({ attributes: { color: 'red', size: '' } }), thing())).toEqual([]);
  expect(differingFields(group(), group({ attributes: { floor: '1', room: '' } }))).toEqual([]);
});

test('what are sets to the registry have no order', () => {
  const two = [{ userPropertyKey: 'u', thingAttribute: 'a' }, { userPropertyKey: 'v', connectionAttribute: 'iot:ClientId' }];
  expect(differingFields(type({ searchableAttributes: ['b', 'a'] }), type())).toEqual([]);
  expect(differingFields(type({ propagatingAttributes: two }), type({ propagatingAttributes: [...two].reverse() }))).toEqual([]);
  expect(differingFields(thing({ attributes: { a: '1', b: '2' } }), thing({ attributes: { b: '2', a: '1' } }))).toEqual([]);
});

test('comparing changes nothing', () => {
  const state = type({ searchableAttributes: ['b', 'a'] });
  differingFields(state, type());
  expect(state).toEqual(type({ searchableAttributes: ['b', 'a'] }));
});

test('a path that one side does not contain can\'t differ', () => {
  expect(differingFields(group({ path: undefined }), group())).toEqual([]);
  expect(differingFields(group(), group({ path: undefined }))).toEqual([]);
});

test('names of attributes do not count as fields', () => {
  const odd = thing({ attributes: { thingTypeName: 'x', path: 'y' } });
  expect(differingFields(odd, thing({ attributes: {} })).map(({ field }) => field)).toEqual(['attributes.thingTypeName', 'attributes.path']);
});

test('a line of a report names the entity by its kind and its key', () => {
  const key = keyOf.membership('lamp', 'room');
  expect(differenceOf(key, { kind: 'membership', thingName: 'lamp', groupName: 'room' }, 'missing'))
    .toEqual({ kind: 'membership', pk: 'thing#lamp', sk: 'group#room', difference: 'missing', fields: undefined });
});
