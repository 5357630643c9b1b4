import { StatusInputs } from '../../src/status/handler/facts';
import { lateAfterMs, RunIntervals, SCHEDULED_RUNS, ScheduledRun } from '../../src/status/handler/lateness';
import { merged } from '../../src/status/handler/merge';
import { overdueRuns } from '../../src/status/handler/overdue';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const [MINUTE, HOUR] = [60_000, 3_600_000];
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();
const DAILY: RunIntervals = { sweepIntervalMs: 24 * HOUR, driftIntervalMs: 24 * HOUR };
const ALL: RunIntervals = { ...DAILY, identities: { sweepIntervalMs: 24 * HOUR, driftIntervalMs: 48 * HOUR, certificateCheckMs: HOUR } };
const run = (startedAt: string, durationSeconds = 60) => ({ startedAt, durationSeconds }) as never;
const measured = (facts: StatusInputs, intervals = DAILY) => overdueRuns(facts, NOW, intervals).map(([{ name }, seconds]) => [name, (seconds as number) / 3600]);
/** What the status knows if all runs have been expected since. */
const since = (hours: number): StatusInputs => ({ expected: Object.fromEntries(SCHEDULED_RUNS.map((each) => [each, { since: ago(hours), intervalSeconds: 1 }])) });
const RECENT = { lastSweep: run(ago(23)), lastDrift: run(ago(23)) };
const FINE: StatusInputs = { ...since(1000), arrived: ago(0), ...RECENT };

test.each<[string, StatusInputs, unknown[]]>([
  ['nothing is while runs end in time', FINE, []],
  ['nothing is as long as the next run may be under way', { ...FINE, lastSweep: run(ago(48)), lastDrift: run(ago(48)) }, []],
  ['a sweep whose successor has not ended', { ...FINE, lastSweep: run(ago(49)) }, [['SweepAge', 49]]],
  ['a drift check whose successor has not ended', { ...FINE, lastDrift: run(ago(49)) }, [['DriftCheckAge', 49]]],
  ['runs that have never ended, since they were expected first', { ...since(50), arrived: ago(0) }, [['SweepAge', 50], ['DriftCheckAge', 50]]],
  ['nothing is after a first day', { ...since(23), arrived: ago(0) }, []],
  ['nothing is before the status was written first', {}, []],
  ['nothing is by runs of a time before they stopped being expected', { ...FINE, ...since(1), lastSweep: run(ago(900)), lastDrift: run(ago(900)) }, []],
  ['no sweep of a source that is silent: it can not sweep', { ...FINE, arrived: ago(30), lastSweep: run(ago(70)) }, []],
  ['a sweep that was overdue when the source went silent', { ...FINE, arrived: ago(5), lastSweep: run(ago(60)) }, [['SweepAge', 55]]],
  ['a sweep is by the clock here, before the first heartbeat', { ...since(50), lastDrift: run(ago(1)) }, [['SweepAge', 50]]],
])('overdue: %s', (_, facts, expected) => {
  expect(measured(facts)).toEqual(expected);
});

test('sweeps of identities and certificate checks are overdue by their own intervals, and do not age while the source is silent', () => {
  const facts = { ...FINE, identities: { replicated: true, lastSweep: run(ago(50)), lastDrift: run(ago(95)), lastCertificateCheck: run(ago(4)) } };
  expect(measured(facts, ALL)).toEqual([['IdentitySweepAge', 50], ['CertificateCheckAge', 4]]);
  expect(measured({ ...facts, arrived: ago(3) }, ALL)).toEqual([]);
  expect(measured({ ...FINE, identities: { replicated: true } }, ALL)).toEqual([
    ['IdentitySweepAge', 1000], ['IdentityDriftCheckAge', 1000], ['CertificateCheckAge', 1000],
  ]);
});

test('drift checks of identities are overdue by their own interval, also while the source is silent', () => {
  const facts = { ...FINE, arrived: ago(20), identities: { replicated: true, lastSweep: run(ago(21)), lastDrift: run(ago(97)), lastCertificateCheck: run(ago(21)) } };
  expect(measured(facts, ALL)).toEqual([['IdentityDriftCheckAge', 97]]);
});

test('what does not run automatically is never overdue', () => {
  expect(measured({ ...since(1000), arrived: ago(0) }, {})).toEqual([]);
});

