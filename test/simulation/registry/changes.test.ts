import type { IdentityChange } from './changes';
import { Bench, DOCUMENT } from './fixture';
import { canonicalJson, identityDifference, type IdentitySnapshot } from './identity-snapshot';
import { madeCertificate } from './made-certificates';
import type { Input, Operation } from './operations';
import { Random } from '../random';

type Call = readonly [Operation, Readonly<Record<string, unknown>>];

/** What the changes say that there is. */
function toldBy(changes: readonly IdentityChange[]): IdentitySnapshot {
  const told: Record<keyof IdentitySnapshot, Record<string, object>> = { certificates: {}, authorities: {}, policies: {}, principals: {}, groupPolicies: {} };
  for (const { kind, name, fields } of changes) {
    if (fields) told[kind][name] = fields;
    else delete told[kind][name];
  }
  return told as unknown as IdentitySnapshot;
}

/** Most of them are refused: what is asked for is left to chance. */
function randomCall(random: Random, bench: Bench): Call {
  const { id: certificateId, pem } = madeCertificate(`device ${random.below(3)}`);
  const { id: caId, pem: caPem } = madeCertificate(`root ${random.below(2)}`);
  const [thingName, thingGroupName, policyName] = [`t${random.below(2)}`, `g${random.below(2)}`, `p${random.below(3)}`];
  const target = random.pick([bench.arn('cert', certificateId), bench.arn('thinggroup', thingGroupName)]);
  const principal = bench.arn('cert', certificateId);
  const policyDocument = JSON.stringify({ Statement: [{ Sid: String(random.below(3)) }] });
  return random.pick<Call>([
    ['RegisterCertificateWithoutCA', { certificatePem: pem, status: random.pick(['ACTIVE', 'INACTIVE']) }],
    ['UpdateCertificate', { certificateId, newStatus: random.pick(['ACTIVE', 'INACTIVE', 'REVOKED']) }],
    ['DeleteCertificate', { certificateId, forceDelete: random.chance(0.5) }],
    ['TransferCertificate', { certificateId, targetAwsAccount: '444455556666' }], ['CancelCertificateTransfer', { certificateId }],
    ['RegisterCACertificate', { caCertificate: caPem, certificateMode: 'SNI_ONLY', setAsActive: random.chance(0.5) }],
    ['UpdateCACertificate', { certificateId: caId, newStatus: random.pick(['ACTIVE', 'INACTIVE']), newAutoRegistrationStatus: random.pick(['ENABLE', 'DISABLE']) }],
    ['DeleteCACertificate', { certificateId: caId }],
    ['CreatePolicy', { policyName, policyDocument }], ['DeletePolicy', { policyName }],
    ['CreatePolicyVersion', { policyName, policyDocument, setAsDefault: random.chance(0.7) }],
    ['SetDefaultPolicyVersion', { policyName, policyVersionId: String(1 + random.below(4)) }], ['DeletePolicyVersion', { policyName, policyVersionId: String(1 + random.below(4)) }],
    ['AttachPolicy', { policyName, target }], ['AttachPolicy', { policyName, target }], ['DetachPolicy', { policyName, target }],
    ['AttachThingPrincipal', { thingName, principal, thingPrincipalType: random.pick([undefined, 'EXCLUSIVE_THING']) }], ['DetachThingPrincipal', { thingName, principal }],
    ['CreateThing', { thingName }], ['DeleteThing', { thingName }], ['CreateThingGroup', { thingGroupName }], ['DeleteThingGroup', { thingGroupName }],
  ]);
}

test('whoever listens knows each state that there ever is, and hears of none that a call did not make', () => {
  const kinds = new Set<string>();
  let removals = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const bench = new Bench({
      facts: { deleteThingDetaches: seed % 2 === 0, changingPrincipalType: 'changes', detachmentHoldsPolicy: false }, limits: { principalDetachDelay: 100, policyVersions: 3 },
    });
    for (let step = 0; step < 120; step++) {
      const before = bench.registry.identitySnapshot();
      const heard = bench.changes.length;
      const [operation, input] = randomCall(random, bench);
      bench.time += random.below(60);
      const outcome = bench.outcome(operation, input as Input<Operation>);
      if (outcome !== 'ok') expect([bench.changes.length, bench.registry.identitySnapshot()]).toEqual([heard, before]);
      expect(toldBy(bench.changes)).toEqual(bench.registry.identitySnapshot());
    }
    for (const { kind, fields } of bench.changes) {
      kinds.add(kind);
      if (!fields) removals += 1;
    }
  }
  expect([...kinds].sort()).toEqual(['authorities', 'certificates', 'groupPolicies', 'policies', 'principals']);
  expect(removals).toBeGreaterThan(30);
});

