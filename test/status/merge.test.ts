import { DriftFacts, StatusInputs, HeartbeatFacts, StatusUpdate, Observations, SweepFacts } from '../../src/status/handler/facts';
import { merged } from '../../src/status/handler/merge';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const [MINUTE, HOUR] = [60_000, 3_600_000];
const OPTIONS = { silenceMs: 5 * MINUTE };
const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString();

/** What a source says that was never interrupted. */
const EVER = new Date(0).toISOString();
/** A heartbeat that was sent so long after NOW, applied when it was sent unless said otherwise. */
const beat = (sent: number, more: Partial<Pick<HeartbeatFacts, 'registryEventsOff' | 'registryEventsUnknown' | 'uninterruptedSince'>> & { readonly applied?: number } = {}): HeartbeatFacts => {
  const { applied = sent, ...events } = more;
  return { sentAt: at(sent), appliedAt: at(applied), lagMs: applied - sent, uninterruptedSince: EVER, registryEventsOff: [], registryEventsUnknown: [], ...events };
};
const sweep = (started: number, more: Partial<SweepFacts> = {}): SweepFacts => (
  { startedAt: at(started), mode: 'repair', inSync: true, durationSeconds: 60, found: 0, persisted: 0, remaining: 0, ...more }
);
const drift = (started: number): DriftFacts => (
  { startedAt: at(started), mode: 'report', durationSeconds: 60, found: 0, repaired: 0, remaining: 0, unmanaged: 0 }
);
const OFF = { registryEventsOff: ['THING'] };
const UNKNOWN = { registryEventsUnknown: ['THING'] };
const NO_LETTERS = { waiting: 0, deadLetters: 0 };
const LETTERS = { waiting: 0, deadLetters: 2 };

interface Step extends StatusUpdate, Observations {
  /** When it is reported; NOW if not said. */
  readonly now?: number;
}

/** What is known after several writings of the status, each of which begins with what an earlier one has stored. */
const after = (...steps: Step[]): StatusInputs => steps.reduce<StatusInputs>((facts, { now = 0, ...news }) => (
  merged(JSON.parse(JSON.stringify(facts)) as StatusInputs, { queues: NO_LETTERS, ...news }, NOW + now, OPTIONS)
), {});
const gapOfSource = (...steps: Step[]) => after(...steps).sourceGap;
const gapOfDestination = (...steps: Step[]) => after(...steps).destinationGap;

