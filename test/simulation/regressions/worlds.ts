import { group, thing, type } from '../operations';
import type { RegistryFacts } from '../registry';
import type { Act } from '../worlds/acts';
import type { Trouble, WorldConditions } from '../worlds/conditions';
import type { Deployed } from '../worlds/view';

/** What happens in a world in which a weaker rule has a status say in sync that is not. */
export interface WorldRegression {
  /** The rule, and what goes wrong without it. */
  readonly name: string;
  readonly plan: readonly Act[];
  readonly troubles?: readonly Trouble[];
  readonly conditions?: Partial<WorldConditions>;
  /** What the rule rests on, of what AWS does not say. */
  readonly facts?: Partial<RegistryFacts>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DEPLOYED: readonly Act[] = [{ after: 1_000, what: 'sweep', mode: 'repair' }, { after: 2 * MINUTE, what: 'check', mode: 'repair' }, { after: 15 * MINUTE, what: 'nothing' }];

function source({ after: _, ...step }: ReturnType<typeof thing.create>, after: number): Act {
  return { after, what: 'source', step };
}

/** An update that changes nothing. */
function touch(thingName: string, after: number): Act {
  return { after, what: 'source', step: { call: 'UpdateThing', input: { thingName } } };
}

function deploys(selection: Partial<Deployed>, after: number): Act {
  return { after, what: 'deploy', selection: { dropped: [], ...selection } };
}

/** The runs that a deployment starts fail on their way. */
const FAILING: Act = { after: 30 * MINUTE, what: 'failing', on: true };

function sweeps(after: number): Act {
  return { after, what: 'sweep', mode: 'repair' };
}

function checks(after: number): Act {
  return { after, what: 'check', mode: 'repair' };
}

/** A thing whose record expires in the stream, and nothing that is between 23 and 24 hours old after 22 more: that would become dead letters, which are a gap of their own. */
function longPause(how: 'deployed' | 'unnoticed'): Act[] {
  return [{ after: MINUTE, what: 'pause', how }, source(thing.create('t0'), MINUTE), { after: 5 * HOUR, what: 'shining', on: false }, { after: 3 * HOUR, what: 'shining', on: true }];
}

export const worldRegressions: readonly WorldRegression[] = [
  {
    name: 'a destination that is added after events were off for an hour waits for a sweep that began later, as those that were there before',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'events', kind: 'THING', on: false }, source(thing.create('t0'), 20 * MINUTE), { after: 40 * MINUTE, what: 'events', kind: 'THING', on: true },
      { after: 30 * MINUTE, what: 'added' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a destination that is added after the source was silent for an hour waits for a sweep that began later',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'shining', on: false }, source(thing.create('t0'), 20 * MINUTE), { after: 40 * MINUTE, what: 'shining', on: true },
      { after: 30 * MINUTE, what: 'added' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a destination that is added after the source could not read its settings waits for a sweep that began later',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'asking', on: false }, ...[0, 1, 2, 3].map((i) => source(thing.create(`t${i}`), 5 * MINUTE)), { after: 10 * MINUTE, what: 'asking', on: true },
      { after: 30 * MINUTE, what: 'added' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a destination that is added after a record has shown that events were lost waits for a sweep that began later',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), { after: 10 * MINUTE, what: 'losing', share: 1 }, source(thing.create('t1'), MINUTE), source(thing.delete('t0'), MINUTE), { after: MINUTE, what: 'losing', share: 0 },
      source(thing.create('t0'), MINUTE), { after: 30 * MINUTE, what: 'added' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a destination that is added after a time went back waits for a sweep that began later',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), MINUTE), source(group.add('t0', 'g0'), MINUTE), { after: MINUTE, what: 'clock', of: 'registry', ahead: -400 * DAY },
      source(group.remove('t0', 'g0'), MINUTE), source(thing.update('t0', { a: '2' }), MINUTE), { after: MINUTE, what: 'clock', of: 'registry', ahead: 0 }, { after: 30 * MINUTE, what: 'added' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a destination that is added after prefixes were others for an hour, and no sweep has ended since, waits for one that began later',
    plan: [
      ...DEPLOYED, FAILING, deploys({ thingPrefixes: ['t1'] }, MINUTE), source(thing.create('t0'), 20 * MINUTE), deploys({}, 40 * MINUTE), { after: 30 * MINUTE, what: 'failing', on: false },
      { after: MINUTE, what: 'added' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'events that were off for an hour are a gap until a sweep that began later',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'events', kind: 'THING', on: false }, source(thing.create('t0'), 20 * MINUTE), { after: 40 * MINUTE, what: 'events', kind: 'THING', on: true },
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a source that could not say whether its events were on is a gap once it can',
    troubles: ['eventsUnknown'],
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'asking', on: false }, ...['t0', 't1', 't2', 't3'].map((name) => source(thing.create(name), 10 * MINUTE)), { after: 10 * MINUTE, what: 'asking', on: true },
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'events that were off are so until the source can say that they are on',
    troubles: ['eventsUnknown'],
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'events', kind: 'THING', on: false }, { after: 30 * MINUTE, what: 'asking', on: false }, sweeps(20 * MINUTE),
      source(thing.create('t0'), 1_000), { after: HOUR, what: 'events', kind: 'THING', on: true }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'heartbeats that were missing are a gap once they come again',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'shining', on: false }, source(thing.create('t0'), 20 * MINUTE), { after: 40 * MINUTE, what: 'shining', on: true }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'while the stream has no function, no heartbeat that arrives makes the one before it younger',
    conditions: { interval: 5 },
    plan: [...DEPLOYED, { after: MINUTE, what: 'pause', how: 'unnoticed' }, source(thing.create('t0'), MINUTE), ...Array.from({ length: 25 }, (): Act => ({ after: MINUTE, what: 'look' })), { after: 1_000, what: 'resume' }],
  },
  {
    name: 'a heartbeat that nobody applies is remembered, though the clock of its source is set back',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'pause', how: 'unnoticed' }, source(thing.create('t0'), MINUTE), { after: 15 * MINUTE, what: 'look' },
      { after: MINUTE, what: 'clock', of: 'Region', ahead: -400 * DAY }, ...Array.from({ length: 10 }, (): Act => ({ after: MINUTE, what: 'look' })),
      { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 }, { after: MINUTE, what: 'resume' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'what is selected since a deployment is vouched for by no sweep of before',
    plan: [
      ...DEPLOYED, deploys({ thingPrefixes: ['t0'] }, MINUTE), source(thing.create('t1'), 20 * MINUTE), sweeps(MINUTE), checks(20 * MINUTE), FAILING, deploys({}, MINUTE), { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'what a router lets pass since a deployment is vouched for by no sweep of before',
    plan: [
      ...DEPLOYED, deploys({ dropped: ['a'] }, MINUTE), source(thing.create('t0'), 20 * MINUTE), sweeps(MINUTE), checks(20 * MINUTE), FAILING, deploys({}, MINUTE), { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'what was selected for a while, and is again, is vouched for by no sweep of before',
    plan: [
      ...DEPLOYED, source(thing.create('t1'), MINUTE), FAILING, deploys({ thingPrefixes: ['t0'] }, MINUTE), source(thing.update('t1', { a: '2' }), 20 * MINUTE), deploys({}, 20 * MINUTE), { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'what was selected for a while between two heartbeats is told by nobody until a sweep has ended',
    plan: [
      ...DEPLOYED, source(thing.create('t1'), MINUTE), FAILING, deploys({ thingPrefixes: ['t0'] }, MINUTE), source(thing.update('t1', { a: '2' }), 500), deploys({}, 5_000), { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'what is selected again since the last heartbeat is unheard, whatever the heartbeats between said',
    plan: [
      ...DEPLOYED, source(thing.create('t1'), MINUTE), deploys({ thingPrefixes: ['t0'] }, 20 * MINUTE), checks(20 * MINUTE), FAILING, deploys({ thingPrefixes: ['t0', 't2'] }, MINUTE),
      { after: 20 * MINUTE, what: 'byHand', step: { call: 'DeleteThing', input: { thingName: 't1' } } }, deploys({ thingPrefixes: ['t0'] }, MINUTE),
      ...Array.from({ length: 20 }, () => sweeps(2 * MINUTE)), deploys({}, 10 * MINUTE), { after: 1_000, what: 'look' }, { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'what changed a moment before a deployment that selects it is found by the sweep that follows, though listings lag',
    conditions: { longestWait: 200, reading: { listingLag: 5_000, directReadsLag: false, tableLag: 0, pageSize: 250, unprocessed: 0, slices: 0 } },
    plan: [
      ...DEPLOYED, deploys({ thingPrefixes: ['t0'] }, MINUTE), ...['t1', 't2', 't3', 't4'].map((name, i) => source(thing.create(name), i === 0 ? 20 * MINUTE : 20)), deploys({}, 500),
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a deployment that replicates what the one before did tells nobody of an event that is lost',
    plan: [
      ...DEPLOYED, FAILING, deploys({}, MINUTE), { after: MINUTE, what: 'losing', share: 1 }, source(thing.create('t0'), MINUTE), { after: MINUTE, what: 'losing', share: 0 }, { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'what the sweep before a change of the router left was equal then: the sweep after it leaves it once, not twice in a row',
    facts: { updateWithoutChangeEmits: true },
    plan: [
      ...DEPLOYED, source(thing.create('t0', { a: '1' }), MINUTE), { after: 10 * MINUTE, what: 'losing', share: 1 }, source(thing.update('t0', { a: '2' }), MINUTE), { after: MINUTE, what: 'losing', share: 0 },
      sweeps(20 * MINUTE), touch('t0', 20 * MINUTE), sweeps(MINUTE), deploys({ dropped: ['a'] }, MINUTE), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a forged deletion is confirmed by a read that is behind the creation, and found by the next sweep',
    conditions: { confirmDeletions: true, longestWait: 200, reading: { listingLag: 5_000, directReadsLag: true, tableLag: 0, pageSize: 250, unprocessed: 0, slices: 0 } },
    plan: [
      ...DEPLOYED, ...['t0', 't1', 't2', 't3'].flatMap((thingName): Act[] => [
        source(thing.create(thingName), MINUTE), { after: 500, what: 'forge', forgery: { thingName, says: 'deletion', knowsId: false } },
      ]), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'what is selected since a deployment is vouched for by no drift check of before',
    plan: [
      ...DEPLOYED, source(thing.create('t1'), MINUTE), deploys({ thingPrefixes: ['t0'] }, 20 * MINUTE), sweeps(20 * MINUTE), checks(20 * MINUTE),
      { after: 20 * MINUTE, what: 'byHand', step: { call: 'DeleteThing', input: { thingName: 't1' } } }, FAILING, deploys({}, MINUTE), ...Array.from({ length: 20 }, () => sweeps(2 * MINUTE)), { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'another replication that writes here is named as long as it is here',
    plan: [...DEPLOYED, { after: MINUTE, what: 'rival', on: true }, { after: HOUR, what: 'failing', on: true }, { after: 30 * MINUTE, what: 'nothing' }, { after: 1_000, what: 'look' }, { after: MINUTE, what: 'failing', on: false }, { after: HOUR, what: 'nothing' }],
  },
  {
    name: 'while the source is silent, a check that nobody asked to repair repairs nothing',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), { after: 20 * MINUTE, what: 'shining', on: false }, { after: HOUR, what: 'byHand', step: { call: 'DeleteThing', input: { thingName: 't0' } } },
      { after: MINUTE, what: 'check', mode: 'nothing' }, { after: HOUR, what: 'shining', on: true }, { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'a pause beyond the hours of the stream is a gap until a drift check that began later',
    conditions: { interval: 5 },
    plan: [...DEPLOYED, ...longPause('unnoticed'), { after: 22 * HOUR, what: 'resume' }, sweeps(10 * MINUTE), { after: HOUR, what: 'nothing' }],
  },
  {
    name: 'what a busy thing is a member of is found by the second sweep at the latest',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), { after: 10 * MINUTE, what: 'losing', share: 1 }, source(group.add('t0', 'g0'), MINUTE),
      { after: MINUTE, what: 'losing', share: 0 }, { after: 10 * MINUTE, what: 'nothing' },
      ...['1', '2', '3'].flatMap((a) => [source(thing.update('t0', { a }), 2 * MINUTE), sweeps(MINUTE), source(thing.update('t0', { a: `${a}0` }), MINUTE), { after: 20 * MINUTE, what: 'nothing' } as const]),
    ],
  },
  {
    name: 'a thing that was re-created unheard keeps its memberships, or the status says so, when the next event of it comes',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), source(group.add('t0', 'g0'), 1_000), { after: 10 * MINUTE, what: 'losing', share: 1 },
      source(thing.delete('t0'), MINUTE), source(thing.create('t0'), 1_000), source(group.add('t0', 'g0'), 1_000), { after: MINUTE, what: 'losing', share: 0 },
      sweeps(10 * MINUTE), { after: 10 * MINUTE, what: 'check', mode: 'repair' }, source(thing.update('t0', { a: '2' }), 20 * MINUTE), { after: 10 * MINUTE, what: 'check', mode: 'repair' }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a deletion with an id that is made up ends no thing that the registry has, where deletions are confirmed',
    conditions: { confirmDeletions: true },
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), { after: 10 * MINUTE, what: 'forge', forgery: { thingName: 't0', says: 'deletion', knowsId: false } },
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'an event of the future changes nothing',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), { after: 10 * MINUTE, what: 'forge', forgery: { thingName: 't0', says: 'future', knowsId: true } },
      source(thing.update('t0', { a: '2' }), 10 * MINUTE), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a record of the future is a difference of each sweep',
    plan: [
      ...DEPLOYED, ...['t0', 't1'].map((name) => source(thing.create(name), MINUTE)), source(group.create('g0'), 1_000), { after: 10 * MINUTE, what: 'clock', of: 'Region', ahead: 400 * DAY },
      source(group.add('t0', 'g0'), MINUTE), source(thing.delete('t1'), MINUTE), { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 }, source(group.remove('t0', 'g0'), 10 * MINUTE),
      source(thing.create('t1', { a: '2' }), MINUTE), sweeps(10 * MINUTE), { after: 10 * MINUTE, what: 'check', mode: 'repair' },
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a clock of AWS IoT that is set back is a gap, because times determine to which creation of a thing a membership belongs',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), source(group.add('t0', 'g0'), 1_000), { after: 10 * MINUTE, what: 'clock', of: 'registry', ahead: -400 * DAY },
      source(thing.delete('t0'), MINUTE), source(thing.create('t0'), MINUTE), { after: MINUTE, what: 'clock', of: 'registry', ahead: 0 }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a record from the future is a gap, because a membership of it counts as one of whatever creation of the thing comes later',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), { after: 10 * MINUTE, what: 'clock', of: 'Region', ahead: 400 * DAY }, source(group.add('t0', 'g0'), MINUTE),
      { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 }, source(thing.delete('t0'), 10 * MINUTE), source(thing.create('t0'), MINUTE), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a record from the future is a gap, because the removal that follows is refused as older',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), { after: 10 * MINUTE, what: 'clock', of: 'Region', ahead: 400 * DAY }, source(group.add('t0', 'g0'), MINUTE),
      { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 }, source(group.remove('t0', 'g0'), 10 * MINUTE), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a record of the future is a difference of a sweep that leaves what it is of to the next one',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), source(group.add('t0', 'g0'), 1_000), { after: 10 * MINUTE, what: 'clock', of: 'Region', ahead: 400 * DAY },
      source(group.remove('t0', 'g0'), MINUTE), { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 }, source(thing.delete('t0'), 10 * MINUTE), source(thing.create('t0'), MINUTE), source(group.add('t0', 'g0'), 1_000),
      sweeps(20_000), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a record of the future hides nothing any more once an update of the thing has taken its place',
    plan: [
      ...DEPLOYED, source(group.create('g0'), MINUTE), { after: MINUTE, what: 'clock', of: 'Region', ahead: 400 * DAY }, source(thing.create('t0'), MINUTE), { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 },
      source(thing.update('t0', { a: '2' }), 10 * MINUTE), sweeps(10 * MINUTE), { after: 10 * MINUTE, what: 'losing', share: 1 }, source(group.add('t0', 'g0'), MINUTE), { after: MINUTE, what: 'losing', share: 0 },
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a sweep that finds a thing created again, and fails before it has seen to the memberships, is a gap until one has ended',
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), 1_000), source(group.add('t0', 'g0'), 1_000), { after: 10 * MINUTE, what: 'losing', share: 1 },
      source(thing.delete('t0'), MINUTE), source(thing.create('t0', { a: '2' }), MINUTE), { after: MINUTE, what: 'losing', share: 0 }, { after: 10 * MINUTE, what: 'failing', on: true }, ...Array.from({ length: 8 }, () => sweeps(5 * MINUTE)),
      { after: 20 * MINUTE, what: 'failing', on: false }, { after: 10 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a deletion with an id that is made up hides no creation whose event is pending, where deletions are confirmed',
    conditions: { confirmDeletions: true, longestWait: 5_000 },
    plan: [
      ...DEPLOYED, ...['t0', 't1', 't2', 't3'].flatMap((thingName): Act[] => [source(thing.create(thingName), MINUTE), { after: 1, what: 'forge', forgery: { thingName, says: 'deletion', knowsId: false } }]),
      { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a group whose tombstone expired before it was applied goes when a dynamic one takes its name',
    plan: [
      ...DEPLOYED, source(group.create('g0'), MINUTE), { after: 10 * MINUTE, what: 'pause', how: 'unnoticed' }, { after: MINUTE, what: 'clock', of: 'Region', ahead: -400 * DAY }, source(group.delete('g0'), MINUTE),
      { after: MINUTE, what: 'clock', of: 'Region', ahead: 0 }, { after: MINUTE, what: 'resume' }, sweeps(10 * MINUTE), { after: MINUTE, what: 'check', mode: 'repair' },
      { after: 15 * MINUTE, what: 'source', step: { call: 'CreateDynamicThingGroup', input: { thingGroupName: 'g0', queryString: 'attributes.a:1' } } }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'what becomes late while it is being done is late within a minute',
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'slow', most: 200_000 }, ...[1, 2, 3, 4].flatMap((number) => [source(type.create(`x${number}`), 1_000), source(group.create(`g${number}`), 1_000), source(thing.create(`t${number}`), 1_000)]),
      ...Array.from({ length: 20 }, (): Act => ({ after: 30_000, what: 'look' })), { after: MINUTE, what: 'slow', most: 0 }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'what expired in the stream is found by a check in which its record moves',
    conditions: { interval: 5 },
    facts: { updateWithoutChangeEmits: true },
    // The update changes nothing, so the stream has no call for it. It comes while the check is under way, and only reports: the Region is paused.
    plan: [...DEPLOYED, ...longPause('deployed'), checks(22 * HOUR), touch('t0', 4_000), { after: 2_000, what: 'resume' }, sweeps(20 * MINUTE), { after: HOUR, what: 'nothing' }],
  },
  {
    name: 'what expired in the stream is found by a check though its record never rests',
    conditions: { interval: 5 },
    facts: { updateWithoutChangeEmits: true },
    plan: [
      ...DEPLOYED, ...longPause('unnoticed'), { after: 22 * HOUR, what: 'resume' }, touch('t0', MINUTE), checks(10_000),
      ...Array.from({ length: 120 }, () => touch('t0', 10_000)), sweeps(MINUTE), { after: HOUR, what: 'nothing' },
    ],
  },
  {
    name: 'a type that was retained while its record expired does not pass for the one that is created with its name',
    troubles: ['retain', 'expiry'],
    facts: { createTypeComparesPropagating: false },
    plan: [
      ...DEPLOYED, source(type.create('x0', ['a'], ['k']), MINUTE), source(type.create('x1'), MINUTE), ...['x0', 'x1'].map((name) => source(type.deprecate(name), MINUTE)),
      ...['x0', 'x1'].map((name) => source(type.delete(name), 6 * MINUTE)), { after: 31 * DAY, what: 'nothing' }, sweeps(MINUTE), checks(MINUTE),
      source(type.create('x0', ['a']), HOUR), source(type.create('x1'), MINUTE), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a group that was retained under a parent while its record expired does not pass for a root group of its name',
    troubles: ['retain', 'expiry'],
    facts: { createGroupComparesParent: false },
    plan: [
      ...DEPLOYED, source(thing.create('t0'), MINUTE), source(group.create('g0'), MINUTE), source(group.create('g1', 'g0'), MINUTE), source(group.delete('g1'), MINUTE),
      { after: 31 * DAY, what: 'nothing' }, sweeps(MINUTE), checks(MINUTE), source(group.create('g1'), HOUR), source(group.add('t0', 'g1'), 1_000), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a group that moves and a child of it do not wait for each other',
    troubles: ['retain', 'destinationLag'],
    plan: [
      ...DEPLOYED, ...['g0', 'g1'].map((name) => source(group.create(name), MINUTE)), source(group.create('g2', 'g0'), MINUTE), source(group.delete('g2'), MINUTE),
      { after: 10 * MINUTE, what: 'losing', share: 1 }, source(group.create('g2', 'g1'), MINUTE), { after: MINUTE, what: 'losing', share: 0 },
      source(group.create('g3', 'g2'), MINUTE), sweeps(MINUTE), { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
  {
    name: 'a deletion that a sweep concludes from a read that is behind, by a clock of long ago, is a difference until its item is taken out',
    conditions: { longestWait: 200, reading: { listingLag: 5_000, directReadsLag: true, tableLag: 0, pageSize: 250, unprocessed: 0, slices: 1 } },
    troubles: ['wrongClock'],
    plan: [
      ...DEPLOYED, { after: MINUTE, what: 'clock', of: 'registry', ahead: -400 * DAY }, ...['x0', 'x1', 'x2', 'x3', 'x4', 'x5'].map((name) => source(type.create(name), 50)), sweeps(500),
      { after: MINUTE, what: 'clock', of: 'registry', ahead: 0 }, { after: 30 * MINUTE, what: 'nothing' },
    ],
  },
];
