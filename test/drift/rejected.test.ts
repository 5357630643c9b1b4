/** Policies that a drift check finds and no repair replicates: what the status says of them has to end with them. */
import { DriftHarness, type DriftHarnessOptions } from './harness';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import type { Item } from '../replicator/harness';

const IDENTITIES: IdentitiesConfig = {
  features: ['identities'],
  arnPrefix: 'arn:aws:iot:eu-west-1:123456789012:',
  relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1' },
  adoptsPolicies: false,
};
const DOMAIN = { Condition: { StringEquals: { 'iot:DomainName': 'a.example.com' } } };

const documentOf = (client: string, more: object = {}) => JSON.stringify({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: `arn:aws:iot:us-east-1:123456789012:client/${client}`, ...more }],
});
const policy = (policyName: string, document: string, timestamp = 1_600_000_000_000): Item => ({
  pk: `policy#${policyName}`, sk: 'policy', incarnation: '1', version: 0, timestamp, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', state: { document },
});

const harnessOf = (options: DriftHarnessOptions = {}) => new DriftHarness({ scope: { kinds: ['policy'], prefixes: {} }, identities: IDENTITIES, ...options });

/** Applies what a check has sent before it looks again. */
function repairing(harness: DriftHarness): DriftHarness {
  harness.beforePhase = async (phase) => { if (phase === 'verify') await harness.destination.drain(); };
  return harness;
}

test('a policy that can not be rewritten is counted and named with the reason, beside its earlier document that stays', async () => {
  const harness = repairing(harnessOf());
  await harness.destination.replicate(policy('a', documentOf('one')));
  await harness.destination.replicate(policy('a', documentOf('one', DOMAIN), 1_600_000_000_001));
  const { counts } = await harness.check();
  expect(counts).toMatchObject({ different: 1, repaired: 1, notRepaired: 1, rejected: 1 });
  expect(harness.report()).toMatchObject([{
    pk: 'policy#a', difference: 'different', fields: [{ field: 'document' }, { field: 'rejection', actual: expect.stringMatching(/^UnfaithfulPolicy: .*iot:DomainName/) }],
  }]);
});

test('so is one that never was replicated', async () => {
  const harness = repairing(harnessOf());
  await harness.destination.replicate(policy('a', documentOf('one', DOMAIN)));
  expect((await harness.check()).counts).toMatchObject({ missing: 1, rejected: 1 });
});

describe('a policy of somebody else with the name of a replicated one', () => {
  async function foreign(options: DriftHarnessOptions = {}): Promise<DriftHarness> {
    const harness = repairing(harnessOf(options));
    harness.destination.registry.execute('CreatePolicy', { policyName: 'a', policyDocument: documentOf('theirs') });
    await harness.destination.replicate(policy('a', documentOf('one')));
    return harness;
  }

  test('is counted, also by a check that only reports', async () => {
    const harness = await foreign();
    expect((await harness.check()).counts).toMatchObject({ different: 1, repaired: 1, notRepaired: 1, rejected: 1 });
    expect((await harness.check({ mode: 'report' })).counts).toMatchObject({ different: 1, repaired: 0, rejected: 1 });
    expect(harness.report()).toMatchObject([{ fields: [{ field: 'document' }, { field: 'rejection', actual: expect.stringMatching(/^ForeignPolicy: /) }] }]);
  });

  test('is none where policies are adopted: the check has it overwritten', async () => {
    const harness = repairing(harnessOf({ identities: { ...IDENTITIES, adoptsPolicies: true } }));
    harness.destination.registry.execute('CreatePolicy', { policyName: 'a', policyDocument: documentOf('theirs') });
    harness.destination.write(policy('a', documentOf('one')));
    const reported = await harness.check({ mode: 'report' });
    expect(reported.counts).toMatchObject({ different: 1 });
    expect(reported.counts).not.toHaveProperty('rejected');
    expect((await harness.check()).counts).toMatchObject({ repaired: 1, notRepaired: 0 });
  });

  test('is none any more once it is gone, even if that is between two looks of one check', async () => {
    const harness = await foreign();
    harness.beforePhase = async (phase) => {
      if (phase !== 'verify') return;
      harness.destination.registry.execute('DeletePolicy', { policyName: 'a' });
      await harness.destination.drain();
    };
    const { counts } = await harness.check();
    expect(counts).toMatchObject({ different: 1, repaired: 1, notRepaired: 0 });
    expect(counts).not.toHaveProperty('rejected');
  });
});

