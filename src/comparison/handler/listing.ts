import pMap from 'p-map';
import { differenceOf } from './differences';
import { Count, candidatesOf } from '../counts';
import { GroupEntity, keyOfEntity, RegistryEntity } from '../entity';
import { Candidate, Journal, Unit } from './journal';
import { encodeKeys, KeySet } from './key-set';
import { countsOf, Work } from './phase';
import { RegistryReader } from './registry-reader';
import { entityOf, hasMembers, includes, Scope } from '../selection';
import { unitSize } from './step';
import { ScannedKey, StoredRecords, TableReader } from './table-reader';
import { keyOf, RecordKey } from '../../record/record';

/** The phases that compare the two sides, in their order. What they yield are candidates: listings lag, so each is read directly afterwards. */
export const LISTING_PHASES = ['types', 'groups', 'things', 'memberships'] as const;
export const RECORDS_PHASE = 'records';
export type ListingPhase = (typeof LISTING_PHASES)[number] | typeof RECORDS_PHASE;

export interface ListingContext {
  readonly registry: RegistryReader;
  readonly table: TableReader;
  readonly journal: Journal;
  readonly scope: Scope;
  /** Whether the two sides may differ, according to a listing. The records are its own and, of a membership, those of its ends. */
  readonly mayDiffer: (entity: RegistryEntity, records: StoredRecords) => boolean;
  /** Whether the tombstone of something that was not listed has to be looked at. */
  readonly isSuspect?: (tombstone: ScannedKey) => boolean;
  /** Whether live records are reported that the scope does not include: of what was replicated before it was narrowed. */
  readonly reportsOutside?: boolean;
}

/** Reads at once; the pace decides how many there are in a second. */
const CONCURRENCY = 16;
/** Calls of one unit of memberships at most: small groups share a unit, a large one has many. */
const CALLS_PER_UNIT = 25;

export function listingPhases(context: ListingContext): Readonly<Record<ListingPhase, Work>> {
  return {
    types: (token) => types(context, token as string | undefined),
    groups: (token) => groups(context, token as string | undefined),
    things: (token) => things(context, token as string | undefined),
    memberships: membershipsOf(context),
    records: recordsOf(context),
  };
}

async function types(context: ListingContext, token?: string): Promise<Unit> {
  if (!context.scope.kinds.includes('type')) return {};
  const { items, next } = await context.registry.types(token);
  return compare(context, items, next);
}

async function things(context: ListingContext, token?: string): Promise<Unit> {
  if (!context.scope.kinds.includes('thing')) return {};
  const { items, next } = await context.registry.things(token);
  return compare(context, items, next);
}

/** A listing of groups has their names only, so each is read. */
async function groups(context: ListingContext, token?: string): Promise<Unit> {
  const { kinds } = context.scope;
  if (!kinds.includes('group') && !kinds.includes('membership')) return {};
  const { items, next } = await context.registry.groupNames(token, unitSize(context.registry.rateOf('DescribeThingGroup')));
  const read = await pMap(items, (name) => context.registry.group(name), { concurrency: CONCURRENCY });
  const there = read.filter((group): group is GroupEntity => group !== undefined);
  const withMembers = there.filter((group) => hasMembers(context.scope, group));
  return { ...await compare(context, there, next), groups: withMembers.map((group) => group.groupName) };
}

interface MembersCursor {
  /** Of the groups' entry in the journal, and of the group in it. */
  readonly number: number;
  readonly index: number;
  readonly token?: string;
}

function membershipsOf(context: ListingContext): Work {
  const { journal, registry } = context;
  const callsPerUnit = Math.min(CALLS_PER_UNIT, unitSize(registry.rateOf('ListThingsInThingGroup')));
  let lastOfGroups: number | undefined;
  return async (cursor) => {
    lastOfGroups ??= await journal.lastNumber('groups');
    const last = lastOfGroups;
    const groupsIn = async (entry: number) => (entry <= last ? (await journal.read('groups', entry)).groups ?? [] : []);
    let { number, index, token } = cursor as MembersCursor | undefined ?? { number: 1, index: 0, token: undefined };
    let groupNames = await groupsIn(number);
    const entities: RegistryEntity[] = [];
    for (let calls = 0; calls < callsPerUnit && number <= last;) {
      if (index >= groupNames.length) {
        number += 1;
        index = 0;
        groupNames = await groupsIn(number);
        continue;
      }
      const groupName = groupNames[index];
      const page = await registry.members(groupName, token);
      calls += 1;
      entities.push(...page.items.map((thingName): RegistryEntity => ({ kind: 'membership', thingName, groupName })));
      token = page.next;
      if (!token) index += 1;
    }
    // The run may have just written the ends: their former records would show no difference.
    return compare(context, entities, number <= last ? { number, index, token } : undefined, true);
  };
}

