import { Records } from './records';
import { ruleOf } from '../../kinds/handler/applying';
import { hasOwners, parseKey } from '../../kinds/register';
import { RecordKey } from '../../record/record';
import { IotSender } from '../../runtime/senders';

/**
 * Whether a prerequisite exists in the registry and is usable, whoever created it. One registry call, also for entities without a record: somebody may
 * have created it by hand.
 */
export async function isUsable(key: RecordKey, iot: IotSender, records: Records): Promise<boolean> {
  const entity = parseKey(key);
  // An entity with owners is no prerequisite of others: it waits for itself.
  if (hasOwners(entity.kind)) return true;
  const rule = ruleOf(entity.kind);
  const there = await rule.read(iot, entity);
  return there !== undefined && (await rule.isUsable?.(there, () => records.get(key)) ?? true);
}
