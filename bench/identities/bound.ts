import { IdentityFleet } from './identity-fleet';
import { Bound, identityCalls, sideBySide } from '../../src/estimate/bounds';
import { QUOTAS } from '../../src/kinds/register';
import { Fleet } from '../comparison/fleet';

/** The slowest single call of a backfill at a share of the quotas: what source and destination do meanwhile is done beside it. Each entity is read once and written once. */
export function boundOf(fleet: Fleet, { size, policyCount }: IdentityFleet, share: number): Bound {
  const { reads, writes } = identityCalls({ things: fleet.size, groups: fleet.groups, certificates: size, policies: policyCount });
  return sideBySide({ ...reads, ...writes }, (call) => QUOTAS[call] * share);
}
