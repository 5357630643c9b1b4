import { Bench, DOCUMENT } from './fixture';

const policyName = 'connect';
const other = (text: string) => JSON.stringify({ Statement: [{ Effect: 'Allow', Action: text, Resource: '*' }] });

describe('creating a policy', () => {
  test.each([
    ['a second time, with the same document', policyName, DOCUMENT, 'ResourceAlreadyExists'],
    ['with a document that is no JSON', 'new', '{', 'MalformedPolicy'],
    ['with a document without a statement', 'new', '{}', 'MalformedPolicy'],
    ['with a document that is a list', 'new', '[]', 'MalformedPolicy'],
    ['without a document', 'new', undefined, 'InvalidRequest'],
    ['with a slash in its name', 'a/b', DOCUMENT, 'InvalidRequest'],
    ['with a name of 129 characters', 'x'.repeat(129), DOCUMENT, 'InvalidRequest'],
    ['with all that a name may hold', 'A_z0+=,.@-', DOCUMENT, 'ok'],
  ])('%s', (_, name, policyDocument, expected) => {
    const bench = new Bench();
    bench.policy();
    expect(bench.outcome('CreatePolicy', { policyName: name, policyDocument })).toBe(expected);
  });

  test.each(['MalformedPolicy', 'InvalidRequest', 'LimitExceeded'] as const)('with more than 2,048 characters, blanks apart: %s', (longPolicyError) => {
    const bench = new Bench({ facts: { longPolicyError } });
    const ofLength = (length: number) => other('x'.repeat(length - other('').length));
    expect(bench.outcome('CreatePolicy', { policyName: 'a', policyDocument: ofLength(2_048).replace(/,/g, ' ,\n ') })).toBe('ok');
    expect(bench.outcome('CreatePolicy', { policyName: 'b', policyDocument: ofLength(2_049) })).toBe(longPolicyError);
    expect(bench.outcome('CreatePolicyVersion', { policyName: 'a', policyDocument: ofLength(2_049) })).toBe(longPolicyError);
  });
});

describe('versions', () => {
  test('count on, whatever was deleted; the default one is what the policy says', () => {
    const bench = new Bench();
    bench.policy();
    const create = (text: string, setAsDefault?: boolean) => bench.registry.execute('CreatePolicyVersion', { policyName, policyDocument: other(text), setAsDefault }).policyVersionId;
    const current = () => bench.registry.execute('GetPolicy', { policyName });
    expect(create('a')).toBe('2');
    expect(current()).toMatchObject({ policyDocument: DOCUMENT, defaultVersionId: '1' });
    expect(create('b', true)).toBe('3');
    expect(current()).toMatchObject({ policyDocument: other('b'), defaultVersionId: '3' });
    bench.registry.execute('DeletePolicyVersion', { policyName, policyVersionId: '2' });
    bench.registry.execute('SetDefaultPolicyVersion', { policyName, policyVersionId: '1' });
    expect(current()).toMatchObject({ policyDocument: DOCUMENT, defaultVersionId: '1' });
    expect(create('c')).toBe('4');
    expect(bench.registry.execute('GetPolicyVersion', { policyName, policyVersionId: '4' })).toMatchObject({ policyDocument: other('c'), isDefaultVersion: false });
    expect(bench.registry.execute('ListPolicyVersions', { policyName }).policyVersions).toMatchObject([{ versionId: '4', isDefaultVersion: false }, { versionId: '3' }, { versionId: '1', isDefaultVersion: true }]);
    for (const operation of ['GetPolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'] as const) expect(bench.outcome(operation, { policyName, policyVersionId: '2' })).toBe('ResourceNotFound');
  });

  test.each([false, true])('another default one gives the policy another generation: %s', (versionChangesGeneration) => {
    const bench = new Bench({ facts: { versionChangesGeneration } });
    bench.policy();
    const generation = () => bench.registry.execute('GetPolicy', { policyName }).generationId;
    const before = generation();
    bench.registry.execute('CreatePolicyVersion', { policyName, policyDocument: other('a') });
    expect(generation()).toBe(before);
    bench.registry.execute('SetDefaultPolicyVersion', { policyName, policyVersionId: '2' });
    expect(generation() !== before).toBe(versionChangesGeneration);
  });

  test('a sixth fails until one is deleted', () => {
    const bench = new Bench();
    bench.policy();
    const create = () => bench.outcome('CreatePolicyVersion', { policyName, policyDocument: DOCUMENT, setAsDefault: true });
    expect(Array.from({ length: 5 }, create)).toEqual(['ok', 'ok', 'ok', 'ok', 'VersionsLimitExceeded']);
    bench.registry.execute('DeletePolicyVersion', { policyName, policyVersionId: '1' });
    expect(create()).toBe('ok');
  });

  test.each(['DeleteConflict', 'InvalidRequest'] as const)('the default one cannot be deleted: %s', (deleteDefaultVersionError) => {
    const bench = new Bench({ facts: { deleteDefaultVersionError } });
    bench.policy();
    expect(bench.outcome('DeletePolicyVersion', { policyName, policyVersionId: '1' })).toBe(deleteDefaultVersionError);
  });
});

