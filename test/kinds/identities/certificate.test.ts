import { documentFor, IdentityBench, LAMP, PREFIX } from './harness';
import { madeCertificate } from '../../simulation/registry';

const theirs = (bench: IdentityBench) => bench.registry.identitySnapshot().certificates[LAMP.id];

function callsSince(before: Readonly<Record<string, number>>, { registry: { calls } }: IdentityBench): Record<string, number> {
  return Object.fromEntries(Object.entries(calls).map(([call, count]) => [call, count - (before[call] ?? 0)] as const).filter(([, count]) => count > 0));
}

async function withPolicies(options: ConstructorParameters<typeof IdentityBench>[0] = {}): Promise<IdentityBench> {
  const bench = new IdentityBench(options);
  await bench.policy('allow', documentFor('Allow', 'a'));
  await bench.policy('allow-more', documentFor('Allow', 'b'));
  await bench.policy('deny', documentFor('Deny', 'a'));
  bench.writes.splice(0);
  return bench;
}

test('a new certificate is registered inactive, gets its policies, those that deny first, and is activated last', async () => {
  const bench = await withPolicies();
  const attached: unknown[] = [];
  bench.registry.injectFault = (operation, input) => {
    if (operation === 'AttachPolicy') attached.push((input as { policyName: string }).policyName);
    return undefined;
  };
  await bench.apply(bench.certificate('ACTIVE', ['allow', 'deny']), { history: 'new' });
  expect(bench.registry.calls).toEqual({ CreatePolicy: 3, RegisterCertificateWithoutCA: 1, AttachPolicy: 2, UpdateCertificate: 1 });
  expect(bench.writes).toEqual(['RegisterCertificateWithoutCA', 'AttachPolicy', 'AttachPolicy', 'UpdateCertificate']);
  expect(attached).toEqual(['deny', 'allow']);
  expect(theirs(bench)).toEqual({ status: 'ACTIVE', policies: ['allow', 'deny'] });
});

test('a certificate stays inactive while one of its policies is missing, or is not as recorded', async () => {
  const bench = await withPolicies();
  await expect(bench.apply(bench.certificate('ACTIVE', ['allow', 'missing']), { history: 'new' })).rejects.toMatchObject({ prerequisites: [{ pk: 'policy#missing', sk: 'policy' }] });
  expect(theirs(bench)).toMatchObject({ status: 'INACTIVE' });
  bench.registry.execute('CreatePolicy', { policyName: 'missing', policyDocument: documentFor('Allow', 'everything', 'eu-west-1') });
  bench.record({ kind: 'policy', policyName: 'missing' }, { document: documentFor('Allow', 'little') });
  await expect(bench.apply(bench.certificate('ACTIVE', ['allow', 'missing']))).rejects.toMatchObject({ name: 'Waiting' });
  expect(theirs(bench)).toEqual({ status: 'INACTIVE', policies: expect.not.arrayContaining(['missing']) });
});

describe.each(['INACTIVE', 'REVOKED'])('a certificate that becomes %s', (status) => {
  test('does so with the first call, and with one', async () => {
    const bench = await withPolicies();
    const old = bench.certificate('ACTIVE', ['allow']);
    await bench.apply(old, { history: 'new' });
    bench.writes.splice(0);
    await bench.apply(bench.certificate(status, ['allow']), { history: 'plain', old });
    expect(bench.writes).toEqual(['UpdateCertificate']);
    expect(theirs(bench)).toEqual({ status, policies: ['allow'] });
  });

  test('does so though its policies can\'t be attached', async () => {
    const bench = await withPolicies();
    await bench.apply(bench.certificate('ACTIVE'), { history: 'new' });
    await expect(bench.apply(bench.certificate(status, ['missing']))).rejects.toMatchObject({ name: 'Waiting' });
    expect(theirs(bench)).toMatchObject({ status });
  });
});

test('a deleted certificate is inactive at once, even where deletions are not replicated', async () => {
  const bench = await withPolicies({ isRetained: true });
  await bench.apply(bench.certificate('ACTIVE', ['allow']), { history: 'new' });
  await bench.apply(bench.certificate('ACTIVE', ['allow'], { deleted: true }));
  expect(theirs(bench)).toEqual({ status: 'INACTIVE', policies: ['allow'] });
  expect(bench.admitted).toBe(0);
});

