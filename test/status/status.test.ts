import { StatusInputs, OtherReplication } from '../../src/status/handler/facts';
import { statusOf } from '../../src/status/handler/status';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const DAY = 24 * 3600;
const OPTIONS = { intervalMs: 60_000, silenceMs: 5 * 60_000, sweepProofMs: 3 * DAY * 1000, driftProofMs: 3 * DAY * 1000, isPaused: false };
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

/** Everything is as it should be, and was not long ago. */
const GOOD: Required<Omit<StatusInputs, 'unapplied' | 'retainedUntil' | 'sourceGap' | 'destinationGap'>> = {
  expected: { sweep: { since: ago(10 * DAY), intervalSeconds: DAY } },
  arrived: ago(20),
  heartbeat: { sentAt: ago(20), appliedAt: ago(19), lagMs: 1000, registryEventsOff: [], registryEventsUnknown: [] },
  backlog: { seenAt: ago(121), ageMs: 600_000 },
  queues: { waiting: 0, deadLetters: 0 },
  lastSweep: { startedAt: ago(7200), mode: 'repair', inSync: false, durationSeconds: 60, found: 3, persisted: 3, remaining: 0 },
  lastDrift: { startedAt: ago(3600), mode: 'repair', durationSeconds: 60, found: 2, repaired: 2, remaining: 0, unmanaged: 4 },
  otherReplications: { lookedAt: ago(50), found: [], notFound: [] },
  identities: { replicated: false },
};
const statusAt = (facts: StatusInputs, options = OPTIONS) => statusOf(facts, NOW, options);
/** What has arrived is applied. */
const beat = (change: Partial<StatusInputs['heartbeat']>) => ({ ...GOOD, arrived: change?.sentAt ?? GOOD.arrived, heartbeat: { ...GOOD.heartbeat, ...change } });

/** One other replication is here. */
const others = (change: Partial<OtherReplication>, notFound: string[] = []): StatusInputs => ({
  ...GOOD,
  otherReplications: { lookedAt: ago(50), found: [{ replicationName: 'devices', does: 'WRITES_HERE', sourceRegion: 'us-west-2', stackName: 'devices-stack', isPaused: false, isAcknowledged: false, ...change }], notFound },
});

/** All say what is replicated. */
const SELECTED: StatusInputs = {
  ...GOOD,
  heartbeat: { ...GOOD.heartbeat, selection: 'things', routerVersion: 'v2' },
  lastSweep: { ...GOOD.lastSweep, selection: 'things', routerVersion: 'v2' },
  lastDrift: { ...GOOD.lastDrift, selection: 'things' },
};

test('a proof of what is replicated is one; so is any where the source does not say what that is', () => {
  expect(statusAt(SELECTED)).toEqual({ state: 'IN_SYNC', registryInSync: true, readyToFailOver: true, reasons: [] });
  expect(statusAt({ ...SELECTED, heartbeat: { ...GOOD.heartbeat, otherwiseUntil: ago(100) } })).toMatchObject({ state: 'IN_SYNC' });
});

test('a destination that has all is in sync, whatever its last sweep and drift check had to mend', () => {
  expect(statusAt(GOOD)).toEqual({ state: 'IN_SYNC', registryInSync: true, readyToFailOver: true, reasons: [] });
});

test('silence of the source leaves the registry in sync with what has arrived, and the state unknown', () => {
  expect(statusAt(beat({ sentAt: ago(301) }))).toEqual({
    state: 'UNKNOWN', registryInSync: true, readyToFailOver: true, reasons: [`SILENCE: the last heartbeat was sent at ${ago(301)}; later changes of the source are unknown here, and drift checks only report until somebody starts one with { "mode": "repair" }`],
  });
  expect(statusAt(beat({ sentAt: ago(299) })).state).toBe('IN_SYNC');
});

