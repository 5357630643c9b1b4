/** Certificates, policies and attachments in the status: the rules of the registry, about sweeps and drift checks of their own. */
import { rewritingDigest } from '../../src/kinds/policy/rewriting';
import { HeartbeatFacts, Observations, StatusInputs, StatusUpdate, SweepFacts } from '../../src/status/handler/facts';
import { merged } from '../../src/status/handler/merge';
import { Status, statusOf, StatusOptions } from '../../src/status/handler/status';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const OPTIONS: StatusOptions = {
  intervalMs: MINUTE,
  silenceMs: 5 * MINUTE,
  sweepProofMs: 3 * DAY,
  driftProofMs: 3 * DAY,
  isPaused: false,
  identities: { sweepProofMs: 5 * DAY, sweepIntervalMs: DAY, driftProofMs: 15 * DAY, certificateCheckMs: 15 * MINUTE },
};
const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString();
const sweep = (started: number, selection: string, more: Partial<SweepFacts> = {}): SweepFacts => (
  { startedAt: at(started), mode: 'repair', inSync: true, durationSeconds: 60, found: 0, persisted: 0, remaining: 0, selection, ...more }
);
const drift = (started: number, selection: string, remaining = 0) => (
  { startedAt: at(started), mode: 'repair', durationSeconds: 60, found: 0, repaired: 0, remaining, unmanaged: 0, selection }
);
const check = (started: number, more: object = {}) => ({ startedAt: at(started), durationSeconds: 5, certificates: 9, found: 0, persisted: 0, remaining: 0, ...more });
const beat = (sent: number, identitySelection?: string, more: Partial<HeartbeatFacts> = {}): HeartbeatFacts => (
  { sentAt: at(sent), appliedAt: at(sent + 500), lagMs: 500, uninterruptedSince: new Date(0).toISOString(), registryEventsOff: [], registryEventsUnknown: [], selection: 'registry', identitySelection, ...more }
);

const KNOWN: NonNullable<StatusInputs['identities']> = {
  replicated: true, lastSweep: sweep(-4 * HOUR, 'identities'), lastDrift: drift(-2 * HOUR, 'identities'), lastCertificateCheck: check(-10 * MINUTE),
};
const GOOD: StatusInputs = {
  arrived: at(-20_000), heartbeat: beat(-20_000, 'identities'), queues: { waiting: 0, deadLetters: 0 }, lastSweep: sweep(-3 * HOUR, 'registry'), lastDrift: drift(-2 * HOUR, 'registry'), identities: KNOWN,
};
const statusAt = (facts: StatusInputs, options = OPTIONS): Status => statusOf(facts, NOW, options);
const codes = ({ reasons }: Status) => reasons.map((reason) => reason.split(':')[0]);
const knowing = (change: Partial<typeof KNOWN>): StatusInputs => ({ ...GOOD, identities: { ...KNOWN, ...change } });

test('in sync, with the registry, you can fail over', () => {
  expect(statusAt(GOOD)).toEqual({ state: 'IN_SYNC', registryInSync: true, identitiesInSync: true, identitiesReadEveryHours: 24, readyToFailOver: true, reasons: [] });
});

test('where they are not replicated, the registry alone decides', () => {
  const { identities: _, ...options } = OPTIONS;
  const facts = { ...GOOD, heartbeat: beat(-20_000), identities: { replicated: false } };
  expect(statusAt(facts, options)).toEqual({ state: 'IN_SYNC', registryInSync: true, identitiesInSync: undefined, readyToFailOver: true, reasons: [] });
  expect(statusAt({ ...facts, lastSweep: undefined }, options)).toMatchObject({ registryInSync: false, readyToFailOver: false });
});

