import { Fleet } from './fleet';
import { inTurn, registryWrites } from '../../src/estimate/bounds';
import { pagesOf } from '../../src/estimate/fleet';
import { registryReads } from '../../src/estimate/runs';
import { QUOTAS } from '../../src/kinds/register';
import { sum } from '../part';

/** The fewest calls that can list a fleet: pages of things, types and groups, each group itself, and the pages of its members. */
export function fewestReads(fleet: Fleet): number {
  const memberPages = sum(Array.from({ length: fleet.groups }, (_, g) => pagesOf(fleet.members(g).length)));
  return sum(Object.values(registryReads({ things: fleet.size, types: fleet.types, groups: fleet.groups, memberPages })));
}

/** The minimum seconds to write a fleet to a destination at a share of the quotas: one phase after the other, like a sweep. */
export function boundSeconds(fleet: Fleet, share: number): number {
  const { size: things, memberships, groups, types } = fleet;
  return inTurn(registryWrites({ things, memberships, groups, types }), (call) => QUOTAS[call] * share).seconds;
}
