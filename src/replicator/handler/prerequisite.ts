import { Records } from './records';
import { ruleOf } from '../../kinds/handler/applying';
import { hasOwners, kindOf, parseKey } from '../../kinds/register';
import { RecordKey } from '../../record/record';
import { IotSender } from '../../runtime/senders';

/**
 * Whether a prerequisite exists in the registry and is usable, whoever created it. One registry call, also for entities without a record: somebody may
 * have created it by hand.
 *
 * Not for a certificate without a record: as each device has one of its own, so has each watch, and those of a fleet that arrives before its certificates would take the whole
 * quota for their looks. Its record wakes what waits for it.
 */
export async function isUsable(key: RecordKey, iot: IotSender, records: Records): Promise<boolean> {
  const entity = parseKey(key);
  // An entity with owners is no prerequisite of others: it waits for itself.
  if (hasOwners(entity.kind)) return true;
  if (comesByRecord(key) && (await records.get(key))?.deleted !== false) return false;
  const rule = ruleOf(entity.kind);
  const there = await rule.read(iot, entity);
  return there !== undefined && (await rule.isUsable?.(there, () => records.get(key)) ?? true);
}

/** Whether a prerequisite counts only once its record was applied, which wakes what waits for it. */
export function comesByRecord(key: RecordKey): boolean {
  return kindOf(parseKey(key).kind).isCredential === true;
}
