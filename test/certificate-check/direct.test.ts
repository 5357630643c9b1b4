/** @jest-environment ./test/simulation/environment.ts */
import { CertificateSource, CHECK_ARN, MINUTE, settled } from './source';

test('a scheduled check is done without an execution, and says so to the destinations', async () => {
  const { source, certificates: [one, other] } = await settled(3);
  source.update(one, 'REVOKED');
  source.delete(other);
  expect(await source.direct()).toMatchObject({ summary: { counts: { different: 1, gone: 1, persisted: 2 } } });
  expect([source.recorded(one), source.recorded(other)]).toEqual(['REVOKED', 'deleted']);
  expect(source.signals).toMatchObject([{ certificates: 2, found: 2, persisted: 2, remaining: 0 }]);
  expect(source.started.size).toBe(0);
});

test('what it has found out is known to the next one', async () => {
  const { source, certificates: [one] } = await settled(2);
  source.update(one, 'INACTIVE');
  await source.direct();
  source.pass(15 * MINUTE);
  const reads = source.callsOf('DescribeCertificate');
  expect(await source.direct()).toMatchObject({ summary: { counts: { different: 0, equal: 0 } } });
  expect(source.callsOf('DescribeCertificate')).toBe(reads);
});

test('in sync, it stores nothing but that it begins and when it was, and lists what others have written, once', async () => {
  const { source } = await settled(5, { pageSize: 2 });
  await source.direct();
  expect(source.objects.filter((name) => name !== 'GetObjectCommand').sort()).toEqual(['ListObjectsV2Command', 'PutObjectCommand', 'PutObjectCommand']);
});

describe('the workflow does', () => {
  const handedOver = async (source: CertificateSource) => {
    source.sent.length = 0;
    const result = await source.direct('r');
    expect(result).toEqual({ execution: 'scheduled-r' });
    expect([...source.started]).toEqual([['scheduled-r', { scheduled: true }]]);
    expect(source.signals).toEqual([]);
  };

  test('the first check: nobody knows how long it takes', async () => {
    const source = new CertificateSource();
    source.register('device');
    await handedOver(source);
    expect(source.callsOf('ListCertificates')).toBe(0);
  });

  test.each([
    ['because what is known is of another table', { tableName: 'another' }],
    ['because what is known is old', { startedAt: 0 }],
  ])('what has to read every record, %s', async (_, changed) => {
    const { source } = await settled(1);
    source.changeHead(changed);
    await handedOver(source);
  });

  test.each([
    ['the interval allows', {}, 675],
    ['an invocation may, however long the interval is', { intervalSeconds: 3600, remainingMs: () => 900_000 }, 780],
  ])('what took longer than %s the last time', async (_, options, limit) => {
    const { source } = await settled(1, options);
    const listings = source.callsOf('ListCertificates');
    source.changeHead({ seconds: limit });
    await handedOver(source);
    expect(source.callsOf('ListCertificates')).toBe(listings);
    await source.check({ scheduled: true }, 'scheduled-r');
    source.started.clear();
    source.changeHead({ seconds: limit - 1 });
    source.pass(15 * MINUTE);
    expect(await source.direct()).toHaveProperty('summary');
  });

  test('what takes longer than an invocation', async () => {
    let remaining = 900_000;
    const { source } = await settled(3, { pageSize: 1, readsPerSecond: 0.05, remainingMs: () => remaining });
    source.onCall = () => { remaining = 100_000; };
    await handedOver(source);
    expect(source.callsOf('ListCertificates')).toBeGreaterThan(0);
  });

  test('what has to fail, so that it can be seen', async () => {
    const { source, certificates } = await settled(2, { maxDeactivations: 0 });
    source.delete(certificates[0]);
    await handedOver(source);
    expect(source.recorded(certificates[0])).toBe('ACTIVE');
    await expect(source.check()).rejects.toThrow('maxDeactivationsPerSweep: got more than 0 deactivations');
  });

  test('what has failed', async () => {
    const { source } = await settled(1);
    source.onCall = () => { throw new Error('throttled'); };
    await handedOver(source);
  });

  test('once, what a function that died has begun: without enough memory, it would die of each check', async () => {
    const { source } = await settled(1);
    expect(await source.beginDirectly('died')).toHaveProperty('run');
    source.pass(15 * MINUTE);
    const listings = source.callsOf('ListCertificates');
    await handedOver(source);
    expect(source.callsOf('ListCertificates')).toBe(listings);
    await source.check({ scheduled: true }, 'scheduled-r');
    source.pass(15 * MINUTE);
    expect(await source.direct()).toHaveProperty('summary');
  });

  test('once what is requested twice', async () => {
    const { source } = await settled(1);
    source.onCall = () => { throw new Error('throttled'); };
    await handedOver(source);
    expect(await source.direct('r')).toHaveProperty('skipped');
    source.pass(15 * MINUTE);
    expect(await source.direct('r')).toEqual({ execution: 'scheduled-r' });
  });
});

test('an execution that is running is left running', async () => {
  const { source } = await settled(1);
  source.running[CHECK_ARN] = [{ name: 'before', startDate: new Date(source.now - MINUTE) }];
  expect(await source.direct()).toEqual({ skipped: 'the certificate check before is running; two at once would take twice the share of the registry\'s quotas' });
  expect(source.signals).toEqual([]);
});

describe('a workflow that could not be started', () => {
  const failingToStart = async (name: string, times = Infinity) => {
    const { source } = await settled(1);
    source.onCall = () => { throw new Error('throttled'); };
    let attempts = 0;
    source.onStart = () => {
      attempts += 1;
      if (attempts <= times) throw Object.assign(new Error('no'), { name });
    };
    const begin = source.now;
    return { source, attempts: () => attempts, seconds: () => (source.now - begin) / 1000 };
  };

  test('is started again', async () => {
    const { source, seconds } = await failingToStart('ThrottlingException', 3);
    await expect(source.direct('r')).resolves.toEqual({ execution: 'scheduled-r' });
    expect([[...source.started.keys()], seconds()]).toEqual([['scheduled-r'], 30]);
  });

  test('has the invocation fail before the next check is due, which it does not keep from beginning', async () => {
    const { source, seconds } = await failingToStart('ServiceUnavailable');
    await expect(source.direct()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(seconds()).toBeGreaterThan(10 * 60);
    expect(seconds()).toBeLessThan(15 * 60);
    source.pass(15 * MINUTE - seconds() * 1000);
    source.onCall = undefined;
    // It might have died: the workflow is tried once more.
    await expect(source.direct()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    source.pass(15 * MINUTE);
    expect(await source.direct()).toHaveProperty('summary');
  });

  test('has the invocation fail at once if it never can be', async () => {
    const { source, attempts, seconds } = await failingToStart('AccessDeniedException');
    await expect(source.direct()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect([attempts(), seconds()]).toEqual([1, 0]);
  });
});
