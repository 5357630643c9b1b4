/** @jest-environment ./test/simulation/environment.ts */
import { CertificateSource, CHECK_ARN, MINUTE, settled, SWEEP_ARN } from './source';
import { keyOf } from '../../src/kinds/register';
import { MadeCertificate, madeCertificate } from '../simulation/registry';

const next = async (source: CertificateSource, input?: object) => {
  source.pass(15 * MINUTE);
  return source.check(input);
};

const READS = ['DescribeCertificate', 'ListAttachedPolicies'] as const;
const readsOf = (source: CertificateSource) => READS.reduce((sum, operation) => sum + source.callsOf(operation), 0);

test('records certificates that have no record', async () => {
  const { source, certificates } = await settled(3);
  expect(certificates.map((each) => source.recorded(each))).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
});

test('in sync, makes no other call than the fewest pages, and writes nothing', async () => {
  const { source } = await settled(12, { pageSize: 5 });
  const [pages, reads] = [source.callsOf('ListCertificates'), readsOf(source)];
  await source.check();
  expect(source.callsOf('ListCertificates') - pages).toBe(3);
  expect(readsOf(source)).toBe(reads);
  expect(source.observations).toEqual([]);
});

describe('a change of', () => {
  test.each(['INACTIVE', 'REVOKED'] as const)('the status to %s is recorded, with one direct read', async (status) => {
    const { source, certificates: [one, other] } = await settled(2);
    const reads = source.callsOf('DescribeCertificate');
    source.update(one, status);
    const summary = await next(source);
    expect([source.recorded(one), source.recorded(other)]).toEqual([status, 'ACTIVE']);
    expect(source.callsOf('DescribeCertificate') - reads).toBe(1);
    expect(summary.counts).toMatchObject({ different: 1, persisted: 1, deactivated: 1 });
  });

  test('the status back to ACTIVE is recorded', async () => {
    const { source, certificates: [one] } = await settled(1);
    source.update(one, 'INACTIVE');
    await next(source);
    source.update(one, 'ACTIVE');
    await next(source);
    expect(source.recorded(one)).toBe('ACTIVE');
  });

  test('existence is recorded', async () => {
    const { source, certificates: [one] } = await settled(2);
    source.delete(one);
    const summary = await next(source);
    expect(source.recorded(one)).toBe('deleted');
    expect(summary.counts).toMatchObject({ gone: 1, persisted: 1, deactivated: 1 });
  });

  test('registration is recorded: deleted and registered again is another one', async () => {
    const { source, certificates: [one] } = await settled(1);
    const before = source.record(one)!.incarnation;
    source.delete(one);
    source.pass(1000);
    source.register('device-0');
    await next(source);
    expect(source.recorded(one)).toBe('ACTIVE');
    expect(source.record(one)!.incarnation).not.toBe(before);
  });
});

test('what allows less is read before the listing continues, what allows more after it', async () => {
  const { source, certificates } = await settled(6, { pageSize: 2 });
  source.update(certificates[5], 'INACTIVE');
  await next(source);
  source.register('new');
  source.update(certificates[5], 'ACTIVE');
  source.update(certificates[3], 'REVOKED');
  const calls: string[] = [];
  source.onCall = (operation) => calls.push(operation);
  await next(source);
  expect(calls.filter((each) => each !== 'ListAttachedPolicies')).toEqual([
    'ListCertificates', 'ListCertificates', 'DescribeCertificate', 'ListCertificates', 'ListCertificates', 'DescribeCertificate', 'DescribeCertificate',
  ]);
});