describe('a gap of the source', () => {
  test('is none between heartbeats that arrive and find all events on', () => {
    expect(gapOfSource({ heartbeats: [beat(-4 * MINUTE), beat(-3 * MINUTE)] }, { heartbeats: [beat(-MINUTE)] })).toBeUndefined();
  });

  test('before the first heartbeat is the one that the source knows of, until a sweep that began later', () => {
    const gap = { code: 'SOURCE_INTERRUPTED', until: at(-HOUR) };
    const first = { heartbeats: [beat(-2 * MINUTE, { uninterruptedSince: at(-HOUR) }), beat(-MINUTE, { uninterruptedSince: at(-HOUR) })] };
    expect(gapOfSource(first)).toEqual(gap);
    expect(gapOfSource({ ...first, lastSweep: sweep(-2 * HOUR) })).toEqual(gap);
    expect(gapOfSource({ ...first, lastSweep: sweep(-HOUR + 5 * MINUTE) })).toEqual(gap);
    expect(gapOfSource({ ...first, lastSweep: sweep(-HOUR + 5 * MINUTE + 1) })).toBeUndefined();
  });

  test('before the first heartbeat lasts until that where the source does not say, as one of an earlier version', () => {
    const steps = [0, MINUTE].map((more) => ({ heartbeats: [beat(-HOUR + more, { uninterruptedSince: undefined })] }));
    expect(gapOfSource(...steps)).toEqual({ code: 'SOURCE_INTERRUPTED', until: at(-HOUR) });
    const heartbeats = [5, 9, 12].map((minutes) => beat(-HOUR + minutes * MINUTE, { uninterruptedSince: undefined }));
    expect(gapOfSource(...steps, { lastSweep: sweep(-50 * MINUTE), heartbeats })).toBeUndefined();
  });

  test('before the first heartbeat has ended by now, whatever the source says', () => {
    expect(gapOfSource({ heartbeats: [beat(-MINUTE, { uninterruptedSince: at(4 * MINUTE) })] })).toEqual({ code: 'SOURCE_INTERRUPTED', until: at(0) });
  });

  test('is none of a destination that has heard of the source before, when a source of an earlier version is upgraded, or goes back to it', () => {
    const [earlier, upgraded] = [beat(-2 * MINUTE, { uninterruptedSince: undefined }), beat(-MINUTE, { uninterruptedSince: at(-MINUTE) })];
    expect(gapOfSource({ heartbeats: [beat(-3 * MINUTE)] }, { heartbeats: [earlier] }, { heartbeats: [upgraded] })).toBeUndefined();
  });

  test.each([
    ['off', 'EVENTS_WERE_OFF', OFF],
    ['unknown', 'EVENTS_WERE_UNKNOWN', UNKNOWN],
  ])('lasts from events that are %s to the first heartbeat that finds them on', (_, code, events) => {
    expect(gapOfSource({ heartbeats: [beat(-3 * MINUTE)] }, { heartbeats: [beat(-2 * MINUTE, events)] })).toBeUndefined();
    expect(gapOfSource({ heartbeats: [beat(-3 * MINUTE, events)] }, { heartbeats: [beat(-2 * MINUTE, events)] })).toBeUndefined();
    const gap = { code, until: at(-MINUTE), detail: 'THING' };
    expect(gapOfSource({ heartbeats: [beat(-2 * MINUTE, events)] }, { heartbeats: [beat(-MINUTE)] }, { heartbeats: [beat(0)] })).toEqual(gap);
    // In one batch of the stream, whatever its order.
    expect(gapOfSource({ heartbeats: [beat(0), beat(-2 * MINUTE, events), beat(-MINUTE)] })).toEqual(gap);
  });

  test('is that of each kind of events: one that is on again may have lost some while another is still off', () => {
    const steps = [{ heartbeats: [beat(-2 * MINUTE, { registryEventsOff: ['THING', 'THING_TYPE'] })] }, { heartbeats: [beat(-MINUTE, OFF)] }];
    expect(gapOfSource(...steps)).toEqual({ code: 'EVENTS_WERE_OFF', until: at(-MINUTE), detail: 'THING_TYPE' });
  });

  test('lasts while it is unknown whether events that were off are on again: until then they are off', () => {
    const steps = [{ heartbeats: [beat(-4 * MINUTE, OFF)] }, { heartbeats: [beat(-3 * MINUTE, UNKNOWN)] }, { heartbeats: [beat(-2 * MINUTE, UNKNOWN)] }];
    expect(after(...steps)).toMatchObject({ heartbeat: { registryEventsOff: ['THING'], registryEventsUnknown: ['THING'] }, sourceGap: undefined });
    const over = after(...steps, { heartbeats: [beat(-MINUTE)] });
    expect(over).toMatchObject({ heartbeat: { registryEventsOff: [], registryEventsUnknown: [] }, sourceGap: { code: 'EVENTS_WERE_OFF', until: at(-MINUTE) } });
  });

  test('ends with the silence of the source, and not before: whoever relies on the registry meanwhile relies on what has arrived', () => {
    const steps = [{ heartbeats: [beat(-HOUR)] }, {}, { arrived: at(-HOUR) }];
    expect(gapOfSource(...steps)).toBeUndefined();
    expect(gapOfSource(...steps, { heartbeats: [beat(-MINUTE)] })).toEqual({ code: 'HEARTBEATS_MISSED', until: at(-MINUTE), detail: `none after ${at(-HOUR)}` });
  });

  test('is none where heartbeats come in late and all at once, as after a pause', () => {
    const heartbeats = Array.from({ length: 59 }, (_, i) => beat(-HOUR + (i + 1) * MINUTE, { applied: 0 }));
    expect(gapOfSource({ heartbeats: [beat(-HOUR)] }, { heartbeats })).toBeUndefined();
  });

  test('is not found again by heartbeats that the stream brings twice', () => {
    const heartbeats = [beat(-3 * HOUR), beat(-2 * HOUR, OFF), beat(-HOUR)];
    const twice = [{ heartbeats, lastSweep: sweep(-30 * MINUTE) }, { heartbeats: [beat(0)] }, { heartbeats }];
    expect(gapOfSource({ heartbeats }, { heartbeats })).toMatchObject({ until: at(-HOUR) });
    expect(gapOfSource(twice[0], { heartbeats: [-56, -52, -48, -44, -40, -36, -32, -28, -24].map((minute) => beat(minute * MINUTE)) }, twice[2])).toBeUndefined();
  });

  test('is the later of two, whichever is reported first', () => {
    const [early, late] = [{ code: 'EVENTS_MISSED', until: at(-HOUR) } as const, { code: 'HEARTBEATS_MISSED', until: at(-MINUTE) } as const];
    expect(gapOfSource({ sourceGap: early }, { sourceGap: late })).toEqual(late);
    expect(gapOfSource({ sourceGap: late }, { sourceGap: early })).toEqual(late);
  });

  test('is over by the time at which it is reported, or no sweep could ever end it', () => {
    expect(gapOfSource({ sourceGap: { code: 'EVENTS_MISSED', until: at(100 * 365 * 24 * HOUR) } })).toEqual({ code: 'EVENTS_MISSED', until: at(0) });
  });
});

