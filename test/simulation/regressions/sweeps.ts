import { EVEN_WEIGHTS } from '../conditions';
import { START, type EmittedEvent, type Step } from '../history';
import { group, later, thing, type } from '../operations';
import type { SweepExploration } from '../sweep-exploration';

/** A history that a weaker rule of the sweep's gets wrong. */
export interface SweepRegression extends Omit<SweepExploration, 'seeds'> {
  /** The rule, and what goes wrong without it. */
  readonly name: string;
  /** @default 300 */
  readonly seeds?: number;
}

/** After this all listings and events have settled. */
const SETTLED = 301_000;
const LONGEST_LAG = 299_000;

/** Such an event never arrives. */
function loses(eventType: string, operation: string, name: string): (event: EmittedEvent) => boolean {
  return ({ payload }) => {
    const event = payload as Record<string, unknown>;
    return event.eventType === eventType && event.operation === operation && [event.thingName, event.thingGroupName, event.thingTypeName].includes(name);
  };
}

/** Time that passes, because something happens that has nothing to do with the rest. */
function pauses(count: number, each: number): Step[] {
  return Array.from({ length: count }, (_, i) => later(i === 0 ? thing.create('clock') : thing.update('clock', { tick: String(i) }), each));
}

/** Nothing is lost, listings are as far behind as they get, and sweeps begin while events are under way. */
const MUDDLED = { losses: 0, directReadsLag: false, listingLag: LONGEST_LAG, sweeps: 4, eagerness: 0.5 };

export const sweepRegressions: readonly SweepRegression[] = [
  {
    name: 'what a listing still shows does not undo its removal: it is stamped with the start of the listing less the margin',
    history: [thing.create('t0'), group.create('g0'), ...pauses(4, 100_000), group.add('t0', 'g0'), later(group.remove('t0', 'g0'), 150_000), later(thing.delete('clock'), 50_000), ...pauses(4, 50_000)],
    conditions: { weights: { ...EVEN_WEIGHTS, deliver: 0.01 } },
    sweeping: { ...MUDDLED, sweeps: 8, pageSize: 250, slices: 0 },
    seeds: 100,
  },
  {
    name: 'a membership that a listing still shows is not one of the thing that was re-created since',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), later(thing.delete('t0'), SETTLED), thing.create('t0'), ...pauses(6, 50_000)],
    // Nothing tells of the membership's end but the thing's own events, which arrive at once.
    conditions: { disorder: 0, duplicates: 0, facts: { deletionCascade: 'none' }, weights: { ...EVEN_WEIGHTS, deliver: 500 } },
    sweeping: MUDDLED,
  },
  {
    name: 'a membership of a group that was re-created since is not one of the new group',
    history: [
      thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), ...pauses(1, SETTLED), group.delete('g0'), group.create('g0'), later(thing.delete('clock'), 1_000),
      ...pauses(1, 2_000), later(thing.delete('clock'), SETTLED),
    ],
    conditions: { facts: { deletionCascade: 'thing' } },
    sweeping: MUDDLED,
  },
  {
    name: 'memberships of ends that were re-created unheard are put right by the sweep that puts the ends right',
    history: [thing.create('t0'), group.create('g0'), group.add('t0', 'g0'), later(thing.delete('t0'), SETTLED), group.delete('g0'), thing.create('t0'), group.create('g0'), group.add('t0', 'g0')],
    lost: ({ at }) => at > START + SETTLED,
    sweeping: { tableLag: 1_000, sweeps: 1, eagerness: 0.02 },
    seeds: 100,
  },
  {
    name: 'what was created after the listing does not count as gone, however long the sweep takes',
    history: [thing.create('t0'), later(thing.create('t1'), SETTLED), later(group.create('g0'), SETTLED), later(group.add('t0', 'g0'), SETTLED), later(thing.delete('t0'), SETTLED), later(thing.create('t0'), SETTLED)],
    sweeping: { ...MUDDLED, slices: 1, pageSize: 1 },
  },
  {
    name: 'what comes back between its confirmation and its burial is not buried',
    history: [thing.create('t0'), later(thing.delete('t0'), SETTLED), ...pauses(6, 100_000), thing.create('t0'), ...pauses(12, 100_000)],
    lost: loses('THING_EVENT', 'DELETED', 't0'),
    conditions: { weights: { ...EVEN_WEIGHTS, call: 0.5, wait: 1 }, crashes: 0 },
    sweeping: { ...MUDDLED, slices: 1, pageSize: 250 },
  },
  {
    name: 'what went unheard gets its tombstone',
    history: [
      type.create('x0'), thing.create('t0', { a: '1' }, 'x0'), group.create('g0'), group.create('g1', 'g0'), group.add('t0', 'g1'), thing.create('t1'), group.add('t1', 'g0'),
      later(thing.delete('t0'), SETTLED), group.delete('g1'), group.remove('t1', 'g0'), group.delete('g0'), type.deprecate('x0'), type.delete('x0'),
    ],
    lost: ({ at }) => at > START + SETTLED,
    seeds: 50,
  },
  {
    name: 'what was just created does not count as gone, though direct reads may be behind as well',
    history: [later(thing.create('t0'), SETTLED), later(thing.create('t1'), 1_000), later(thing.update('t0', { a: '2' }), 5_000), later(thing.delete('t0'), SETTLED), thing.create('t0'), later(thing.create('t2'), 1_000), later(thing.create('t3'), SETTLED)],
    sweeping: { ...MUDDLED, directReadsLag: true },
  },
  {
    name: 'what came back unheard is reported',
    history: [
      thing.create('t0'), thing.create('t1'), group.create('g0'), group.add('t0', 'g0'), group.remove('t0', 'g0'), thing.delete('t1'), later(group.add('t0', 'g0'), SETTLED), thing.create('t1'),
    ],
    lost: ({ at }) => at > START + SETTLED,
    seeds: 50,
  },
  {
    name: 'a fleet that no event reported is reported by the sweep, types and parents first',
    history: [
      type.create('x0', ['a'], ['k']), thing.create('t0', { a: '1', b: '2' }, 'x0'), group.create('g0', undefined, { a: '1' }, 'one'), group.create('g1', 'g0'), group.add('t0', 'g1'), type.deprecate('x0'),
    ],
    lost: () => true,
    seeds: 100,
  },
];