describe('what others record is compared with the next listing', () => {
  test('so that a certificate that was active for a moment is deactivated again', async () => {
    const { source, certificates: [one] } = await settled(1);
    source.update(one, 'INACTIVE');
    await next(source);
    source.update(one, 'ACTIVE');
    source.pass(MINUTE);
    await source.observe(one);
    expect(source.recorded(one)).toBe('ACTIVE');
    source.update(one, 'INACTIVE');
    await next(source);
    expect(source.recorded(one)).toBe('INACTIVE');
  });

  test('so that a certificate that existed for a moment is deleted again', async () => {
    const { source } = await settled(1);
    const fleeting = source.register('fleeting');
    await source.observe(fleeting);
    source.delete(fleeting);
    await next(source);
    expect(source.recorded(fleeting)).toBe('deleted');
  });

  test('though the listing of the check in between does not show it yet', async () => {
    const { source, certificates: [one] } = await settled(1);
    source.update(one, 'INACTIVE');
    await next(source);
    source.update(one, 'ACTIVE');
    await source.observe(one);
    source.pass(14 * MINUTE);
    // As it was before it was activated.
    source.listingLag = 35 * MINUTE;
    await next(source);
    source.listingLag = 0;
    source.update(one, 'INACTIVE');
    await next(source);
    expect(source.recorded(one)).toBe('INACTIVE');
  });

  test('and no longer once it was as the record', async () => {
    const { source, certificates: [one] } = await settled(1);
    await source.observe(one);
    await next(source);
    const gets = source.objects.length;
    const reads = readsOf(source);
    await next(source);
    expect(readsOf(source)).toBe(reads);
    expect(source.objects.length).toBeGreaterThan(gets);
  });
});

test('what could not be persisted is tried again by the next check, and fails this one', async () => {
  const { source, certificates: [one, other] } = await settled(2);
  source.update(one, 'REVOKED');
  source.update(other, 'REVOKED');
  source.breaks = ({ record }) => (record?.pk === `cert#${one.id}` ? { status: 'FAILED' } : undefined);
  await expect(next(source)).rejects.toMatchObject({ name: 'IncompleteCertificateCheck', message: expect.stringMatching(/^1 certificate could not be persisted: /) });
  expect([source.recorded(one), source.recorded(other)]).toEqual(['ACTIVE', 'REVOKED']);
  expect(source.signals.at(-1)).toMatchObject({ failure: 'IncompleteCertificateCheck', remaining: 1 });
  source.breaks = undefined;
  await next(source);
  expect(source.recorded(one)).toBe('REVOKED');
});

test('what is too large to be persisted remains, and does not fail the check', async () => {
  const { source, certificates: [one, other] } = await settled(2);
  source.update(one, 'REVOKED');
  source.update(other, 'REVOKED');
  source.breaks = ({ record }) => (record?.pk === `cert#${one.id}` ? { status: 'FAILED', error: 'States.DataLimitExceeded' } : undefined);
  expect(await next(source)).toMatchObject({ counts: { 'persisted': 1, 'too-large': 1, 'failed': 0 }, first: expect.arrayContaining([expect.objectContaining({ pk: `cert#${one.id}`, outcome: 'too-large' })]) });
  expect([source.recorded(one), source.recorded(other)]).toEqual(['ACTIVE', 'REVOKED']);
  expect(source.signals.at(-1)).toMatchObject({ remaining: 1 });
});

