import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { alone } from './alone';
import { Measurement } from '../../src/metrics/handler/meter';
import { checkStarter } from '../../src/status/handler/check-starter';
import { StatusInputs, StatusUpdate, OtherReplication } from '../../src/status/handler/facts';
import type { Part } from '../../src/status/handler/part';
import { StatusContext, statusHandler } from '../../src/status/handler/status-handler';
import { silent } from '../monitoring/silent';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-25T12:00:00.000Z');

const ALONE = { lookedAt: '2026-01-01T00:00:00.000Z', found: [], notFound: [] };

function handlerWithNotes(known: StatusInputs = {}, others: Partial<StatusContext> = {}) {
  const facts: StatusUpdate[] = [];
  const measured: (readonly [string, Measurement[1]])[] = [];
  const handler = statusHandler({
    status: { refresh: async (news) => { facts.push(news); return { ...await silent.status.refresh(news), ...known }; } },
    now: () => NOW,
    stream: silent.stream,
    intervals: { sweepIntervalMs: HOUR, driftIntervalMs: HOUR },
    lookForOthers: alone,
    ...others,
    meter: { publish: (measurements) => { measured.push(...measurements.map(([{ name }, value]) => [name, value] as const)); } },
  });
  return { handler, facts, measured };
}

const COUNTS = { listed: 9, records: 9, missing: 2, different: 1, shouldBeGone: 1, unmanaged: 5, retained: 0, unreadable: 0, inFlight: 0, repaired: 4, notRepaired: 1 };
const CHECK = { startedAt: '2026-11-25T05:00:00.000Z', mode: 'repair', durationSeconds: 12, counts: COUNTS } as const;

test('a schedule writes the status again, and measures nothing', async () => {
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

test('a drift check of identities is written down and measured as one of theirs', async () => {
  const { handler, facts, measured } = handlerWithNotes();
  await handler({ identityDriftCheck: CHECK });
  expect(facts).toEqual([{ lastIdentityDrift: { startedAt: CHECK.startedAt, mode: 'repair', durationSeconds: 12, found: 4, repaired: 4, remaining: 1, unmanaged: 5 }, otherReplications: ALONE }]);
  expect(measured).toEqual([['IdentityDriftFound', 4], ['IdentityDriftRepaired', 4], ['IdentityDriftAfterRepair', 1]]);
});

test('how many policies a drift check found that can not be replicated is written down', async () => {
  const { handler, facts } = handlerWithNotes();
  await handler({ identityDriftCheck: { ...CHECK, counts: { ...COUNTS, rejected: 2 } } });
  expect(facts[0].lastIdentityDrift).toMatchObject({ found: 4, rejected: 2 });
});

test('what a drift check compared is written down', async () => {
  const { handler, facts } = handlerWithNotes();
  await handler({ driftCheck: { ...CHECK, selection: 'things' } });
  expect(facts[0].lastDrift).toMatchObject({ selection: 'things' });
});

test('what was reported only remains, and says nothing of what was repaired before', async () => {
  const { handler, facts, measured } = handlerWithNotes();
  await handler({ driftCheck: { ...CHECK, mode: 'report', counts: { ...COUNTS, repaired: 0, notRepaired: 0 } } });
  expect(facts[0].lastDrift).toMatchObject({ found: 4, repaired: 0, remaining: 4 });
  expect(measured).toEqual([['DriftFound', 4], ['DriftRepaired', 0]]);
});

test('a status that is not written is not measured, so that the workflow tries again', async () => {
  const { measured } = handlerWithNotes();
  const handler = statusHandler({ status: { refresh: () => Promise.reject(new Error('throttled')) }, meter: silent.meter, stream: silent.stream, now: () => NOW, intervals: {}, lookForOthers: alone });
  await expect(handler({ driftCheck: CHECK })).rejects.toThrow('throttled');
  expect(measured).toEqual([]);
});

const SINCE = { since: new Date(NOW - 3 * HOUR).toISOString(), intervalSeconds: 3600 };

test('overdue runs are measured, whoever asks', async () => {
  const { handler, measured } = handlerWithNotes({ expected: { sweep: SINCE, driftCheck: SINCE } });
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

describe('the stream of the replica', () => {
  const gap = { code: 'STREAM_UNREAD', until: new Date(NOW).toISOString() } as const;
  const order: string[] = [];

  /** A handler that notes what it does, in its order. */
  function watching(look: StatusContext['stream']['look'], known: StatusInputs = {}, startCheck?: StatusContext['startCheck']) {
    order.length = 0;
    const status = { refresh: async (news: StatusUpdate) => { order.push(`status ${news.destinationGap?.code}`); return { ...await silent.status.refresh(news), ...known }; } };
    return handlerWithNotes({}, { status, stream: { look }, startCheck }).handler;
  }
  const follow = async () => { order.push('follow'); };
  const starting = async (part: Part, name: string) => { order.push(`${part} ${name}`); };

  test('is followed by the schedule once the status knows what may be missing', async () => {
    await watching(async () => ({ gap, follow }))({});
    expect(order).toEqual(['status STREAM_UNREAD', 'follow']);
  });

  test('is no business of a drift check', async () => {
    await watching(async () => ({ gap, follow }))({ driftCheck: CHECK });
    expect(order).toEqual(['status undefined']);
  });

  test('the status is written although the stream can not be looked at, which fails afterwards', async () => {
    await expect(watching(() => Promise.reject(new Error('throttled')))({})).rejects.toThrow('throttled');
    expect(order).toEqual(['status undefined']);
  });

  test.each([[60_000, []], [60_001, [`registry copy-${NOW - 60_001}`]]])('a check is started once it vouches for what was copied: %d ms', async (age, started) => {
    const destinationGap = { ...gap, until: new Date(NOW - age).toISOString() };
    await watching(async () => ({ follow }), { destinationGap }, starting)({});
    expect(order).toEqual(['status undefined', 'follow', ...started]);
  });

  test('a check of identities is started for their own gap, whatever became of that of the registry', async () => {
    const destinationGap = { ...gap, until: new Date(NOW - 60_001).toISOString() };
    await watching(async () => ({ follow }), { identities: { replicated: true, destinationGap } }, starting)({});
    expect(order).toEqual(['status undefined', 'follow', `identities copy-${NOW - 60_001}`]);
  });

  test.each([
    ['for another gap', { destinationGap: { code: 'DEAD_LETTERS_GONE', until: new Date(0).toISOString() } } as const, starting],
    ['without one', {}, starting],
    ['where none run by themselves', { destinationGap: { ...gap, until: new Date(0).toISOString() } }, undefined],
  ])('none is started %s', async (_, known, startCheck) => {
    await watching(async () => ({ follow }), known, startCheck)({});
    expect(order).toEqual(['status undefined', 'follow']);
  });

  test('a check is started once: whoever was first has started it', async () => {
    const sfn = mockClient(SFNClient);
    sfn.on(StartExecutionCommand).resolvesOnce({}).rejectsOnce(new ExecutionAlreadyExists({ message: '', $metadata: {} })).rejects(new Error('denied'));
    const start = checkStarter(new SFNClient({}), { registry: 'arn' });
    await start('identities', 'copy-1');
    await start('registry', 'copy-1');
    await expect(start('registry', 'copy-1')).resolves.toBeUndefined();
    await expect(start('registry', 'copy-1')).rejects.toThrow('denied');
    expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toEqual({ stateMachineArn: 'arn', name: 'copy-1', input: '{}' });
  });
});