test('says what happened, until when, and which run ends the doubt', () => {
  const sourceGap = { code: 'EVENTS_WERE_OFF', until: '2026-11-25T11:00:00.000Z', detail: 'THING, THING_TYPE' } as const;
  const destinationGap = { code: 'DEAD_LETTERS_GONE', until: '2026-11-25T11:30:00.000Z' } as const;
  expect(statusAt({ ...GOOD, sourceGap, destinationGap }).reasons).toEqual([
    'EVENTS_WERE_OFF: registry events were switched off in the source (THING, THING_TYPE) until 2026-11-25T11:00:00.000Z, and no sweep that began after 2026-11-25T11:05:00.000Z has completed and been applied',
    'DEAD_LETTERS_GONE: there were dead letters until 2026-11-25T11:30:00.000Z, and no drift check that began after 2026-11-25T11:31:00.000Z has completed',
  ]);
});

test('silence of the destination itself is none of the source: what has arrived and is not applied is a backlog', () => {
  const backlog = { ...beat({ sentAt: ago(900) }), arrived: ago(10) };
  expect(statusAt(backlog)).toEqual({
    state: 'CATCHING_UP', registryInSync: false, readyToFailOver: false, reasons: [`BACKLOG: the heartbeat of ${ago(10)} has arrived and is not applied, so changes are not applied either`],
  });
  // The source is down since then, and the last that it sent was not applied.
  expect(statusAt({ ...beat({ sentAt: ago(900) }), arrived: ago(840) })).toMatchObject({ state: 'UNKNOWN', registryInSync: false });
});

test('a heartbeat that arrives meanwhile makes the one before it no younger', () => {
  const FIVE_MINUTELY = { ...OPTIONS, intervalMs: 300_000, silenceMs: 1_500_000 };
  const behind = { ...beat({ sentAt: ago(600) }), arrived: ago(5) };
  expect(statusAt({ ...behind, unapplied: ago(305) }, FIVE_MINUTELY)).toEqual({
    state: 'CATCHING_UP', registryInSync: false, readyToFailOver: false, reasons: [`BACKLOG: the heartbeat of ${ago(305)} has arrived and is not applied, so changes are not applied either`],
  });
  expect(statusAt({ ...behind, unapplied: ago(5) }, FIVE_MINUTELY)).toMatchObject({ state: 'IN_SYNC' });
});

test('a heartbeat that has just arrived is pending', () => {
  expect(statusAt({ ...beat({ sentAt: ago(65) }), arrived: ago(5) })).toMatchObject({ state: 'IN_SYNC', registryInSync: true });
});

