import type { WorldConditions } from './conditions';
import type { Forgery } from './forgery';
import { drawCast, generateHistory, type Cast } from '../generator';
import type { Step } from '../history';
import type { Random } from '../random';
import type { EventKind } from '../registry';
import type { Deployed } from './view';

/** What a run is asked for. The schedule, and a deployment, ask for nothing: while the source is silent, a check only reports then. */
export type Asked = 'repair' | 'report' | 'nothing';

/** What happens in a world, one after the other. */
export type Act = { readonly after: number } & (
  | { readonly what: 'source' | 'byHand'; readonly step: Omit<Step, 'after'> }
  | { readonly what: 'sweep' | 'check'; readonly mode: Asked }
  | { readonly what: 'losing'; readonly share: number }
  | { readonly what: 'events'; readonly kind: EventKind; readonly on: boolean }
  | { readonly what: 'asking' | 'shining'; readonly on: boolean }
  | { readonly what: 'pause'; readonly how: 'deployed' | 'unnoticed' }
  | { readonly what: 'resume' | 'letters gone' | 'letters redriven' | 'redrive' | 'nothing' | 'look' }
  | { readonly what: 'slow'; readonly most: number }
  | { readonly what: 'failing'; readonly on: boolean }
  | { readonly what: 'deploy'; readonly selection: Deployed }
  | { readonly what: 'clock'; readonly of: 'Region' | 'registry'; readonly ahead: number }
  | { readonly what: 'forge'; readonly forgery: Forgery }
  | { readonly what: 'rival'; readonly on: boolean }
  | { readonly what: 'added' }
);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KINDS: readonly EventKind[] = ['THING', 'THING_GROUP', 'THING_TYPE', 'THING_GROUP_MEMBERSHIP'];

/** Operations of a history, and the most of what else happens. */
const OPERATIONS = 24;

/** What happens in the world of a seed. Deployment comes first, and then the first sweep and drift check. */
export function drawPlan(random: Random, conditions: WorldConditions): Act[] {
  const cast = { ...drawCast(random, random.chance(0.15)), slow: 0.1 };
  const history = generateHistory(random.fork(), OPERATIONS, cast, conditions.pipeline);
  const draw = new Drawing(random, conditions, cast);
  const acts: Act[] = [{ after: 1_000, what: 'sweep', mode: 'nothing' }, { after: 2 * MINUTE, what: 'check', mode: 'nothing' }];
  for (const { after, ...step } of history) {
    acts.push(...draw.between(), { after: Math.max(after, draw.pause()), what: 'source', step });
  }
  return acts;
}

/** How long it lasts, as the heartbeats have it: with one a minute, days would take too many of them to simulate. */
const LONGEST: Readonly<Record<number, readonly number[]>> = {
  1: [10 * MINUTE, HOUR, 3 * HOUR],
  5: [30 * MINUTE, 3 * HOUR, DAY, 30 * HOUR],
};

class Drawing {
  /** What is switched off or paused, and how it ends. */
  private readonly pending = new Map<string, Act>();

  constructor(private readonly random: Random, private readonly conditions: WorldConditions, private readonly cast: Cast) {}

  public pause(): number {
    const { random, conditions: { interval } } = this;
    if (random.chance(0.5)) return 1 + random.below(2_000);
    if (random.chance(0.8)) return random.pick([20_000, 2 * MINUTE, 7 * MINUTE]) + random.below(1_000);
    return random.pick(LONGEST[interval]) + random.below(1_000);
  }

  /** What happens between two operations of the source. */
  public between(): Act[] {
    const { random, pending } = this;
    const acts: Act[] = [];
    for (const [key, act] of pending) {
      if (!random.chance(0.35)) continue;
      pending.delete(key);
      acts.push({ ...act, after: this.pause() });
    }
    if (random.chance(0.45)) acts.push(...this.one());
    if (random.chance(0.12)) acts.push({ after: this.pause(), what: 'sweep', mode: random.chance(0.9) ? 'nothing' : 'report' });
    if (random.chance(0.12)) acts.push({ after: this.pause(), what: 'check', mode: random.chance(0.9) ? 'nothing' : 'report' });
    return acts;
  }