test.each<[string, StatusInputs, string, string]>([
  ['before their first sweep', knowing({ lastSweep: undefined }), 'CATCHING_UP', 'IDENTITY_NO_SWEEP'],
  ['before their first drift check', knowing({ lastDrift: undefined }), 'CATCHING_UP', 'IDENTITY_NO_DRIFT_CHECK'],
  ['when none of their sweeps has ended for days', knowing({ lastSweep: sweep(-5 * DAY - 21_000, 'identities') }), 'DEGRADED', 'IDENTITY_OLD_SWEEP'],
  ['when none of their drift checks has ended for days', knowing({ lastDrift: drift(-15 * DAY - 1, 'identities') }), 'DEGRADED', 'IDENTITY_OLD_DRIFT_CHECK'],
  ['after a sweep that left differences', knowing({ lastSweep: sweep(-HOUR, 'identities', { remaining: 2 }) }), 'DEGRADED', 'IDENTITY_SWEEP'],
  ['after a drift check that left differences', knowing({ lastDrift: drift(-HOUR, 'identities', 1) }), 'DEGRADED', 'IDENTITY_DRIFT'],
  ['after a sweep of other names', knowing({ lastSweep: sweep(-HOUR, 'others') }), 'CATCHING_UP', 'IDENTITY_SELECTION_CHANGED'],
  ['after a sweep by another router', knowing({ lastSweep: sweep(-HOUR, 'identities', { routerVersion: 'v1' }) }), 'CATCHING_UP', 'IDENTITY_SELECTION_CHANGED'],
  ['after a drift check of other names', knowing({ lastDrift: drift(-HOUR, 'others') }), 'CATCHING_UP', 'IDENTITY_SELECTION_CHANGED'],
  ['while the source does not replicate them', { ...GOOD, heartbeat: beat(-20_000) }, 'CATCHING_UP', 'IDENTITY_SELECTION_CHANGED'],
  ['until a sweep has vouched for them since they are replicated again', { ...GOOD, heartbeat: beat(-20_000, 'identities', { identitiesOtherwiseUntil: at(-5 * HOUR) }) }, 'CATCHING_UP', 'IDENTITY_SELECTION_CHANGED'],
  ['after a gap of the source that no sweep of theirs has ended', knowing({ sourceGap: { code: 'HEARTBEATS_MISSED', until: at(-HOUR) } }), 'DEGRADED', 'IDENTITY_HEARTBEATS_MISSED'],
  ['after a gap of the destination that no drift check of theirs has ended', knowing({ destinationGap: { code: 'STREAM_UNREAD', until: at(-HOUR) } }), 'DEGRADED', 'IDENTITY_STREAM_UNREAD'],
  ['before the first certificate check', knowing({ lastCertificateCheck: undefined }), 'CATCHING_UP', 'NO_CERTIFICATE_CHECK'],
  ['after a certificate check that left differences', knowing({ lastCertificateCheck: check(-MINUTE, { remaining: 3 }) }), 'DEGRADED', 'CERTIFICATE_CHECK'],
  ['after a certificate check that failed', knowing({ lastCertificateCheck: check(-MINUTE, { failure: 'TooManyDeactivations' }) }), 'DEGRADED', 'CERTIFICATE_CHECK'],
])('%s identities are not in sync, and the registry is', (_, facts, state, code) => {
  const status = statusAt(facts);
  expect(status).toMatchObject({ state, registryInSync: true, identitiesInSync: false, readyToFailOver: false });
  expect(codes(status)).toEqual([code]);
});

test.each<[string, StatusInputs, string]>([
  ['a sweep of the registry', { ...GOOD, lastSweep: undefined }, 'NO_SWEEP'],
  ['a gap that only runs of the registry end', { ...GOOD, sourceGap: { code: 'EVENTS_MISSED', until: at(-HOUR) } }, 'EVENTS_MISSED'],
])('%s says nothing about identities', (_, facts, code) => {
  const status = statusAt(facts);
  expect(status).toMatchObject({ registryInSync: false, identitiesInSync: true, readyToFailOver: false });
  expect(codes(status)).toEqual([code]);
});

