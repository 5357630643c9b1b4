import type { Selection } from './selection';
import type { EntityKind } from '../kinds';
import type { Feature } from '../kinds/kind';
import { ENTITY_KINDS, hasOwners, kindOf } from '../kinds/register';
import { comparedWith } from '../record/feature';

/** A phase that compares the two sides for a kind. It yields candidates: listings lag, so each is read directly afterwards. */
export interface ListingPhase {
  readonly phase: string;
  readonly kind: EntityKind;
  /** Its name in the workflow. */
  readonly title: string;
}

/** What one comparison compares: the kinds of a feature and of those that extend it, or those without a feature. */
export interface Plan {
  /** Absent: the kinds that need none. */
  readonly feature?: Feature;
  /** In the order of application. */
  readonly kinds: readonly EntityKind[];
  /** The listings of the kinds, and of the owners by which dependants are listed, in the order of application. */
  readonly listings: readonly ListingPhase[];
  /** See `Selection.onlyReferred`. */
  readonly onlyReferred: readonly EntityKind[];
}

/** The phase that finds records of unlisted entities. */
export const RECORDS_PHASE = 'records';

/**
 * @param features those that are switched on. @default none but the feature
 * @param onlyReferred see `Selection.onlyReferred`. @default none
 */
export function planOf(feature?: Feature, features: readonly Feature[] = [], onlyReferred: readonly EntityKind[] = []): Plan {
  const kinds = ENTITY_KINDS.filter((kind) => isCompared(kind, feature, features));
  const listed = ENTITY_KINDS.filter((kind) => kinds.includes(kind) || kinds.some((each) => kindOf(each).listedBy === kind));
  return { feature, kinds, listings: listed.map(listingOf), onlyReferred };
}

/** Whether a comparison of a feature compares a kind. */
export function isCompared(kind: EntityKind, feature: Feature | undefined, features: readonly Feature[]): boolean {
  const own = kindOf(kind).feature;
  return comparedWith(own) === feature && (own === feature || features.includes(own!));
}

/** The plan of a run, by what it compares. */
export function planFor({ kinds, onlyReferred }: Pick<Selection, 'kinds' | 'onlyReferred'>): Plan {
  const features = kinds.flatMap((kind) => kindOf(kind).feature ?? []);
  return planOf(comparedWith(features[0]), features, onlyReferred);
}

function listingOf(kind: EntityKind): ListingPhase {
  const { phase, plural } = kindOf(kind);
  return { phase, kind, title: `List ${plural}` };
}

/** The listings of kinds with an incarnation, and of kinds with owners. */
export function splitListings({ listings }: Plan): { readonly entities: readonly ListingPhase[]; readonly dependants: readonly ListingPhase[] } {
  return { entities: listings.filter(({ kind }) => !hasOwners(kind)), dependants: listings.filter(({ kind }) => hasOwners(kind)) };
}

/** The kinds whose candidates a phase notes; of all kinds for one that is no listing. */
export function kindsIn(phase: string): readonly EntityKind[] {
  const listed = ENTITY_KINDS.find((kind) => phaseOf(kind) === phase);
  return listed === undefined ? ENTITY_KINDS : [listed];
}

/** The name of the phase that lists a kind. */
export function phaseOf(kind: EntityKind): string {
  return kindOf(kind).phase;
}