describe('deleting a policy', () => {
  test.each([[true, 'DeleteConflict'], [false, 'ok']])('waits for versions, targets, and where that is so for the detachment: %s', (detachmentHoldsPolicy, detached) => {
    const bench = new Bench({ facts: { detachmentHoldsPolicy } });
    bench.policy();
    bench.registry.execute('CreatePolicyVersion', { policyName, policyDocument: DOCUMENT });
    const target = bench.arn('cert', bench.certificate());
    bench.registry.execute('AttachPolicy', { policyName, target });
    const remove = () => bench.outcome('DeletePolicy', { policyName });
    expect(remove()).toBe('DeleteConflict');
    bench.registry.execute('DeletePolicyVersion', { policyName, policyVersionId: '2' });
    expect(remove()).toBe('DeleteConflict');
    bench.registry.execute('DetachPolicy', { policyName, target });
    bench.time += 5 * 60_000 - 1;
    expect(remove()).toBe(detached);
    bench.time += 1;
    if (detachmentHoldsPolicy) expect(remove()).toBe('ok');
    expect(remove()).toBe('ResourceNotFound');
  });
});

test('policies are listed newest first, in pages', () => {
  const bench = new Bench();
  for (const name of ['a', 'b', 'c']) bench.policy(name);
  const first = bench.registry.execute('ListPolicies', { pageSize: 2 });
  const second = bench.registry.execute('ListPolicies', { pageSize: 2, marker: first.nextMarker });
  expect([first, second].map(({ policies }) => policies!.map((each) => each.policyName))).toEqual([['c', 'b'], ['a']]);
  expect([bench.outcome('ListPolicies', { marker: 'x' }), bench.outcome('ListPolicies', { pageSize: 251 })]).toEqual(['InvalidRequest', 'InvalidRequest']);
});

test('tags are set at creation and later, up to 50, and are taken away', () => {
  const bench = new Bench();
  bench.registry.execute('CreatePolicy', { policyName, policyDocument: DOCUMENT, tags: [{ Key: 'a', Value: '1' }] });
  const resourceArn = bench.arn('policy', policyName);
  bench.registry.execute('TagResource', { resourceArn, tags: [{ Key: 'a', Value: '2' }, { Key: 'b' }] });
  const tags = () => bench.registry.execute('ListTagsForResource', { resourceArn }).tags;
  expect(tags()).toEqual([{ Key: 'a', Value: '2' }, { Key: 'b', Value: '' }]);
  bench.registry.execute('UntagResource', { resourceArn, tagKeys: ['b'] });
  expect(tags()).toEqual([{ Key: 'a', Value: '2' }]);
  expect(bench.outcome('TagResource', { resourceArn, tags: Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' })) })).toBe('LimitExceeded');
  expect(bench.outcome('ListTagsForResource', { resourceArn: bench.arn('cert', 'a') })).toBe('InvalidRequest');
  expect(bench.outcome('ListTagsForResource', { resourceArn: bench.arn('policy', 'none') })).toBe('ResourceNotFound');
});
