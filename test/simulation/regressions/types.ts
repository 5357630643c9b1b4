import { EVEN_WEIGHTS } from '../conditions';
import { thing, type } from '../operations';
import type { Regression } from './regression';

/** Histories of types that a weaker rule gets wrong. */
export const typeRegressions: readonly Regression[] = [
  {
    name: 'a type of other immutable properties is replaced',
    history: [type.create('x0', ['a']), type.deprecate('x0'), type.delete('x0'), type.create('x0', ['b'])],
  },
  {
    name: 'things are taken off a type before it is replaced, and get it back',
    history: [type.create('x0', ['a']), thing.create('t0', { a: '1' }, 'x0'), thing.delete('t0'), type.deprecate('x0'), type.delete('x0'), type.create('x0', ['b']), thing.create('t0', { a: '1' }, 'x0')],
  },
  {
    name: 'things get back a type that was taken off, whatever crashes meanwhile',
    history: [type.create('x0', ['a']), type.deprecate('x0'), type.delete('x0'), type.create('x0', ['b']), thing.create('t0', { a: '1' }, 'x0'), thing.create('t1', { a: '1' }, 'x0')],
    conditions: { crashes: 3, redrives: 0, disorder: 1 },
  },
  {
    name: 'a thing with more attributes than one without a type may have loses its type too',
    history: [type.create('x0', ['a']), type.deprecate('x0'), type.delete('x0'), type.create('x0', ['b']), thing.create('t0', { a: '1', b: '2' }, 'x0')],
    conditions: { limits: { attributesWithoutType: 1 } },
  },
  {
    name: 'an alive type of unknown history is undeprecated too: a retry may have acted on an older reading',
    history: [type.create('x0'), type.deprecate('x0'), type.undeprecate('x0')],
  },
  {
    name: 'a deprecation that came and went within a fold is undone, even after a crash',
    history: [type.create('x0', [], ['k']), type.deprecate('x0'), type.undeprecate('x0'), type.propagate('x0', 'l')],
    conditions: { crashes: 2, redrives: 0, coalescing: 0, maxStreamBatch: 5 },
  },
  {
    name: 'propagating attributes are updated, in a world where creating an equal type does not compare them',
    history: [type.create('x0', ['a'], ['k']), type.deprecate('x0'), type.delete('x0'), type.create('x0', ['a']), type.propagate('x0', 'l')],
    conditions: { facts: { createTypeComparesPropagating: false } },
  },
  {
    name: 'propagating attributes of a deprecated type are updated, in a world where that is refused',
    history: [type.create('x0', ['a'], ['k']), thing.create('t0', {}, 'x0'), type.propagate('x0', 'l'), type.deprecate('x0')],
    conditions: { facts: { deprecatedTypeUpdateRefused: true } },
  },
  {
    name: 'a type is deleted once its things are gone and five minutes are over',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), thing.delete('t0'), type.deprecate('x0'), type.delete('x0')],
    conditions: { facts: { deprecationWithoutChange: 'restartsClock' } },
  },
  {
    name: 'a thing gets its type back after it was taken off, however slow that is',
    history: [type.create('x0', ['a']), type.deprecate('x0'), type.delete('x0'), type.create('x0', ['b']), thing.create('t0', { a: '1', b: '2' }, 'x0')],
    conditions: { weights: { ...EVEN_WEIGHTS, wait: 6 } },
    seeds: 1_000,
  },
];
