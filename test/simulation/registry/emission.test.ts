import { Bench, populated, type Heard } from './fixture';

const kinds = (heard: readonly Heard[]) => heard.map(({ payload }) => `${String(payload.eventType).replace(/_EVENT$/, '')} ${String(payload.operation)}`);

describe('one operation', () => {
  test('gives all its events one id and one time, and the next operation another id', () => {
    const bench = populated();
    const first = bench.hearOnly(() => bench.registry.execute('UpdateThing', { thingName: 'lamp', thingTypeName: 'tube' }));
    const second = bench.hearOnly(() => bench.registry.execute('DeleteThing', { thingName: 'lamp' }));
    expect(new Set(first.map(({ payload }) => payload.eventId)).size).toBe(1);
    expect(new Set([...first, ...second].map(({ payload }) => payload.eventId)).size).toBe(2);
  });

  test('emits nothing when it is refused, or repeats a creation', () => {
    const bench = populated();
    expect(bench.hearOnly(() => {
      bench.thing('lamp', { color: 'red' }, 'bulb');
      bench.group('leaf', 'root', { floor: '1' }, 'text');
      bench.type('bulb');
      expect(() => bench.thing('lamp')).toThrow();
    })).toEqual([]);
  });

  test.each([
    ['removedFirst', ['THING UPDATED', 'THING_TYPE_ASSOCIATION REMOVED', 'THING_TYPE_ASSOCIATION ADDED']],
    ['addedFirst', ['THING UPDATED', 'THING_TYPE_ASSOCIATION ADDED', 'THING_TYPE_ASSOCIATION REMOVED']],
  ] as const)('that changes a type tells of both ends: %s', (typeChangeOrder, expected) => {
    const bench = populated({ typeChangeOrder });
    expect(kinds(bench.hearOnly(() => bench.registry.execute('UpdateThing', { thingName: 'lamp', thingTypeName: 'tube' })))).toEqual(expected);
  });

  test.each([[true, ['THING CREATED', 'THING_TYPE_ASSOCIATION ADDED']], [false, ['THING CREATED']]])(
    'that creates a thing with a type tells of the association: %s', (createEmitsAssociation, expected) => {
      const bench = populated({ createEmitsAssociation });
      expect(kinds(bench.hearOnly(() => bench.thing('torch', {}, 'bulb')))).toEqual(expected);
    });

  const ofThing = ['THING DELETED', 'THING_GROUP_MEMBERSHIP REMOVED', 'THING_TYPE_ASSOCIATION REMOVED'];
  test.each([
    ['all', ofThing, ['THING_GROUP DELETED', 'THING_GROUP_HIERARCHY REMOVED', 'THING_GROUP_MEMBERSHIP REMOVED']],
    ['thing', ofThing, ['THING_GROUP DELETED']],
    ['none', ['THING DELETED'], ['THING_GROUP DELETED']],
  ] as const)('that deletes tells of what ends with it: %s', (deletionCascade, thing, group) => {
    const deletions = (operation: 'DeleteThing' | 'DeleteThingGroup') => {
      const bench = populated({ deletionCascade });
      return kinds(bench.hearOnly(() => bench.registry.execute(operation, { thingName: 'lamp', thingGroupName: 'leaf' })));
    };
    expect(deletions('DeleteThing')).toEqual(thing);
    expect(deletions('DeleteThingGroup')).toEqual(group);
  });
});

test('each kind can be off', () => {
  const events = { THING: false, THING_GROUP: false, THING_TYPE: false, THING_GROUP_HIERARCHY: false, THING_TYPE_ASSOCIATION: false };
  const bench = new Bench({ events });
  bench.type('bulb');
  bench.group('root');
  bench.group('leaf', 'root');
  bench.thing('lamp', {}, 'bulb');
  bench.add('lamp', 'leaf');
  expect(kinds(bench.heard)).toEqual(['THING_GROUP_MEMBERSHIP ADDED']);
});
