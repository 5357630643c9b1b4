import { type BenchOptions, documentFor, IdentityBench, PREFIX } from './harness';
import { Progress } from '../../../src/kinds/handler/walk';
import { classify } from '../../../src/replicator/handler/failures';
import { madeCertificate } from '../../simulation/registry';

const LET_IN = { kind: 'policy', policyName: 'let-in' };
const FROM_SOURCE = [{ Key: 'iot-registry-replication', Value: 'us-east-1' }];
const tagsOf = (bench: IdentityBench) => bench.registry.execute('ListTagsForResource', { resourceArn: `${PREFIX}policy/let-in` }).tags;
const theirs = (bench: IdentityBench) => bench.registry.identitySnapshot().policies['let-in']?.document;

test('a new policy takes one call, and allows in its Region what the source allows in its own', async () => {
  const bench = new IdentityBench();
  await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }), { history: 'new' });
  expect(bench.registry.calls).toEqual({ CreatePolicy: 1 });
  expect(theirs(bench)).toContain('arn:aws:iot:eu-west-1:111122223333:client/a');
});

test('an equal document takes no write, however it is written', async () => {
  const bench = new IdentityBench();
  await bench.policy('let-in', documentFor('Allow', 'a'));
  await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a').replace('{', '{ ') }));
  expect(bench.writes).toEqual(['CreatePolicy']);
});

test('another document becomes the default version, and the oldest goes where there are five', async () => {
  const bench = new IdentityBench();
  await bench.policy('let-in', documentFor('Allow', 'a'));
  for (const client of ['b', 'c', 'd', 'e', 'f', 'g']) {
    await expect(bench.apply(bench.record(LET_IN, { document: documentFor('Allow', client) }))).resolves.toBeUndefined();
    expect(theirs(bench)).toContain(`client/${client}`);
  }
  expect(bench.registry.execute('ListPolicyVersions', { policyName: 'let-in' }).policyVersions).toHaveLength(5);
});

describe('a document that changes', () => {
  const changed = async (bench: IdentityBench) => {
    await bench.policy('let-in', documentFor('Allow', 'a'));
    const old = [...bench.applied.values()][0];
    return { old, record: bench.record(LET_IN, { document: documentFor('Allow', 'b') }) };
  };

  test('takes one call if the one before was written here', async () => {
    const bench = new IdentityBench();
    const { old, record } = await changed(bench);
    await bench.apply(record, { history: 'plain', old });
    expect(bench.registry.calls).toEqual({ CreatePolicy: 1, CreatePolicyVersion: 1 });
    expect(theirs(bench)).toContain('client/b');
  });

  test('is looked at if that is not known: it may be somebody else\'s', async () => {
    const bench = new IdentityBench();
    const { old, record } = await changed(bench);
    bench.applied.clear();
    bench.registry.execute('DeletePolicy', { policyName: 'let-in' });
    bench.registry.execute('CreatePolicy', { policyName: 'let-in', policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });
    await expect(bench.apply(record, { history: 'plain', old })).rejects.toMatchObject({ name: 'ForeignPolicy' });
  });

  test('creates the policy again if it is gone', async () => {
    const bench = new IdentityBench();
    const { old, record } = await changed(bench);
    bench.registry.execute('DeletePolicy', { policyName: 'let-in' });
    await bench.apply(record, { history: 'plain', old });
    expect(theirs(bench)).toContain('client/b');
  });
});

describe('a policy of the same name that somebody else has made', () => {
  const foreign = (bench: IdentityBench) => bench.registry.execute('CreatePolicy', { policyName: 'let-in', policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });

  test('is left alone, with the reason', async () => {
    const bench = new IdentityBench();
    foreign(bench);
    await expect(bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }))).rejects.toMatchObject({ name: 'ForeignPolicy', message: expect.stringContaining('adoptPolicies') });
    expect(theirs(bench)).toContain('client/theirs');
  });

  test('is overwritten if that is asked for, and is the replication\'s own from then on', async () => {
    const bench = new IdentityBench({ identities: { adoptsPolicies: true } });
    foreign(bench);
    await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }));
    expect(theirs(bench)).toContain('client/a');
    expect(tagsOf(bench)).toEqual(FROM_SOURCE);
  });

  test('is not deleted with the source\'s', async () => {
    const bench = new IdentityBench();
    foreign(bench);
    await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }, { deleted: true }));
    expect(theirs(bench)).toContain('client/theirs');
    expect(bench.admitted).toBe(0);
  });
});

