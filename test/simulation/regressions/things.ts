import { group, thing, type } from '../operations';
import type { Regression } from './regression';

/** Histories of things that a weaker rule gets wrong. */
export const thingRegressions: readonly Regression[] = [
  {
    name: 'names and attributes that are something else to JavaScript arrive, and go',
    history: [
      group.create('__proto__'), group.create('constructor', '__proto__'), thing.create('toString', Object.fromEntries([['__proto__', '1'], ['constructor', '2'], ['toString', '3']])),
      group.add('toString', 'constructor'), thing.update('toString', Object.fromEntries([['__proto__', '2'], ['valueOf', '1']])), thing.clear('toString', 'valueOf'),
      thing.create('__proto__'), thing.create('constructor'), thing.delete('constructor'),
    ],
    conditions: { limits: { attributesWithoutType: 10 } },
    seeds: 50,
  },
  {
    name: 'the retry path reads again after applying, or an older version that it read overwrites a newer one',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), thing.update('t0', { a: '2' }, 'x0')],
  },
  {
    name: 'a fold is unchanged only if each of its records is: a retry may have written what came in between',
    history: [thing.create('t0', { a: '1' }), thing.update('t0', { a: '2' }), thing.update('t0', { a: '1' })],
    conditions: { coalescing: 0, maxStreamBatch: 5 },
  },
  {
    name: 'a prerequisite is not pulled: the type of a thing, deprecated and undeprecated meanwhile',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), type.deprecate('x0'), type.undeprecate('x0')],
  },
  {
    name: 'a prerequisite is not pulled: the thing of a membership, deleted meanwhile',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), thing.delete('t0')],
  },
  {
    name: 'a tombstone that has been superseded deletes nothing',
    history: [thing.create('t0'), thing.delete('t0'), thing.create('t0', { a: '2' })],
  },
  {
    name: 'attributes are cleared in a world where an empty map clears',
    history: [thing.create('t0', { a: '1', b: '1' }), thing.update('t0', { b: '2' }), thing.clear('t0', 'b')],
    conditions: { facts: { emptyAttributeMapClears: true } },
  },
  {
    name: 'attributes are cleared in a world where an empty map is no change',
    history: [thing.create('t0', { a: '1', b: '1' }), thing.update('t0', { b: '2' }), thing.clear('t0', 'b')],
    conditions: { facts: { emptyAttributeMapClears: false, onlyEmptyValues: 'removeNamed' } },
  },
  {
    name: 'a re-created thing without attributes keeps none of those that were there before',
    history: [thing.create('t0', { a: '1', b: '1' }), thing.delete('t0'), thing.create('t0', {})],
    conditions: { facts: { onlyEmptyValues: 'removeNamed' } },
  },
  {
    name: 'a thing loses its type',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), thing.untype('t0'), thing.delete('t0'), thing.create('t0', { a: '1' }, 'x0'), thing.untype('t0')],
    conditions: { facts: { removeTypeOfUntypedThing: 'InvalidRequest' } },
  },
  {
    name: 'principals that were attached in the destination are detached before a thing is deleted',
    history: [thing.create('t0'), thing.update('t0', { a: '2' }), thing.delete('t0')],
    conditions: { principals: 4, limits: { pageSize: 1 } },
  },
  {
    name: 'a thing of a type that is deprecated by now is still written',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), type.deprecate('x0')],
  },
  {
    name: 'a type that was undeprecated for a thing is deprecated again, even after a crash',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), type.deprecate('x0')],
    conditions: { crashes: 2, redrives: 0, disorder: 1 },
  },
  {
    name: 'a re-created thing has the attributes of its own, and none besides',
    history: [thing.create('t0', { a: '1', b: '1' }), thing.delete('t0'), thing.create('t0', { c: '1' })],
  },
  {
    name: 'things of a deprecated type open it for each other and close it again',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), thing.create('t1', { a: '1' }, 'x0'), thing.create('t2', { a: '1' }, 'x0'), type.deprecate('x0')],
    conditions: { redrives: 20, retryConsumers: 3, maxRetryBatch: 1, stickiness: 0, disorder: 1 },
  },
];
