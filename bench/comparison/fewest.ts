import { Fleet } from './fleet';
import { QUOTAS } from '../../src/kinds/register';
import { sum } from '../part';

/** The largest page of a listing of the registry. */
const PAGE = 250;

/** The fewest calls that can list a fleet: pages of things, types and groups, each group itself, and the pages of its members. */
export function fewestReads(fleet: Fleet): number {
  const groups = Array.from({ length: fleet.groups }, (_, g) => 1 + pages(fleet.members(g).length));
  return pages(fleet.size) + pages(fleet.types) + pages(fleet.groups) + sum(groups);
}

function pages(entries: number): number {
  return Math.max(1, Math.ceil(entries / PAGE));
}

/** The minimum seconds to write a fleet to a destination at a share of the quotas: one phase after the other, like a sweep. */
export function boundSeconds(fleet: Fleet, share: number): number {
  return fleet.size / (QUOTAS.CreateThing * share)
    + fleet.memberships / (QUOTAS.AddThingToThingGroup * share)
    + fleet.groups / (QUOTAS.CreateThingGroup * share)
    + fleet.types / (QUOTAS.CreateThingType * share);
}
