import { Calls, FleetSize, PAGE, RateOf } from './fleet';

export interface Bound {
  readonly seconds: number;
  /** The call that takes so long, or the longest. */
  readonly call: string;
}

/** The writes of a backfill of the registry in a destination. */
export function registryWrites({ things, memberships, groups, types }: Pick<FleetSize, 'things' | 'memberships' | 'groups' | 'types'>): Calls {
  return { CreateThing: things, AddThingToThingGroup: memberships, CreateThingGroup: groups, CreateThingType: types };
}

/** The calls of a backfill of identities: each entity is read once in the source, and written once in the destination. */
export function identityCalls({ things, groups, certificates, policies }: Omit<FleetSize, 'memberships' | 'types'>): { readonly reads: Calls; readonly writes: Calls } {
  return {
    reads: {
      ListCertificates: certificates / PAGE,
      DescribeCertificate: certificates,
      ListAttachedPolicies: certificates + groups,
      ListPolicies: policies / PAGE,
      GetPolicy: policies,
      ListThings: things / PAGE,
      ListThingPrincipalsV2: things,
    },
    writes: {
      CreatePolicy: policies,
      RegisterCertificateWithoutCA: certificates,
      AttachPolicy: certificates,
      UpdateCertificate: certificates,
      AttachThingPrincipal: things,
    },
  };
}

/** One call after the other, as a sweep of the registry does its phases. */
export function inTurn(calls: Calls, rateOf: RateOf): Bound {
  return { seconds: secondsOf(calls, rateOf), call: sideBySide(calls, rateOf).call };
}

/** All calls at once, each with a quota of its own: the slowest decides. */
export function sideBySide(calls: Calls, rateOf: RateOf): Bound {
  const bounds = Object.entries(calls).map(([call, count]): Bound => ({ call, seconds: count / rateOf(call) }));
  return bounds.reduce((slowest, each) => (each.seconds > slowest.seconds ? each : slowest));
}

export function secondsOf(calls: Calls, rateOf: RateOf): number {
  return Object.entries(calls).reduce((total, [call, count]) => total + count / rateOf(call), 0);
}