describe('a policy that a replication has created before', () => {
  /** Another replication: it has noted nothing. */
  async function createdBefore(sourceRegion: string) {
    const bench = new IdentityBench();
    bench.registry.execute('CreatePolicy', { policyName: 'let-in', policyDocument: documentFor('Allow', 'before', 'eu-west-1'), tags: [{ Key: 'iot-registry-replication', Value: sourceRegion }] });
    return bench;
  }

  test('is marked with the source, and nothing that a rename or a move changes', async () => {
    const bench = new IdentityBench();
    await bench.policy('let-in', documentFor('Allow', 'a'));
    expect(tagsOf(bench)).toEqual(FROM_SOURCE);
  });

  test('gets the next document by any replication of its source', async () => {
    const bench = await createdBefore('us-east-1');
    await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }));
    expect(theirs(bench)).toContain('client/a');
  });

  test('is deleted by any replication of its source', async () => {
    const bench = await createdBefore('us-east-1');
    await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }, { deleted: true }));
    expect(theirs(bench)).toBeUndefined();
  });

  test('of another source is left alone, and stays when that is deleted', async () => {
    const bench = await createdBefore('us-west-2');
    await expect(bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }))).rejects.toMatchObject({ name: 'ForeignPolicy', message: expect.stringContaining('iot-registry-replication=us-east-1') });
    await bench.apply(bench.record(LET_IN, { document: documentFor('Allow', 'a') }, { deleted: true }));
    expect(theirs(bench)).toContain('client/before');
  });
});

test('a document that can\'t be rewritten is rejected without a call', async () => {
  const bench = new IdentityBench();
  await expect(bench.apply(bench.record(LET_IN, { document: 'no JSON' }), { history: 'new' })).rejects.toMatchObject({ name: 'UnfaithfulPolicy' });
  expect(bench.registry.calls).toEqual({});
});