test.each<[string, StatusInputs, string, string]>([
  ['before the first heartbeat', { ...GOOD, heartbeat: undefined }, 'UNKNOWN', 'NO_HEARTBEAT'],
  ['while a shard is behind, whichever it is', { ...GOOD, backlog: { seenAt: ago(120), ageMs: 61_000 } }, 'CATCHING_UP', 'BACKLOG'],
  ['while changes wait', { ...GOOD, queues: { waiting: 7, deadLetters: 0 } }, 'CATCHING_UP', 'WAITING'],
  ['before the first sweep', { ...GOOD, lastSweep: undefined }, 'CATCHING_UP', 'NO_SWEEP'],
  ['before the first drift check', { ...GOOD, lastDrift: undefined }, 'CATCHING_UP', 'NO_DRIFT_CHECK'],
  ['with dead letters', { ...GOOD, queues: { waiting: 0, deadLetters: 1 } }, 'DEGRADED', 'DEAD_LETTERS'],
  ['while registry events are off', beat({ registryEventsOff: ['THING'] }), 'DEGRADED', 'EVENTS_OFF'],
  ['while a topic rule is off', beat({ registryEventsOff: ['topic rule of THING'] }), 'DEGRADED', 'RULES_OFF'],
  ['after a sweep that only reported differences', { ...GOOD, lastSweep: { ...GOOD.lastSweep, mode: 'report', persisted: 0, remaining: 3 } }, 'DEGRADED', 'SWEEP'],
  ['when no sweep has ended for days', { ...GOOD, lastSweep: { ...GOOD.lastSweep, startedAt: ago(3 * DAY + 21) } }, 'DEGRADED', 'OLD_SWEEP'],
  ['when no drift check has ended for days', { ...GOOD, lastDrift: { ...GOOD.lastDrift, startedAt: ago(3 * DAY + 1) } }, 'DEGRADED', 'OLD_DRIFT_CHECK'],
  ['after a gap of the source', { ...GOOD, sourceGap: { code: 'EVENTS_WERE_OFF', until: ago(60) } }, 'DEGRADED', 'EVENTS_WERE_OFF'],
  ['after a gap of the destination', { ...GOOD, destinationGap: { code: 'STREAM_EXPIRED', until: ago(60) } }, 'DEGRADED', 'STREAM_EXPIRED'],
  ['when dead letters are gone', { ...GOOD, destinationGap: { code: 'DEAD_LETTERS_GONE', until: ago(60) } }, 'DEGRADED', 'DEAD_LETTERS_GONE'],
  ['with dead letters, whose gap is not over', { ...GOOD, queues: { waiting: 0, deadLetters: 1 }, destinationGap: { code: 'DEAD_LETTERS_GONE', until: ago(0) } }, 'DEGRADED', 'DEAD_LETTERS'],
  ['while another replication may write here', others({}), 'DEGRADED', 'OTHER_REPLICATION'],
  ['while another one replicates back to the source', others({ does: 'REPLICATES_BACK' }), 'DEGRADED', 'OTHER_REPLICATION'],
  ['after a sweep of other prefixes', { ...SELECTED, lastSweep: { ...SELECTED.lastSweep!, selection: 'other' } }, 'CATCHING_UP', 'SELECTION_CHANGED'],
  ['after a sweep by another router', { ...SELECTED, lastSweep: { ...SELECTED.lastSweep!, routerVersion: 'v1' } }, 'CATCHING_UP', 'SELECTION_CHANGED'],
  ['after a sweep that does not say what it compared', { ...SELECTED, lastSweep: GOOD.lastSweep }, 'CATCHING_UP', 'SELECTION_CHANGED'],
  ['until a sweep has vouched for what is replicated since', { ...SELECTED, heartbeat: { ...SELECTED.heartbeat!, otherwiseUntil: ago(8000) } }, 'CATCHING_UP', 'SELECTION_CHANGED'],
  ['after a drift check of other prefixes', { ...SELECTED, lastDrift: { ...SELECTED.lastDrift!, selection: 'other' } }, 'CATCHING_UP', 'SELECTION_CHANGED'],
  ['after a drift check that does not say what it compared', { ...SELECTED, lastDrift: GOOD.lastDrift }, 'CATCHING_UP', 'SELECTION_CHANGED'],
  ['after a drift check that left differences', { ...GOOD, lastDrift: { ...GOOD.lastDrift, remaining: 1 } }, 'DEGRADED', 'DRIFT'],
])('%s the registry is not in sync, and it is said why', (_, facts, state, code) => {
  const status = statusAt(facts);
  expect(status).toMatchObject({ state, registryInSync: false, readyToFailOver: false });
  expect(status.reasons).toEqual([expect.stringMatching(new RegExp(`^${code}: .+`))]);
});

test.each<[string, StatusInputs, string, string]>([
  ['is late', beat({ lagMs: 60_001 }), 'CATCHING_UP', 'LAG'],
  ['has others beside it, or not, which can not be looked up,', { ...GOOD, otherReplications: { ...GOOD.otherReplications, failure: 'AccessDeniedException' } }, 'DEGRADED', 'OTHER_REPLICATIONS_UNKNOWN'],
  ['can not tell whether registry events are on', beat({ registryEventsUnknown: ['THING'] }), 'DEGRADED', 'EVENTS_UNKNOWN'],
])('that the source %s says nothing about what has arrived', (_, facts, state, code) => {
  expect(statusAt(facts)).toEqual({ state, registryInSync: true, readyToFailOver: true, reasons: [expect.stringMatching(new RegExp(`^${code}: .+`))] });
});

