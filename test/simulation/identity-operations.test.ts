import { emit, Source, type History } from './history';
import { certificate, group, policy, thing } from './operations';
import { DEFAULT_FACTS } from './registry';
import { scenarioOf } from './simulation';

const OPERATIONS = 80;
const seeds = Array.from({ length: 24 }, (_, i) => i + 1);

/** What a history asks of identities, each of which changes something. */
const CALLS = [
  'AttachPolicy', 'AttachThingPrincipal', 'CancelCertificateTransfer', 'CreatePolicy', 'CreatePolicyVersion', 'DeleteCACertificate', 'DeleteCertificate', 'DeletePolicy', 'DeletePolicyVersion',
  'DetachPolicy', 'DetachThingPrincipal', 'Issue', 'RegisterCACertificate', 'RegisterCertificate', 'RegisterCertificateWithoutCA', 'SetDefaultPolicyVersion', 'TransferCertificate',
  'UpdateCACertificate', 'UpdateCertificate',
];

const callsOf = (history: History) => history.map(({ call }) => String(call)).filter((call) => CALLS.includes(call));

const scenarios = seeds.map((seed) => scenarioOf(seed, OPERATIONS, { identities: true }));

describe('a generated history', () => {
  test('has no identities unless it is asked to', () => {
    for (const seed of seeds) expect(callsOf(scenarioOf(seed, OPERATIONS).history)).toEqual([]);
  });

  test('with identities does all that can be done with them, and leaves all of their states behind', () => {
    const calls = new Set<string>();
    const left = new Set<string>();
    for (const { history, conditions } of scenarios) {
      callsOf(history).forEach((call) => calls.add(call));
      const { identities } = emit(history, conditions);
      for (const { status, policies } of Object.values(identities.certificates)) left.add(status).add(policies.length > 1 ? 'several policies' : policies.length === 1 ? 'a policy' : 'no policy');
      for (const { exclusive } of Object.values(identities.principals)) left.add(exclusive.length > 0 ? 'exclusive' : 'not exclusive');
      if (Object.keys(identities.groupPolicies).length > 0) left.add('policies of groups');
    }
    expect([...calls].sort()).toEqual(CALLS);
    expect([...left].sort()).toEqual([
      'ACTIVE', 'INACTIVE', 'PENDING_ACTIVATION', 'PENDING_TRANSFER', 'REVOKED', 'a policy', 'exclusive', 'no policy', 'not exclusive', 'policies of groups', 'several policies',
    ]);
  });

  test('takes no revocation back, even where the registry would let it', () => {
    let revocations = 0;
    for (const { history, conditions } of scenarios) {
      const source = new Source({ ...conditions, facts: { ...conditions.facts, revokedBack: 'ok' } });
      const revoked = new Set<string>();
      for (const step of history) {
        if (!source.run(step)) source.time += step.after;
        const { certificates } = source.identitySnapshot();
        for (const id of revoked) if (!certificates[id]) revoked.delete(id);
        for (const id of revoked) expect(certificates[id].status).toBe('REVOKED');
        for (const [id, { status }] of Object.entries(certificates)) if (status === 'REVOKED') revoked.add(id);
      }
      revocations += revoked.size;
    }
    expect(revocations).toBeGreaterThan(3);
  });

  test('comes to the same with the names that AWS allows', () => {
    for (const { history, conditions, seed } of scenarios.slice(0, 8)) {
      const plain = emit(scenarioOf(seed, OPERATIONS, { identities: true, isPlain: true }).history, conditions).identities;
      const named = emit(history, conditions).identities;
      for (const kind of ['certificates', 'policies', 'groupPolicies', 'principals'] as const) expect(Object.keys(named[kind])).toHaveLength(Object.keys(plain[kind]).length);
      expect(Object.keys(named.certificates)).toEqual(Object.keys(plain.certificates));
    }
  });
});

test('operations by hand are those of the generator', () => {
  const { identities } = emit([
    thing.create('t0'), group.create('g0'), certificate.issue('c0'), certificate.register('c1', 'INACTIVE'), certificate.update('c1', 'REVOKED'), certificate.issue('c2', 'PENDING_ACTIVATION'),
    certificate.register('c3', 'INACTIVE'), certificate.transfer('c3'), certificate.register('c4', 'INACTIVE'), certificate.delete('c4'),
    policy.create('p0'), policy.change('p0', '{"Statement":[]}'), policy.attach('p0', 'c0'), policy.attachToGroup('p0', 'g0'), policy.create('p1'), policy.attach('p1', 'c0'), policy.detach('p1', 'c0'),
    policy.attachToGroup('p1', 'g0'), policy.detachFromGroup('p1', 'g0'), policy.delete('p1'),
    certificate.attach('c0', 't0', true), certificate.attach('c1', 't0'), certificate.detach('c1', 't0'),
  ], { facts: DEFAULT_FACTS, limits: { policiesPerGroup: 2 }, unsubscribedEvents: false });
  expect(Object.values(identities.certificates).map(({ status, policies }) => [status, ...policies].join(' ')).sort()).toEqual(['ACTIVE p0', 'PENDING_ACTIVATION', 'PENDING_TRANSFER', 'REVOKED']);
  expect(identities).toMatchObject({ policies: { p0: { document: '{"Statement":[]}' } }, groupPolicies: { g0: { policies: ['p0'] } }, principals: { t0: { exclusive: [expect.any(String)], nonExclusive: [] } } });
  expect(Object.keys(identities.policies)).toEqual(['p0']);
});
