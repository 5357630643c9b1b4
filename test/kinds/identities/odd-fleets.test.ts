/** What odd fleets have: each of it ends in the class that fits, with a reason, and is in the way of nothing else. */
import { documentFor, IdentityBench, LAMP, PREFIX } from './harness';
import type { RegistryRecord } from '../../../src/kinds';
import { classify } from '../../../src/replicator/handler/failures';
import { RESOURCE_LIMIT } from '../../../src/runtime/paced-iot';
import { madeCertificate } from '../../simulation/registry';

/** The class and the error in which it ends, or what was made of it. */
async function endOf(work: Promise<void>): Promise<string> {
  try {
    await work;
    return 'applied';
  } catch (error) {
    // Of the client of the replicator: the SDK would try again, and slow down.
    if (error instanceof Error && error.name === 'LimitExceededException') error.name = RESOURCE_LIMIT;
    return `${classify(error)}: ${(error as Error).message}`;
  }
}

const certificates = (bench: IdentityBench) => bench.registry.identitySnapshot().certificates;
const lamp = (bench: IdentityBench) => certificates(bench)[LAMP.id];

/** Another certificate, which has to arrive whatever becomes of the odd one. */
const OTHER = madeCertificate('other');
const otherRecord = (bench: IdentityBench, policies: readonly string[] = []) => (
  bench.record({ kind: 'certificate', certificateId: OTHER.id }, { status: 'ACTIVE', pem: OTHER.pem, policies })
);

async function expectOther(bench: IdentityBench, policies: readonly string[] = []): Promise<void> {
  await bench.apply(otherRecord(bench, policies), { history: 'new' });
  expect(certificates(bench)[OTHER.id]).toEqual({ status: 'ACTIVE', policies });
}

describe('certificates', () => {
  test.each([
    ['ok', 'applied', 'ACTIVE'],
    ['CertificateValidation', expect.stringMatching(/^rejected: .*expired/), undefined],
  ] as const)('one that has expired, where AWS says %s', async (expiredCertificate, end, status) => {
    const bench = new IdentityBench({ facts: { expiredCertificate } });
    const expired = madeCertificate('expired', { isExpired: true });
    const record = bench.record({ kind: 'certificate', certificateId: expired.id }, { status: 'ACTIVE', pem: expired.pem, policies: [] });
    expect(await endOf(bench.apply(record, { history: 'new' }))).toEqual(end);
    expect(certificates(bench)[expired.id]?.status).toBe(status);
    await expectOther(bench);
  });

  test('the text of a certificate may have words before it, as tools write them', async () => {
    const bench = new IdentityBench();
    const pem = `Bag Attributes\n    friendlyName: lamp\nsubject=/CN=lamp\n${LAMP.pem}`;
    const record = bench.record({ kind: 'certificate', certificateId: LAMP.id }, { status: 'ACTIVE', pem, policies: [] });
    expect(await endOf(bench.apply(record, { history: 'new' }))).toBe('applied');
    expect(lamp(bench)).toEqual({ status: 'ACTIVE', policies: [] });
  });

  test.each([
    ['nothing', ''], ['a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----'], ['half of it', LAMP.pem.slice(0, LAMP.pem.length / 2)],
    ['another certificate before it', `${OTHER.pem}${LAMP.pem}`],
  ])('a PEM that is no certificate of that id is rejected: %s', async (_, pem) => {
    const bench = new IdentityBench();
    const record = bench.record({ kind: 'certificate', certificateId: LAMP.id }, { status: 'ACTIVE', pem, policies: [] });
    expect(await endOf(bench.apply(record, { history: 'new' }))).toMatch(/^rejected: .*SHA-256/);
    expect(bench.writes).toEqual([]);
    await expectOther(bench);
  });

  test.each(['INACTIVE', 'REVOKED'])('one that becomes %s does so with the first call, whatever its PEM is', async (status) => {
    const bench = new IdentityBench();
    await bench.apply(bench.certificate('ACTIVE'), { history: 'new' });
    const record = bench.record({ kind: 'certificate', certificateId: LAMP.id }, { status, pem: 'none', policies: [] });
    expect(await endOf(bench.apply(record))).toMatch(/^rejected: .*SHA-256/);
    expect(lamp(bench).status).toBe(status);
  });

  test('one that is being transferred is inactive, with its policies', async () => {
    const bench = new IdentityBench();
    await bench.policy('allow', documentFor('Allow', 'a'));
    expect(await endOf(bench.apply(bench.certificate('PENDING_TRANSFER', ['allow']), { history: 'new' }))).toBe('applied');
    expect(lamp(bench)).toEqual({ status: 'INACTIVE', policies: ['allow'] });
  });

  test.each(['PENDING_TRANSFER', 'PENDING_ACTIVATION', 'A_STATUS_OF_THE_FUTURE'])('one that was active and is %s is inactive after one call', async (status) => {
    const bench = new IdentityBench();
    const old = bench.certificate('ACTIVE');
    await bench.apply(old, { history: 'new' });
    bench.writes.splice(0);
    expect(await endOf(bench.apply(bench.certificate(status), { history: 'plain', old }))).toBe('applied');
    expect(bench.writes).toEqual(['UpdateCertificate']);
    expect(lamp(bench).status).toBe('INACTIVE');
  });
});