test.each<[string, StatusInputs, StatusOptions]>([
  ['dead letters', { ...GOOD, queues: { waiting: 0, deadLetters: 1 } }, OPTIONS],
  ['changes that wait', { ...GOOD, queues: { waiting: 0, deadLetters: 0, awaited: 1 } }, OPTIONS],
  ['a backlog', { ...GOOD, backlog: { seenAt: at(-1000), ageMs: 90_000 } }, OPTIONS],
  ['a heartbeat that is not applied', { ...GOOD, arrived: at(-1000), unapplied: at(-100_000), heartbeat: beat(-200_000, 'identities') }, OPTIONS],
  ['registry events that are off', { ...GOOD, heartbeat: beat(-20_000, 'identities', { registryEventsOff: ['THING'] }) }, OPTIONS],
  ['a pause', GOOD, { ...OPTIONS, isPaused: true }],
])('%s: neither is in sync', (_, facts, options) => {
  expect(statusAt(facts, options)).toMatchObject({ registryInSync: false, identitiesInSync: false, readyToFailOver: false });
});

test('what changes wait for may be a policy or a certificate', () => {
  expect(statusAt({ ...GOOD, queues: { waiting: 0, deadLetters: 0, awaited: 1 } }).reasons).toEqual([
    'WAITING: changes wait for 1 thing, group, type, policy or certificate that does not exist here',
  ]);
});

test('a source that is silent can not check certificates: you can fail over with what has arrived', () => {
  const facts = { ...GOOD, arrived: at(-DAY), heartbeat: beat(-DAY, 'identities') };
  const before = (milliseconds: number) => ({ ...KNOWN, lastSweep: sweep(-DAY - HOUR, 'identities'), lastCertificateCheck: check(-DAY - milliseconds) });
  expect(statusAt({ ...facts, identities: before(40 * MINUTE) })).toMatchObject({ state: 'UNKNOWN', identitiesInSync: true, readyToFailOver: true });
  expect(codes(statusAt({ ...facts, identities: before(46 * MINUTE) }))).toEqual(['SILENCE', 'OLD_CERTIFICATE_CHECK']);
});

test('a drift check that wrote policies by other settings proves nothing of these', () => {
  const by = (checked: string | undefined, now: string | undefined) => statusAt(
    knowing({ lastDrift: { ...drift(-HOUR, 'identities'), rewriting: checked } }), { ...OPTIONS, identities: { ...OPTIONS.identities!, rewriting: now } },
  );
  for (const [checked, now] of [[undefined, 'new'], ['old', 'new'], ['old', undefined]]) {
    const status = by(checked, now);
    expect(status).toMatchObject({ state: 'CATCHING_UP', registryInSync: true, identitiesInSync: false, readyToFailOver: false });
    expect(codes(status)).toEqual(['IDENTITY_SELECTION_CHANGED']);
  }
  expect(by('new', 'new')).toMatchObject({ state: 'IN_SYNC', readyToFailOver: true });
});

describe('how policies are written in a destination', () => {
  test('has a digest, and none with the defaults', () => {
    expect(rewritingDigest({ adoptsPolicies: false })).toBeUndefined();
    expect(rewritingDigest({ domainNames: {}, adoptsPolicies: false })).toBeUndefined();
    const digests = [
      { adoptsPolicies: true }, { domainNames: { a: 'b' }, adoptsPolicies: false }, { domainNames: { a: 'c' }, adoptsPolicies: false }, { domainNames: { a: 'b' }, adoptsPolicies: true },
    ].map(rewritingDigest);
    expect(new Set([...digests, undefined]).size).toBe(5);
    expect(rewritingDigest({ domainNames: { a: 'b', c: 'd' }, adoptsPolicies: false })).toBe(rewritingDigest({ domainNames: { c: 'd', a: 'b' }, adoptsPolicies: false }));
  });
});

