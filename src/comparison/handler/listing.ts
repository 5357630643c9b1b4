import pMap from 'p-map';
import { differenceOf } from './differences';
import { Candidate, Journal, Unit } from './journal';
import { encodeKeys, KeySet } from './key-set';
import { countsOf, Work } from './phase';
import { ListCursor, SharedCursor, SharedListing } from './shared-listing';
import { unitSize } from './step';
import { isAlive, ScannedKey, StoredRecords, TableReader } from './table-reader';
import type { Entity, EntityKind, RegistryEntity } from '../../kinds';
import { PAGE_SIZE } from '../../kinds/handler/kind-reader';
import { readRateOf } from '../../kinds/handler/quotas';
import { readEntity, readerOf } from '../../kinds/handler/reading';
import { depthOf, entityOf, hasValidNames, isDerived, keyOf, kindOf, namesOf, ownersOf, referencesOf, withOwners } from '../../kinds/register';
import type { RecordKey } from '../../record/record';
import type { Pace } from '../../runtime/pace';
import type { IotSender } from '../../runtime/senders';
import { Count, candidatesOf } from '../counts';
import { planFor, RECORDS_PHASE } from '../phases';
import { hasDependants, includes, Selection } from '../selection';

export interface ListingContext {
  /** Its calls wait for their turn. */
  readonly iot: IotSender;
  readonly pace: Pace;
  readonly table: TableReader;
  readonly journal: Journal;
  readonly scope: Selection;
  /** Whether the two sides may differ, according to a listing. The records are its own and those of its owners. */
  readonly mayDiffer: (entity: RegistryEntity, records: StoredRecords) => boolean;
  /** Whether the tombstone of an unlisted entity has to be checked. */
  readonly isSuspect?: (tombstone: ScannedKey) => boolean;
  /** Whether live records outside of the selection are reported: those from before it was narrowed. */
  readonly reportsOutside?: boolean;
  /** The keys that records name, for kinds that are replicated only if one does. Absent: what has no record is compared too, because it is not replicated from here. */
  readonly referred?: () => Promise<KeySet>;
}

/** Reads at once; the pace decides how many there are in a second. */
const CONCURRENCY = 16;
/** The maximum number of entities of one unit for kinds listed by owners, but for those of one page: small groups share a unit, a large one has many. */
const ENTITIES_PER_UNIT = 6_000;

/** A phase for each kind, and one for records of unlisted entities. */
export function listingPhases(context: ListingContext): Readonly<Record<string, Work>> {
  return {
    ...Object.fromEntries(planFor(context.scope).listings.map(({ phase, kind }) => {
      const isOwned = kindOf(kind).listedBy !== undefined;
      return [phase, isOwned ? listingByOwners(context, kind) : listingOf(context, kind)];
    })),
    [RECORDS_PHASE]: recordsOf(context),
  };
}

/** If a listing contains only names, the entities are read. An unselected kind is still listed if others are listed by it. */
function listingOf(context: ListingContext, kind: EntityKind): Work {
  const { shared } = readerOf(kind);
  if (!shared || !context.scope.kinds.includes(kind)) return ownListingOf(context, kind);
  const { iot, pace, journal, table, scope, mayDiffer } = context;
  const listing = new SharedListing({
    iot,
    pace,
    journal,
    phase: kindOf(kind).phase,
    reading: shared,
    countIn: async (cursor) => {
      const { items, next } = await readerOf(kind).list!(iot, cursor, PAGE_SIZE);
      const records = await table.batchGet(items.map(keyOf), false);
      const completed = (items as RegistryEntity[]).filter((each) => includes(scope, each) && !mayDiffer(each, records));
      return { count: completed.length, next };
    },
  });
  const [each, all] = [ownListingOf(context, kind), ownListingOf(context, kind, (entity) => listing.completed(entity))];
  return async (cursor) => {
    // A run of an older version has the cursor of the listing.
    if (typeof cursor === 'string') return each(cursor);
    const position = (cursor ?? { stage: 'names', names: 0 }) as SharedCursor | ListCursor;
    if (position.stage !== 'list') return listing.unit(position);
    const unit = await (position.isShared ? all : each)(position.next);
    return { ...unit, next: unit.next === undefined ? undefined : { ...position, next: unit.next } };
  };
}

