import { ACCOUNT_ID, SOURCE_REGION } from '../definition';
import { perform, START, type History, type Step } from '../history';
import type { Random } from '../random';
import { InMemoryRegistry, madeCertificate, type RegistryFacts } from '../registry';

/** How many of each a history is about. */
const CAST = { things: 2, groups: 1, certificates: 3, policies: 3 };

const arnOf = (resource: string) => `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:${resource}`;

/** A document that names the Region. The first policy denies. */
function documentOf(random: Random, policyName: string): string {
  const statement = { Effect: policyName === 'p0' ? 'Deny' : 'Allow', Action: 'iot:Connect', Resource: arnOf(`client/${random.pick(['a', 'b', 'c'])}`) };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Operations on identities and on what they belong to. What is revoked stays revoked, as the developer guide has it, whatever the registry takes. */
export function generateIdentityHistory(random: Random, length: number, facts: RegistryFacts): History {
  let time = START;
  const registry = new InMemoryRegistry({ region: SOURCE_REGION, accountId: ACCOUNT_ID, now: () => time, facts });
  const history: Step[] = [];
  for (let i = 0; i < length; i++) {
    const { call, input } = draw(random, registry);
    const step = { after: random.chance(0.3) ? random.pick([2_000, 20_000, 400_000]) : 1 + random.below(50), call, input };
    time += step.after;
    perform(registry, step);
    history.push(step);
  }
  return history;
}

function draw(random: Random, registry: InMemoryRegistry): Omit<Step, 'after'> {
  const name = (letter: string, of: number) => `${letter}${random.below(of)}`;
  const thingName = name('t', CAST.things);
  const thingGroupName = name('g', CAST.groups);
  const { id: certificateId, pem: certificatePem } = madeCertificate(name('c', CAST.certificates));
  const policyName = name('p', CAST.policies);
  const principal = arnOf(`cert/${certificateId}`);
  const target = random.chance(0.75) ? principal : arnOf(`thinggroup/${thingGroupName}`);
  const { certificates } = registry.identitySnapshot();
  const isRevoked = certificates[certificateId]?.status === 'REVOKED';
  const thingPrincipalType = random.chance(0.2) ? 'EXCLUSIVE_THING' : 'NON_EXCLUSIVE_THING';
  return random.pick<() => Omit<Step, 'after'>>([
    () => ({ call: 'CreateThing', input: { thingName } }),
    () => ({ call: 'CreateThing', input: { thingName } }),
    () => ({ call: 'DeleteThing', input: { thingName } }),
    () => ({ call: 'CreateThingGroup', input: { thingGroupName } }),
    () => ({ call: random.chance(0.2) ? 'DeleteThingGroup' : 'CreateThingGroup', input: { thingGroupName } }),
    () => ({ call: 'RegisterCertificateWithoutCA', input: { certificatePem, status: random.pick(['ACTIVE', 'ACTIVE', 'INACTIVE']) } }),
    () => ({ call: 'RegisterCertificateWithoutCA', input: { certificatePem, status: 'ACTIVE' } }),
    () => ({ call: 'UpdateCertificate', input: { certificateId, newStatus: isRevoked ? 'REVOKED' : 'ACTIVE' } }),
    () => ({ call: 'UpdateCertificate', input: { certificateId, newStatus: isRevoked ? 'REVOKED' : 'INACTIVE' } }),
    () => ({ call: 'UpdateCertificate', input: { certificateId, newStatus: random.chance(0.4) || isRevoked ? 'REVOKED' : 'ACTIVE' } }),
    () => ({ call: 'DeleteCertificate', input: { certificateId, forceDelete: true } }),
    () => ({ call: 'CreatePolicy', input: { policyName, policyDocument: documentOf(random, policyName) } }),
    () => ({ call: 'CreatePolicy', input: { policyName, policyDocument: documentOf(random, policyName) } }),
    () => ({ call: 'CreatePolicyVersion', input: { policyName, policyDocument: documentOf(random, policyName), setAsDefault: true } }),
    () => ({ call: 'DeletePolicy', input: { policyName } }),
    () => ({ call: 'AttachPolicy', input: { policyName, target } }),
    () => ({ call: 'AttachPolicy', input: { policyName, target } }),
    () => ({ call: 'AttachPolicy', input: { policyName, target } }),
    () => ({ call: 'DetachPolicy', input: { policyName, target } }),
    () => ({ call: 'AttachThingPrincipal', input: { thingName, principal, thingPrincipalType } }),
    () => ({ call: 'AttachThingPrincipal', input: { thingName, principal, thingPrincipalType } }),
    () => ({ call: 'DetachThingPrincipal', input: { thingName, principal } }),
  ])();
}