describe('a listing that lacks certificates', () => {
  test('deactivates none of them that is there', async () => {
    const { source, certificates } = await settled(3);
    source.listingLag = 365 * 24 * 60 * MINUTE;
    const summary = await next(source);
    expect(certificates.map((each) => source.recorded(each))).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
    expect(summary.counts).toMatchObject({ listed: 0, known: 3, gone: 0 });
    source.listingLag = 0;
    source.delete(certificates[0]);
    await next(source);
    expect(source.recorded(certificates[0])).toBe('deleted');
  });

  test('of more than may be deactivated writes none of them, though they are gone, and fails with the number', async () => {
    const { source, certificates } = await settled(5, { maxDeactivations: 2 });
    for (const each of certificates.slice(0, 3)) source.delete(each);
    source.update(certificates[4], 'REVOKED');
    const fresh = source.register('new');
    await expect(next(source)).rejects.toThrow('maxDeactivationsPerSweep: got more than 2 deactivations (3 certificates have a record and are not in the listing of the source registry any more; 3 of them were looked at and are gone), expected at most 2; none of them was deactivated. If all of them are to be, start the execution with { "maxDeactivations": 3 }');
    expect(certificates.map((each) => source.recorded(each))).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'REVOKED']);
    expect(source.recorded(fresh)).toBe('ACTIVE');
    expect(source.signals.at(-1)).toMatchObject({ failure: 'TooManyDeactivations', remaining: 3, persisted: 2 });
    await next(source, { maxDeactivations: 3 });
    expect(certificates.slice(0, 3).map((each) => source.recorded(each))).toEqual(['deleted', 'deleted', 'deleted']);
  });

  test('of more than that, of which some are there, says nothing about the rest', async () => {
    const { source, certificates } = await settled(5, { maxDeactivations: 0 });
    source.listingLag = 365 * 24 * 60 * MINUTE;
    await expect(next(source)).resolves.toMatchObject({ counts: { unlisted: 5, lookedAt: 1, lookedAtGone: 0, gone: 0 } });
    expect(source.signals.at(-1)).toMatchObject({ remaining: 5 });
    expect(source.signals.at(-1)!.failure).toBeUndefined();
    expect(certificates.map((each) => source.recorded(each))).toEqual(Array(5).fill('ACTIVE'));
  });

  test('revocations are no deactivations by absence: they pass, however many', async () => {
    const { source, certificates } = await settled(5, { maxDeactivations: 0 });
    for (const each of certificates) source.update(each, 'REVOKED');
    await next(source);
    expect(certificates.map((each) => source.recorded(each))).toEqual(Array(5).fill('REVOKED'));
  });

  test.each(['INACTIVE', 'REVOKED'] as const)('of any number that were %s for long ends their records: no device is locked out', async (status) => {
    const { source, certificates } = await settled(5, { maxDeactivations: 1 });
    for (const each of certificates.slice(0, 4)) source.update(each, status);
    await next(source);
    for (const { id } of certificates.slice(0, 4)) source.registry.execute('DeleteCertificate', { certificateId: id });
    source.delete(certificates[4]);
    await expect(next(source)).resolves.toMatchObject({ counts: { gone: 5, deactivated: 1, unlisted: 0 } });
    expect(certificates.map((each) => source.recorded(each))).toEqual(Array(5).fill('deleted'));
  });

  test('of certificates that provisioning has not used, which AWS IoT deletes after an hour, ends their records', async () => {
    const { source, certificates: [one] } = await settled(2, { maxDeactivations: 1 });
    const pending = [0, 1, 2].map((i) => madeCertificate(`pending-${i}`));
    for (const { pem } of pending) source.registry.issue({ certificatePem: pem, status: 'PENDING_ACTIVATION' });
    await next(source);
    for (const { id } of pending) source.registry.execute('DeleteCertificate', { certificateId: id });
    source.delete(one);
    await next(source);
    expect([one, ...pending].map((each) => source.recorded(each))).toEqual(Array(4).fill('deleted'));
  });

  test('of many that were not active ends as many records as it reads in its interval, the rest by later checks, and a deactivation first', async () => {
    const { source, certificates } = await settled(6, { maxDeactivations: 1, readsPerSecond: 1, intervalSeconds: 6 });
    for (const each of certificates.slice(0, 5)) source.update(each, 'REVOKED');
    await next(source);
    for (const { id } of certificates.slice(0, 5)) source.registry.execute('DeleteCertificate', { certificateId: id });
    source.delete(certificates[5]);
    source.running[SWEEP_ARN] = [{ name: 'sweep', startDate: new Date(source.now) }];
    expect((await next(source)).counts).toMatchObject({ gone: 2, deactivated: 1, postponed: 4 });
    expect(source.recorded(certificates[5])).toBe('deleted');
    source.running[SWEEP_ARN] = [];
    expect((await next(source)).counts).toMatchObject({ gone: 4, postponed: 0 });
    expect(source.signals.at(-1)).toMatchObject({ remaining: 0 });
  });

  describe('of which others have ended the records', () => {
    /** More have gone than may be deactivated, and a sweep that may delete as many has ended the records of the first ones. */
    async function swept(count: number): Promise<{ source: CertificateSource; certificates: MadeCertificate[] }> {
      const { source, certificates } = await settled(8, { maxDeactivations: 2 });
      for (const each of certificates.slice(0, 4)) source.delete(each);
      await expect(next(source)).rejects.toThrow('got more than 2 deactivations (4 certificates');
      source.pass(MINUTE);
      for (const each of certificates.slice(0, count)) await source.bury(each);
      return { source, certificates };
    }

    test('has nothing left, and ends what is deleted afterwards', async () => {
      const { source, certificates } = await swept(4);
      await expect(next(source)).resolves.toMatchObject({ counts: { unlisted: 0, lookedAt: 0 } });
      expect(source.signals.at(-1)).toMatchObject({ remaining: 0 });
      source.delete(certificates[5]);
      await next(source);
      expect(source.recorded(certificates[5])).toBe('deleted');
      expect((await next(source)).counts).toMatchObject({ known: 3 });
    });

    test('deactivates the rest, if as many may be', async () => {
      const { source, certificates } = await swept(2);
      await next(source);
      expect(certificates.slice(0, 4).map((each) => source.recorded(each))).toEqual(Array(4).fill('deleted'));
    });

    test('still fails if the rest is more than may be deactivated, with the number of the rest', async () => {
      const { source, certificates } = await swept(1);
      await expect(next(source)).rejects.toThrow('got more than 2 deactivations (3 certificates');
      expect(source.measured.at(-1)!.get('DeactivationsRefused')).toBe(3);
      expect(certificates.slice(1, 4).map((each) => source.recorded(each))).toEqual(Array(3).fill('ACTIVE'));
      await expect(next(source)).rejects.toThrow('got more than 2 deactivations (3 certificates');
    });
  });

  test('by default may lack 50', async () => {
    const { source, certificates } = await settled(52);
    for (const each of certificates.slice(0, 51)) source.delete(each);
    await expect(next(source)).rejects.toThrow('got more than 50 deactivations (51 certificates');
    source.register('device-0');
    await next(source);
    expect(certificates.slice(1, 51).map((each) => source.recorded(each))).toEqual(Array(50).fill('deleted'));
  });
});

