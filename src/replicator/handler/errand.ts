import { isFoundByIndex } from './fan-out';
import { RetryMessage } from './queues';
import { EntityKind } from '../../kinds';
import { ruleOf } from '../../kinds/handler/applying';
import type { AnyRule } from '../../kinds/handler/kind-rule';
import { parseKey } from '../../kinds/register';
import { signalKindOf } from '../../record/signal';

/** Work of a message other than applying its key. */
type Errand = NonNullable<AnyRule['errands']>[string];

/** The errand of a message, by the phase of its walk, such as restoring a type on its things. */
export function errandOf({ walk }: RetryMessage, kind: EntityKind): Errand | undefined {
  return walk && ruleOf(kind).errands?.[walk.phase];
}

/** Whether a message continues with the dependants of its entity rather than applying the entity. */
export function isFanOut({ membersAfter }: RetryMessage, kind: EntityKind): boolean {
  return membersAfter !== undefined && isFoundByIndex(kind);
}

/**
 * Whether a message does something other than apply its key: it continues with the members of a group, or restores the type of things. No other message of
 * the key would do that, and it proves nothing about the key: so it neither replaces another message nor is skipped because of one.
 */
export function isErrand(message: RetryMessage): boolean {
  if (signalKindOf(message)) return true;
  const { kind } = parseKey(message);
  return isFanOut(message, kind) || errandOf(message, kind) !== undefined;
}

/** Whether an errand follows once the key was applied, such as restoring the type of things, which only this message knows about. The message applies its key too. */
export function hasTakenOff({ walk }: RetryMessage): boolean {
  return walk?.phase === 'takeOff';
}