describe('policies', () => {
  const LONG = { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'ap-southeast-1' };
  /** 2,048 characters in the source. */
  const full = () => {
    const empty = documentFor('Allow', '');
    return documentFor('Allow', 'x'.repeat(2048 - empty.length));
  };

  test.each([
    ['grows beyond 2,048 characters', full(), /2048/],
    ['has a condition on a domain name that nobody has mapped', documentFor('Allow', 'a').replace('"Resource"', '"Condition":{"StringEquals":{"iot:DomainName":"devices.example.com"}},"Resource"'), /domainNames/],
    ['is no JSON', 'hello', /not JSON/],
  ])('one that %s is rejected, and certificates with it wait, inactive', async (_, document, reason) => {
    const bench = new IdentityBench({ identities: { relocation: LONG } });
    expect(await endOf(bench.apply(bench.record({ kind: 'policy', policyName: 'odd' }, { document }), { history: 'new' }))).toMatch(new RegExp(`^rejected: .*${reason.source}`));
    expect(bench.writes).toEqual([]);
    await bench.policy('good', documentFor('Allow', 'a', 'eu-central-1'));
    expect(await endOf(bench.apply(bench.certificate('ACTIVE', ['good', 'odd']), { history: 'new' }))).toMatch(/^waiting: the policy odd/);
    expect(lamp(bench).status).toBe('INACTIVE');
    await expectOther(bench, ['good']);
  });

  test('one whose next document can\'t be rewritten keeps the last one, and what it is attached to next waits for a better one', async () => {
    const bench = new IdentityBench();
    await bench.policy('odd', documentFor('Allow', 'a'));
    const next = (document: string) => bench.apply(bench.record({ kind: 'policy', policyName: 'odd' }, { document }));
    expect(await endOf(next(documentFor('Allow', 'b').replace('us-east-1', '${aws:region}')))).toMatch(/^rejected: /);
    expect(bench.registry.identitySnapshot().policies.odd.document).toContain('client/a');
    const record = bench.certificate('ACTIVE', ['odd']);
    expect(await endOf(bench.apply(record, { history: 'new' }))).toMatch(/^waiting: the policy odd/);
    expect(lamp(bench)).toEqual({ status: 'INACTIVE', policies: [] });
    bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    const ofGroup = bench.record({ kind: 'groupPolicies', groupName: 'room' }, { elements: ['odd'] }, { groupId: 'g' });
    expect(await endOf(bench.apply(ofGroup))).toMatch(/^waiting: the policy odd/);
    expect(await endOf(next(documentFor('Allow', 'b')))).toBe('applied');
    for (const each of [record, ofGroup]) expect(await endOf(bench.apply(each))).toBe('applied');
    expect(lamp(bench)).toEqual({ status: 'ACTIVE', policies: ['odd'] });
  });

  test('one that somebody detaches by hand, because its next document allows less and can\'t be rewritten, is not attached again until it can', async () => {
    const bench = new IdentityBench();
    await bench.policy('odd', documentFor('Allow', 'a'));
    const record = bench.certificate('ACTIVE', ['odd']);
    await bench.apply(record, { history: 'new' });
    expect(await endOf(bench.apply(bench.record({ kind: 'policy', policyName: 'odd' }, { document: documentFor('Allow', 'b').replace('us-east-1', '${aws:region}') })))).toMatch(/^rejected: /);
    bench.registry.execute('DetachPolicy', { policyName: 'odd', target: `${PREFIX}cert/${LAMP.id}` });
    expect(await endOf(bench.apply(record))).toMatch(/^waiting: the policy odd/);
    expect(lamp(bench)).toEqual({ status: 'ACTIVE', policies: [] });
    await bench.policy('odd', documentFor('Allow', 'b'));
    expect(await endOf(bench.apply(record))).toBe('applied');
    expect(lamp(bench)).toEqual({ status: 'ACTIVE', policies: ['odd'] });
  });

  test('one with a condition on a domain name that is mapped arrives with the other', async () => {
    const relocation = { ...LONG, destinationRegion: 'eu-west-1', domainNames: { 'devices.example.com': 'devices.eu.example.com' } };
    const bench = new IdentityBench({ identities: { relocation } });
    await bench.policy('odd', documentFor('Allow', 'a').replace('"Resource"', '"Condition":{"StringEquals":{"iot:DomainName":"devices.example.com"}},"Resource"'));
    expect(bench.registry.identitySnapshot().policies.odd.document).toContain('"iot:DomainName":"devices.eu.example.com"');
  });

  test.each([[false, 'INACTIVE'], [true, 'ACTIVE']])('certificates with a policy that the destination has otherwise, where adoptPolicies is %s, are %s', async (adoptsPolicies, status) => {
    const bench = new IdentityBench({ identities: { adoptsPolicies } });
    bench.registry.execute('CreatePolicy', { policyName: 'foreign', policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });
    const end = await endOf(bench.apply(bench.record({ kind: 'policy', policyName: 'foreign' }, { document: documentFor('Allow', 'ours') })));
    expect(end).toMatch(adoptsPolicies ? /^applied$/ : /^rejected: .*adoptPolicies/);
    expect(await endOf(bench.apply(bench.certificate('ACTIVE', ['foreign']), { history: 'new' }))).toMatch(adoptsPolicies ? /^applied$/ : /^waiting: the policy foreign/);
    expect(lamp(bench).status).toBe(status);
  });

  test.each(['LimitExceeded', 'InvalidRequest'] as const)('a certificate that has ten of somebody else waits for room for one more, where AWS says %s, and keeps its status', async (policiesPerTargetError) => {
    const bench = new IdentityBench({ facts: { policiesPerTargetError }, identities: { policyPrefixes: ['our-'] } });
    await bench.policy('our-1', documentFor('Allow', 'a'));
    const record = bench.certificate('ACTIVE');
    await bench.apply(record, { history: 'new' });
    for (let i = 0; i < 10; i++) {
      bench.registry.execute('CreatePolicy', { policyName: `their-${i}`, policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });
      bench.registry.execute('AttachPolicy', { policyName: `their-${i}`, target: `${PREFIX}cert/${LAMP.id}` });
    }
    const end = await endOf(bench.apply(bench.certificate('ACTIVE', ['our-1']), { history: 'plain', old: record }));
    expect(end).toMatch(policiesPerTargetError === 'LimitExceeded' ? /^waiting: / : /^rejected: /);
    expect(lamp(bench)).toEqual({ status: 'ACTIVE', policies: Array.from({ length: 10 }, (_, i) => `their-${i}`) });
    await expectOther(bench, ['our-1']);
  });

  test('a group that has two of somebody else waits for room for a third', async () => {
    const bench = new IdentityBench({ facts: { policiesPerTargetError: 'LimitExceeded' }, identities: { policyPrefixes: ['our-'] } });
    await bench.policy('our-1', documentFor('Allow', 'a'));
    bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
    for (const policyName of ['their-1', 'their-2']) {
      bench.registry.execute('CreatePolicy', { policyName, policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });
      bench.registry.execute('AttachPolicy', { policyName, target: `${PREFIX}thinggroup/room` });
    }
    const record = bench.record({ kind: 'groupPolicies', groupName: 'room' }, { elements: ['our-1'] }, { groupId: 'g' });
    expect(await endOf(bench.apply(record))).toMatch(/^waiting: /);
    expect(bench.registry.identitySnapshot().groupPolicies.room.policies).toEqual(['their-1', 'their-2']);
    bench.registry.execute('DetachPolicy', { policyName: 'their-2', target: `${PREFIX}thinggroup/room` });
    expect(await endOf(bench.apply(record))).toBe('applied');
  });
});

