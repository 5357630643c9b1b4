import { documentFor, IdentityBench, LAMP, PREFIX } from './harness';
import { principalsReader } from '../../../src/kinds/principals/handler/registry';
import { madeCertificate } from '../../simulation/registry';

async function withGroup(): Promise<IdentityBench> {
  const bench = new IdentityBench({ facts: { policiesPerTargetError: 'LimitExceeded' } });
  for (const name of ['a', 'b', 'c', 'd']) await bench.policy(name, documentFor(name === 'd' ? 'Deny' : 'Allow', name));
  bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
  return bench;
}

const groupRecord = (bench: IdentityBench, elements: readonly string[], more: object = {}) => bench.record({ kind: 'groupPolicies', groupName: 'room' }, { elements }, { groupId: 'g', ...more });
const policiesOf = (bench: IdentityBench) => bench.registry.identitySnapshot().groupPolicies.room?.policies;

test('both policies of a group are exchanged, though it may have no third', async () => {
  const bench = await withGroup();
  await bench.apply(groupRecord(bench, ['a', 'b']));
  await expect(bench.apply(groupRecord(bench, ['c', 'd']))).resolves.toBeUndefined();
  expect(policiesOf(bench)).toEqual(['c', 'd']);
});

test('the first policies of a group are attached at once, and looked at later', async () => {
  const bench = await withGroup();
  const { ListAttachedPolicies: before = 0 } = bench.registry.calls;
  await bench.apply(groupRecord(bench, ['a', 'b']), { history: 'new', createFirst: true });
  expect(policiesOf(bench)).toEqual(['a', 'b']);
  expect(bench.registry.calls.ListAttachedPolicies ?? 0).toBe(before);
  expect(bench.looks).toBe(1);
});

test('a policy that somebody has attached meanwhile is attached, where AWS refuses to attach it again', async () => {
  const bench = new IdentityBench({ facts: { reattachingPolicy: 'InvalidRequest' } });
  for (const name of ['a', 'b']) await bench.policy(name, documentFor('Allow', name));
  bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
  const both = groupRecord(bench, ['a', 'b']);
  await bench.apply(both);
  await expect(bench.apply(both, { history: 'plain', old: groupRecord(bench, ['b']) })).resolves.toBeUndefined();
  expect(policiesOf(bench)).toEqual(['a', 'b']);
});

test('policies of a group are taken away with its set', async () => {
  const bench = await withGroup();
  await bench.apply(groupRecord(bench, ['a']));
  await bench.apply(groupRecord(bench, ['a'], { deleted: true }));
  expect(policiesOf(bench)).toBeUndefined();
  expect(bench.admitted).toBe(1);
});

describe('a certificate that nobody has admitted in the source', () => {
  const other = madeCertificate('other');
  const keyOfSet = 'thing#lamp|principals';
  const set = (bench: IdentityBench, elements: readonly string[]) => bench.record({ kind: 'principals', thingName: 'lamp' }, { elements }, { thingId: 't' });
  const attached = (bench: IdentityBench) => bench.registry.identitySnapshot().principals.lamp?.nonExclusive ?? [];

  async function withPending(): Promise<IdentityBench> {
    const bench = new IdentityBench();
    bench.registry.execute('CreateThing', { thingName: 'lamp' });
    await bench.apply(bench.record({ kind: 'certificate', certificateId: other.id }, { status: 'ACTIVE', pem: other.pem, policies: [] }), { history: 'new' });
    await bench.apply(bench.certificate('PENDING_ACTIVATION'), { history: 'new' });
    return bench;
  }

  test.each([
    ['new', { history: 'new', createFirst: true }], ['told', { history: 'plain' }], ['unknown', {}],
  ] as const)('is left out of its thing, and the rest is attached: %s', async (_, change) => {
    const bench = await withPending();
    const old = set(bench, []);
    await expect(bench.apply(set(bench, [LAMP.id, other.id]), { ...change, old: old as never })).resolves.toBeUndefined();
    expect(attached(bench)).toEqual([other.id]);
    expect(bench.leftOut).toEqual(new Map([[`cert#${LAMP.id}|cert`, [keyOfSet]]]));
  });

  test.each(['ACTIVE', 'INACTIVE', 'REVOKED', 'deleted'])('has its things attached once it is %s', async (status) => {
    const bench = await withPending();
    await bench.apply(set(bench, [LAMP.id]));
    await bench.apply(bench.certificate('PENDING_ACTIVATION'));
    expect(bench.queued).toEqual([]);
    await bench.apply(status === 'deleted' ? bench.certificate('PENDING_ACTIVATION', [], { deleted: true }) : bench.certificate(status));
    expect(bench.queued).toEqual([keyOfSet]);
  });

  test('stays attached where the destination has provisioned it by itself', async () => {
    const bench = await withPending();
    bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: LAMP.pem, status: 'INACTIVE' });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: `${PREFIX}cert/${LAMP.id}` });
    await bench.apply(set(bench, [LAMP.id]));
    bench.passTime(60_000);
    expect(attached(bench)).toEqual([LAMP.id]);
    await bench.apply(set(bench, [other.id]));
    bench.passTime(60_000);
    expect(attached(bench)).toEqual([other.id]);
  });
});

