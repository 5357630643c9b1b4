import { group, thing } from '../operations';
import type { Regression } from './regression';

/** Histories of memberships that a weaker rule gets wrong. */
export const membershipRegressions: readonly Regression[] = [
  {
    name: 'a stale membership is removed, not skipped: a retry may have added it on the record of the old group',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), group.delete('g0'), group.create('g0')],
    conditions: { facts: { deletionCascade: 'none' } },
  },
  {
    name: 'memberships of a thing of unknown history are applied again: a late deletion may have taken them along',
    history: [thing.create('t0'), thing.delete('t0'), thing.create('t0'), group.create('g0'), group.add('t0', 'g0')],
  },
  {
    name: 'memberships of a group of unknown history are applied again',
    history: [thing.create('t0'), group.create('g0'), group.delete('g0'), group.create('g0'), group.add('t0', 'g0')],
  },
  {
    name: 'a membership that the stream applies reads its ends again (the group)',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), group.delete('g0'), group.create('g0')],
    conditions: { shards: 3, facts: { deletionCascade: 'none' } },
  },
  {
    name: 'a membership that the stream applies reads its ends again (the thing)',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), thing.delete('t0'), thing.create('t0')],
    conditions: { shards: 3, facts: { deletionCascade: 'none' } },
  },
  {
    name: 'a limit of groups per thing makes a membership wait: its place may be about to be given up',
    history: [thing.create('t0'), group.create('g0'), group.create('g1'), group.add('t0', 'g0'), group.remove('t0', 'g0'), group.add('t0', 'g1')],
    conditions: { limits: { groupsPerThing: 1 } },
  },
  {
    name: 'two groups of one hierarchy make a membership wait',
    history: [thing.create('t0'), group.create('g0'), group.create('g1', 'g0'), group.add('t0', 'g0'), group.remove('t0', 'g0'), group.add('t0', 'g1')],
    conditions: { limits: { oneGroupPerHierarchy: true } },
  },
  {
    name: 'a membership waits for its ends',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0')],
    conditions: { disorder: 1 },
  },
  {
    name: 'members of a dynamic group are not replayed',
    history: [thing.create('t0'), group.createDynamic('g0'), group.match('t0', 'g0'), group.match('t0', 'g0', false)],
  },
];