describe('a deleted policy', () => {
  async function withTarget(policies: readonly string[]) {
    const bench = new IdentityBench();
    await bench.policy('let-in', documentFor('Allow', 'a'));
    await bench.apply(bench.certificate('ACTIVE', ['let-in']), { history: 'new' });
    bench.certificate('ACTIVE', policies);
    bench.passTime(600_000);
    return { bench, deletion: bench.record(LET_IN, { document: documentFor('Allow', 'a') }, { deleted: true }) };
  }

  test('is detached from what no record attaches it to, and goes after the time that AWS takes', async () => {
    const { bench, deletion } = await withTarget([]);
    await expect(bench.apply(deletion)).rejects.toMatchObject({ name: 'Waiting' });
    bench.passTime(600_000);
    await bench.apply(deletion);
    expect(theirs(bench)).toBeUndefined();
  });

  test('waits for what a record attaches it to', async () => {
    const { bench, deletion } = await withTarget(['let-in']);
    await expect(bench.apply(deletion)).rejects.toMatchObject({ name: 'Waiting' });
    expect(Object.values(bench.registry.identitySnapshot().certificates)).toEqual([{ status: 'ACTIVE', policies: ['let-in'] }]);
  });

  describe('that is attached to something without a record here', () => {
    const COGNITO = 'eu-west-1:00000000-0000-0000-0000-000000000000';
    const attach = (bench: IdentityBench, target: string) => bench.registry.execute('AttachPolicy', { policyName: 'let-in', target });

    test.each([
      ['a certificate', (bench: IdentityBench) => attach(bench, bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate('theirs').pem, status: 'ACTIVE' }).certificateArn!)],
      ['a thing group', (bench: IdentityBench) => {
        bench.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
        attach(bench, `${PREFIX}thinggroup/room`);
      }],
      ['a Cognito identity', (bench: IdentityBench) => attach(bench, COGNITO)],
    ])('stays with it, and says so without a name: %s', async (is, attachIt) => {
      const { bench, deletion } = await withTarget([]);
      attachIt(bench);
      const before = bench.registry.identitySnapshot();
      bench.writes.splice(0);
      const error = await bench.apply(deletion).then(() => undefined, (each: Error) => each);
      expect(error).toMatchObject({ name: 'PolicyInUse', message: expect.stringContaining(`does not manage: ${is}: `) });
      expect(classify(error)).toBe('rejected');
      expect(bench.writes).toEqual([]);
      expect(bench.registry.identitySnapshot()).toEqual(before);
      expect(bench.admitted).toBe(0);
    });

    test('goes once it is detached there', async () => {
      const { bench, deletion } = await withTarget([]);
      attach(bench, COGNITO);
      await expect(bench.apply(deletion)).rejects.toMatchObject({ name: 'PolicyInUse' });
      bench.registry.execute('DetachPolicy', { policyName: 'let-in', target: COGNITO });
      await expect(bench.apply(deletion)).rejects.toMatchObject({ name: 'Waiting' });
      bench.passTime(600_000);
      await bench.apply(deletion);
      expect(theirs(bench)).toBeUndefined();
    });
  });

  test('is detached from nothing while a record still has it somewhere', async () => {
    const { bench, deletion } = await withTarget([]);
    const other = madeCertificate('other');
    const { certificateArn: target } = bench.registry.execute('RegisterCertificateWithoutCA', { certificatePem: other.pem, status: 'ACTIVE' });
    bench.registry.execute('AttachPolicy', { policyName: 'let-in', target });
    bench.record({ kind: 'certificate', certificateId: other.id }, { status: 'ACTIVE', pem: other.pem, policies: ['let-in'] });
    bench.writes.splice(0);
    await expect(bench.apply(deletion)).rejects.toMatchObject({ name: 'Waiting' });
    expect(bench.writes).toEqual([]);
  });
});

