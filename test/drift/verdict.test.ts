import { StoredRecords, type StoredRecord } from '../../src/comparison/handler/table-reader';
import { DeletionMode } from '../../src/deletion-mode';
import { verdictOf } from '../../src/drift/handler/verdict';
import type { RegistryEntity, Entity } from '../../src/kinds';
import type { GroupEntity, GroupRecord } from '../../src/kinds/group/group';
import type { MembershipRecord } from '../../src/kinds/membership/membership';
import type { ThingEntity, ThingRecord } from '../../src/kinds/thing/thing';
import type { TypeEntity, TypeRecord } from '../../src/kinds/type/type';
import type { RecordKey } from '../../src/record/record';
import { keyOf } from '../kinds/keys';

const SOURCE = 'us-east-1';

const thing = (state: Partial<ThingEntity['state']> = {}): ThingEntity => ({ kind: 'thing', thingName: 't', version: 7, incarnation: 'theirs', state: { attributes: {}, ...state } });
const group = (state: Partial<GroupEntity['state']> = {}): GroupEntity =>
  ({ kind: 'group', groupName: 'g', version: 7, incarnation: 'theirs', state: { attributes: {}, path: [], dynamic: false, ...state } });
const type = (state: Partial<TypeEntity['state']> = {}): TypeEntity =>
  ({ kind: 'type', typeName: 'y', incarnation: 'theirs', state: { searchableAttributes: [], propagatingAttributes: [], deprecated: false, ...state } });
const membership: Entity & { kind: 'membership' } = { kind: 'membership', thingName: 't', groupName: 'g' };

const common = { version: 1, timestamp: 100, deleted: false, sourceRegion: SOURCE, eventId: 'e' };
const thingRecord = (over: Partial<ThingRecord> = {}): ThingRecord => ({ ...common, ...keyOf.thing('t'), kind: 'thing', thingName: 't', incarnation: 't-1', state: { attributes: {} }, ...over });
const groupRecord = ({ state, ...over }: Partial<Omit<GroupRecord, 'state'>> & { state?: Partial<GroupRecord['state']> } = {}): GroupRecord =>
  ({ ...common, ...keyOf.group('g'), kind: 'group', groupName: 'g', incarnation: 'g-1', state: { attributes: {}, path: [], dynamic: false, ...state }, ...over });
const typeRecord = (over: Partial<TypeRecord> = {}): TypeRecord =>
  ({ ...common, ...keyOf.type('y'), kind: 'type', typeName: 'y', incarnation: 'y-1', state: { searchableAttributes: [], propagatingAttributes: [], deprecated: false }, ...over });
const membershipRecord = (over: Partial<MembershipRecord> = {}): MembershipRecord =>
  ({ ...common, version: 0, ...keyOf.membership('t', 'g'), kind: 'membership', thingName: 't', groupName: 'g', thingId: 't-1', groupId: 'g-1', ...over });

/** Shape of the verdict on an entity that is there or not, its records being these. */
function judge(entity: Entity, there: RegistryEntity | undefined, stored: readonly (StoredRecord | readonly [RecordKey, 'unreadable'])[], deletionMode = DeletionMode.REPLICATE) {
  const records = new StoredRecords();
  for (const each of stored) {
    if (Array.isArray(each)) records.add(each[0] as RecordKey, 'unreadable');
    else records.add(each as RecordKey, each as StoredRecord);
  }
  return verdictOf(entity, there, records, { sourceRegion: SOURCE, deletionMode });
}

const { REPLICATE, RETAIN } = DeletionMode;

describe.each([
  ['a thing', thing(), thingRecord(), thingRecord({ deleted: true })],
  ['a group', group(), groupRecord(), groupRecord({ deleted: true })],
  ['a type', type(), typeRecord(), typeRecord({ deleted: true })],
] as const)('%s', (_, there, alive, tombstone) => {
  test('that equals its record is in order, whatever its id and version', () => {
    expect(judge(there, there, [alive])).toBeUndefined();
  });

  test('that its record describes and that does not exist is missing', () => {
    expect(judge(there, undefined, [alive])).toEqual({ difference: 'missing' });
  });

  test('that exists although its record is a tombstone should be gone', () => {
    expect(judge(there, there, [tombstone])).toEqual({ difference: 'shouldBeGone' });
  });

  test('that exists although its record is a tombstone is retained where deletions are not replicated', () => {
    expect(judge(there, there, [tombstone], RETAIN)).toEqual({ difference: 'retained' });
  });

  test('that is gone as its tombstone says is in order', () => {
    expect(judge(there, undefined, [tombstone])).toBeUndefined();
    expect(judge(there, undefined, [tombstone], RETAIN)).toBeUndefined();
  });

  test('without a record is unmanaged', () => {
    expect(judge(there, there, [])).toEqual({ difference: 'unmanaged' });
  });

  test('that neither side has is in order', () => {
    expect(judge(there, undefined, [])).toBeUndefined();
  });

  test('whose record comes from another source is unmanaged, and never missing', () => {
    const foreign = { ...alive, sourceRegion: 'eu-central-1' };
    expect(judge(there, there, [foreign])).toEqual({ difference: 'unmanaged', fields: [{ field: 'sourceRegion', expected: SOURCE, actual: 'eu-central-1' }] });
    expect(judge(there, undefined, [foreign])).toBeUndefined();
    expect(judge(there, there, [{ ...tombstone, sourceRegion: 'eu-central-1' }])).toMatchObject({ difference: 'unmanaged' });
  });

  test('whose record can not be read is unmanaged, or of an unknown fate', () => {
    const fields = [{ field: 'record', expected: `a record of a ${there.kind}`, actual: 'unreadable' }];
    expect(judge(there, there, [[alive, 'unreadable']])).toEqual({ difference: 'unmanaged', fields });
    expect(judge(there, undefined, [[alive, 'unreadable']])).toEqual({ difference: 'unreadable', fields });
  });
});

