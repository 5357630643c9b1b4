import { EVEN_WEIGHTS } from '../conditions';
import { group, thing, type } from '../operations';
import type { Regression } from './regression';

/** Batches of many records that crash, and come again longer than they were. */
const PARTLY_APPLIED = {
  crashes: 8, redrives: 0, maxStreamBatch: 5, coalescing: 0, disorder: 0, shards: 1, weights: { ...EVEN_WEIGHTS, deliver: 10, replicate: 10, stream: 0.1, crash: 3 },
};

/** Histories in a world where calls fail. */
export const faultRegressions: readonly Regression[] = [
  {
    name: 'calls that are throttled or fail are made again, with or without an effect of the first one',
    history: [type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), group.create('g0'), group.add('t0', 'g0'), thing.update('t0', { a: '2' }, 'x0')],
    conditions: { faults: 0.2 },
  },
  {
    name: 'a key that the retry queue refuses is given back to the stream',
    history: [thing.create('t0'), thing.create('t1'), group.create('g0'), group.add('t0', 'g0'), group.add('t1', 'g0')],
    conditions: { faults: 0.3, redrives: 0, crashes: 0 },
  },
  {
    name: 'a batch is returned from the first record of a key that no queue takes, because it contains what the later ones do not',
    history: [group.create('g0'), group.create('g1'), group.delete('g0'), group.create('g0', 'g1'), group.update('g0', { a: '2' })],
    conditions: { faults: 0.4, redrives: 0, crashes: 0, maxStreamBatch: 5, coalescing: 0, shards: 1 },
  },
  {
    name: 'what a throttled update removes goes, in a world where nothing is cleared automatically',
    history: [group.create('g0', undefined, { a: '1' }, 'one'), group.describe('g0', undefined), group.clear('g0', 'a'), thing.create('t0', { a: '1' }), thing.clear('t0', 'a')],
    conditions: {
      faults: 0.3,
      redrives: 0,
      coalescing: 0,
      maxStreamBatch: 1,
      facts: { emptyAttributeMapClears: false, emptyGroupAttributeMapClears: false, onlyEmptyValues: 'removeNamed', emptyDescriptionClears: false, absentDescriptionClears: true },
    },
  },
  {
    name: 'an invocation that runs out of time gives away what is left',
    history: [thing.create('t0'), thing.create('t1'), group.create('g0'), group.add('t0', 'g0'), group.add('t1', 'g0'), thing.delete('t0')],
    conditions: { shortOfTime: 0.7, maxStreamBatch: 5 },
  },
  {
    name: 'what a thing had in between is taken away too: a batch that is tried again may have been applied in part',
    history: [type.create('x0'), thing.create('t0', {}), thing.update('t0', { a: '1' }, 'x0'), thing.create('t1'), thing.clear('t0', 'a'), thing.untype('t0'), thing.create('t2')],
    seeds: 1_500,
    conditions: { ...PARTLY_APPLIED, facts: { emptyAttributeMapClears: false, onlyEmptyValues: 'removeNamed' } },
  },
  {
    name: 'what a group had in between is taken away too: a batch that is tried again may have been applied in part',
    history: [group.create('g0', undefined, {}), group.update('g0', { a: '1' }, 'one'), group.create('g1'), group.clear('g0', 'a'), group.describe('g0', undefined), group.create('g2')],
    seeds: 1_500,
    conditions: { ...PARTLY_APPLIED, facts: { emptyGroupAttributeMapClears: false, onlyEmptyValues: 'removeNamed', emptyDescriptionClears: false, absentDescriptionClears: true } },
  },
];