  private one(): Act[] {
    const { random, cast, conditions, conditions: { troubles } } = this;
    const after = this.pause();
    const possible: (() => Act[])[] = [];
    const when = (isSo: boolean, act: () => Act[]) => isSo && possible.push(act);
    when(troubles.has('lostEvents'), () => this.until('losing', { after, what: 'losing', share: random.pick([0.3, 1]) }, { after, what: 'losing', share: 0 }));
    when(troubles.has('eventsOff'), () => {
      const kind = random.pick(KINDS);
      return this.until(`off ${kind}`, { after, what: 'events', kind, on: false }, { after, what: 'events', kind, on: true });
    });
    when(troubles.has('eventsUnknown'), () => this.until('asking', { after, what: 'asking', on: false }, { after, what: 'asking', on: true }));
    when(troubles.has('darkSource'), () => this.until('dark', { after, what: 'shining', on: false }, { after, what: 'shining', on: true }));
    when(troubles.has('pauses'), () => this.until('pause', { after, what: 'pause', how: random.pick(['deployed', 'unnoticed'] as const) }, { after, what: 'resume' }));
    when(troubles.has('byHand'), () => this.byHand(after));
    when(troubles.has('failingRuns'), () => this.until('failing', { after, what: 'failing', on: true }, { after, what: 'failing', on: false }));
    when(troubles.has('failingRuns'), () => [{ after, what: 'redrive' }]);
    when(troubles.has('letters'), () => [{ after, what: random.pick(['letters gone', 'letters redriven'] as const) }]);
    when(troubles.has('prefixes') || troubles.has('router'), () => [{ after, what: 'deploy', selection: this.selection() }]);
    when(troubles.has('expiry'), () => [{ after: 31 * DAY, what: 'nothing' }]);
    when(troubles.has('wrongClock'), () => {
      const of = random.pick(['Region', 'registry'] as const);
      return this.until('clock', { after, what: 'clock', of, ahead: random.pick([-400 * DAY, 400 * DAY]) }, { after, what: 'clock', of, ahead: conditions.ahead });
    });
    when(troubles.has('forgery'), () => {
      const says = random.pick(['deletion', 'deletion', 'version', 'future'] as const);
      return [{ after, what: 'forge', forgery: { thingName: `t${random.below(cast.things)}`, says, knowsId: random.chance(0.5) } }];
    });
    when(troubles.has('twoRuns'), () => {
      const what = random.pick(['sweep', 'check'] as const);
      return [{ after, what, mode: 'nothing' }, { after: random.pick([1, 1_000]), what, mode: random.chance(0.8) ? 'repair' : 'report' }];
    });
    when(troubles.has('rival'), () => this.rival(after));
    when(troubles.has('slowRegistry'), () => this.until('slow', { after, what: 'slow', most: random.pick([2_000, 20_000, 60_000]) }, { after, what: 'slow', most: 0 }));
    when(troubles.has('busyThings'), () => this.busy());
    when(troubles.has('newDestination'), () => [{ after, what: 'added' }]);
    return possible.length > 0 ? random.pick(possible)() : [];
  }

  private until(key: string, begin: Act, end: Act): Act[] {
    if (this.pending.has(key)) return [];
    this.pending.set(key, end);
    return [begin];
  }

  private byHand(after: number): Act[] {
    const { random, cast, conditions } = this;
    const steps = generateHistory(random.fork(), 1 + random.below(3), { ...cast, dynamicGroups: false }, conditions.pipeline);
    return steps.map(({ after: _, ...step }, i) => ({ after: i === 0 ? after : 1_000, what: 'byHand', step }));
  }

  /** Another program writes to the destination for a while, with a drift check among it; or another replication does, which leaves its marker. */
  private rival(after: number): Act[] {
    const { random } = this;
    const writes = [...this.byHand(random.pick([4_000, 30_000])), ...this.byHand(random.pick([1_000, 2 * MINUTE]))];
    const check: Act = { after: MINUTE, what: 'check', mode: 'nothing' };
    const mixed: Act[] = [...this.byHand(after), check, ...writes];
    if (!random.chance(0.5)) return mixed;
    return this.pending.has('rival') ? mixed : [...this.until('rival', { after, what: 'rival', on: true }, { after, what: 'rival', on: false }), ...mixed];
  }

  private selection(): Deployed {
    const { random, conditions, conditions: { troubles } } = this;
    return {
      thingPrefixes: troubles.has('prefixes') ? random.pick([undefined, ['t0'], ['t0', 't1']]) : undefined,
      confirmDeletions: conditions.confirmDeletions,
      dropped: troubles.has('router') ? random.pick([[], ['a'], ['b'], ['a', 'c']]) : [],
    };
  }

  /** Heartbeats of a device that are attributes, with a sweep in between. */
  private busy(): Act[] {
    const { random, cast } = this;
    const thingName = `t${random.below(cast.things)}`;
    const update = (i: number, after: number): Act => ({ after, what: 'source', step: { call: 'UpdateThing', input: { thingName, attributePayload: { attributes: { a: String(i) }, merge: true } } } });
    const sweep: Act = { after: 1_000, what: 'sweep', mode: 'repair' };
    return [update(1, 2 * MINUTE), sweep, update(2, 2 * MINUTE), update(3, 2 * MINUTE), update(4, 2 * MINUTE), sweep, update(5, 2 * MINUTE)];
  }
}