test('certificate checks that stay away are reported, and leave in sync what has arrived: the source may fail as a whole next', () => {
  const status = statusAt(knowing({ lastCertificateCheck: check(-45 * MINUTE - 20_001) }));
  expect(status).toMatchObject({ state: 'DEGRADED', registryInSync: true, identitiesInSync: true, readyToFailOver: true });
  expect(codes(status)).toEqual(['OLD_CERTIFICATE_CHECK']);
  const failed = statusAt(knowing({ lastCertificateCheck: check(-46 * MINUTE, { failure: 'TooManyDeactivations' }) }));
  expect(failed).toMatchObject({ identitiesInSync: false, readyToFailOver: false });
});

test('a check of a large fleet takes longer than the interval: it is late after three times as long', () => {
  const facts = (started: number) => knowing({ lastCertificateCheck: check(started, { durationSeconds: 3600 }) });
  expect(codes(statusAt(facts(-179 * MINUTE)))).toEqual([]);
  expect(codes(statusAt(facts(-181 * MINUTE)))).toEqual(['OLD_CERTIFICATE_CHECK']);
});

describe('runs that follow on each other because they take longer than their interval', () => {
  const status = (what: 'lastSweep' | 'lastDrift', ageHours: number, durationHours: number) => statusAt(
    knowing({ [what]: { ...KNOWN[what], startedAt: at(-ageHours * HOUR), durationSeconds: durationHours * 3600 } }),
    { ...OPTIONS, identities: { ...OPTIONS.identities!, sweepProofMs: 3 * DAY, driftProofMs: 3 * DAY, driftIntervalMs: DAY } },
  );

  test('are proof until the next one has ended: a million things at the default schedule', () => {
    expect(status('lastSweep', 75.9, 27.8)).toMatchObject({ identitiesInSync: true });
    expect(status('lastSweep', 128, 56)).toMatchObject({ identitiesInSync: true });
    expect(codes(status('lastSweep', 121, 27.8))).toContain('IDENTITY_OLD_SWEEP');
    expect(codes(status('lastSweep', 73, 20))).toContain('IDENTITY_OLD_SWEEP');
  });

  test('so are drift checks', () => {
    expect(status('lastDrift', 75.9, 27.8)).toMatchObject({ identitiesInSync: true });
    expect(codes(status('lastDrift', 121, 27.8))).toContain('IDENTITY_OLD_DRIFT_CHECK');
  });

  test('so are those of the registry', () => {
    const facts = { ...GOOD, lastSweep: sweep(-100 * HOUR, 'registry', { durationSeconds: 28 * 3600 }), lastDrift: { ...drift(-100 * HOUR, 'registry'), durationSeconds: 28 * 3600 } };
    expect(statusAt(facts, { ...OPTIONS, sweepIntervalMs: DAY, driftIntervalMs: DAY })).toMatchObject({ registryInSync: true });
    expect(codes(statusAt(facts))).toEqual(['OLD_SWEEP', 'OLD_DRIFT_CHECK']);
  });
});

test('where no certificate checks run, none is expected', () => {
  expect(statusAt(knowing({ lastCertificateCheck: undefined }), { ...OPTIONS, identities: { sweepProofMs: DAY, driftProofMs: DAY } })).toMatchObject({ identitiesInSync: true });
});

describe('where no certificate checks run, one that somebody has started', () => {
  const manually = { ...OPTIONS, identities: { sweepProofMs: 3 * DAY, driftProofMs: 15 * DAY } };
  const refused = check(-2 * HOUR, { remaining: 400, failure: 'TooManyDeactivations' });

  test('counts with what it left, however old it is', () => {
    const status = statusAt(knowing({ lastSweep: sweep(-3 * HOUR, 'identities'), lastCertificateCheck: refused }), manually);
    expect(status).toMatchObject({ state: 'DEGRADED', identitiesInSync: false, readyToFailOver: false });
    expect(codes(status)).toEqual(['CERTIFICATE_CHECK']);
  });

  test('counts until a sweep that began after it, which compares certificates too', () => {
    expect(statusAt(knowing({ lastSweep: sweep(-HOUR, 'identities'), lastCertificateCheck: refused }), manually)).toMatchObject({ identitiesInSync: true, reasons: [] });
  });

  test('does not get old', () => {
    expect(statusAt(knowing({ lastCertificateCheck: check(-50 * HOUR) }), manually)).toMatchObject({ identitiesInSync: true, reasons: [] });
  });
});