describe('a policy that the source has deleted, and that somebody else has here', () => {
  const tombstone = { ...policy('a', documentOf('one'), 1_600_000_000_002), deleted: true };

  test('is left alone, and is no difference: nothing would ever end it', async () => {
    const harness = repairing(harnessOf());
    harness.destination.registry.execute('CreatePolicy', { policyName: 'a', policyDocument: documentOf('theirs') });
    await harness.destination.replicate(tombstone);
    const summary = await harness.check();
    expect(summary).toMatchObject({ inSync: true, counts: { shouldBeGone: 0, unmanaged: 1, repaired: 0 } });
    expect(harness.destination.registry.identitySnapshot().policies).toHaveProperty('a');
  });

  test.each([['us-east-1', { shouldBeGone: 1, unmanaged: 0 }], ['us-west-2', { shouldBeGone: 0, unmanaged: 1 }]])('is one of ours if it is a copy from our source: %s', async (Value, counts) => {
    const harness = harnessOf();
    harness.destination.registry.execute('CreatePolicy', { policyName: 'a', policyDocument: documentOf('theirs'), tags: [{ Key: 'iot-registry-replication', Value }] });
    harness.destination.write(tombstone);
    expect((await harness.check({ mode: 'report' })).counts).toMatchObject(counts);
  });

  /** Ours, and attached to a group by somebody else. */
  async function attached(): Promise<DriftHarness> {
    const harness = repairing(harnessOf());
    await harness.destination.replicate(policy('a', documentOf('one')));
    const { registry } = harness.destination;
    registry.execute('CreateThingGroup', { thingGroupName: 'theirs' });
    registry.execute('AttachPolicy', { policyName: 'a', target: 'arn:aws:iot:eu-west-1:123456789012:thinggroup/theirs' });
    return harness;
  }

  test('stays while something that is not replicated has it: it is no difference, and not tried again, but the report has the reason', async () => {
    const harness = await attached();
    await harness.destination.replicate(tombstone);
    await harness.destination.drain();
    expect(harness.destination.deadLetters).toMatchObject([{ error: 'PolicyInUse' }]);
    for (const input of [{}, { mode: 'repair' as const }, { mode: 'report' as const }]) {
      const summary = await harness.check(input);
      expect(summary).toMatchObject({ inSync: true, counts: { shouldBeGone: 0, unmanaged: 1, repaired: 0 } });
      expect(summary.counts).not.toHaveProperty('rejected');
    }
    expect(harness.report()).toMatchObject([{ pk: 'policy#a', difference: 'unmanaged', fields: [{ field: 'rejection', actual: expect.stringMatching(/^PolicyInUse: .*a thing group/) }] }]);
    await harness.destination.drain();
    expect(harness.destination.deadLetters).toHaveLength(1);
  });

  test('is deleted by the next check once nothing has it any more', async () => {
    const harness = await attached();
    await harness.destination.replicate(tombstone);
    harness.destination.registry.execute('DetachPolicy', { policyName: 'a', target: 'arn:aws:iot:eu-west-1:123456789012:thinggroup/theirs' });
    expect((await harness.check()).counts).toMatchObject({ shouldBeGone: 1, unmanaged: 0, repaired: 1, notRepaired: 0 });
    expect(harness.destination.registry.identitySnapshot().policies).not.toHaveProperty('a');
  });

  test.each<[string, boolean]>([['lives', false], ['is deleted', true]])('has to be gone if what has it has a record: it %s', async (_, deleted) => {
    const harness = await attached();
    harness.destination.write({
      pk: 'group#theirs', sk: 'policies', groupId: 'theirs-1', version: 0, timestamp: 1_600_000_000_000, deleted, sourceRegion: 'us-east-1', eventId: 'e', state: { elements: [] },
    }, tombstone);
    expect((await harness.check({ mode: 'report' })).counts).toMatchObject({ shouldBeGone: 1, unmanaged: 0 });
  });

  test('has to be gone if it is ours', async () => {
    const harness = harnessOf();
    await harness.destination.replicate(policy('a', documentOf('one')));
    harness.destination.write(tombstone);
    expect((await harness.check()).counts).toMatchObject({ shouldBeGone: 1, unmanaged: 0, repaired: 1 });
  });
});

test('a policy of ours that somebody has changed by hand is no rejected one', async () => {
  const harness = harnessOf();
  await harness.destination.replicate(policy('a', documentOf('one')));
  harness.destination.registry.execute('CreatePolicyVersion', { policyName: 'a', policyDocument: documentOf('other'), setAsDefault: true });
  const { counts } = await harness.check({ mode: 'report' });
  expect(counts).toMatchObject({ different: 1 });
  expect(counts).not.toHaveProperty('rejected');
});

test('where all are as they should be, nothing is asked about whose they are', async () => {
  const harness = harnessOf();
  await harness.destination.replicate(policy('a', documentOf('one')));
  expect((await harness.check()).inSync).toBe(true);
  expect(harness.calls.filter((call) => call.includes('ListTagsForResource'))).toEqual([]);
});