describe('a sweep vouches', () => {
  const GAP = { code: 'EVENTS_MISSED', until: at(-HOUR) } as const;
  const [SIX_LATER, FOUR_LATER] = [-HOUR + 6 * MINUTE, -HOUR + 4 * MINUTE];

  test.each<[string, Step, boolean]>([
    ['if it began five minutes after the end of the gap, and a heartbeat from after its end was applied', { lastSweep: sweep(SIX_LATER), heartbeats: [beat(0)] }, true],
    ['not if it began before the end of the gap', { lastSweep: sweep(-HOUR - MINUTE), heartbeats: [beat(0)] }, false],
    ['not if it began within five minutes of it: it leaves what moved in those', { lastSweep: sweep(FOUR_LATER), heartbeats: [beat(0)] }, false],
    ['not before a heartbeat was applied', { lastSweep: sweep(SIX_LATER) }, false],
    ['not by a heartbeat from before its end: its result may have overtaken what it wrote', { lastSweep: sweep(SIX_LATER), heartbeats: [beat(SIX_LATER + MINUTE)] }, false],
    ['not by one from before its end, however long it takes', { lastSweep: sweep(SIX_LATER, { durationSeconds: 3000 }), heartbeats: [beat(-5 * MINUTE)] }, false],
  ])('%s', (_, news, isOver) => {
    expect(gapOfSource({ sourceGap: GAP }, news)).toEqual(isOver ? undefined : GAP);
    // Whichever of the two becomes known first.
    expect(gapOfSource(news, { sourceGap: GAP })).toEqual(isOver ? undefined : GAP);
  });

  test('for good: a later sweep whose records are pending brings no doubt back', () => {
    expect(gapOfSource({ sourceGap: GAP, lastSweep: sweep(SIX_LATER), heartbeats: [beat(-MINUTE)] }, { lastSweep: sweep(-30_000) })).toBeUndefined();
  });

  test('for the source only', () => {
    const destinationGap = { code: 'STREAM_EXPIRED', until: at(-HOUR) } as const;
    expect(after({ sourceGap: GAP, destinationGap }, { lastSweep: sweep(SIX_LATER), heartbeats: [beat(0)] })).toMatchObject({ destinationGap });
    expect(after({ sourceGap: GAP, destinationGap }, { lastDrift: drift(SIX_LATER) })).toMatchObject({ sourceGap: GAP });
  });
});