test('a destination that has drained its backlog after the source went silent is in sync with what has arrived, however late the last heartbeat was', () => {
  const status = statusAt(beat({ sentAt: ago(3600), appliedAt: ago(60), lagMs: 3_540_000 }));
  expect(status).toMatchObject({ state: 'UNKNOWN', registryInSync: true });
});

test('a source that is silent can not sweep: its last sweep does not grow older', () => {
  const facts = { ...beat({ sentAt: ago(5 * DAY) }), lastSweep: { ...GOOD.lastSweep, startedAt: ago(6 * DAY) } };
  expect(statusAt(facts)).toMatchObject({ state: 'UNKNOWN', registryInSync: true, reasons: [expect.stringMatching(/^SILENCE/)] });
});

test('a paused destination is not in sync, for what arrives is not applied', () => {
  const status = statusAt(beat({ sentAt: ago(3600) }), { ...OPTIONS, isPaused: true });
  expect(status).toMatchObject({ state: 'UNKNOWN', registryInSync: false });
  expect(status.reasons.map((reason) => reason.split(':')[0])).toEqual(['PAUSED', 'SILENCE']);
});

test('the gravest reason determines the state, and all are reported', () => {
  const facts = { ...beat({ sentAt: ago(600), lagMs: 90_000 }), queues: { waiting: 1, deadLetters: 2 } };
  const { state, registryInSync, reasons } = statusAt(facts);
  expect([state, registryInSync]).toEqual(['UNKNOWN', false]);
  expect(reasons.map((reason) => reason.split(':')[0])).toEqual(['SILENCE', 'LAG', 'DEAD_LETTERS', 'WAITING']);
});

test.each<[string, Partial<OtherReplication>, string[], string]>([
  ['writes here', {}, [], "the replication 'devices' of us-west-2 may write to this registry too; delete its stack 'devices-stack', or name it in acknowledgedReplications if it is meant to"],
  ['is paused', { isPaused: true }, [], "the replication 'devices' of us-west-2 is paused here, and may write to this registry too once it is not; delete its stack 'devices-stack', or name it in acknowledgedReplications if it is meant to"],
  ['replicates back', { does: 'REPLICATES_BACK' }, [], "the replication 'devices' of us-west-2 replicates this registry to the Region that changes come here from, so that changes may go in circles; delete its stack 'devices-stack', or name it in acknowledgedReplications if it is meant to"],
  ['says nothing but its name', { sourceRegion: undefined, stackName: undefined }, [], "the replication 'devices' may write to this registry too; delete its stack, or name it in acknowledgedReplications if it is meant to"],
  ['is acknowledged by a wrong name', {}, ['device'], "the replication 'devices' of us-west-2 may write to this registry too; delete its stack 'devices-stack', or name it in acknowledgedReplications if it is meant to, where 'device' may be misspelt: no such replication exists here"],
])('another replication that %s is named, with what to do', (_, change, notFound, sentence) => {
  expect(statusAt(others(change, notFound)).reasons).toEqual([`OTHER_REPLICATION: ${sentence}`]);
});

test('another replication that is acknowledged is no reason', () => {
  expect(statusAt(others({ isAcknowledged: true }, ['archive']))).toMatchObject({ state: 'IN_SYNC', registryInSync: true, readyToFailOver: true, reasons: [] });
});

test('topic rules that are off are named beside registry events that are', () => {
  const { reasons } = statusAt(beat({ registryEventsOff: ['THING', 'topic rule of THING', 'topic rule of THING_TYPE'] }));
  expect(reasons).toEqual([
    'EVENTS_OFF: registry events are switched off in the source: THING',
    'RULES_OFF: topic rules are disabled or deleted in the source: those of THING, THING_TYPE',
  ]);
});
