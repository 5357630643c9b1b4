import { RetryMessage } from './queues';
import { parseKey } from '../../record/record';
import { signalKindOf } from '../../record/signal';

/**
 * Whether a message does something other than apply its key: it continues with the members of a group, or restores the type of things. No other message of
 * the key would do that, and it proves nothing about the key: so it neither stands in for another message nor is left out for one.
 */
export function isErrand(message: RetryMessage): boolean {
  if (signalKindOf(message)) return true;
  const { kind } = parseKey(message);
  return (kind === 'group' && message.membersAfter !== undefined) || (kind === 'type' && message.walk?.phase === 'giveBack');
}

/** Whether things have lost a type and this message alone knows that they have to get it back. It applies its key too. */
export function hasTakenOff({ walk }: RetryMessage): boolean {
  return walk?.phase === 'takeOff';
}