test('once they are replicated no more, the status says until when they were, and forgets it when they are again', () => {
  const off = after(GOOD, { isOff: true });
  expect(off.identities).toEqual({ replicated: false, replicatedUntil: at(0) });
  expect(after({ ...off, identities: { replicated: false, replicatedUntil: at(-DAY) } }, { isOff: true }).identities).toEqual({ replicated: false, replicatedUntil: at(-DAY) });
  expect(after(off, {}).identities).not.toHaveProperty('replicatedUntil');
  expect(after({}, { isOff: true }).identities).toEqual({ replicated: false });
});

test('once they were off, the status says since when they are replicated again', () => {
  const on = after(after(GOOD, { isOff: true }), {});
  expect(on.identities).toMatchObject({ replicated: true, replicatedSince: at(0) });
  expect(after({ ...on, identities: { ...KNOWN, replicatedSince: at(-DAY) } }, {}).identities).toMatchObject({ replicatedSince: at(-DAY) });
  expect(after(GOOD, {}).identities?.replicatedSince).toBeUndefined();
  expect(after({}, {}).identities?.replicatedSince).toBeUndefined();
});

describe('policies that can not be replicated here', () => {
  const checked = (rejected: number | undefined, remaining: number) => statusAt(knowing({ lastDrift: { ...drift(-HOUR, 'identities', remaining), rejected } }));

  test('are a reason of their own beside the differences that they are', () => {
    const status = checked(2, 3);
    expect(status).toMatchObject({ state: 'DEGRADED', registryInSync: true, identitiesInSync: false, readyToFailOver: false });
    expect(status.reasons).toEqual([
      'IDENTITY_DRIFT: the drift check of certificates and policies of 2026-11-25T11:00:00.000Z left 3 differences',
      'REJECTED_POLICY: the drift check of 2026-11-25T11:00:00.000Z found 2 policies that can\'t be replicated here before somebody acts: devices have what an earlier document allows, or nothing',
    ]);
  });

  test('end with a drift check that finds none', () => {
    expect(checked(undefined, 0)).toMatchObject({ identitiesInSync: true, reasons: [] });
  });
});

describe('a sweep that takes longer than its interval', () => {
  const sweptIn = (hours: number) => statusAt(knowing({ lastSweep: sweep(-60 * HOUR, 'identities', { durationSeconds: hours * 3600 }) }));

  test('says how rarely the source is read, which is no matter of what has arrived', () => {
    const status = sweptIn(37);
    expect(status).toMatchObject({ state: 'DEGRADED', identitiesInSync: true, readyToFailOver: true, identitiesReadEveryHours: 48 });
    expect(status.reasons).toEqual([
      'COVERAGE: the sweep of certificates and policies of 2026-11-23T00:00:00.000Z took 37 hours, longer than its interval: changed policies and attachments are found every 48 hours only',
    ]);
  });

  test('is none as long as it ends before the next one is due', () => {
    expect(sweptIn(24)).toMatchObject({ state: 'IN_SYNC', identitiesReadEveryHours: 24 });
  });

  test('is not expected where none run automatically, or none has ended', () => {
    const { sweepIntervalMs: _, ...identities } = OPTIONS.identities!;
    const facts = knowing({ lastSweep: sweep(-60 * HOUR, 'identities', { durationSeconds: 37 * 3600 }) });
    expect(statusAt(facts, { ...OPTIONS, identities })).toMatchObject({ state: 'IN_SYNC', identitiesReadEveryHours: undefined });
    expect(codes(statusAt(knowing({ lastSweep: undefined })))).toEqual(['IDENTITY_NO_SWEEP']);
  });
});