test('a change carries the date of creation, which tells a certificate from the one before', () => {
  const bench = new Bench();
  const certificateId = bench.certificate('device', 'ACTIVE');
  bench.registry.execute('UpdateCertificate', { certificateId, newStatus: 'REVOKED' });
  bench.registry.execute('DeleteCertificate', { certificateId });
  bench.time += 1_000;
  bench.certificate();
  const first = { kind: 'certificates', name: certificateId, createdAt: bench.time - 1_000 };
  expect(bench.changes).toEqual([
    { ...first, fields: { status: 'ACTIVE', policies: [] } },
    { ...first, fields: { status: 'REVOKED', policies: [] } },
    first,
    { ...first, createdAt: bench.time, fields: { status: 'INACTIVE', policies: [] } },
  ]);
});

test('calls that take effect and are no reads are heard, as a trail hears them', () => {
  const heard: string[] = [];
  const bench = new Bench({ onWrite: (operation) => heard.push(operation) });
  bench.policy();
  bench.outcome('CreatePolicy', { policyName: 'connect', policyDocument: DOCUMENT });
  for (const operation of ['GetPolicy', 'ListTargetsForPolicy', 'DeletePolicy'] as const) bench.registry.execute(operation, { policyName: 'connect' });
  expect(heard).toEqual(['CreatePolicy', 'DeletePolicy']);
});

describe('snapshots of identities', () => {
  function registry(region: string, document: string, policies: readonly string[]): Bench {
    const bench = new Bench({ region });
    const arn = (kind: string, id: string) => `arn:aws:iot:${region}:111122223333:${kind}/${id}`;
    bench.thing('lamp');
    bench.group('house');
    const certificate = arn('cert', bench.certificate('device', 'ACTIVE'));
    for (const name of policies) {
      bench.policy(name, document);
      for (const target of [certificate, arn('thinggroup', 'house')]) bench.registry.execute('AttachPolicy', { policyName: name, target });
    }
    bench.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: certificate, thingPrincipalType: 'EXCLUSIVE_THING' });
    return bench;
  }
  const inRegion = (region: string) => `{"Statement":[{"Resource":"arn:aws:iot:${region}:111122223333:client/*","Action":"iot:Connect"}]}`;

  test('are equal for equal registries, documents as they are translated', () => {
    const one = registry('eu-west-1', inRegion('eu-west-1'), ['a', 'b']).registry.identitySnapshot();
    const other = registry('us-east-1', canonicalJson(inRegion('us-east-1')), ['b', 'a']).registry.identitySnapshot();
    expect(identityDifference(one, other, (document) => document.replace('eu-west-1', 'us-east-1'))).toEqual([]);
    expect(identityDifference(one, other)).toHaveLength(2);
  });

  test('differ by entry and field', () => {
    const one = registry('eu-west-1', DOCUMENT, ['a', 'b']);
    const other = registry('eu-west-1', DOCUMENT, ['a']);
    const { id } = madeCertificate('device');
    other.registry.execute('UpdateCertificate', { certificateId: id, newStatus: 'REVOKED' });
    other.registry.execute('DetachThingPrincipal', { thingName: 'lamp', principal: other.arn('cert', id) });
    expect(identityDifference(one.registry.identitySnapshot(), other.registry.identitySnapshot())).toEqual([
      'policy b: only in the first',
      `certificate ${id}: policies is ["a","b"] in the first, ["a"] in the second`,
      `certificate ${id}: status is "ACTIVE" in the first, "REVOKED" in the second`,
      'policies of group house: policies is ["a","b"] in the first, ["a"] in the second',
      'principals of thing lamp: only in the first',
    ]);
  });
});