describe('certificates without a record', () => {
  test('are read up to what fits into the interval, the rest by later checks', async () => {
    const source = new CertificateSource({ readsPerSecond: 1, intervalSeconds: 2 });
    const certificates = [0, 1, 2, 3, 4].map((i) => source.register(`device-${i}`));
    const summary = await source.check();
    expect(summary.counts).toMatchObject({ missing: 2, postponed: 3 });
    await next(source);
    await next(source);
    expect(certificates.map((each) => source.recorded(each))).toEqual(Array(5).fill('ACTIVE'));
  });

  test('are left to a sweep that runs, but for a few', async () => {
    const source = new CertificateSource({ readsPerSecond: 1, intervalSeconds: 40 });
    source.running[SWEEP_ARN] = [{ name: 'sweep', startDate: new Date(source.now - MINUTE) }];
    for (let i = 0; i < 5; i++) source.register(`device-${i}`);
    expect((await source.check()).counts).toMatchObject({ missing: 2, postponed: 3 });
  });
});

test('a check that is still running is left running', async () => {
  const source = new CertificateSource();
  source.running[CHECK_ARN] = [{ name: 'before', startDate: new Date(source.now - MINUTE) }];
  expect(await source.begin()).toEqual({ skipped: 'the certificate check before is running; two at once would take twice the share of the registry\'s quotas' });
});