describe('fields', () => {
  test('of a thing are named with both sides', () => {
    const record = thingRecord({ state: { thingTypeName: 'lamp', attributes: { same: '1', changed: 'ours', lost: 'x' } } });
    expect(judge(thing(), thing({ thingTypeName: 'door', attributes: { same: '1', changed: 'theirs', extra: 'y' } }), [record])).toEqual({
      difference: 'different',
      fields: [
        { field: 'thingTypeName', expected: 'lamp', actual: 'door' },
        { field: 'attributes.changed', expected: 'ours', actual: 'theirs' },
        { field: 'attributes.lost', expected: 'x', actual: undefined },
        { field: 'attributes.extra', expected: undefined, actual: 'y' },
      ],
    });
  });

  test('of a thing whose type was taken off', () => {
    const record = thingRecord({ state: { thingTypeName: 'lamp', attributes: {} } });
    expect(judge(thing(), thing(), [record])).toEqual({ difference: 'different', fields: [{ field: 'thingTypeName', expected: 'lamp', actual: undefined }] });
  });

  test('of a group: description, attributes and place', () => {
    const record = groupRecord({ state: { description: 'ours', attributes: { a: '1' }, parentGroupName: 'p', path: ['p'] } });
    expect(judge(group(), group({ description: 'theirs', parentGroupName: 'q', path: ['q'] }), [record])).toEqual({
      difference: 'different',
      fields: [
        { field: 'description', expected: 'ours', actual: 'theirs' },
        { field: 'parentGroupName', expected: 'p', actual: 'q' },
        { field: 'path', expected: ['p'], actual: ['q'] },
        { field: 'attributes.a', expected: '1', actual: undefined },
      ],
    });
  });

  test('of a type: description, both lists and deprecation', () => {
    const record = typeRecord({ state: { description: 'ours', searchableAttributes: ['b', 'a'], propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'a' }], deprecated: true } });
    expect(judge(type(), type({ searchableAttributes: ['a'] }), [record])).toEqual({
      difference: 'different',
      fields: [
        { field: 'description', expected: 'ours', actual: undefined },
        { field: 'searchableAttributes', expected: ['a', 'b'], actual: ['a'] },
        { field: 'propagatingAttributes', expected: ['k: thing attribute a'], actual: [] },
        { field: 'deprecated', expected: true, actual: false },
      ],
    });
  });

  test('that mean the same do not differ', () => {
    expect(judge(thing(), thing({ attributes: { a: '' } }), [thingRecord()])).toBeUndefined();
    expect(judge(group(), group({ description: '' }), [groupRecord()])).toBeUndefined();
    expect(judge(type(), type({ searchableAttributes: ['b', 'a'] }), [typeRecord({ state: { searchableAttributes: ['a', 'b'], propagatingAttributes: [], deprecated: false } })])).toBeUndefined();
    expect(judge(group(), group({ path: undefined, parentGroupName: 'p' }), [groupRecord({ state: { parentGroupName: 'p', path: ['p'] } })])).toBeUndefined();
  });
});

