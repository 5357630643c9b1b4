import { Destination, Item } from './harness';
import { certificateItem, groupPoliciesItem, IDENTITIES, LAMP, policyItem } from './identity-items';
import { PassingTime } from './passing-time';
import { HOUR_MS, numbers } from './waiting-world';
import { documentFor } from '../kinds/identities/harness';

/** What a certificate or a group may do while a change of its set waits, and somebody changes it again. */

const GROUP = 'lamps';
/** Its Region has a wildcard, so a destination would deny less. */
const REFUSED = documentFor('Deny', '*', 'us-*');

class World {
  public static async of(holder: 'certificate' | 'group', quarantine: string): Promise<World> {
    const world = new World(holder);
    if (holder === 'group') world.destination.registry.execute('CreateThingGroup', { thingGroupName: GROUP });
    await world.write(policyItem('allow', documentFor('Allow', 'a')), policyItem('allow-more', documentFor('Allow', '*')), policyItem('quarantine', quarantine));
    return world;
  }

  private readonly destination = new Destination({ random: numbers(), identities: IDENTITIES });
  private readonly time = new PassingTime(this.destination);

  private constructor(private readonly holder: 'certificate' | 'group') {}

  /** The source gives it these policies, and the change arrives. */
  public async give(...policies: readonly string[]): Promise<void> {
    await this.write(this.holder === 'group' ? groupPoliciesItem(GROUP, policies) : certificateItem('ACTIVE', policies));
  }

  /** AWS throttles an operation while the change arrives. */
  public async giveThrottled(operation: string, ...policies: readonly string[]): Promise<void> {
    this.destination.registry.injectFault = (each) => (each === operation ? Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }) : undefined);
    await this.give(...policies);
    this.destination.registry.injectFault = undefined;
  }

  /** Registry calls made meanwhile. */
  public calls(work: () => Promise<unknown>): Promise<Record<string, number>> {
    return this.destination.calls(work);
  }

  public pass(hours: number): Promise<unknown> {
    return this.time.pass(hours * HOUR_MS);
  }

  public get policies(): readonly string[] {
    const target = this.holder === 'group' ? `arn:aws:iot:eu-west-1:123456789012:thinggroup/${GROUP}` : LAMP.id;
    const { certificates } = this.destination.registry.identitySnapshot();
    if (this.holder === 'certificate') return [...certificates[target].policies].sort();
    const { policies } = this.destination.registry.execute('ListAttachedPolicies', { target }) as { readonly policies: readonly { readonly policyName: string }[] };
    return policies.map(({ policyName }) => policyName).sort();
  }

  private async write(...items: readonly Item[]): Promise<void> {
    await this.time.stream(this.destination.write(...items));
  }
}

test.each([
  ['certificate', 'soon', 0], ['certificate', 'later', 1], ['group', 'soon', 0], ['group', 'later', 1],
] as const)('a further policy of a %s costs one call, %s', async (holder, _, hours) => {
  const world = await World.of(holder, documentFor('Deny', 'x'));
  expect(await world.calls(() => world.give('allow'))).toMatchObject({ AttachPolicy: 1 });
  await world.pass(hours);
  expect(await world.calls(() => world.give('allow', 'quarantine'))).toEqual({ AttachPolicy: 1 });
});

test.each(['certificate', 'group'] as const)('once a look has shown what a %s has, the next change costs one call', async (holder) => {
  const world = await World.of(holder, documentFor('Deny', 'x'));
  await world.give('allow');
  await world.giveThrottled('AttachPolicy', 'allow', 'quarantine');
  await world.pass(1);
  expect(await world.calls(() => world.give('quarantine'))).toEqual({ DetachPolicy: 1 });
});

describe.each(['certificate', 'group'] as const)('while a %s', (holder) => {
  test('lacks a policy that denies because it is refused, no further one that allows is attached', async () => {
    const world = await World.of(holder, REFUSED);
    await world.give('allow');
    await world.pass(1);
    await world.give('allow', 'quarantine');
    await world.pass(1);
    // A group has two at most.
    await world.give('allow-more', 'quarantine');
    await world.pass(24);
    expect(world.policies).toEqual([]);
  });

  test('lacks one because AWS throttled its attachment, none is attached before it', async () => {
    const world = await World.of(holder, documentFor('Deny', 'x'));
    await world.give('allow');
    await world.pass(1);
    await world.giveThrottled('AttachPolicy', 'allow', 'quarantine');
    await world.give('allow-more', 'quarantine');
    expect(world.policies).toEqual(['allow-more', 'quarantine']);
  });

  test('still has one that allows because AWS throttled its detachment, none that denies goes before it', async () => {
    const world = await World.of(holder, documentFor('Deny', 'x'));
    await world.give('allow', 'quarantine');
    await world.pass(1);
    await world.giveThrottled('DetachPolicy', 'quarantine');
    await world.give();
    expect(world.policies).toEqual([]);
  });
});