describe('a deleted policy that hundreds have', () => {
  const COUNT = 800;
  const groupOf = (i: number) => `g${String(i).padStart(3, '0')}`;
  const targetOf = (i: number) => `${PREFIX}thinggroup/${groupOf(i)}`;
  const has = (bench: IdentityBench, i: number, elements: readonly string[]) => bench.record({ kind: 'groupPolicies', groupName: groupOf(i) }, { elements });
  const listed = (bench: IdentityBench) => bench.registry.calls.ListTargetsForPolicy ?? 0;
  const attached = (bench: IdentityBench) => bench.registry.execute('ListTargetsForPolicy', { policyName: 'let-in', pageSize: 250 }).targets!.length;

  async function withMany(count = COUNT, options: BenchOptions = {}) {
    const bench = new IdentityBench(options);
    await bench.policy('let-in', documentFor('Allow', 'a'));
    for (let i = 0; i < count; i++) {
      bench.registry.execute('CreateThingGroup', { thingGroupName: groupOf(i) });
      bench.registry.execute('AttachPolicy', { policyName: 'let-in', target: targetOf(i) });
      has(bench, i, []);
    }
    bench.writes.splice(0);
    const deletion = bench.record(LET_IN, { document: documentFor('Allow', 'a') }, { deleted: true });
    const attempt = (progress?: Progress) => bench.apply(deletion, {}, progress).then(() => undefined, (error: Error) => error);
    return { bench, attempt };
  }

  test('does not hold up the stream', async () => {
    const { bench, attempt } = await withMany(26);
    await expect(attempt()).resolves.toMatchObject({ name: 'Waiting', message: expect.stringContaining('retry queue') });
    expect(listed(bench)).toBe(1);
    expect(bench.mostReads).toBe(0);
    expect(bench.writes).toEqual([]);
  });

  test('is detached by the stream if it is only a few', async () => {
    const { bench, attempt } = await withMany(25);
    await expect(attempt()).resolves.toMatchObject({ name: 'Waiting', message: expect.stringContaining('five minutes') });
    expect(bench.writes).toEqual(Array<string>(25).fill('DetachPolicy'));
  });

  test('is detached from all of them, and goes; sixteen records are read at a time', async () => {
    const { bench, attempt } = await withMany();
    const progress = new Progress();
    await expect(attempt(progress)).resolves.toMatchObject({ name: 'Waiting', message: expect.stringContaining('five minutes') });
    expect(bench.mostReads).toBe(16);
    expect(bench.writes).toEqual(Array<string>(COUNT).fill('DetachPolicy'));
    bench.passTime(600_000);
    await expect(attempt(new Progress(progress.at))).resolves.toBeUndefined();
    expect(theirs(bench)).toBeUndefined();
  });

  test('stays with the last of them that has no record, and nothing is detached', async () => {
    const { bench, attempt } = await withMany();
    bench.registry.execute('AttachPolicy', { policyName: 'let-in', target: 'eu-west-1:00000000-0000-0000-0000-000000000000' });
    bench.writes.splice(0);
    await expect(attempt(new Progress())).resolves.toMatchObject({ name: 'PolicyInUse', message: expect.stringContaining('a Cognito identity') });
    expect(bench.writes).toEqual([]);
    expect(bench.admitted).toBe(0);
  });

  test('waits as soon as a record has it, and looks there again', async () => {
    const { bench, attempt } = await withMany();
    has(bench, 300, ['let-in']);
    const progress = new Progress();
    await expect(attempt(progress)).resolves.toMatchObject({ name: 'Waiting', message: expect.stringContaining('still have the policy') });
    // The few that come first, and two of four pages.
    expect(listed(bench)).toBe(3);
    expect(bench.writes).toEqual([]);
    has(bench, 300, []);
    const next = new Progress(progress.at);
    await attempt(next);
    expect(attached(bench)).toBe(0);
  });

  test('is looked at from message to message, each of which goes on where the one before had no more time', async () => {
    let asked = 0;
    const { bench, attempt } = await withMany(COUNT, { hasTime: () => asked++ % 3 < 2 });
    let progress = new Progress();
    const attempts: (Error | undefined)[] = [];
    for (let i = 0; i < 50 && !attempts.at(-1)?.message.includes('five minutes'); i++) {
      progress = new Progress(progress.at);
      attempts.push(await attempt(progress));
    }
    expect(attempts.slice(0, -1)).toEqual(Array.from({ length: attempts.length - 1 }, () => expect.objectContaining({ name: 'Unfinished' })));
    // Two pages an attempt: four to look at, and 32 to detach from.
    expect(attempts).toHaveLength(18);
    expect(attached(bench)).toBe(0);
  });

  test('is detached from nothing that has got it back, and all is looked at anew', async () => {
    let asked = 0;
    // Until half of them are detached.
    const { bench, attempt } = await withMany(100, { hasTime: () => asked++ !== 3 });
    const progress = new Progress();
    await expect(attempt(progress)).resolves.toMatchObject({ name: 'Unfinished' });
    expect(progress.at).toMatchObject({ phase: 'detach' });
    expect(attached(bench)).toBe(50);
    has(bench, 60, ['let-in']);
    const next = new Progress(progress.at);
    await expect(attempt(next)).resolves.toMatchObject({ name: 'Waiting', message: expect.stringContaining('still have the policy') });
    expect(attached(bench)).toBe(50);
    expect(next.at).toEqual({ phase: 'holders' });
  });

  test('is looked at from the beginning if the listing can\'t be continued', async () => {
    const { bench, attempt } = await withMany();
    const progress = new Progress({ phase: 'holders', token: 'expired' });
    await expect(attempt(progress)).resolves.toMatchObject({ name: 'Waiting', message: expect.stringContaining('starts again') });
    await attempt(new Progress(progress.at));
    expect(attached(bench)).toBe(0);
  });
});