describe('a gap of the destination', () => {
  test.each([
    ['a day-long pause', [beat(-30 * HOUR)], [beat(-23 * HOUR, { applied: 0 })], -22 * HOUR],
    // Nothing says that anybody read the stream meanwhile.
    ['a day-long silence', [beat(-30 * HOUR)], [beat(0)], -22 * HOUR],
    ['a pause that is drained slowly', [beat(-23 * HOUR, { applied: -HOUR })], [beat(-23 * HOUR + MINUTE, { applied: 0 })], -22 * HOUR],
  ])('is %s: what arrived before the stream\'s hours may have been given up', (_, first, second, until) => {
    expect(gapOfDestination({ heartbeats: first }, { heartbeats: second })).toEqual({ code: 'STREAM_EXPIRED', until: at(until) });
  });

  test('is no pause of fewer hours than the stream has', () => {
    const heartbeats = Array.from({ length: 21 * 60 }, (_, i) => beat(-21 * HOUR + i * MINUTE, { applied: 0 }));
    expect(after({ heartbeats: [beat(-21 * HOUR - MINUTE)] }, { heartbeats })).not.toHaveProperty('destinationGap.code');
  });

  test('is a shard that is behind by the stream\'s hours', () => {
    expect(gapOfDestination({ backlog: { seenAt: at(0), ageMs: 22.5 * HOUR } })).toEqual({ code: 'STREAM_EXPIRED', until: at(-22 * HOUR) });
    expect(gapOfDestination({ backlog: { seenAt: at(0), ageMs: 21 * HOUR } })).toBeUndefined();
  });

  test('are dead letters, until they were last seen', () => {
    expect(gapOfDestination({ queues: LETTERS }, { queues: LETTERS, now: HOUR }, { now: 2 * HOUR })).toEqual({ code: 'DEAD_LETTERS_GONE', until: at(HOUR) });
  });
});

describe('a drift check vouches', () => {
  test.each<[string, Step[], number, boolean]>([
    ['for dead letters if it began when they were gone, by a minute', [{ queues: LETTERS }], 61_000, true],
    ['not if it began while there were some', [{ queues: LETTERS }], 59_000, false],
    ['for a pause if it began within the stream\'s hours before its end: what arrived later is in the stream', [{ heartbeats: [beat(-30 * HOUR)] }, { heartbeats: [beat(0)] }], -21 * HOUR, true],
    ['not if it began before these', [{ heartbeats: [beat(-30 * HOUR)] }, { heartbeats: [beat(0)] }], -23 * HOUR, false],
  ])('%s', (_, steps, started, isOver) => {
    expect(gapOfDestination(...steps, { lastDrift: drift(started) }) === undefined).toBe(isOver);
  });
});

describe('what claims to be from the future', () => {
  const LATER = 100 * 365 * 24 * HOUR;

  test('is not believed, and hides nothing that is real', () => {
    const known = { heartbeats: [beat(-MINUTE)], arrived: at(-MINUTE), lastSweep: sweep(-HOUR) };
    const future = { heartbeats: [beat(LATER)], arrived: at(LATER), lastSweep: sweep(LATER) };
    expect(after(known, future)).toMatchObject({ heartbeat: { sentAt: at(-MINUTE) }, arrived: at(-MINUTE), lastSweep: { startedAt: at(-HOUR) } });
  });

  test('is forgotten where it is stored already', () => {
    const stored: StatusInputs = { heartbeat: beat(LATER), arrived: at(LATER), lastSweep: sweep(LATER) };
    expect(merged(stored, {}, NOW, OPTIONS)).toMatchObject({ heartbeat: undefined, arrived: undefined, lastSweep: undefined });
    expect(merged(stored, { heartbeats: [beat(0)] }, NOW, OPTIONS)).toMatchObject({ heartbeat: { sentAt: at(0) } });
  });

  test('is believed within what the clocks of two Regions differ by', () => {
    expect(after({ heartbeats: [beat(4 * MINUTE)] })).toMatchObject({ heartbeat: { sentAt: at(4 * MINUTE) } });
  });
});

