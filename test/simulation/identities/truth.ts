import { decodeImage } from '../../../src/kinds/handler/items';
import type { Item } from '../guarded-table';
import type { Pipeline } from '../pipeline';
import { canonicalJson, type IdentityChange, type IdentitySnapshot } from '../registry';

/** What something was from some moment on. */
interface Moment {
  readonly from: number;
  readonly was: Pick<IdentityChange, 'fields' | 'createdAt'>;
}

/** By the sort key of a record, which identities it is about. */
const KINDS: Partial<Record<string, keyof IdentitySnapshot>> = { cert: 'certificates', policy: 'policies', principals: 'principals', policies: 'groupPolicies', ca: 'authorities' };
const NOTHING: Moment = { from: -Infinity, was: {} };

/**
 * Expects of each record of identities that it was true of the source at some moment since it was read, whatever a listing showed: nobody is shut out, and nothing is taken for
 * deleted, because it was not listed.
 *
 * @param listingLag milliseconds, at most, by which the readings of sets are behind, which are listings of one entity
 */
export function expectTruth({ source, sourceTable, clock, violations }: Pipeline, listingLag: number): void {
  const past = new Map<string, Moment[]>();
  source!.registry.onIdentityChange = ({ kind, name, fields, createdAt }) => {
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
    for (const { what, isOfSet, isTrue } of claimsOf(item)) {
      const from = isOfSet ? readAt - listingLag : readAt;
      const since = moments.filter((_, i) => i === moments.length - 1 || moments[i + 1].from >= from);
      if (!since.some(isTrue)) violations.push(`the record of ${item.pk.S} says ${what}, which it never was`);
    }
    return item;
  };
}

interface Claim {
  readonly what: string;
  readonly isOfSet: boolean;
  readonly isTrue: (moment: Moment) => boolean;
}

/** Status and policies of a certificate are two readings. */
function claimsOf(item: Item): Claim[] {
  const record = decodeImage(item);
  const isOfSet = record.kind === 'principals' || record.kind === 'groupPolicies';
  if (record.deleted) {
    const { incarnation } = record as { readonly incarnation?: string };
    const isAnother = (createdAt: number | undefined) => incarnation !== undefined && !incarnation.startsWith(String(createdAt));
    return [{ what: 'that it is gone', isOfSet, isTrue: ({ was: { fields, createdAt } }) => fields === undefined || isAnother(createdAt) }];
  }
  if (record.kind === 'certificate') {
    const { status, policies = [] } = record.state;
    const fieldsOf = ({ was: { fields } }: Moment) => fields as IdentitySnapshot['certificates'][string] | undefined;
    return [
      { what: `that it is ${status}`, isOfSet: false, isTrue: (moment) => fieldsOf(moment)?.status === status },
      { what: `that it has the policies ${policies.join(' ')}`, isOfSet: true, isTrue: (moment) => (fieldsOf(moment)?.policies ?? []).join(' ') === policies.join(' ') },
    ];
  }
  if (record.kind === 'ca') {
    const { status } = record.state;
    return [{ what: `that it is ${status}`, isOfSet: false, isTrue: ({ was: { fields } }) => (fields as IdentitySnapshot['authorities'][string] | undefined)?.status === status }];
  }
  if (record.kind !== 'policy') return [];
  const document = canonicalJson(record.state.document);
  return [{ what: `the document ${document}`, isOfSet: false, isTrue: ({ was: { fields } }) => (fields as IdentitySnapshot['policies'][string] | undefined)?.document === document }];
}