async function compare(
  { table, scope, mayDiffer }: ListingContext, entities: readonly RegistryEntity[], next: unknown, consistent = false,
): Promise<Unit> {
  const listed = entities.filter((entity) => includes(scope, entity)).map((entity) => ({ entity, key: keyOfEntity(entity) }));
  const keys = listed.map(({ key }) => key);
  const records = await table.batchGet(withEnds(keys), consistent);
  const candidates = listed.filter(({ entity }) => mayDiffer(entity, records)).map(({ entity, key }) => candidateOf(key, entity));
  return { next, listed: encodeKeys(keys), candidates, counts: { [Count.LISTED]: keys.length, [Count.CANDIDATES]: candidates.length } };
}

/** The keys, and of each membership those of its thing and its group. */
export function withEnds(keys: readonly RecordKey[]): RecordKey[] {
  return keys.flatMap((key) => {
    const entity = entityOf(key);
    return entity?.kind === 'membership' ? [key, keyOf.thing(entity.thingName), keyOf.group(entity.groupName)] : [key];
  });
}

function candidateOf(key: RecordKey, entity: RegistryEntity): Candidate {
  return entity.kind === 'group' ? { ...key, depth: entity.state.path?.length ?? 0 } : key;
}

/** What has a record and was not listed. */
function recordsOf({ journal, table, scope, isSuspect = () => false, reportsOutside = false }: ListingContext): Work {
  let listed: KeySet | undefined;
  return async (cursor) => {
    listed ??= await loadListed(journal);
    const seen = listed;
    const { keys, last } = await table.scan(cursor as RecordKey | undefined);
    const within = keys.filter((key) => isWithin(scope, key));
    const alive = within.filter((key) => !key.deleted);
    const suspect = within.filter((key) => (!key.deleted || isSuspect(key)) && !seen.has(key));
    const unlisted = await withoutDynamic(suspect.map(({ pk, sk }) => ({ pk, sk })), table);
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

/** Without memberships of dynamic groups: they follow from a query, and nothing lists them. Their events don't distinguish them from others. */
async function withoutDynamic(keys: readonly RecordKey[], table: TableReader): Promise<RecordKey[]> {
  const groupOf = (key: RecordKey) => {
    const entity = entityOf(key);
    return entity?.kind === 'membership' ? keyOf.group(entity.groupName) : undefined;
  };
  // The run may have just written the group: what it was before would hide its members.
  const records = await table.batchGet(keys.flatMap((key) => groupOf(key) ?? []), true);
  return keys.filter((key) => {
    const group = groupOf(key);
    const record = group && records.get(group);
    return !(record && record !== 'unreadable' && record.kind === 'group' && record.state.dynamic);
  });
}

/** A scan does not return how deep a group is, so the records of groups are read. */
async function withDepths(keys: readonly RecordKey[], table: TableReader): Promise<Candidate[]> {
  const records = await table.batchGet(keys.filter((key) => entityOf(key)?.kind === 'group'), false);
  return keys.map((key) => {
    const record = records.get(key);
    return record && record !== 'unreadable' && record.kind === 'group' ? { ...key, depth: record.state.path?.length ?? 0 } : key;
  });
}

function isWithin(scope: Scope, key: RecordKey): boolean {
  const entity = entityOf(key);
  return entity !== undefined && includes(scope, entity);
}

function isOutside(scope: Scope, key: RecordKey): boolean {
  const entity = entityOf(key);
  return entity !== undefined && !includes(scope, entity);
}

async function loadListed(journal: Journal): Promise<KeySet> {
  const encoded: string[] = [];
  for (const phase of LISTING_PHASES) encoded.push(...await journal.collect(phase, (entry) => entry.listed ?? ''));
  return KeySet.decode(encoded);
}