test('the oldest heartbeat that arrived and is not applied is remembered until it is', () => {
  const behind = [{ heartbeats: [beat(-12 * MINUTE)], arrived: at(-12 * MINUTE) }, { arrived: at(-10 * MINUTE) }, { arrived: at(-5 * MINUTE) }, {}];
  expect(after(behind[0]).unapplied).toBeUndefined();
  expect(after(...behind).unapplied).toBe(at(-10 * MINUTE));
  expect(after(...behind, { heartbeats: [beat(-10 * MINUTE)] }).unapplied).toBe(at(-5 * MINUTE));
  expect(after(...behind, { heartbeats: [beat(-5 * MINUTE)] }).unapplied).toBeUndefined();
});

test('an item of an earlier version is read as it is', () => {
  const stored: StatusInputs = { heartbeat: beat(-MINUTE, OFF), queues: NO_LETTERS, lastSweep: sweep(-HOUR), lastDrift: drift(-HOUR) };
  expect(merged(stored, { heartbeats: [beat(0)] }, NOW, OPTIONS)).toMatchObject({
    heartbeat: { sentAt: at(0) }, sourceGap: { code: 'EVENTS_WERE_OFF', until: at(0) }, lastSweep: { startedAt: at(-HOUR) },
  });
});

describe('other replications', () => {
  const found = [{ replicationName: 'devices', does: 'WRITES_HERE', isPaused: false, isAcknowledged: false } as const];
  const look = (lookedAt: number, more: object = { found, notFound: [] }) => ({ otherReplications: { lookedAt: at(lookedAt), ...more } as StatusUpdate['otherReplications'] });

  test('are those of the last look, and stay known without a new look', () => {
    expect(after(look(-2 * MINUTE), {}).otherReplications).toEqual({ lookedAt: at(-2 * MINUTE), found, notFound: [] });
    expect(after(look(-2 * MINUTE), look(-MINUTE, { found: [], notFound: ['archive'] })).otherReplications).toEqual({ lookedAt: at(-MINUTE), found: [], notFound: ['archive'] });
  });

  test('stay known when a look fails, until one does not', () => {
    const failed = look(-MINUTE, { failure: 'TimeoutError' });
    expect(after(look(-2 * MINUTE), failed).otherReplications).toEqual({ lookedAt: at(-MINUTE), found, notFound: [], failure: 'TimeoutError' });
    expect(after(failed).otherReplications).toEqual({ lookedAt: at(-MINUTE), found: [], notFound: [], failure: 'TimeoutError' });
    expect(after(look(-2 * MINUTE), failed, look(0)).otherReplications).toEqual({ lookedAt: at(0), found, notFound: [] });
  });

  test('are not those of a look that was slower', () => {
    expect(after(look(-MINUTE), look(-2 * MINUTE, { found: [], notFound: [] })).otherReplications).toMatchObject({ found });
  });
});

