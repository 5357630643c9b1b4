import { group, later, thing, type } from '../operations';
import type { Regression } from './regression';

/** Behind by more than it takes to make the next calls. */
const LAGGING = { destinationLag: 2_000 };

/** Histories that go wrong where reads of the destination or of the index are taken for what is there. */
export const lagRegressions: readonly Regression[] = [
  {
    name: 'a refusal after a read that was behind is no dead letter: the type had just been deprecated',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), type.deprecate('x0')],
    conditions: LAGGING,
  },
  {
    name: 'propagating attributes that a read showed as they were before are looked at again',
    history: [type.create('x0', ['a'], ['k']), type.propagate('x0', 'l'), type.propagate('x0', 'k')],
    conditions: { ...LAGGING, redrives: 10 },
  },
  {
    name: 'a group that a read showed at its former place is looked at again',
    history: [group.create('g0'), group.create('g1'), group.delete('g1'), group.create('g1', 'g0'), group.delete('g1'), group.create('g1')],
    conditions: { ...LAGGING, redrives: 10 },
  },
  {
    name: 'a thing whose attributes a read did not show is looked at again',
    history: [thing.create('t0', {}), thing.update('t0', { a: '1' }), thing.clear('t0', 'a'), thing.update('t0', { b: '1' }), thing.clear('t0', 'b')],
    conditions: { ...LAGGING, redrives: 10, facts: { emptyAttributeMapClears: false, onlyEmptyValues: 'removeNamed' } },
  },
  {
    name: 'a membership of a static group that came after a dynamic one is added, though the index does not show it yet',
    history: [thing.create('t0'), group.createDynamic('g0'), group.deleteDynamic('g0'), group.create('g0'), group.add('t0', 'g0')],
    conditions: { indexLag: 2_000 },
  },
  {
    name: 'members that the index did not show are looked for again',
    history: [thing.create('t0'), group.create('g0'), group.create('g1'), later(group.delete('g1'), 1_000), group.create('g1', 'g0'), group.add('t0', 'g1')],
    conditions: { indexLag: 2_000, redrives: 10 },
  },
];
