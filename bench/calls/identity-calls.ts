import { Row, shown } from '../part';
import { Destination, Use } from './destination';
import { certificateItem, groupItem, groupPoliciesItem, Item, policyItem, principalsItem, thingItem } from './records';
import { madeCertificate } from '../../test/simulation/registry/made-certificates';

/** Longer than a lease. */
const LATER_MS = 60_000;

interface Counted {
  readonly what: string;
  readonly calls: number;
}

/** Registry calls per change of identities, each of which was applied as a whole before: nothing waits. */
export async function countIdentityCalls(count: number): Promise<Row[]> {
  const destination = new Destination(undefined, true);
  const numbers = Array.from({ length: count }, (_, i) => i);
  const apply = async (what: string, item: (i: number) => Item, looksAgain = false): Promise<Counted> => {
    // Whoever writes while the lease of an earlier write lasts looks again.
    destination.now += LATER_MS;
    const use: Use = await destination.replicate(numbers.map(item), count, looksAgain);
    return { what, calls: use.registryCalls / count };
  };
  const certificates = numbers.map((i) => madeCertificate(`device-${i}`));
  const own = (i: number) => `own-${i}`;
  const ownPolicies = (action: string) => (i: number) => policyItem(own(i), action);
  const certificate = (status: string, policies: (i: number) => string[]) => (i: number) => (
    certificateItem(certificates[i], { status, policies: policies(i) })
  );
  const withOwn = (status: string) => certificate(status, (i) => [own(i)]);
  const principals = (elements: (i: number) => string[]) => (i: number) => principalsItem(`thing-${i}`, elements(i));
  const sharing = numbers.map((i) => madeCertificate(`sharing-${i}`));

  await destination.replicate([policyItem('shared', 'iot:Connect'), ...numbers.flatMap((i) => [thingItem(`thing-${i}`), groupItem(`group-${i}`)])]);
  const policyCreated = await apply('policy created', ownPolicies('iot:Connect'));
  const created = await apply('with a policy', withOwn('ACTIVE'));
  await destination.replicate(sharing.map((each) => certificateItem(each, { status: 'ACTIVE', policies: ['shared'] })), 1);
  const attached = await apply('certificate of a thing attached for the first time', principals((i) => [certificates[i].id]), true);
  const elements = [
    await apply('policy detached from a certificate', certificate('ACTIVE', () => [])),
    await apply('certificate attached to a thing', principals((i) => [certificates[i].id, sharing[i].id])),
    await apply('detached', principals((i) => [certificates[i].id]), true),
  ];
  const policyAttached = await apply('policy attached to a certificate', withOwn('ACTIVE'));
  const deactivated = await apply('deactivated', withOwn('INACTIVE'));
  const activated = await apply('activated', withOwn('ACTIVE'), true);
  const revoked = await apply('revoked', (i) => certificateItem(sharing[i], { status: 'REVOKED', policies: ['shared'] }));
  const document = await apply('document of a policy', ownPolicies('iot:Publish'));
  const ofGroup = [
    await apply('first policy of a group', (i) => groupPoliciesItem(`group-${i}`, ['shared']), true),
    await apply('second one', (i) => groupPoliciesItem(`group-${i}`, [own(i), 'shared'])),
    await apply('detached from a group', (i) => groupPoliciesItem(`group-${i}`, ['shared'])),
  ];
  const unchanged = [
    await apply('policy', ownPolicies('iot:Publish')),
    await apply('certificate', withOwn('ACTIVE')),
    await apply('certificates of a thing', principals((i) => [certificates[i].id])),
    await apply('policies of a group', (i) => groupPoliciesItem(`group-${i}`, ['shared'])),
  ];
  return [
    row('a certificate is deactivated, activated, revoked', [deactivated, activated, revoked], 1),
    row('a policy is created, its document changes', [policyCreated, document], 1),
    row('an element of a set', [policyAttached, ...elements, attached, ...ofGroup], 1),
    row('a new certificate with a policy (registered, attached, activated)', [created], 3),
    row('identities whose record changes no state', unchanged, 0),
  ];
}

function row(change: string, counted: readonly Counted[], mustReach: number): Row {
  return {
    what: `registry calls per change: ${change}`,
    mustReach: String(mustReach),
    measured: counted.map(({ what, calls }) => `${what} ${shown(calls)}`).join(', '),
    ok: counted.every(({ calls }) => calls === mustReach),
  };
}
