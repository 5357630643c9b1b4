import { decodeImage } from '../../../src/kinds/handler/items';
import type { Reading } from '../executions';
import type { Item } from '../guarded-table';
import type { Pipeline } from '../pipeline';
import { canonicalJson, type IdentityChange, type IdentitySnapshot, type InMemoryRegistry } from '../registry';

/** What something was from some moment on. */
interface Moment {
  readonly from: number;
  readonly was: Pick<IdentityChange, 'fields' | 'createdAt'>;
}

/** What is watched of a pipeline. */
export interface Watched {
  readonly source: { readonly registry: Partial<Pick<InMemoryRegistry, 'onIdentityChange'>> };
  readonly sourceTable: Pick<Pipeline['sourceTable'], 'put'>;
  readonly clock: Pick<Pipeline['clock'], 'now'>;
  readonly violations: string[];
}

/** By the sort key of a record, which identities it is about. */
const KINDS: Partial<Record<string, keyof IdentitySnapshot>> = { cert: 'certificates', policy: 'policies', principals: 'principals', policies: 'groupPolicies', ca: 'authorities' };
const NOTHING: Moment = { from: -Infinity, was: {} };

/**
 * Expects of each record of identities that it was true of the source at some moment since it was read, whatever a listing showed: nobody is shut out, and nothing is taken for
 * deleted, because it was not listed.
 *
 * @param reading how far the readings of sets may stray, which are listings of one entity
 */
export function expectTruth({ source, sourceTable, clock, violations }: Watched, { listingLag, pageSize }: Pick<Reading, 'listingLag' | 'pageSize'>): void {
  const past = new Map<string, Moment[]>();
  source.registry.onIdentityChange = ({ kind, name, fields, createdAt }) => {
    const key = `${kind} ${name}`;
    past.set(key, [...past.get(key) ?? [NOTHING], { from: clock.now(), was: { fields, createdAt } }]);
  };
  const put = sourceTable.put.bind(sourceTable);
  sourceTable.put = (request) => {
    const item = put(request);
    const kind = KINDS[item.sk.S!];
    if (!kind) return item;
    const moments = past.get(`${kind} ${item.pk.S!.slice(item.pk.S!.indexOf('#') + 1)}`) ?? [NOTHING];
    const readAt = Number(item.timestamp.N);
    for (const { what, isOfSet, isTrue } of claimsOf(item, pageSize)) {
      const from = isOfSet ? readAt - listingLag : readAt;
      const since = moments.filter((_, i) => i === moments.length - 1 || moments[i + 1].from >= from);
      if (!isTrue(since)) violations.push(`the record of ${item.pk.S} says ${what}, which it never was`);
    }
    return item;
  };
}

interface Claim {
  readonly what: string;
  readonly isOfSet: boolean;
  /** Whether it may have been read at these moments. */
  readonly isTrue: (moments: readonly Moment[]) => boolean;
}

/** True of one of them. */
function once(isTrue: (moment: Moment) => boolean): Claim['isTrue'] {
  return (moments) => moments.some(isTrue);
}

/**
 * Whether a set may have been read at some moments. One that takes several pages, which AWS rules out for the ten policies of a certificate, is several readings, each as far behind
 * as it likes: it may never have been as a whole, but what it has was there at some moment, and what it lacks was not.
 */
function isSetOf(elements: readonly string[], sets: readonly (readonly string[])[], pageSize: number): boolean {
  if (sets.every((each) => each.length <= pageSize)) return sets.some((each) => each.join(' ') === elements.join(' '));
  return elements.every((element) => sets.some((each) => each.includes(element)))
    && sets.flat().every((element) => elements.includes(element) || sets.some((each) => !each.includes(element)));
}

/** Status and policies of a certificate are two readings. */
function claimsOf(item: Item, pageSize: number): Claim[] {
  const record = decodeImage(item);
  const isOfSet = record.kind === 'principals' || record.kind === 'groupPolicies';
  if (record.deleted) {
    const { incarnation } = record as { readonly incarnation?: string };
    const isAnother = (createdAt: number | undefined) => incarnation !== undefined && !incarnation.startsWith(String(createdAt));
    return [{ what: 'that it is gone', isOfSet, isTrue: once(({ was: { fields, createdAt } }) => fields === undefined || isAnother(createdAt)) }];
  }
  if (record.kind === 'certificate') {
    const { status, policies = [] } = record.state;
    const fieldsOf = ({ was: { fields } }: Moment) => fields as IdentitySnapshot['certificates'][string] | undefined;
    return [
      { what: `that it is ${status}`, isOfSet: false, isTrue: once((moment) => fieldsOf(moment)?.status === status) },
      { what: `that it has the policies ${policies.join(' ')}`, isOfSet: true, isTrue: (moments) => isSetOf(policies, moments.map((moment) => fieldsOf(moment)?.policies ?? []), pageSize) },
    ];
  }
  if (record.kind === 'ca') {
    const { status } = record.state;
    return [{ what: `that it is ${status}`, isOfSet: false, isTrue: once(({ was: { fields } }) => (fields as IdentitySnapshot['authorities'][string] | undefined)?.status === status) }];
  }
  if (record.kind !== 'policy') return [];
  const document = canonicalJson(record.state.document);
  return [{ what: `the document ${document}`, isOfSet: false, isTrue: once(({ was: { fields } }) => (fields as IdentitySnapshot['policies'][string] | undefined)?.document === document) }];
}