describe('the last one that is taken away from what lives', () => {
  const ends = async (owner: object | undefined) => {
    const bench = new IdentityBench({ isRetained: true });
    for (const name of ['a', 'b']) await bench.policy(name, documentFor('Allow', name));
    bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    await bench.apply(groupRecord(bench, ['a', 'b']));
    await bench.apply(groupRecord(bench, ['b']));
    if (owner) bench.record({ kind: 'group', groupName: 'room' }, { attributes: {}, path: [] }, { incarnation: 'g', ...owner });
    await bench.apply(groupRecord(bench, ['b'], { deleted: true }));
    return { left: policiesOf(bench), admitted: bench.admitted };
  };

  test('is detached where deletions are not replicated, and takes no place of a deletion', async () => {
    expect(await ends({})).toEqual({ left: undefined, admitted: 0 });
  });

  test.each([[undefined], [{ deleted: true }], [{ incarnation: 'another', timestamp: 0 }]])('is retained if the owner does not live as recorded: %j', async (owner) => {
    expect(await ends(owner)).toEqual({ left: ['b'], admitted: 0 });
  });

  test('lets another thing have the certificate exclusively', async () => {
    const bench = new IdentityBench({ isRetained: true });
    for (const thingName of ['one', 'other']) bench.registry.execute('CreateThing', { thingName });
    bench.record({ kind: 'thing', thingName: 'one' }, { attributes: {} }, { incarnation: 't' });
    await bench.apply(bench.certificate('ACTIVE'), { history: 'new' });
    const set = (thingName: string, more = {}) => bench.record({ kind: 'principals', thingName }, { elements: [`${LAMP.id}/exclusive`] }, { thingId: 't', ...more });
    await bench.apply(set('one'), { history: 'new' });
    await bench.apply(set('one', { deleted: true }));
    bench.passTime(60_000);
    await bench.apply(set('other'), { history: 'new' });
    expect(Object.keys(bench.registry.identitySnapshot().principals)).toEqual(['other']);
  });
});

test('a group that ends loses its policies, where AWS refuses to delete it with them, and keeps those that are not selected', async () => {
  const bench = new IdentityBench({ facts: { deleteOfGroupWithPolicies: 'InvalidRequest' }, identities: { policyPrefixes: ['ours'] } });
  bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
  for (const policyName of ['ours', 'theirs']) {
    bench.registry.execute('CreatePolicy', { policyName, policyDocument: documentFor('Allow', 'a') });
    bench.registry.execute('AttachPolicy', { policyName, target: `${PREFIX}thinggroup/room` });
  }
  const end = bench.record({ kind: 'group', groupName: 'room' }, { attributes: {}, path: [] }, { deleted: true });
  await expect(bench.apply(end)).rejects.toMatchObject({ name: 'Waiting' });
  expect(policiesOf(bench)).toEqual(['theirs']);
  bench.registry.execute('DetachPolicy', { policyName: 'theirs', target: `${PREFIX}thinggroup/room` });
  await bench.apply(end);
  expect(bench.registry.snapshot().groups).toEqual({});
});

test('a set waits for its group and for its policies', async () => {
  const bench = await withGroup();
  bench.registry.execute('DeleteThingGroup', { thingGroupName: 'room' });
  await expect(bench.apply(groupRecord(bench, ['a']), { history: 'new' })).rejects.toMatchObject({
    prerequisites: [{ pk: 'policy#a', sk: 'policy' }, { pk: 'group#room', sk: 'group' }],
  });
});

