import { createHash } from 'node:crypto';
import { hasTakenOff, isErrand } from './errand';
import type { RetryMessage } from './queues';
import { entityOf, hasNames } from '../../kinds/register';
import { RecordKey } from '../../record/record';
import { beginsWithOne } from '../fingerprints';
import type { SelectionConfig } from '../selection-config';

/** More than enough to distinguish selections. */
const NAME_LENGTH = 16;

/**
 * What `kinds` and `namePrefixes` do not select, or not any more. Its changes are passed by: the role refuses most of them, and they would wait for days, and notify somebody, for nothing.
 * The records stay, so the drift check of the deployment that selects them again applies what was passed by.
 */
export class Outside {
  /** Distinguishes one selection from another; empty if everything is selected. */
  public readonly name: string;

  constructor(private readonly selection: SelectionConfig | undefined) {
    this.name = selection ? createHash('sha256').update(JSON.stringify(selection)).digest('base64url').slice(0, NAME_LENGTH) : '';
  }

  /** Whether a key names what is not selected. One that names nothing is not known to be. */
  public has(key: RecordKey): boolean {
    return this.isOutside(key, false);
  }

  /**
   * Whether a message is passed by. What a rule of another kind has touched is put back even if its own kind is not selected any more, as the members of a group that is placed anew: the
   * role allows that, within the prefixes. What somebody redrives ends with the reason.
   */
  public hasMessage(message: RetryMessage): boolean {
    // One that a replacement has begun gives back what that has taken.
    if (hasTakenOff(message) || isErrand(message)) return false;
    return this.isOutside(message, message.isReplayed === true || message.isRestored === true);
  }

  private isOutside(key: RecordKey, isRestored: boolean): boolean {
    const entity = this.selection && entityOf(key);
    if (!entity) return false;
    const { kinds, prefixes } = this.selection;
    if (!isRestored && !kinds.includes(entity.kind)) return true;
    return !hasNames(entity, (kind, name) => prefixes[kind] === undefined || beginsWithOne(name, prefixes[kind]));
  }
}
