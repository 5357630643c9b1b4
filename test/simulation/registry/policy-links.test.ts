import { Bench, DOCUMENT } from './fixture';

const policyName = 'connect';
const IDENTITY = 'eu-west-1:01234567-89ab-cdef-0123-456789abcdef';

function attachable(options: ConstructorParameters<typeof Bench>[0] = {}): { readonly bench: Bench; readonly target: string } {
  const bench = new Bench(options);
  bench.policy();
  return { bench, target: bench.arn('cert', bench.certificate()) };
}

describe('attaching a policy', () => {
  test('to a certificate, a group and a Cognito identity, which are listed in that order', () => {
    const { bench, target } = attachable();
    bench.group('house');
    const targets = [target, bench.arn('thinggroup', 'house'), IDENTITY];
    for (const each of targets) bench.registry.execute('AttachPolicy', { policyName, target: each });
    const first = bench.registry.execute('ListTargetsForPolicy', { policyName, pageSize: 2 });
    const second = bench.registry.execute('ListTargetsForPolicy', { policyName, pageSize: 2, marker: first.nextMarker });
    expect([...first.targets!, ...second.targets!]).toEqual(targets);
    for (const each of targets) expect(bench.registry.execute('ListAttachedPolicies', { target: each }).policies).toEqual([{ policyName, policyArn: bench.arn('policy', policyName) }]);
    expect(bench.registry.identitySnapshot()).toMatchObject({ certificates: { [target.slice(-64)]: { policies: [policyName] } }, groupPolicies: { house: { policies: [policyName] } } });
  });

  test.each([
    ['that does not exist', 'none', 'ResourceNotFound'], ['to a certificate that does not exist', 'cert/none', 'ResourceNotFound'], ['to a dynamic group', 'thinggroup/dynamic', 'InvalidRequest'],
    ['in another Region', 'arn:aws:iot:us-east-1:111122223333:cert/a', 'InvalidRequest'], ['in another account', 'arn:aws:iot:eu-west-1:444455556666:cert/a', 'Unauthorized'], ['to a name', 'house', 'InvalidRequest'],
  ])('%s fails', (_, where, expected) => {
    const { bench, target } = attachable();
    bench.dynamicGroup('dynamic');
    const to = where.includes(':') || where === 'house' ? where : `arn:aws:iot:eu-west-1:111122223333:${where}`;
    expect(bench.outcome('AttachPolicy', where === 'none' ? { policyName: 'none', target } : { policyName, target: to })).toBe(expected);
  });

  test.each(['LimitExceeded', 'InvalidRequest'] as const)('beyond ten to a certificate and two to a group: %s', (policiesPerTargetError) => {
    const { bench, target } = attachable({ facts: { policiesPerTargetError } });
    bench.group('house');
    const outcomes = (to: string, count: number) => Array.from({ length: count }, (_, i) => bench.outcome('AttachPolicy', { policyName: `p${i}`, target: to }));
    for (let i = 0; i < 11; i++) bench.policy(`p${i}`);
    expect(outcomes(target, 11)).toEqual([...Array<string>(10).fill('ok'), policiesPerTargetError]);
    expect(outcomes(bench.arn('thinggroup', 'house'), 3)).toEqual(['ok', 'ok', policiesPerTargetError]);
  });

  test.each(['ok', 'InvalidRequest', 'ResourceAlreadyExists'] as const)('again: %s', (reattachingPolicy) => {
    const { bench, target } = attachable({ facts: { reattachingPolicy } });
    expect([1, 2].map(() => bench.outcome('AttachPolicy', { policyName, target }))).toEqual(['ok', reattachingPolicy]);
  });
});

describe('detaching a policy', () => {
  test.each(['ok', 'ResourceNotFound'] as const)('that is not attached, or not there: %s', (outcome) => {
    const { bench, target } = attachable({ facts: { detachingUnattachedPolicy: outcome } });
    bench.registry.execute('AttachPolicy', { policyName, target });
    expect([1, 2].map(() => bench.outcome('DetachPolicy', { policyName, target }))).toEqual(['ok', outcome]);
    const other = new Bench({ facts: { detachingMissingPolicy: outcome } });
    other.policy();
    expect(other.outcome('DetachPolicy', { policyName, target })).toBe(outcome);
    expect(other.outcome('DetachPolicy', { policyName: 'none', target: other.arn('cert', other.certificate()) })).toBe(outcome);
  });
});

describe('listing what is attached', () => {
  test.each([['ResourceNotFound', ['ResourceNotFound', 'ResourceNotFound']], ['ok', ['ok', 'ok']]] as const)('to what does not exist: %s', (listingOfMissingPrincipal, expected) => {
    const bench = new Bench({ facts: { listingOfMissingPrincipal } });
    const missing = bench.arn('cert', 'a'.repeat(64));
    expect([bench.outcome('ListAttachedPolicies', { target: missing }), bench.outcome('ListPrincipalThings', { principal: missing })]).toEqual(expected);
  });

  test('to a group, those of the groups above it too where they are asked for', () => {
    const bench = new Bench();
    bench.group('root');
    bench.group('leaf', 'root');
    for (const [name, group] of [['a', 'root'], ['b', 'leaf'], ['a', 'leaf']]) {
      if (bench.outcome('GetPolicy', { policyName: name }) !== 'ok') bench.policy(name);
      bench.registry.execute('AttachPolicy', { policyName: name, target: bench.arn('thinggroup', group) });
    }
    const names = (recursive: boolean, group = 'leaf') => bench.registry.execute('ListAttachedPolicies', { target: bench.arn('thinggroup', group), recursive }).policies!.map((each) => each.policyName);
    expect([names(false), names(true), names(true, 'root')]).toEqual([['b', 'a'], ['a', 'b'], ['a']]);
  });
});

test.each(['ok', 'InvalidRequest'] as const)('a group that has policies is deleted: %s', (deleteOfGroupWithPolicies) => {
  const bench = new Bench({ facts: { deleteOfGroupWithPolicies } });
  bench.policy(policyName, DOCUMENT);
  bench.group('house');
  bench.registry.execute('AttachPolicy', { policyName, target: bench.arn('thinggroup', 'house') });
  expect(bench.outcome('DeleteThingGroup', { thingGroupName: 'house' })).toBe(deleteOfGroupWithPolicies);
  expect(bench.registry.execute('ListTargetsForPolicy', { policyName }).targets).toHaveLength(deleteOfGroupWithPolicies === 'ok' ? 0 : 1);
});