describe('what is replicated', () => {
  const beatOf = (sent: number, selection?: string, routerVersion?: string): HeartbeatFacts => ({ ...beat(sent), selection, routerVersion });
  const sweepOf = (started: number, selection?: string, routerVersion?: string): SweepFacts => sweep(started, { selection, routerVersion });
  const changedAt = (...steps: Step[]) => after(...steps).heartbeat?.otherwiseUntil;

  test('as the first heartbeat says, and no later one: sweeps may have ended what the source tells for ever', () => {
    const told = (sent: number): HeartbeatFacts => ({ ...beat(sent), otherwiseUntil: at(-HOUR), identitiesOtherwiseUntil: at(-2 * HOUR) });
    expect(after({ heartbeats: [told(-2 * MINUTE), told(-MINUTE)] }).heartbeat).toMatchObject({ otherwiseUntil: at(-HOUR), identitiesOtherwiseUntil: at(-2 * HOUR) });
    expect(changedAt({ heartbeats: [told(-2 * MINUTE)], lastSweep: sweep(-30 * MINUTE) }, { heartbeats: [told(-MINUTE)] })).toBeUndefined();
    const later = after({ heartbeats: [beat(-2 * MINUTE)] }, { heartbeats: [told(-MINUTE)] }).heartbeat;
    expect(later).not.toHaveProperty('otherwiseUntil');
    expect(later).not.toHaveProperty('identitiesOtherwiseUntil');
  });

  const CHANGED: Step[] = [{ heartbeats: [beatOf(-20 * MINUTE, 'old')], lastSweep: sweepOf(-30 * MINUTE, 'old') }, { heartbeats: [beatOf(-19 * MINUTE, 'new')] }];

  test('was something else until the last heartbeat that said so, whichever of it has changed', () => {
    expect(changedAt(...CHANGED)).toBe(at(-20 * MINUTE));
    expect(changedAt(...CHANGED, { heartbeats: [beatOf(-18 * MINUTE, 'new')] })).toBe(at(-20 * MINUTE));
    expect(changedAt(...CHANGED, { heartbeats: [beatOf(-18 * MINUTE, 'new', 'v1')] })).toBe(at(-19 * MINUTE));
    // In one batch of the stream.
    expect(changedAt({ heartbeats: [beatOf(-2 * MINUTE, 'new'), beatOf(-3 * MINUTE, 'old')] })).toBe(at(-3 * MINUTE));
  });

  test('is known from the first heartbeat that says it: nobody knows what it was before', () => {
    expect(changedAt({ heartbeats: [beat(-20 * MINUTE)] }, { heartbeats: [beatOf(-19 * MINUTE, 'new')] })).toBe(at(-20 * MINUTE));
    expect(changedAt({ heartbeats: [beatOf(-19 * MINUTE, 'new')] })).toBeUndefined();
  });

  const APPLIED = { heartbeats: [beatOf(-MINUTE, 'new')] };

  test('is vouched for by a sweep of it that began since, once what it wrote is applied', () => {
    expect(changedAt(...CHANGED, { lastSweep: sweepOf(-10 * MINUTE, 'new') })).toBe(at(-20 * MINUTE));
    expect(changedAt(...CHANGED, { lastSweep: sweepOf(-10 * MINUTE, 'new') }, APPLIED)).toBeUndefined();
    // The next sweep is one more, and takes nothing back until its own result is applied.
    expect(changedAt(...CHANGED, { lastSweep: sweepOf(-10 * MINUTE, 'new') }, APPLIED, { lastSweep: sweepOf(-50_000, 'new') })).toBeUndefined();
  });

  test.each<[string, SweepFacts]>([
    ['of something else', sweepOf(-10 * MINUTE, 'old')],
    ['by another router', sweepOf(-10 * MINUTE, 'new', 'v1')],
    ['that does not say of what', sweepOf(-10 * MINUTE)],
    // As it was before, but for a while: what changed meanwhile was not recorded.
    ['that began before it was something else', sweepOf(-25 * MINUTE, 'new')],
  ])('is vouched for by no sweep %s', (_, lastSweep) => {
    expect(changedAt(...CHANGED, { lastSweep }, APPLIED)).toBe(at(-20 * MINUTE));
  });
});
