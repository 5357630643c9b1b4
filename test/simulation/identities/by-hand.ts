import { withoutForeign } from './foreign';
import type { Random } from '../random';
import type { IdentitySnapshot, InMemoryRegistry, Operation } from '../registry';

const NOTHING_ALLOWED = '{"Version":"2012-10-17","Statement":[]}';

/** Somebody changes the destination, but revokes nothing, which would be final. */
export function changeByHand(execute: InMemoryRegistry['execute'], snapshot: IdentitySnapshot, arnPrefix: string, random: Random): void {
  const there = withoutForeign(snapshot);
  const policies = Object.keys(there.policies);
  const attempt = (operation: Operation, input: object) => {
    try {
      execute(operation, input as never);
    } catch (error) {
      // The registry refuses some of it.
      if (!(error instanceof Error) || !/Exception$/.test(error.name)) throw error;
    }
  };
  const attachOrDetach = (target: string) => {
    for (const policyName of policies) {
      if (random.chance(0.3)) attempt(random.pick(['AttachPolicy', 'DetachPolicy'] as const), { policyName, target });
    }
  };
  for (const [certificateId, { status }] of Object.entries(there.certificates)) {
    const principal = `${arnPrefix}cert/${certificateId}`;
    if (random.chance(0.4) && status !== 'REVOKED') attempt('UpdateCertificate', { certificateId, newStatus: status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE' });
    attachOrDetach(principal);
    for (const thingName of Object.keys(there.principals)) {
      if (random.chance(0.3)) attempt(random.pick(['AttachThingPrincipal', 'DetachThingPrincipal'] as const), { thingName, principal });
    }
    if (random.chance(0.1) && status !== 'REVOKED') attempt('DeleteCertificate', { certificateId, forceDelete: true });
  }
  for (const policyName of policies) {
    if (random.chance(0.3)) attempt('CreatePolicyVersion', { policyName, policyDocument: NOTHING_ALLOWED, setAsDefault: true });
  }
  for (const [certificateId, { status }] of Object.entries(there.authorities)) {
    if (random.chance(0.5)) attempt('UpdateCACertificate', { certificateId, newStatus: status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE' });
    if (random.chance(0.3)) attempt('DeleteCACertificate', { certificateId });
  }
  for (const groupName of Object.keys(there.groupPolicies)) attachOrDetach(`${arnPrefix}thinggroup/${groupName}`);
}
