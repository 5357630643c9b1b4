import { alone } from './alone';
import { Measurement } from '../../src/monitoring/meter';
import { Facts, News, OtherReplication } from '../../src/status/facts';
import { statusHandler } from '../../src/status/status-handler';
import { silent } from '../monitoring/silent';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-25T12:00:00.000Z');

const ALONE = { lookedAt: '2026-01-01T00:00:00.000Z', found: [], notFound: [] };

function handlerWithNotes(known: Facts = {}) {
  const facts: News[] = [];
  const measured: (readonly [string, Measurement[1]])[] = [];
  const handler = statusHandler({
    status: { refresh: async (news) => { facts.push(news); return { ...await silent.status.refresh(news), ...known }; } },
    now: () => NOW,
    intervals: { sweepMs: HOUR, driftMs: HOUR },
    lookForOthers: alone,
    meter: { publish: (measurements) => { measured.push(...measurements.map(([{ name }, value]) => [name, value] as const)); } },
  });
  return { handler, facts, measured };
}

const COUNTS = { listed: 9, records: 9, missing: 2, different: 1, shouldBeGone: 1, unmanaged: 5, retained: 0, unreadable: 0, moving: 0, repaired: 4, differsAfterRepair: 1 };
const CHECK = { startedAt: '2026-11-25T05:00:00.000Z', mode: 'repair', durationSeconds: 12, counts: COUNTS } as const;

test('a schedule has the status written anew, and nothing measured', async () => {
  const { handler, facts, measured } = handlerWithNotes();
  await handler({});
  expect(facts).toEqual([{ lastDrift: undefined, otherReplications: ALONE }]);
  expect(measured).toEqual([]);
});

test('a drift check is written down and measured: what it found, repaired, and found again', async () => {
  const { handler, facts, measured } = handlerWithNotes();
  await handler({ driftCheck: CHECK });
  expect(facts).toEqual([{ lastDrift: { startedAt: CHECK.startedAt, mode: 'repair', durationSeconds: 12, found: 4, repaired: 4, remaining: 1, unmanaged: 5 }, otherReplications: ALONE }]);
  expect(measured).toEqual([['DriftFound', 4], ['DriftRepaired', 4], ['DriftAfterRepair', 1]]);
});

test('what was reported only remains, and says nothing of what was repaired before', async () => {
  const { handler, facts, measured } = handlerWithNotes();
  await handler({ driftCheck: { ...CHECK, mode: 'report', counts: { ...COUNTS, repaired: 0, differsAfterRepair: 0 } } });
  expect(facts[0].lastDrift).toMatchObject({ found: 4, repaired: 0, remaining: 4 });
  expect(measured).toEqual([['DriftFound', 4], ['DriftRepaired', 0]]);
});

test('a status that is not written is not measured, so that the workflow tries again', async () => {
  const { measured } = handlerWithNotes();
  const handler = statusHandler({ status: { refresh: () => Promise.reject(new Error('throttled')) }, meter: silent.meter, now: () => NOW, intervals: {}, lookForOthers: alone });
  await expect(handler({ driftCheck: CHECK })).rejects.toThrow('throttled');
  expect(measured).toEqual([]);
});

test('runs that are overdue are measured, whoever asks', async () => {
  const { handler, measured } = handlerWithNotes({ watchedSince: new Date(NOW - 3 * HOUR).toISOString() });
  await handler({});
  expect(measured).toEqual([['SweepAge', 10_800], ['DriftCheckAge', 10_800]]);
});

test('other replications that nobody has acknowledged are measured each minute, by what is known though the last look failed', async () => {
  const other = (isAcknowledged: boolean): OtherReplication => ({ replicationName: 'devices', does: 'WRITES_HERE', isPaused: false, isAcknowledged });
  const known = (...found: OtherReplication[]) => ({ otherReplications: { lookedAt: '2026-11-25T12:00:00.000Z', found, notFound: [], failure: 'TimeoutError' } });
  const rivals = handlerWithNotes(known(other(false), other(true), other(false)));
  await rivals.handler({});
  expect(rivals.measured).toEqual([['OtherReplications', 2]]);
  const acknowledged = handlerWithNotes(known(other(true)));
  await acknowledged.handler({});
  expect(acknowledged.measured).toEqual([]);
});
