import { FAITHFUL, UNFAITHFUL, type IdentityAct } from './plan';
import type { Step } from '../history';
import { arnOf, certificateOf } from '../identity-operations';
import type { RegistryFacts } from '../registry';

/** What happens in a world in which a weaker rule has a status say in sync that is not. */
export interface IdentityRule {
  /** The rule, and what goes wrong without it. */
  readonly name: string;
  readonly plan: readonly IdentityAct[];
  /** What AWS IoT has to do for it, where AWS does not document it and worlds draw it. */
  readonly facts?: Partial<RegistryFacts>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LAMP = certificateOf('c0');

function source(call: Step['call'], input: Step['input'], after = MINUTE): IdentityAct {
  return { after, what: 'source', step: { call, input } };
}

function nothing(after: number): IdentityAct {
  return { after, what: 'nothing' };
}

/** A thing with a certificate and a policy, all of it replicated and checked. */
const FLEET: readonly IdentityAct[] = [
  source('CreateThing', { thingName: 't0' }, 1_000),
  source('CreatePolicy', { policyName: 'p0', policyDocument: FAITHFUL }, 1_000),
  source('Issue', { certificatePem: LAMP.pem, status: 'ACTIVE' }, 1_000),
  source('AttachPolicy', { policyName: 'p0', target: arnOf('cert', LAMP.id) }, 1_000),
  nothing(4 * HOUR),
];
const REVOKED_BY_HAND: IdentityAct = { after: MINUTE, what: 'foreign', step: { call: 'UpdateCertificate', input: { certificateId: LAMP.id, newStatus: 'REVOKED' } } };
const DEACTIVATED = { after: MINUTE, what: 'source', step: { call: 'UpdateCertificate', input: { certificateId: LAMP.id, newStatus: 'INACTIVE' } } } as const;
/** After a certificate check has seen the other one. */
const ACTIVATED = source('UpdateCertificate', { certificateId: LAMP.id, newStatus: 'ACTIVE' }, 30 * MINUTE);
/** What nobody can put right in the destination is right once the source has the same. */
const REVOKED = source('UpdateCertificate', { certificateId: LAMP.id, newStatus: 'REVOKED' });

export const identityRules: readonly IdentityRule[] = [
  {
    name: 'a policy that can not be rewritten keeps its earlier document, and the status is not ready, whatever becomes of its letter',
    plan: [
      ...FLEET, source('CreatePolicyVersion', { policyName: 'p0', policyDocument: UNFAITHFUL, setAsDefault: true }), nothing(4 * HOUR),
      { after: MINUTE, what: 'letters gone' }, nothing(4 * HOUR),
    ],
  },
  {
    name: 'a certificate that was revoked by hand can not be activated any more: the letter counts, and then the drift check that finds it',
    plan: [...FLEET, REVOKED_BY_HAND, DEACTIVATED, ACTIVATED, nothing(HOUR), { after: MINUTE, what: 'letters gone' }, nothing(4 * HOUR), REVOKED],
    facts: { revokedBack: 'CertificateState' },
  },
  {
    name: 'what a drift check only reports, while the source is silent, is not in sync',
    plan: [...FLEET, { after: MINUTE, what: 'shining', on: false }, { ...DEACTIVATED, what: 'foreign', after: HOUR }, nothing(4 * HOUR)],
  },
  {
    name: 'certificate checks that fail do not count, and the last good one grows old',
    plan: [...FLEET, { after: MINUTE, what: 'failing', on: true }, { ...DEACTIVATED, after: HOUR }, nothing(3 * HOUR)],
  },
  {
    name: 'a paused destination is not ready, as it does not shut out who is revoked',
    plan: [...FLEET, { after: MINUTE, what: 'pause' }, REVOKED, nothing(HOUR), { after: MINUTE, what: 'resume' }],
  },
  {
    name: 'while identities are out of sync, the registry is not, and the status is not ready',
    plan: [...FLEET, { ...DEACTIVATED, what: 'foreign' }, nothing(4 * HOUR)],
  },
];