describe('a dynamic group', () => {
  const dynamic = groupRecord({ state: { dynamic: true } });

  test('of the source is expected nowhere, and tolerated', () => {
    expect(judge(group(), undefined, [dynamic])).toBeUndefined();
    expect(judge(group(), group({ dynamic: true, attributes: { a: '1' } }), [dynamic])).toBeUndefined();
  });

  test('of the source is different from a static one in its place, which stays where deletions are not replicated', () => {
    expect(judge(group(), group(), [dynamic])).toEqual({ difference: 'different', fields: [{ field: 'dynamic', expected: true, actual: false }] });
    expect(judge(group(), group(), [dynamic], RETAIN)).toEqual({ difference: 'retained' });
  });

  test('that took the name of a static one while deletions were not replicated leaves that one there', () => {
    const records = new StoredRecords();
    records.add(dynamic, dynamic);
    expect(verdictOf(group(), group(), records, { sourceRegion: SOURCE, deletionMode: REPLICATE, retainedUntil: dynamic.timestamp })).toEqual({ difference: 'retained' });
  });

  test('of the destination is different from a static one of the source', () => {
    expect(judge(group(), group({ dynamic: true }), [groupRecord()])).toEqual({ difference: 'different', fields: [{ field: 'dynamic', expected: false, actual: true }] });
  });

  test('of the destination is unmanaged without a live record, for no tombstone deletes it', () => {
    expect(judge(group(), group({ dynamic: true }), [])).toEqual({ difference: 'unmanaged' });
    expect(judge(group(), group({ dynamic: true }), [groupRecord({ deleted: true })])).toEqual({ difference: 'unmanaged' });
  });

  test('that was deleted leaves nothing of its name, be it static', () => {
    expect(judge(group(), group(), [groupRecord({ deleted: true, state: { dynamic: true } })])).toEqual({ difference: 'shouldBeGone' });
    expect(judge(group(), group(), [groupRecord({ deleted: true, state: { dynamic: true } })], RETAIN)).toEqual({ difference: 'retained' });
  });

  test('has members that are no business of ours', () => {
    for (const there of [membership, undefined]) {
      for (const own of [[], [membershipRecord()], [membershipRecord({ deleted: true })]]) expect(judge(membership, there, [thingRecord(), dynamic, ...own])).toBeUndefined();
    }
  });
});

describe('a membership', () => {
  const ends = [thingRecord({ timestamp: 50 }), groupRecord({ timestamp: 50 })];

  test.each<[string, MembershipRecord, StoredRecord[], { there?: string; there_retain?: string; gone?: string }]>([
    ['between ends that live', membershipRecord(), ends, { gone: 'missing' }],
    ['between ends without records: they may be on their way', membershipRecord(), [], { gone: 'missing' }],
    ['of a thing whose record is of an older incarnation', membershipRecord(), [thingRecord({ incarnation: 't-0', timestamp: 50 }), ends[1]], { gone: 'missing' }],
    ['of a thing whose older incarnation was deleted', membershipRecord(), [thingRecord({ incarnation: 't-0', timestamp: 50, deleted: true }), ends[1]], { gone: 'missing' }],
    ['of a thing that was deleted', membershipRecord(), [thingRecord({ deleted: true, timestamp: 200 }), ends[1]], { there: 'shouldBeGone', there_retain: 'retained' }],
    ['of a group that was deleted', membershipRecord(), [ends[0], groupRecord({ deleted: true, timestamp: 200 })], { there: 'shouldBeGone', there_retain: 'retained' }],
    ['of a thing that was re-created', membershipRecord(), [thingRecord({ incarnation: 't-2', timestamp: 200 }), ends[1]], { there: 'shouldBeGone', there_retain: 'shouldBeGone' }],
    ['of a group that was re-created', membershipRecord(), [ends[0], groupRecord({ incarnation: 'g-2', timestamp: 200 })], { there: 'shouldBeGone', there_retain: 'shouldBeGone' }],
    ['of a thing that was re-created, the group without a record', membershipRecord(), [thingRecord({ incarnation: 't-2', timestamp: 200 })], { there: 'unmanaged', there_retain: 'unmanaged' }],
    ['removed', membershipRecord({ deleted: true }), ends, { there: 'shouldBeGone', there_retain: 'retained' }],
    ['removed, ends without records', membershipRecord({ deleted: true }), [], { there: 'shouldBeGone', there_retain: 'retained' }],
    ['removed, then the thing was re-created', membershipRecord({ deleted: true }), [thingRecord({ incarnation: 't-2', timestamp: 200 }), ends[1]], { there: 'shouldBeGone', there_retain: 'shouldBeGone' }],
  ])('%s', (_, own, records, expected) => {
    expect(judge(membership, membership, [own, ...records], REPLICATE)?.difference).toBe(expected.there);
    expect(judge(membership, membership, [own, ...records], RETAIN)?.difference).toBe(expected.there_retain);
    expect(judge(membership, undefined, [own, ...records], REPLICATE)?.difference).toBe(expected.gone);
    expect(judge(membership, undefined, [own, ...records], RETAIN)?.difference).toBe(expected.gone);
  });

  test('without a record is unmanaged', () => {
    expect(judge(membership, membership, ends)).toEqual({ difference: 'unmanaged' });
    expect(judge(membership, undefined, ends)).toBeUndefined();
  });

  test('an end of which can not be read is judged as if it had no record', () => {
    expect(judge(membership, undefined, [membershipRecord(), [keyOf.thing('t'), 'unreadable'], ends[1]])).toEqual({ difference: 'missing' });
    expect(judge(membership, membership, [membershipRecord(), [keyOf.thing('t'), 'unreadable'], ends[1]])).toBeUndefined();
  });
});
