import { atOnce, group, thing, type } from '../operations';
import type { Regression } from './regression';

/** Histories that a weaker guard gets wrong. */
export const guardRegressions: readonly Regression[] = [
  {
    name: 'a deletion carries the last version, not a higher one, and is accepted',
    history: [thing.create('t0'), thing.delete('t0'), group.create('g0'), group.delete('g0'), type.create('x0'), type.deprecate('x0'), type.delete('x0')],
  },
  {
    name: 'a tombstone of an incarnation ends it, whatever comes later',
    history: [thing.create('t0'), thing.update('t0', { a: '2' }), thing.delete('t0')],
    conditions: { disorder: 1 },
  },
  {
    name: 'a thing that is re-created in the millisecond of its deletion lives, though the tombstone was stored first',
    history: [thing.create('t0'), thing.delete('t0'), atOnce(thing.create('t0', { a: '2' }))],
  },
  {
    name: 'a late event of an older incarnation changes nothing',
    history: [thing.create('t0'), thing.update('t0', { a: '2' }), thing.update('t0', { a: '3' }), thing.delete('t0'), thing.create('t0', { b: '1' })],
    conditions: { disorder: 1 },
  },
  {
    name: 'an older version of the same incarnation changes nothing',
    history: [thing.create('t0'), thing.update('t0', { a: '2' }), atOnce(thing.update('t0', { a: '3' }))],
    conditions: { disorder: 1 },
  },
  {
    name: 'a type created and deprecated in one millisecond is deprecated',
    history: [type.create('x0'), atOnce(type.deprecate('x0'))],
    conditions: { disorder: 1 },
  },
  {
    name: 'the newest toggle of a membership wins',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), group.remove('t0', 'g0'), group.add('t0', 'g0'), group.remove('t0', 'g0')],
    conditions: { disorder: 1 },
  },
  {
    name: 'an ADDED between other ends wins over a REMOVED of one moment',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), thing.delete('t0'), atOnce(thing.create('t0', { a: '2' })), atOnce(group.add('t0', 'g0'))],
    conditions: { disorder: 1, facts: { deletionCascade: 'all' } },
  },
  {
    name: 'association events are ignored: a type change sends REMOVED and ADDED in either order',
    history: [type.create('x0'), type.create('x1'), thing.create('t0', { a: '1' }, 'x0'), thing.retype('t0', 'x1')],
    conditions: { unsubscribedEvents: true },
  },
  {
    name: 'hierarchy events are ignored',
    history: [group.create('g0'), group.create('g1', 'g0'), group.delete('g1'), group.create('g1')],
    conditions: { unsubscribedEvents: true },
  },
];