test('reasons name the runs that end them', () => {
  expect(statusAt(knowing({ lastSweep: undefined, destinationGap: { code: 'DEAD_LETTERS_GONE', until: at(-HOUR) } })).reasons).toEqual([
    'IDENTITY_DEAD_LETTERS_GONE: there were dead letters until 2026-11-25T11:00:00.000Z, and no drift check of certificates and policies that began after 2026-11-25T11:01:00.000Z has completed',
    'IDENTITY_NO_SWEEP: no sweep of certificates and policies has compared the source with the table yet',
  ]);
});

interface Step extends StatusUpdate, Observations {
  readonly isOff?: boolean;
}

/** What is known after several writings of the status, each of which begins with what an earlier one has stored. */
const after = (before: StatusInputs, ...steps: Step[]): StatusInputs => steps.reduce<StatusInputs>((facts, { isOff, ...news }) => (
  merged(JSON.parse(JSON.stringify(facts)) as StatusInputs, { queues: { waiting: 0, deadLetters: 0 }, ...news }, NOW, isOff ? { silenceMs: OPTIONS.silenceMs } : OPTIONS)
), before);

describe('a gap', () => {
  const SOURCE = { code: 'EVENTS_MISSED', until: at(-HOUR) } as const;
  const DESTINATION = { code: 'STREAM_EXPIRED', until: at(-HOUR) } as const;
  const both = after({}, { sourceGap: SOURCE, destinationGap: DESTINATION, heartbeats: [beat(-MINUTE, 'identities')] });

  test('is one of each part, until the part\'s own runs have ended it', () => {
    expect(both).toMatchObject({ sourceGap: SOURCE, destinationGap: DESTINATION, identities: { sourceGap: SOURCE, destinationGap: DESTINATION } });
    expect(after(both, { lastSweep: sweep(-30 * MINUTE, 'registry'), lastDrift: drift(-30 * MINUTE, 'registry') })).toMatchObject({
      sourceGap: undefined, destinationGap: undefined, identities: { sourceGap: SOURCE, destinationGap: DESTINATION },
    });
    expect(after(both, { lastIdentitySweep: sweep(-30 * MINUTE, 'identities'), lastIdentityDrift: drift(-30 * MINUTE, 'identities') })).toMatchObject({
      sourceGap: SOURCE, destinationGap: DESTINATION, identities: { sourceGap: undefined, destinationGap: undefined },
    });
  });

  test.each([
    ['missing heartbeats', { heartbeats: [beat(-HOUR, 'identities')] }, { heartbeats: [beat(-MINUTE, 'identities')] }, { sourceGap: { code: 'HEARTBEATS_MISSED' } }],
    ['an interruption before the first heartbeat', { heartbeats: [beat(-MINUTE, 'identities', { uninterruptedSince: at(-HOUR) })] }, {}, { sourceGap: { code: 'SOURCE_INTERRUPTED', until: at(-HOUR) } }],
    ['dead letters', { queues: { waiting: 0, deadLetters: 1 } }, {}, { destinationGap: { code: 'DEAD_LETTERS_GONE' } }],
    ['a shard that is behind by the stream\'s hours', { backlog: { seenAt: at(0), ageMs: 22.5 * HOUR } }, {}, { destinationGap: { code: 'STREAM_EXPIRED' } }],
  ])('of identities too are %s', (_, first, second, gap) => {
    expect(after({}, first, second).identities).toMatchObject(gap);
  });
});

