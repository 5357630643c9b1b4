import { atOnce, group, thing } from '../operations';
import type { Regression } from './regression';

/** What it takes that others do much between two calls of one consumer, and nothing mends it afterwards. */
const ONE_SLOW_CONSUMER = { shards: 3, redrives: 0, crashes: 0, slowness: 0.3, stickiness: 0.5 };

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
    name: 'memberships of a group of unknown history are applied again, page by page',
    history: [
      thing.create('t0'), thing.create('t1'), thing.create('t2'), group.create('g0'), group.delete('g0'), group.create('g0'), group.add('t0', 'g0'), group.add('t1', 'g0'),
      group.add('t2', 'g0'),
    ],
    conditions: { pageSize: 1 },
    seeds: 300,
  },
  {
    name: 'a membership that the stream applies reads its ends again (the group)',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), group.delete('g0'), group.create('g0')],
    conditions: { ...ONE_SLOW_CONSUMER, facts: { deletionCascade: 'none' } },
    seeds: 1_500,
  },
  {
    name: 'a membership that the stream applies reads its ends again (the thing)',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), thing.delete('t0'), thing.create('t0')],
    conditions: { ...ONE_SLOW_CONSUMER, facts: { deletionCascade: 'none' } },
    seeds: 1_500,
  },
  {
    name: 'a limit of groups per thing makes a membership wait: its place may be about to become free',
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
    history: [thing.create('t0'), group.createDynamic('g0'), group.createDynamic('g1'), group.match('t0', 'g0'), group.match('t0', 'g1'), group.match('t0', 'g1', false)],
  },
  {
    name: 'an end that is re-created in the millisecond of a membership is not that of the membership',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), atOnce(thing.delete('t0')), atOnce(thing.create('t0'))],
    conditions: { facts: { deletionCascade: 'none' } },
  },
  {
    name: 'a removal and an addition of one membership at once do not condemn it',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), group.remove('t0', 'g0'), group.add('t0', 'g0')],
    conditions: { redrives: 20, retryConsumers: 3, maxRetryBatch: 1, stickiness: 0, facts: { removingNonMember: 'InvalidRequest' } },
  },
];
