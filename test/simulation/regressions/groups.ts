import { group } from '../operations';
import type { Regression } from './regression';

/** Histories of groups that a weaker rule gets wrong. */
export const groupRegressions: readonly Regression[] = [
  {
    name: 'a group of another path is deleted and created, not updated',
    history: [group.create('g0'), group.create('g1'), group.delete('g0'), group.create('g0', 'g1')],
  },
  {
    name: 'the path is looked at after a group was created: its parent may have been an older one (child under the root)',
    history: [group.create('g0'), group.create('g1'), group.delete('g1'), group.create('g1', 'g0'), group.create('g2', 'g1')],
  },
  {
    name: 'the path is looked at after a group was created: its parent may have been an older one (child under the branch)',
    history: [group.create('g0'), group.create('g1', 'g0'), group.delete('g1'), group.create('g1'), group.create('g2', 'g1')],
  },
  {
    name: 'children that are left let a deletion wait',
    history: [group.create('g0'), group.create('g1', 'g0'), group.create('g2', 'g1'), group.delete('g2'), group.delete('g1'), group.delete('g0')],
  },
  {
    name: 'a child waits for its parent',
    history: [group.create('g0'), group.create('g1', 'g0'), group.create('g2', 'g1')],
    conditions: { disorder: 1 },
  },
  {
    name: 'attributes and description of a group are cleared, in a world where empty ones do not clear',
    history: [group.create('g0', undefined, { a: '1', b: '1' }, 'one'), group.update('g0', { b: '2' }, 'two'), group.clear('g0', 'b'), group.describe('g0', undefined)],
    conditions: { facts: { emptyGroupAttributeMapClears: false, onlyEmptyValues: 'removeNamed', emptyDescriptionClears: false, absentDescriptionClears: true } },
  },
  {
    name: 'attributes and description of a group are cleared, in a world where absent ones do not clear',
    history: [group.create('g0', undefined, { a: '1', b: '1' }, 'one'), group.update('g0', { b: '2' }, 'two'), group.clear('g0', 'b'), group.describe('g0', '')],
    conditions: { facts: { emptyGroupAttributeMapClears: true, emptyDescriptionClears: true, absentDescriptionClears: false } },
  },
  {
    name: 'a re-created group without a description keeps none of what was there before',
    history: [group.create('g0', undefined, { a: '1' }, 'one'), group.delete('g0'), group.create('g0', undefined, {})],
    conditions: { facts: { emptyDescriptionClears: false, absentDescriptionClears: true, onlyEmptyValues: 'removeNamed' } },
  },
  {
    name: 'a static group goes when a dynamic one takes its name, and comes back after it',
    history: [group.create('g0'), group.delete('g0'), group.createDynamic('g0')],
  },
  {
    name: 'a static group comes back after a dynamic one of its name',
    history: [group.createDynamic('g0'), group.deleteDynamic('g0'), group.create('g0')],
  },
];
