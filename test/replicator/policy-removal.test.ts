import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Destination, HarnessOptions } from './harness';
import { groupPoliciesItem, IDENTITIES, policyItem } from './identity-items';
import { fingerprintsOf } from '../../src/replicator/fingerprints';
import type { RetryMessage } from '../../src/replicator/handler/queues';
import { documentFor } from '../kinds/identities/harness';

const COUNT = 1_000;
/** Of a call. */
const CALL_MS = 12;
/** Of an invocation, of which the last ten seconds are for what is unfinished. */
const INVOCATION_MS = 11_500;
const FLEET = { pk: 'policy#fleet', sk: 'policy' };

const policy = (policyName: string, more: object = {}) => policyItem(policyName, documentFor('Allow', '*'), more);

/** A policy of many groups, none of which is to have it any more; functions that end when Lambda ends them. */
async function fleet(count = COUNT, options: HarnessOptions = {}) {
  let elapsed = 0;
  let calls = 0;
  const destination = new Destination({ identities: IDENTITIES, timeLeft: () => INVOCATION_MS - elapsed, ...options });
  await destination.stream(destination.write(policy('fleet')));
  for (let i = 0; i < count; i++) {
    destination.registry.execute('CreateThingGroup', { thingGroupName: `g${i}` });
    destination.registry.execute('AttachPolicy', { policyName: 'fleet', target: `arn:aws:iot:eu-west-1:123456789012:thinggroup/g${i}` });
    destination.write(groupPoliciesItem(`g${i}`, []));
  }
  const longest = { ms: 0 };
  destination.beforeCall = () => {
    calls += 1;
    elapsed += CALL_MS;
    longest.ms = Math.max(longest.ms, elapsed);
  };
  const invoke = async (work: () => Promise<unknown>) => {
    elapsed = 0;
    calls = 0;
    await work();
    return calls;
  };
  /** Hands over what is on the queue. */
  const turn = async (...others: RetryMessage[]) => {
    const messages = destination.retries.splice(0);
    destination.now += Math.max(0, ...messages.map(({ delaySeconds }) => delaySeconds)) * 1000;
    return invoke(() => destination.retry(...messages.map(({ message }) => message), ...others));
  };
  const has = (policyName: string) => policyName in destination.registry.identitySnapshot().policies;
  const deletion = policy('fleet', { deleted: true, expiresAt: 2_000_000_000 });
  return { destination, invoke, turn, has, deletion, longest };
}

describe('a deleted policy that more have than an invocation can look at', () => {
  test('does not hold up the stream, nor what follows it there', async () => {
    const { destination, invoke, has, deletion } = await fleet();
    const calls = await invoke(async () => {
      await expect(destination.stream(destination.write(deletion, policy('next')))).resolves.toEqual({ batchItemFailures: [] });
    });
    expect(calls).toBeLessThan(30);
    expect(has('next')).toBe(true);
    expect(destination.retries).toMatchObject([{ message: FLEET, delaySeconds: 1 }]);
  });

  test('is removed from message to message, beside other keys, and no invocation is killed', async () => {
    const { destination, turn, has, deletion, longest } = await fleet();
    await destination.stream(destination.write(deletion));
    destination.write(policy('next'));
    await turn({ pk: 'policy#next', sk: 'policy' });
    expect(has('next')).toBe(true);
    expect(destination.retries.find(({ message }) => message.pk === FLEET.pk)).toMatchObject({ message: { walk: { phase: 'holders', token: expect.any(String) } }, delaySeconds: 0 });
    const walks: string[] = [];
    const places = new Set<string | undefined>();
    for (let turns = 0; has('fleet') && turns < 50; turns++) {
      await turn();
      for (const { message } of destination.retries) {
        if (message.walk) walks.push(message.walk.phase);
        if (message.walk?.phase === 'detach') places.add(message.admitted);
      }
    }
    expect(has('fleet')).toBe(false);
    expect(longest.ms).toBeLessThan(INVOCATION_MS);
    expect(new Set(walks)).toEqual(new Set(['holders', 'detach']));
    // One deletion, however many invocations it takes.
    expect(places.size).toBe(1);
    expect(places.has(undefined)).toBe(false);
    expect(destination.deadLetters).toEqual([]);
  });

  test('goes on as soon as it can after each part, and counts no time as waiting meanwhile', async () => {
    const { destination, turn, deletion } = await fleet();
    await destination.stream(destination.write(deletion));
    for (let turns = 0; turns < 4; turns++) {
      await turn();
      expect(destination.retries).toMatchObject([{ message: { attempt: 1, waitingSince: destination.now }, delaySeconds: 0 }]);
    }
  });

  test('stays if the source has created it again meanwhile', async () => {
    const { destination, turn, has, deletion } = await fleet();
    await destination.stream(destination.write(deletion));
    await turn();
    destination.write(policy('fleet', { incarnation: 'again' }));
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(has('fleet')).toBe(true);
    expect(destination.retries).toEqual([]);
    expect(destination.registry.execute('ListTargetsForPolicy', { policyName: 'fleet', pageSize: 250 }).targets).toHaveLength(250);
  });

  test('stays if one of them has no record, with one letter, and nothing is detached', async () => {
    const { destination, turn, deletion } = await fleet();
    destination.registry.execute('AttachPolicy', { policyName: 'fleet', target: 'eu-west-1:00000000-0000-0000-0000-000000000000' });
    await destination.stream(destination.write(deletion));
    const calls = await destination.calls(async () => {
      for (let turns = 0; destination.retries.length > 0 && turns < 20; turns++) await turn();
    });
    expect(destination.deadLetters).toMatchObject([{ ...FLEET, class: 'rejected', error: 'PolicyInUse' }]);
    expect(calls).not.toHaveProperty('DetachPolicy');
  });

  test('is left as it is by a deployment that does not select it any more', async () => {
    const { destination, turn, deletion } = await fleet();
    await destination.stream(destination.write(deletion));
    await turn();
    expect(destination.retries).toMatchObject([{ message: { walk: { phase: 'holders' } } }]);
    destination.select({ kinds: ['policy', 'groupPolicies'], prefixes: { policy: fingerprintsOf(['other']) } });
    expect(await destination.calls(() => turn())).toEqual({});
    expect(destination.retries).toEqual([]);
  });
});

test('a deleted policy that goes at once needs one read of each record of what has it', async () => {
  const { destination, has, deletion } = await fleet(20, { limits: { policyDeletionDelay: 0 } });
  await destination.stream(destination.write(deletion));
  expect(has('fleet')).toBe(false);
  const keys = destination.dynamodb.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => input.Key?.pk.S ?? '');
  expect(keys.filter((pk) => pk.startsWith('group#'))).toHaveLength(20);
});