test('a deleted certificate is detached from policies and things, and goes once those have let go', async () => {
  const bench = await withPolicies();
  await bench.apply(bench.certificate('ACTIVE', ['allow']), { history: 'new' });
  bench.registry.execute('CreateThing', { thingName: 'lamp' });
  bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: `${PREFIX}cert/${LAMP.id}` });
  const deletion = bench.certificate('ACTIVE', ['allow'], { deleted: true });
  await expect(bench.apply(deletion)).rejects.toMatchObject({ name: 'Waiting' });
  bench.passTime(60_000);
  await bench.apply(deletion);
  expect(theirs(bench)).toBeUndefined();
});

test('an element of the set takes one call', async () => {
  const bench = await withPolicies();
  const old = bench.certificate('ACTIVE', ['allow']);
  await bench.apply(old, { history: 'new' });
  bench.writes.splice(0);
  await bench.apply(bench.certificate('ACTIVE', ['allow', 'allow-more']), { history: 'plain', old });
  expect(bench.writes).toEqual(['AttachPolicy']);
});

test('what allows is taken away before anything else that allows is given, and what denies stays until the end', async () => {
  const bench = await withPolicies();
  await bench.apply(bench.certificate('ACTIVE', ['allow', 'deny']), { history: 'new' });
  const calls: string[] = [];
  bench.registry.injectFault = (operation, input) => {
    if (operation === 'AttachPolicy' || operation === 'DetachPolicy') calls.push(`${operation} ${(input as { policyName: string }).policyName}`);
    return undefined;
  };
  await bench.apply(bench.certificate('ACTIVE', ['allow-more']));
  expect(calls).toEqual(['DetachPolicy allow', 'AttachPolicy allow-more', 'DetachPolicy deny']);
});

describe('a certificate that is activated', () => {
  test('takes one call if it was applied as a whole before, and is looked at once more', async () => {
    const bench = await withPolicies();
    const old = bench.certificate('INACTIVE', ['allow', 'deny']);
    await bench.apply(old, { history: 'new' });
    const before = { ...bench.registry.calls };
    await bench.apply(bench.certificate('ACTIVE', ['allow', 'deny']), { history: 'plain', old });
    expect(callsSince(before, bench)).toEqual({ UpdateCertificate: 1 });
    expect(bench.looks).toBe(1);
    expect(theirs(bench)).toEqual({ status: 'ACTIVE', policies: ['allow', 'deny'] });
  });

  test('takes one call after it was deactivated, and gets the policies that have come with its record first', async () => {
    const bench = await withPolicies();
    const first = bench.certificate('ACTIVE', ['allow']);
    await bench.apply(first, { history: 'new' });
    const old = bench.certificate('INACTIVE', ['allow']);
    await bench.apply(old, { history: 'plain', old: first });
    bench.writes.splice(0);
    await bench.apply(bench.certificate('ACTIVE', ['allow', 'deny']), { history: 'plain', old });
    expect(bench.writes).toEqual(['AttachPolicy', 'UpdateCertificate']);
  });

  test('stays inactive if it still waits for what restricts it', async () => {
    const bench = await withPolicies();
    const old = bench.certificate('INACTIVE', ['allow', 'missing']);
    await expect(bench.apply(old, { history: 'new' })).rejects.toMatchObject({ name: 'Waiting' });
    await expect(bench.apply(bench.certificate('ACTIVE', ['allow', 'missing']), { history: 'plain', old })).rejects.toMatchObject({ name: 'Waiting' });
    expect(theirs(bench)).toMatchObject({ status: 'INACTIVE' });
  });

  test('is looked at if only the difference to a record was applied that waits', async () => {
    const bench = await withPolicies();
    const waiting = bench.certificate('ACTIVE', ['allow', 'missing']);
    await expect(bench.apply(waiting, { history: 'new' })).rejects.toMatchObject({ name: 'Waiting' });
    const old = bench.certificate('INACTIVE', ['allow', 'missing']);
    await bench.apply(old, { history: 'plain', old: waiting });
    await bench.policy('missing', documentFor('Deny', 'a'));
    await bench.apply(bench.certificate('ACTIVE', ['allow', 'missing']), { history: 'plain', old });
    expect(theirs(bench)).toEqual({ status: 'ACTIVE', policies: ['allow', 'missing'] });
  });

  test('is looked at if what was applied before rests on a read that may have lagged', async () => {
    const bench = await withPolicies();
    await bench.apply(bench.certificate('INACTIVE', ['allow']), { history: 'new' });
    const old = bench.certificate('INACTIVE', ['allow', 'deny']);
    await bench.apply(old);
    expect([...bench.applied.values()]).not.toContain(old);
  });
});