describe('principals', () => {
  const [FIRST, SECOND] = [LAMP, OTHER].sort((a, b) => (a.id < b.id ? -1 : 1));
  const record = (bench: IdentityBench): RegistryRecord => bench.record({ kind: 'principals', thingName: 'lamp' }, { elements: [FIRST.id, SECOND.id] }, { thingId: 't' });

  function withThings(facts = {}): IdentityBench {
    const bench = new IdentityBench({ facts });
    for (const thingName of ['lamp', 'tube']) bench.registry.execute('CreateThing', { thingName });
    return bench;
  }

  test.each(['InvalidRequest', 'ResourceAlreadyExists', 'LimitExceeded'] as const)('a certificate that is another thing\'s alone is waited for, and others are attached, where AWS says %s', async (exclusiveConflict) => {
    const bench = withThings({ exclusiveConflict });
    for (const { pem } of [FIRST, SECOND]) bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: pem });
    bench.registry.execute('AttachThingPrincipal', { thingName: 'tube', principal: `${PREFIX}cert/${FIRST.id}`, thingPrincipalType: 'EXCLUSIVE_THING' });
    expect(await endOf(bench.apply(record(bench)))).toMatch(/^waiting: /);
    expect(bench.registry.identitySnapshot().principals.lamp).toEqual({ exclusive: [], nonExclusive: [SECOND.id] });
    bench.registry.execute('DetachThingPrincipal', { thingName: 'tube', principal: `${PREFIX}cert/${FIRST.id}` });
    bench.passTime(60_000);
    expect(await endOf(bench.apply(record(bench)))).toBe('applied');
    expect(bench.registry.identitySnapshot().principals.lamp.nonExclusive).toEqual([FIRST.id, SECOND.id]);
  });

  test('a certificate that is not registered here, such as one that waits for its activation, is waited for, and others are attached', async () => {
    const bench = withThings();
    bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: SECOND.pem });
    expect(await endOf(bench.apply(record(bench)))).toMatch(/^waiting: /);
    expect(bench.registry.identitySnapshot().principals.lamp).toEqual({ exclusive: [], nonExclusive: [SECOND.id] });
  });
});