describe('principals of a thing', () => {
  const record = (bench: IdentityBench, elements: readonly string[], more: object = {}) => bench.record({ kind: 'principals', thingName: 'lamp' }, { elements }, { thingId: 't', ...more });
  const attached = (bench: IdentityBench) => bench.registry.identitySnapshot().principals.lamp;

  function withThing(facts = {}): IdentityBench {
    const bench = new IdentityBench({ facts });
    bench.registry.execute('CreateThing', { thingName: 'lamp' });
    bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: LAMP.pem });
    return bench;
  }

  test('are none only if AWS IoT says so: where it does not know the listing with their types, nothing is recorded or detached', async () => {
    const bench = withThing();
    await bench.apply(record(bench, [`${LAMP.id}/exclusive`]), { history: 'new' });
    bench.registry.injectFault = (operation) => (operation === 'ListThingPrincipalsV2' ? Object.assign(new Error('unknown'), { name: 'UnknownOperationException' }) : undefined);
    await expect(principalsReader.read(bench.registry.client, { kind: 'principals', thingName: 'lamp' })).rejects.toThrow('unknown');
    await expect(bench.apply(record(bench, []))).rejects.toThrow('unknown');
    expect(attached(bench)).toEqual({ exclusive: [LAMP.id], nonExclusive: [] });
  });

  test('are attached with their type, one call each, and stay as they are', async () => {
    const bench = withThing();
    await bench.apply(record(bench, [`${LAMP.id}/exclusive`]), { history: 'new', createFirst: true });
    expect(attached(bench)).toEqual({ exclusive: [LAMP.id], nonExclusive: [] });
    await bench.apply(record(bench, [`${LAMP.id}/exclusive`]));
    expect(bench.registry.calls).toMatchObject({ AttachThingPrincipal: 1 });
    expect(bench.registry.calls.DetachThingPrincipal).toBeUndefined();
  });

  test('cost a call each if nothing of them was applied before, and are looked at once more', async () => {
    const bench = withThing();
    bench.certificate('ACTIVE');
    const { certificateArn: principal } = bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate('left').pem });
    bench.record({ kind: 'certificate', certificateId: madeCertificate('left').id }, { status: 'ACTIVE', pem: '', policies: [] });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
    const before = { ...bench.registry.calls };
    const set = record(bench, [LAMP.id]);
    await bench.apply(set, { history: 'new', createFirst: true });
    expect(bench.registry.calls).toEqual({ ...before, AttachThingPrincipal: 2 });
    expect(bench.looks).toBe(1);
    await bench.apply(set);
    expect(attached(bench).nonExclusive).toEqual([LAMP.id]);
  });

  test('wait for a certificate without a look at their thing', async () => {
    const bench = withThing();
    await expect(bench.apply(record(bench, [LAMP.id, madeCertificate('missing').id]), { history: 'new', createFirst: true })).rejects.toMatchObject({
      prerequisites: [{ pk: `cert#${madeCertificate('missing').id}`, sk: 'cert' }, { pk: 'thing#lamp', sk: 'thing' }],
    });
    expect(attached(bench).nonExclusive).toEqual([LAMP.id]);
    expect(bench.registry.calls).toMatchObject({ AttachThingPrincipal: 2 });
    expect(bench.registry.calls.ListThingPrincipalsV2).toBeUndefined();
  });

  test('of a certificate without a record stay, whatever else is attached and taken away', async () => {
    const bench = withThing();
    const { certificateArn: principal } = bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate('foreign').pem });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
    bench.certificate('ACTIVE');
    await bench.apply(record(bench, [LAMP.id]));
    expect(attached(bench).nonExclusive).toEqual([LAMP.id, madeCertificate('foreign').id].sort());
    await bench.apply(record(bench, [LAMP.id], { deleted: true }));
    expect(attached(bench).nonExclusive).toEqual([madeCertificate('foreign').id]);
  });

  test.each(['InvalidRequest', 'changes', 'kept'] as const)('change their type, where a change of it is %s', async (changingPrincipalType) => {
    const bench = withThing({ changingPrincipalType });
    await bench.apply(record(bench, [LAMP.id]));
    const exclusive = record(bench, [`${LAMP.id}/exclusive`]);
    await bench.apply(exclusive).catch(() => bench.passTime(60_000));
    await bench.apply(exclusive);
    expect(attached(bench)).toEqual({ exclusive: [LAMP.id], nonExclusive: [] });
  });

  test.each(['InvalidRequest', 'changes', 'kept'] as const)('that are new change the type that somebody has given, where a change of it is %s', async (changingPrincipalType) => {
    const bench = withThing({ changingPrincipalType });
    bench.certificate('ACTIVE');
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: `${PREFIX}cert/${LAMP.id}` });
    const exclusive = record(bench, [`${LAMP.id}/exclusive`]);
    await bench.apply(exclusive, { history: 'new', createFirst: true }).catch(() => bench.passTime(60_000));
    if (changingPrincipalType === 'InvalidRequest') expect(bench.writes).toContain('DetachThingPrincipal');
    await bench.apply(exclusive);
    expect(attached(bench)).toEqual({ exclusive: [LAMP.id], nonExclusive: [] });
  });

  test('wait for a certificate', async () => {
    const bench = withThing();
    bench.registry.execute('DeleteCertificate', { certificateId: LAMP.id });
    await expect(bench.apply(record(bench, [LAMP.id]))).rejects.toMatchObject({ prerequisites: [{ pk: `cert#${LAMP.id}`, sk: 'cert' }, { pk: 'thing#lamp', sk: 'thing' }] });
  });

  test('wait while the certificate is another thing\'s alone', async () => {
    const bench = withThing();
    bench.registry.execute('CreateThing', { thingName: 'tube' });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'tube', principal: `${PREFIX}cert/${LAMP.id}`, thingPrincipalType: 'EXCLUSIVE_THING' });
    await expect(bench.apply(record(bench, [LAMP.id]))).rejects.toMatchObject({ name: 'Waiting' });
  });

  test('are taken away with the set', async () => {
    const bench = withThing();
    await bench.apply(record(bench, [LAMP.id]));
    await bench.apply(record(bench, [LAMP.id], { deleted: true }));
    expect(attached(bench)).toBeUndefined();
  });
});