describe('certificates of an invocation that have a policy', () => {
  const sharing = (bench: IdentityBench, name: string) => (
    bench.record({ kind: 'certificate', certificateId: madeCertificate(name).id }, { status: 'ACTIVE', pem: madeCertificate(name).pem, policies: ['allow'] })
  );

  test('look at it once, if it was not applied just as its record is', async () => {
    const bench = await withPolicies({ identities: { verified: new Map() } });
    bench.applied.clear();
    await Promise.all(['a', 'b', 'c'].map((name) => bench.apply(sharing(bench, name), { history: 'new' })));
    expect(bench.registry.calls).toMatchObject({ GetPolicy: 1, AttachPolicy: 3 });
  });

  test('look again once it was not as recorded', async () => {
    const bench = new IdentityBench({ identities: { verified: new Map() } });
    const policy = bench.record({ kind: 'policy', policyName: 'allow' }, { document: documentFor('Allow', 'a') });
    await expect(bench.apply(sharing(bench, 'a'), { history: 'new' })).rejects.toMatchObject({ name: 'Waiting' });
    await bench.apply(policy, { history: 'new' });
    await expect(bench.apply(sharing(bench, 'a'))).resolves.toBeUndefined();
  });
});

test('policies that are not selected are left alone', async () => {
  const bench = await withPolicies({ identities: { policyPrefixes: ['allow', 'deny'] } });
  await bench.apply(bench.certificate('ACTIVE', ['allow']), { history: 'new' });
  bench.registry.execute('CreatePolicy', { policyName: 'theirs', policyDocument: documentFor('Deny', 'a', 'eu-west-1') });
  bench.registry.execute('AttachPolicy', { policyName: 'theirs', target: `${PREFIX}cert/${LAMP.id}` });
  await bench.apply(bench.certificate('ACTIVE', ['allow-more', 'not-selected']));
  expect(theirs(bench)).toEqual({ status: 'ACTIVE', policies: ['allow-more', 'theirs'] });
});

test('a certificate that waits for just-in-time registration is not registered', async () => {
  const bench = await withPolicies();
  await bench.apply(bench.certificate('PENDING_ACTIVATION'), { history: 'new' });
  expect(theirs(bench)).toBeUndefined();
});

test.each([['no certificate', 'hello'], ['another certificate', LAMP.pem.replace(/[A-Z]/, 'q')]])('%s is refused without a call', async (_, pem) => {
  const bench = await withPolicies();
  const record = bench.record({ kind: 'certificate', certificateId: LAMP.id }, { status: 'ACTIVE', pem, policies: [] });
  await expect(bench.apply(record, { history: 'new' })).rejects.toMatchObject({ name: 'CertificateMismatch' });
  expect(bench.writes).toEqual([]);
});

describe('a certificate that is revoked in the destination and active in the source', () => {
  test('is rejected with the reason', async () => {
    const bench = await withPolicies();
    bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: LAMP.pem, status: 'REVOKED' });
    await expect(bench.apply(bench.certificate('ACTIVE', ['allow']))).rejects.toMatchObject({ name: 'RevokedCertificate' });
    expect(theirs(bench)).toEqual({ status: 'REVOKED', policies: [] });
  });

  test.each(['ACTIVE', 'INACTIVE'])('is registered anew if the source has, as %s, and its things get it back', async (status) => {
    const bench = await withPolicies();
    bench.registry.execute('CreateThing', { thingName: 'lamp' });
    await bench.apply(bench.certificate('REVOKED'), { history: 'new' });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: `${PREFIX}cert/${LAMP.id}` });
    const record = bench.certificate(status, ['allow'], { incarnation: 'i2' });
    await expect(bench.apply(record)).rejects.toMatchObject({ name: 'Waiting' });
    expect(bench.queued).toEqual(['thing#lamp|principals']);
    bench.passTime(60_000);
    await bench.apply(record);
    expect(theirs(bench)).toEqual({ status, policies: ['allow'] });
    expect(bench.revoked.size).toBe(0);
  });
});