/** @param completed what `complete` of the reader does, in another way */
function ownListingOf(context: ListingContext, kind: EntityKind, completed?: (entity: RegistryEntity) => Promise<RegistryEntity>): Work {
  const { iot, pace, scope } = context;
  const { list, listsNames, complete } = readerOf(kind);
  const isOwner = scope.kinds.some((each) => kindOf(each).listedBy === kind);
  const loadReferred = scope.onlyReferred?.includes(kind) ? context.referred : undefined;
  let loading: Promise<KeySet> | undefined;
  const { depthOf: depth, derived } = kindOf(kind);
  const isPlain = depth === undefined && derived === undefined;
  const limit = listsNames || complete && !completed ? unitSize(readRateOf(pace, kind)) : PAGE_SIZE;
  return async (cursor) => {
    if (!scope.kinds.includes(kind) && !isOwner) return {};
    const { items, next } = await list!(iot, cursor as string | undefined, limit);
    const named = listsNames && isPlain && !isOwner ? await withRecords(context, items) : { known: items, unknown: [] };
    const read = await pMap(named.known, async (each) => (listsNames ? readEntity(iot, each) : each as RegistryEntity), { concurrency: CONCURRENCY });
    const there = read.filter((each) => each !== undefined);
    loading ??= loadReferred?.();
    const referred = await loading;
    const unit = await compare(context, there, {
      next,
      unknown: named.unknown,
      complete: completed ?? (complete && ((each) => complete(iot, each))),
      // A record that was not seen would not be followed.
      consistent: referred !== undefined,
      referred,
    });
    return isOwner ? { ...unit, owners: there.filter((each) => hasDependants(scope, each)).map((each) => keyOf(each).pk) } : unit;
  };
}

/** By whether they have a record of something that lives. One without is a candidate whatever it is, and a candidate is read directly. */
async function withRecords(
  { table, scope }: ListingContext, entities: readonly Entity[],
): Promise<{ readonly known: readonly Entity[]; readonly unknown: readonly Entity[] }> {
  const records = await table.batchGet(entities.map(keyOf), false);
  const isKnown = (entity: Entity) => isAlive(records.get(keyOf(entity)));
  return { known: entities.filter(isKnown), unknown: entities.filter((each) => includes(scope, each) && hasValidNames(each) && !isKnown(each)) };
}

interface OwnersCursor {
  /** The number of the owners' entry in the journal, and of the owner in it. */
  readonly number: number;
  readonly index: number;
  readonly token?: string;
}

function listingByOwners(context: ListingContext, kind: EntityKind): Work {
  const { journal, iot, pace, scope } = context;
  const { listedBy, owners: belongsTo = [], quotas } = kindOf(kind);
  const { phase, key: { sk } } = kindOf(listedBy!);
  const list = readerOf(kind).listIn![listedBy!];
  const callsPerUnit = unitSize(Math.min(...Object.keys(quotas.list).map((call) => pace.rateOf(call))));
  // The run may have just written the owners: their former records would show no difference.
  const consistent = belongsTo.some(({ kind: owner }) => scope.kinds.includes(owner as EntityKind));
  let lastOfOwners: number | undefined;
  return async (cursor) => {
    if (!scope.kinds.includes(kind)) return {};
    lastOfOwners ??= await journal.lastNumber(phase);
    const last = lastOfOwners;
    const ownersIn = async (entry: number) => (entry <= last ? (await journal.read(phase, entry)).owners ?? [] : []);
    let { number, index, token } = cursor as OwnersCursor | undefined ?? { number: 1, index: 0, token: undefined };
    let owners = await ownersIn(number);
    const entities: RegistryEntity[] = [];
    for (let calls = 0; calls < callsPerUnit && entities.length < ENTITIES_PER_UNIT && number <= last;) {
      if (index >= owners.length) {
        number += 1;
        index = 0;
        owners = await ownersIn(number);
        continue;
      }
      const page = await list(iot, namesOf(entityOf({ pk: owners[index], sk: sk.prefix })!), token);
      calls += 1;
      entities.push(...page.items);
      token = page.next;
      if (!token) index += 1;
    }
    return compare(context, entities, { next: number <= last ? { number, index, token } : undefined, consistent });
  };
}

interface Compared {
  readonly next: unknown;
  /** Whether the records have to be the newest. @default false */
  readonly consistent?: boolean;
  /** Candidates in any case. */
  readonly unknown?: readonly Entity[];
  /** Reads what the listing lacks. */
  readonly complete?: (entity: RegistryEntity) => Promise<RegistryEntity>;
  /** What is not among these is replicated only if it has a record. Absent: everything is. */
  readonly referred?: KeySet;
}

/**
 * What differs by what the listing has is a candidate without what it lacks: a candidate is read directly in any case.
 *
 * What is not replicated because no record names it is listed, so that nothing is taken for absent whose record somebody writes meanwhile, and does not count.
 */