describe('where a certificate is replicated only if a record names it', () => {
  const ONLY_REFERRED = { onlyReferred: ['certificate'] as const };

  /** One certificate that somebody has recorded because a thing has it, and one without a record. */
  async function recorded(): Promise<{ source: CertificateSource; one: MadeCertificate; other: MadeCertificate }> {
    const { source, certificates: [one, other] } = await settled(2, ONLY_REFERRED);
    await source.observe(one);
    await next(source);
    return { source, one, other };
  }

  test('one without a record is not read, and is none that remains', async () => {
    const { source, certificates: [one] } = await settled(1, ONLY_REFERRED);
    expect((await next(source)).counts).toMatchObject({ listed: 1, missing: 0, postponed: 0 });
    expect(readsOf(source)).toBe(0);
    expect(source.record(one)).toBeUndefined();
    expect(source.signals.at(-1)).toMatchObject({ found: 0, remaining: 0 });
  });

  test('one with a record is followed until it is deleted', async () => {
    const { source, one, other } = await recorded();
    source.update(one, 'INACTIVE');
    source.update(other, 'INACTIVE');
    await next(source);
    expect(source.recorded(one)).toBe('INACTIVE');
    source.delete(one);
    await next(source);
    expect(source.recorded(one)).toBe('deleted');
    expect(source.record(other)).toBeUndefined();
    source.register('device-0');
    await next(source);
    expect(source.recorded(one)).toBe('deleted');
  });

  test('one whose record is unreadable is read', async () => {
    const { source, certificates: [one] } = await settled(1, ONLY_REFERRED);
    source.put({ ...keyOf({ kind: 'certificate', certificateId: one.id }), state: 'odd' });
    await next(source);
    expect(source.observations).toHaveLength(1);
  });
});

test.each([[{ maxDeactivations: -1 }, 'maxDeactivations: got -1'], [{ mode: 'report' }, 'input: got {"mode":"report"}']])('fails with the input %j', async (input, message) => {
  await expect(new CertificateSource().begin(input)).rejects.toThrow(message);
});

test('ends in slices as it does at once', async () => {
  const { source, certificates } = await settled(6, { pageSize: 1, remainingMs: () => 0, readsPerSecond: 0.05 });
  source.delete(certificates[1]);
  source.update(certificates[2], 'REVOKED');
  source.register('new');
  await next(source);
  expect(certificates.map((each) => source.recorded(each))).toEqual(['ACTIVE', 'deleted', 'REVOKED', 'ACTIVE', 'ACTIVE', 'ACTIVE']);
});

test('knows nothing of another table, and reads its records', async () => {
  const { source, certificates: [one] } = await settled(1);
  source.bucket.put({ input: { Bucket: 'reports', ExpectedBucketOwner: '111122223333', Key: 'latest/certificates.json', Body: JSON.stringify({ run: 'check-1', startedAt: source.now, tableName: 'other' }) } } as never);
  source.remove(one);
  await next(source);
  expect(source.recorded(one)).toBe('ACTIVE');
});

test('an older check that is redriven changes nothing that a later one knows', async () => {
  const { source, certificates: [one] } = await settled(1);
  const begun = await source.begin() as { readonly run: never };
  source.update(one, 'INACTIVE');
  await next(source);
  const known = source.bucket.read('latest/certificates.json');
  for (let done = false; !done;) ({ done } = await source.step({ phase: 'check', page: 0, run: begun.run, scope: { kinds: [], prefixes: {} } }) as { done: boolean });
  expect(source.bucket.read('latest/certificates.json')).toBe(known);
});

test('tells the destinations and the metrics what it has found', async () => {
  const { source, certificates: [one] } = await settled(3);
  source.update(one, 'REVOKED');
  await next(source);
  expect(source.signals.at(-1)).toEqual({ eventType: 'REPLICATION_CERTIFICATE_CHECK', timestamp: source.now, durationSeconds: 0, certificates: 3, found: 1, persisted: 1, remaining: 0 });
  expect(source.measured.at(-1)).toEqual(new Map([['CertificateCheckDuration', 0], ['CertificatesDeactivated', 1]]));
});