describe('what is replicated of identities', () => {
  const changedAt = (...steps: Step[]) => after({}, ...steps).heartbeat?.identitiesOtherwiseUntil;
  const off = (sent: number): Step => ({ heartbeats: [beat(sent)] });
  const on = (sent: number, selection = 'identities'): Step => ({ heartbeats: [beat(sent, selection)] });

  test('is no change when it begins: an earlier version of the status did not store it, and there is no earlier sweep', () => {
    expect(changedAt(off(-4 * MINUTE), on(-3 * MINUTE), on(-2 * MINUTE))).toBeUndefined();
  });

  test('was something else until the last heartbeat that said so', () => {
    expect(changedAt(on(-4 * MINUTE, 'others'), on(-3 * MINUTE), on(-2 * MINUTE))).toBe(at(-4 * MINUTE));
  });

  test('was nothing until the last heartbeat that said nothing: no sweep of before proves what changed meanwhile', () => {
    const again = [on(-9 * MINUTE), { ...off(-8 * MINUTE), isOff: true }, { ...off(-7 * MINUTE), isOff: true }, on(-6 * MINUTE)];
    expect(changedAt(...again)).toBe(at(-7 * MINUTE));
    const facts = after({}, ...again, { lastIdentitySweep: sweep(-10 * MINUTE, 'identities') }, on(-MINUTE));
    expect(codes(statusAt(facts))).toContain('IDENTITY_SELECTION_CHANGED');
  });

  test('is vouched for by a sweep of theirs that began since, once a heartbeat from after its end is applied', () => {
    const changed = [on(-20 * MINUTE, 'others'), on(-19 * MINUTE)];
    expect(changedAt(...changed, { lastIdentitySweep: sweep(-10 * MINUTE, 'identities') })).toBe(at(-20 * MINUTE));
    expect(changedAt(...changed, { lastIdentitySweep: sweep(-10 * MINUTE, 'identities') }, on(-MINUTE))).toBeUndefined();
    expect(changedAt(...changed, { lastIdentitySweep: sweep(-10 * MINUTE, 'others') }, on(-MINUTE))).toBe(at(-20 * MINUTE));
    expect(changedAt(...changed, { lastSweep: sweep(-10 * MINUTE, 'registry') }, on(-MINUTE))).toBe(at(-20 * MINUTE));
  });

  test('does not touch what is known about the registry', () => {
    expect(after({}, on(-4 * MINUTE, 'others'), on(-3 * MINUTE)).heartbeat).not.toHaveProperty('otherwiseUntil');
    const { heartbeat } = after({}, { heartbeats: [{ ...beat(-4 * MINUTE), selection: 'more' }] }, off(-3 * MINUTE));
    expect(heartbeat).toMatchObject({ otherwiseUntil: at(-4 * MINUTE) });
    expect(heartbeat).not.toHaveProperty('identitiesOtherwiseUntil');
  });

  test('another router is a change of what is replicated, and none where nothing is', () => {
    const routed = (sent: number, selection?: string): Step => ({ heartbeats: [beat(sent, selection, { routerVersion: 'v2' })] });
    expect(changedAt(on(-4 * MINUTE), routed(-3 * MINUTE, 'identities'))).toBe(at(-4 * MINUTE));
    expect(changedAt(off(-4 * MINUTE), routed(-3 * MINUTE))).toBeUndefined();
  });
});

test('a sweep or check of the future is not believed', () => {
  const known = after({}, { lastIdentitySweep: sweep(-HOUR, 'identities'), lastCertificateCheck: check(-HOUR) });
  const future = after(known, { lastIdentitySweep: sweep(HOUR, 'identities'), lastCertificateCheck: check(HOUR) });
  expect(future.identities).toMatchObject({ lastSweep: { startedAt: at(-HOUR) }, lastCertificateCheck: { startedAt: at(-HOUR) } });
});

test('where they are not replicated any more, nothing is remembered about them', () => {
  const known = after({}, { lastIdentitySweep: sweep(-HOUR, 'identities'), destinationGap: { code: 'STREAM_UNREAD', until: at(-HOUR) } });
  expect(after(known, { isOff: true }).identities).toEqual({ replicated: false, replicatedUntil: at(0) });
});
