import { phaseOf, Plan, RECORDS_PHASE, splitListings } from '../comparison/phases';
import type { EntityKind } from '../kinds';
import { hasOwners, kindOf } from '../kinds/register';

/** A phase that persists what other phases have listed. */
export interface PersistPhase {
  readonly phase: string;
  /** The listings whose candidates it persists. */
  readonly listings: readonly string[];
  readonly hasOwners: boolean;
}

/**
 * The phases that a sweep begins with, as lanes: each is worked through in its order, and none waits for another.
 *
 * Without a feature there is one. Kinds with owners follow after the records of their owners, because they contain their ids.
 *
 * Kinds of a feature share no calls unless they are in one lane, so that one is read while another one waits for its quota: an owner has its record already, from the sweep of its
 * own kind, or is read for its id. A kind that is replicated only where records name it follows after those records.
 */
export function lanesOf(plan: Plan): readonly (readonly string[])[] {
  const [persistEntities, persistDependants] = persistPhasesOf(plan);
  const { entities, dependants } = splitListings(plan);
  if (plan.feature === undefined) {
    return [[
      ...entities.map(({ phase }) => phase), persistEntities.phase, ...hasLastSteps(plan) ? ['deprecate'] : [],
      ...dependants.map(({ phase }) => phase), persistDependants.phase,
    ]];
  }
  return groupsOf(plan).map((kinds) => kinds.flatMap((kind) => {
    const { listedBy } = kindOf(kind);
    return [...listedBy === undefined ? [] : [phaseOf(listedBy as EntityKind)], phaseOf(kind), persistPhaseOf(kind)];
  }));
}

/** The phases that persist, in their order. */
export function persistPhasesOf(plan: Plan): readonly PersistPhase[] {
  const { entities, dependants } = splitListings(plan);
  const names = (listings: typeof entities) => listings.map(({ phase }) => phase);
  if (plan.feature === undefined) {
    return [{ phase: 'persist', listings: names(entities), hasOwners: false }, { phase: 'persist-memberships', listings: names(dependants), hasOwners: true }];
  }
  return plan.kinds.map((kind) => ({ phase: persistPhaseOf(kind), listings: [phaseOf(kind)], hasOwners: hasOwners(kind) }));
}

function persistPhaseOf(kind: EntityKind): string {
  return `persist-${phaseOf(kind)}`;
}

/** Kinds that share calls, or what is listed for them, or of which one names the other, are in one group. */
function groupsOf(plan: Plan): readonly (readonly EntityKind[])[] {
  const groups: EntityKind[][] = [];
  for (const kind of inOrderOfReading(plan)) {
    const group = groups.find((each) => each.some((other) => needsOf(other, plan).some((need) => needsOf(kind, plan).includes(need))));
    if (group) group.push(kind);
    else groups.push([kind]);
  }
  return groups;
}

/** As they are applied, but what is replicated only where records name it comes after those records. */
function inOrderOfReading({ kinds, onlyReferred }: Plan): readonly EntityKind[] {
  const afterReferences = Math.max(...kinds.filter(refers).map((kind) => kinds.indexOf(kind))) + 0.5;
  const rankOf = (kind: EntityKind) => (onlyReferred.includes(kind) ? afterReferences : kinds.indexOf(kind));
  return [...kinds].sort((one, other) => rankOf(one) - rankOf(other));
}

/** The phases that note what records name: the listing of a kind whose records do, and what persists it. */
export function phasesThatRefer({ kinds }: Plan): readonly string[] {
  return kinds.filter(refers).flatMap((kind) => [phaseOf(kind), persistPhaseOf(kind)]);
}

/** Whether records of a kind name entities. */
function refers(kind: EntityKind): boolean {
  return kindOf(kind).refersTo !== undefined;
}

/** Calls that read it, and what has to be there before. */
function needsOf(kind: EntityKind, { onlyReferred }: Plan): readonly string[] {
  const { listedBy, quotas: { list, read } } = kindOf(kind);
  const references = onlyReferred.length > 0 && (refers(kind) || onlyReferred.includes(kind)) ? ['references'] : [];
  return [...Object.keys(list), ...Object.keys(read), ...listedBy === undefined ? [] : [listedBy], ...references];
}

/** All phases of a sweep, those of lanes first. What was replaced unheard is ended once nothing depends on it. */
export function sweepPhases(plan: Plan): readonly string[] {
  return [...lanesOf(plan).flat(), RECORDS_PHASE, 'confirm', 'bury', 'settle-replaced'];
}

/** Whether some kind has a step that follows after others. */
function hasLastSteps({ kinds }: Plan): boolean {
  return kinds.some((kind) => kindOf(kind).lastStep !== undefined);
}