describe('runs are expected', () => {
  const OFF = { silenceMs: 5 * MINUTE };
  const sinceOf = ({ expected }: StatusInputs) => Object.fromEntries(Object.entries(expected ?? {}).map(([name, { since: time }]) => [name, time]));
  /** A replication of the registry that has worked for months. */
  const OLD = merged({ ...FINE, expected: undefined }, {}, NOW - 1000 * HOUR, { ...OFF, ...DAILY });

  test('from the first writing of the status with their interval', () => {
    expect(sinceOf(OLD)).toEqual({ sweep: ago(1000), driftCheck: ago(1000) });
    expect(sinceOf(merged(OLD, {}, NOW - HOUR, { ...OFF, ...DAILY }))).toEqual({ sweep: ago(1000), driftCheck: ago(1000) });
  });

  test('from then on where identities are switched on: none of them is late at once', () => {
    const on = merged(OLD, {}, NOW - HOUR, { ...OFF, ...ALL });
    expect(sinceOf(on)).toEqual({ sweep: ago(1000), driftCheck: ago(1000), identitySweep: ago(1), identityDriftCheck: ago(1), certificateCheck: ago(1) });
    expect(measured({ ...on, ...RECENT }, ALL)).toEqual([]);
  });

  test('from then on where identities are on again, whatever signals of before are still there', () => {
    const before = merged(OLD, {}, NOW - 900 * HOUR, { ...OFF, ...ALL });
    const off = merged(before, {}, NOW - 800 * HOUR, { ...OFF, ...DAILY });
    expect(sinceOf(off)).toEqual({ sweep: ago(1000), driftCheck: ago(1000) });
    const on = merged(off, { lastIdentitySweep: run(ago(900)), lastIdentityDrift: run(ago(900)), lastCertificateCheck: run(ago(900)) }, NOW - HOUR, { ...OFF, ...ALL });
    expect(on.identities).toMatchObject({ lastSweep: { startedAt: ago(900) }, lastCertificateCheck: { startedAt: ago(900) } });
    expect(measured({ ...on, ...RECENT }, ALL)).toEqual([]);
  });

  test('from then on where sweeps or drift checks are switched on, or have a shorter interval', () => {
    const off = merged(OLD, {}, NOW - 500 * HOUR, OFF);
    expect(sinceOf(off)).toEqual({});
    const old = { lastSweep: run(ago(900)), lastDrift: run(ago(900)) };
    expect(measured({ ...merged(off, {}, NOW - HOUR, { ...OFF, ...DAILY }), ...old })).toEqual([]);
    const weekly = merged(OLD, {}, NOW - 500 * HOUR, { ...OFF, sweepIntervalMs: 168 * HOUR, driftIntervalMs: 168 * HOUR });
    expect(measured({ ...merged(weekly, {}, NOW - HOUR, { ...OFF, ...DAILY }), ...old })).toEqual([]);
  });
});

describe('a run that takes longer than its interval', () => {
  /** The longest age of the last run that has ended, if all take as long, and one that is due while another runs is skipped. */
  const oldestMs = (intervalMs: number, durationMs: number) => Math.max(1, Math.ceil(durationMs / intervalMs)) * intervalMs + durationMs;

  test.each<[string, ScheduledRun, number, number]>([
    ['certificate checks of 100,000 every minute', 'certificateCheck', MINUTE, 80_000],
    ['certificate checks of a million every 5 minutes', 'certificateCheck', 5 * MINUTE, 14 * MINUTE],
    ['certificate checks of 1.1 million', 'certificateCheck', 15 * MINUTE, 15.2 * MINUTE],
    ['sweeps of a million things', 'identitySweep', 24 * HOUR, 28 * HOUR],
    ['sweeps of a million things with a policy each', 'identitySweep', 24 * HOUR, 56 * HOUR],
    ['sweeps that take as long as their interval', 'sweep', 24 * HOUR, 24 * HOUR],
    ['drift checks that take a little longer than their interval', 'driftCheck', 24 * HOUR, 24.1 * HOUR],
  ])('is not late while one follows on the other: %s', (_, each, intervalMs, durationMs) => {
    const age = oldestMs(intervalMs, durationMs);
    expect(lateAfterMs(each, intervalMs, durationMs / 1000)).toBeGreaterThanOrEqual(age);
    expect(lateAfterMs(each, intervalMs, durationMs / 1000)).toBeLessThan(2.5 * age);
  });

  test('is late once the next one should have ended', () => {
    const facts = (hours: number) => ({ ...FINE, lastSweep: run(ago(hours), 28 * 3600) });
    expect(measured(facts(96))).toEqual([]);
    expect(measured(facts(97))).toEqual([['SweepAge', 97]]);
  });
});
