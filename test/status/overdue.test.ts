import { StatusInputs } from '../../src/status/handler/facts';
import { intervalsFrom, overdueRuns } from '../../src/status/handler/overdue';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();
const DAILY = { sweepMs: 24 * HOUR, driftMs: 24 * HOUR };
const run = (startedAt: string) => ({ startedAt }) as never;
const measured = (facts: StatusInputs, intervals = DAILY) => overdueRuns(facts, NOW, intervals).map(([{ name }, seconds]) => [name, (seconds as number) / 3600]);
const FINE: StatusInputs = { watchedSince: ago(1000), arrived: ago(0), lastSweep: run(ago(23)), lastDrift: run(ago(23)) };

test.each<[string, StatusInputs, unknown[]]>([
  ['nothing is while runs end in time', FINE, []],
  ['a sweep whose successor has not ended', { ...FINE, lastSweep: run(ago(49)) }, [['SweepAge', 49]]],
  ['a drift check whose successor has not ended', { ...FINE, lastDrift: run(ago(25)) }, [['DriftCheckAge', 25]]],
  ['runs that have never ended, since the status was written first', { watchedSince: ago(30), arrived: ago(0) }, [['SweepAge', 30], ['DriftCheckAge', 30]]],
  ['nothing is after a first day', { watchedSince: ago(23), arrived: ago(0) }, []],
  ['nothing is before the status was written first', {}, []],
  ['no sweep of a source that is silent: it can not sweep', { ...FINE, arrived: ago(30), lastSweep: run(ago(50)) }, []],
  ['a sweep that was overdue when the source went silent', { ...FINE, arrived: ago(5), lastSweep: run(ago(50)) }, [['SweepAge', 45]]],
  ['a sweep is by the clock here, before the first heartbeat', { watchedSince: ago(30), lastDrift: run(ago(1)) }, [['SweepAge', 30]]],
])('overdue: %s', (_, facts, expected) => {
  expect(measured(facts)).toEqual(expected);
});

test('sweeps of identities and certificate checks are overdue by their own intervals, and do not age while the source is silent', () => {
  const intervals = { identitySweepMs: 24 * HOUR, identityDriftMs: 48 * HOUR, certificateCheckMs: HOUR };
  const facts = { ...FINE, identities: { replicated: true, lastSweep: run(ago(30)), lastDrift: run(ago(47)), lastCertificateCheck: run(ago(2)) } };
  expect(measured(facts, intervals as never)).toEqual([['IdentitySweepAge', 30], ['CertificateCheckAge', 2]]);
  expect(measured({ ...facts, arrived: ago(7) }, intervals as never)).toEqual([]);
  expect(measured({ ...FINE, identities: { replicated: true } }, intervals as never)).toEqual([
    ['IdentitySweepAge', 1000], ['IdentityDriftCheckAge', 1000], ['CertificateCheckAge', 1000],
  ]);
});

test('drift checks of identities are overdue by their own interval, also while the source is silent', () => {
  const facts = { ...FINE, arrived: ago(20), identities: { replicated: true, lastDrift: run(ago(49)) } };
  expect(measured(facts, { identityDriftMs: 48 * HOUR } as never)).toEqual([['IdentityDriftCheckAge', 49]]);
});

test('what does not run automatically is never overdue', () => {
  expect(measured({ watchedSince: ago(1000), arrived: ago(0) }, intervalsFrom({}) as typeof DAILY)).toEqual([]);
  expect(intervalsFrom({ SWEEP_INTERVAL_SECONDS: '3600' })).toEqual({ sweepMs: HOUR });
  expect(intervalsFrom({ IDENTITY_SWEEP_INTERVAL_SECONDS: '60', IDENTITY_DRIFT_INTERVAL_SECONDS: '120', CERTIFICATE_CHECK_MINUTES: '60' })).toEqual({
    identitySweepMs: 60_000, identityDriftMs: 120_000, certificateCheckMs: HOUR,
  });
});
