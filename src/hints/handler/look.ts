import { StoredRecords, TableReader } from '../../comparison/handler/table-reader';
import type { Entity, RegistryEntity } from '../../kinds';
import { readEntity } from '../../kinds/handler/reading';
import { hasOwners, keyOf, kindOf, ownersOf, stateOf, withOwners } from '../../kinds/register';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import { incarnationIn } from '../../sweep/handler/left';
import { persistObserved } from '../../sweep/handler/persist';
import type { Persister } from '../../sweep/handler/persistence-client';
import { verdictOf } from '../../sweep/handler/verdict';

export interface LookContext {
  /** The source registry. Its calls wait for their turn. */
  readonly iot: IotSender;
  readonly table: TableReader;
  readonly persister: Persister;
  readonly routerVersion?: string;
  readonly now: () => number;
}

/**
 * Reads what a hint names, and moves its record forward if it differs.
 *
 * That something is gone is left to checks and sweeps, which have a limit: a hint must not deactivate a fleet. A set that has become empty is recorded, because what it
 * belongs to is still there.
 *
 * @returns what the entity names and has no record yet
 */
export async function lookAt({ iot, table, persister, routerVersion, now }: LookContext, entity: Entity): Promise<readonly Entity[]> {
  const key = keyOf(entity);
  const records = await table.batchGet(withOwners(key), true);
  const readAt = now();
  const there = await readEntity(iot, entity);
  if (!there) {
    if (isEmptied(entity, records)) await endRecord(persister, key, records, readAt);
    return [];
  }
  if (verdictOf(there, records, { routerVersion, now: now() })) await persistObserved({ persister, iot }, there, records, readAt);
  return namedBy(there, table);
}

/** Whether it is a set whose owners are there. */
function isEmptied(entity: Entity, records: StoredRecords): boolean {
  return hasOwners(entity.kind) && ownersOf(entity).every(({ key }) => incarnationIn(records.get(key)) !== undefined);
}

async function endRecord(persister: Persister, key: RecordKey, records: StoredRecords, readAt: number): Promise<void> {
  const record = records.get(key);
  if (record && record !== 'unreadable' && !record.deleted) await persister.deletion(record, readAt);
}

/** What it refers to and has no record: the certificates of a new thing. */
async function namedBy(there: RegistryEntity, table: TableReader): Promise<readonly Entity[]> {
  const named = (kindOf(there.kind).refersTo?.(stateOf(there)) ?? []) as unknown as readonly Entity[];
  const records = await table.batchGet(named.map(keyOf), false);
  return named.filter((each) => records.get(keyOf(each)) === undefined);
}