async function compare(
  { table, scope, mayDiffer }: ListingContext, entities: readonly RegistryEntity[],
  { next, consistent = false, unknown = [], complete, referred }: Compared,
): Promise<Unit> {
  const listed = entities.filter((entity) => includes(scope, entity)).map((entity) => ({ entity, key: keyOf(entity) }));
  const keys = listed.map(({ key }) => key);
  const records = await table.batchGet(keys.flatMap(withOwners), consistent);
  const replicated = referred ? listed.filter(({ key }) => isAlive(records.get(key)) || referred.has(key)) : listed;
  const differing = await pMap(replicated, async ({ entity }) => (
    mayDiffer(entity, records) || complete !== undefined && mayDiffer(await complete(entity), records)
  ), { concurrency: CONCURRENCY });
  const unknownKeys = unknown.map(keyOf);
  const candidates = [...replicated.filter((_, i) => differing[i]).map(({ entity, key }) => candidateOf(key, entity)), ...unknownKeys];
  const equal = replicated.filter((_, i) => !differing[i]).map(({ key }) => key);
  return {
    next,
    listed: encodeKeys([...keys, ...unknownKeys]),
    candidates,
    ...referredBy(equal, records, scope),
    counts: { [Count.LISTED]: replicated.length + unknownKeys.length, [Count.CANDIDATES]: candidates.length },
  };
}

/** What the records of these keys name, of kinds that are replicated only for this reason. */
export function referredBy(keys: readonly RecordKey[], records: StoredRecords, { onlyReferred = [] }: Selection): Pick<Unit, 'referred'> {
  const named = keys.flatMap((key) => {
    const record = records.get(key);
    return onlyReferred.length > 0 && record && record !== 'unreadable' && !record.deleted ? referencesOf(record) : [];
  });
  const referred = named.filter(({ kind }) => onlyReferred.includes(kind)).map(keyOf);
  return referred.length > 0 ? { referred: encodeKeys(referred) } : {};
}

function candidateOf(key: RecordKey, entity: RegistryEntity): Candidate {
  const depth = depthOf(entity);
  return depth === undefined ? key : { ...key, depth };
}

/** Entities with a record that were not listed. */
function recordsOf({ journal, table, scope, isSuspect = () => false, reportsOutside = false }: ListingContext): Work {
  let listed: KeySet | undefined;
  return async (cursor) => {
    listed ??= await loadListed(journal, scope);
    const seen = listed;
    const { keys, last } = await table.scan(cursor as RecordKey | undefined);
    const within = keys.filter((key) => isWithin(scope, key));
    const alive = within.filter((key) => !key.deleted);
    const suspect = within.filter((key) => (!key.deleted || isSuspect(key)) && !seen.has(key));
    const unlisted = await withoutDerived(suspect.map(({ pk, sk }) => ({ pk, sk })), table);
    const outside = reportsOutside ? keys.filter((key) => !key.deleted && isOutside(scope, key)) : [];
    const byKind = countsOf(unlisted.map((key) => candidatesOf(entityOf(key)?.kind)));
    return {
      next: last,
      candidates: await withDepths(unlisted, table),
      counts: {
        ...byKind,
        [Count.RECORDS]: alive.length,
        [Count.CANDIDATES]: unlisted.length,
        ...reportsOutside ? { [Count.OUTSIDE]: outside.length } : {},
      },
      differences: outside.map(({ pk, sk }) => differenceOf({ pk, sk }, entityOf({ pk, sk })!, Count.OUTSIDE)),
    };
  };
}

/** Without members of dynamic groups and the like: they follow from a query, and nothing lists them. Their events look like those of others. */
async function withoutDerived(keys: readonly RecordKey[], table: TableReader): Promise<RecordKey[]> {
  const ownersWith = (key: RecordKey) => ownersOf(entityOf(key)!).filter(({ kind }) => kindOf(kind).derived).map((owner) => owner.key);
  // The run may have just written the owner: its former record would hide its dependants.
  const records = await table.batchGet(keys.flatMap(ownersWith), true);
  return keys.filter((key) => !ownersWith(key).some((owner) => {
    const record = records.get(owner);
    return record && record !== 'unreadable' && isDerived(record);
  }));
}

/** A scan does not return the depth of a group, so the records of trees are read. */
async function withDepths(keys: readonly RecordKey[], table: TableReader): Promise<Candidate[]> {
  const records = await table.batchGet(keys.filter((key) => kindOf(entityOf(key)!.kind).depthOf), false);
  return keys.map((key) => {
    const record = records.get(key);
    const depth = record && record !== 'unreadable' ? depthOf(record) : undefined;
    return depth === undefined ? key : { ...key, depth };
  });
}

function isWithin(scope: Selection, key: RecordKey): boolean {
  const entity = entityOf(key);
  return entity !== undefined && includes(scope, entity);
}

/** Kinds that another comparison looks at are not outside. */
function isOutside(scope: Selection, key: RecordKey): boolean {
  const entity = entityOf(key);
  return entity !== undefined && planFor(scope).kinds.includes(entity.kind) && !includes(scope, entity);
}

async function loadListed(journal: Journal, scope: Selection): Promise<KeySet> {
  const encoded: string[] = [];
  for (const { phase } of planFor(scope).listings) encoded.push(...await journal.collect(phase, (entry) => entry.listed ?? ''));
  return KeySet.decode(encoded);
}
