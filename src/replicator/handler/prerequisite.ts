import { Records } from './records';
import { ruleOf } from '../../kinds/handler/applying';
import { DEPENDANTS, parseKey } from '../../kinds/register';
import { RecordKey } from '../../record/record';
import { IotSender } from '../../runtime/senders';

/**
 * Whether what keys wait for is in the registry and can be used, by whomever it was made. One registry call, for whatever has no record too: somebody may
 * have made it by hand.
 */
export async function isUsable(key: RecordKey, iot: IotSender, records: Records): Promise<boolean> {
  const entity = parseKey(key);
  // What belongs to others is nobody's prerequisite: it waits for itself.
  if (DEPENDANTS.includes(entity.kind)) return true;
  const rule = ruleOf(entity.kind);
  const there = await rule.read(iot, entity);
  return there !== undefined && (await rule.isUsable?.(there, () => records.get(key)) ?? true);
}
