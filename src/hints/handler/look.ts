import type { Report } from './hint';
import { isAlive, StoredRecord, StoredRecords, TableReader } from '../../comparison/handler/table-reader';
import type { Entity, RegistryRecord } from '../../kinds';
import { isPending } from '../../kinds/certificate/certificate';
import { readEntity } from '../../kinds/handler/reading';
import type { PrefixesByKind } from '../../kinds/kind';
import { entityOf, hasOwners, isSelected, keyOf, kindOf, neededBy, ownersOf, referencesOf, withOwners } from '../../kinds/register';
import { isRecent } from '../../record/margin';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import { incarnationIn } from '../../sweep/handler/left';
import { persistObserved } from '../../sweep/handler/persist';
import { FAILED, type Persister } from '../../sweep/handler/persistence-client';
import { verdictOf } from '../../sweep/handler/verdict';

export interface LookContext {
  /** The source registry. Its calls wait for their turn. */
  readonly iot: IotSender;
  readonly table: TableReader;
  readonly persister: Persister;
  readonly routerVersion?: string;
  /** See `Selection.onlyReferred`. */
  readonly onlyReferred: readonly string[];
  /** Of the names that are replicated, of kinds that nothing else selects: what belongs to others follows from their records. */
  readonly prefixes: PrefixesByKind;
  readonly now: () => number;
}

/** Credentials of a thing that are read again: provisioning gives it one or two. */
const MAX_AGAIN = 10;

/** How long provisioning may be at work on a credential after its record was written. */
const PROVISIONING_MS = 3_600_000;

/**
 * Reads what a hint names, and what that names and has no record yet.
 *
 * @param follows what was reported of the thing that the hint is about
 * @returns what has a record that may be older than the end of its provisioning: it is to be read too, each with a message of its own, so that one hint takes no longer
 */
export async function lookAt(context: LookContext, entity: Entity, follows?: Report): Promise<readonly Entity[]> {
  const { missing, recorded } = await lookAtOne(context, entity, false);
  const found = [...missing];
  for (const each of found) found.push(...(await lookAtOne(context, each, true)).missing);
  const again = recorded.filter((record) => mayHaveGrown(record, follows, context.now())).sort((a, b) => b.timestamp - a.timestamp);
  return again.slice(0, MAX_AGAIN).flatMap((record) => entityOf(record) ?? []);
}

/**
 * Whether a record may be of a moment at which provisioning had not ended: AWS IoT registers a certificate as pending, or without policies, and whatever noticed that may have
 * read it at once. Whoever creates a thing provisions; few updates do, so only what is new counts there.
 */
function mayHaveGrown(record: RegistryRecord, follows: Report | undefined, now: number): boolean {
  if (follows === undefined || !kindOf(record.kind).isCredential) return false;
  return follows === 'creation' || now - record.timestamp < PROVISIONING_MS || isPending(record);
}

/**
 * Reads an entity, and moves its record forward if it differs.
 *
 * That something is gone is left to checks and sweeps, which have a limit: a hint must not deactivate a fleet. A set that has become empty is recorded, because what it
 * belongs to is still there, and so is the end of what `endsByHint`.
 *
 * @param isReferred whether a record names it, for kinds that are replicated only then
 * @returns what the record names
 * @throws Error if the record could not be persisted
 */
async function lookAtOne(
  { iot, table, persister, routerVersion, onlyReferred, prefixes, now }: LookContext, entity: Entity, isReferred: boolean,
): Promise<Named> {
  if (!isSelected(entity, prefixes)) return NOTHING;
  const key = keyOf(entity);
  const records = await table.batchGet(withOwners(key), true);
  const isSet = hasOwners(entity.kind);
  // What it belongs to is not replicated, or not yet.
  if (isSet && !hasLivingOwners(entity, records)) return NOTHING;
  if (onlyReferred.includes(entity.kind) && !isReferred && !isAlive(records.get(key))) return NOTHING;
  const readAt = now();
  const there = await readEntity(iot, entity);
  if (!there) {
    if (isSet || endsByHint(entity, records, readAt)) await endRecord(persister, key, records, readAt);
    return NOTHING;
  }
  const isEqual = verdictOf(there, records, { routerVersion, now: now() }) === undefined;
  if (!isEqual) expectPersisted(await persistObserved({ persister, iot }, there, records, readAt));
  // A router may have changed or dropped it.
  return namedBy((isEqual ? records : await table.batchGet([key], true)).get(key), table);
}

/** By their records. */
function hasLivingOwners(entity: Entity, records: StoredRecords): boolean {
  return ownersOf(entity).every(({ key }) => incarnationIn(records.get(key)) !== undefined);
}

/** A registry may not know yet what was written a moment ago: the end of that is left to sweeps. */
function endsByHint(entity: Entity, records: StoredRecords, now: number): boolean {
  const record = records.get(keyOf(entity));
  return kindOf(entity.kind).endsByHint === true && record !== undefined && record !== 'unreadable' && !isRecent(record.timestamp, now);
}

async function endRecord(persister: Persister, key: RecordKey, records: StoredRecords, readAt: number): Promise<void> {
  const record = records.get(key);
  if (record && record !== 'unreadable' && !record.deleted) expectPersisted(await persister.deletion(record, readAt));
}

/** Only a failure is worth another look: what is stale or filtered stays so. */
function expectPersisted(outcome: string | undefined): void {
  if (outcome === FAILED) throw new Error('the persistence workflow failed: its executions have the reason');
}

/** What a record names: the certificates of a new thing, and their policies. */
interface Named {
  /** What has no record of something that lives. */
  readonly missing: readonly Entity[];
  /** Records of the rest that can be read. */
  readonly recorded: readonly RegistryRecord[];
}

const NOTHING: Named = { missing: [], recorded: [] };

async function namedBy(record: StoredRecord | undefined, table: TableReader): Promise<Named> {
  if (!record || record === 'unreadable' || record.deleted) return NOTHING;
  const named = [...referencesOf(record), ...neededBy(record)];
  const records = await table.batchGet(named.map(keyOf), false);
  return {
    missing: named.filter((each) => !isAlive(records.get(keyOf(each)))),
    recorded: named.flatMap((each) => {
      const found = records.get(keyOf(each));
      return !found || found === 'unreadable' || found.deleted ? [] : [found];
    }),
  };
}
