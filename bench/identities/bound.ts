import { IdentityFleet } from './identity-fleet';
import { IdentityRegistry } from './identity-registry';
import { QUOTAS } from '../../src/kinds/register';
import { Fleet } from '../comparison/fleet';

/** The largest page of a listing. */
const PAGE = 250;

export interface Bound {
  readonly seconds: number;
  /** The call that takes so long. */
  readonly call: string;
}

/** The slowest single call of a backfill at a share of the quotas: what source and destination do meanwhile is done beside it. Each entity is read once and written once. */
export function boundOf(fleet: Fleet, identities: IdentityFleet, share: number): Bound {
  const { size, policyCount } = identities;
  const calls: Readonly<Record<string, number>> = {
    ListCertificates: size / PAGE,
    DescribeCertificate: size,
    ListAttachedPolicies: size + fleet.groups,
    ListPolicies: policyCount / PAGE,
    GetPolicy: policyCount,
    ListThings: fleet.size / PAGE,
    ListThingPrincipalsV2: fleet.size,
    CreatePolicy: policyCount,
    RegisterCertificateWithoutCA: size,
    AttachPolicy: size,
    UpdateCertificate: size,
    AttachThingPrincipal: fleet.size,
  };
  const rateOf = (call: string) => (QUOTAS[call] ?? IdentityRegistry.QUOTAS[call]) * share;
  const bounds = Object.entries(calls).map(([call, count]): Bound => ({ call, seconds: count / rateOf(call) }));
  return bounds.reduce((slowest, each) => (each.seconds > slowest.seconds ? each : slowest));
}
