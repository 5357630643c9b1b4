import type { Report } from './hint';
import { UPDATES_PER_MINUTE } from '../sizing';

/** What a reader remembers of a key. In milliseconds since the epoch. */
export interface Remembered {
  /** The moment before it was last read. */
  readonly readAt?: number;
  /** The moment before it was last read because of what was reported of its thing: other readings do not read again what the thing has. */
  readonly followedAt?: number;
  /** When the last message about it that was put off returns. */
  readonly dueAt?: number;
  /** When its creation was last reported and admitted. */
  readonly createdAt?: number;
}

/** Keys that are remembered: the memory of a reader is bounded. */
const MAX_REMEMBERED = 10_000;

const MINUTE_MS = 60_000;

const NOTHING: Remembered = {};

/** What a reader remembers between invocations. What it has forgotten costs one more reading. */
export class Memory {
  /** By key; the oldest first. */
  private readonly keys = new Map<string, Remembered>();
  private minute = 0;
  private updates = 0;

  public of(key: string): Remembered {
    return this.keys.get(key) ?? NOTHING;
  }

  public remember(key: string, value: Remembered): void {
    this.keys.delete(key);
    this.keys.set(key, value);
    if (this.keys.size > MAX_REMEMBERED) this.keys.delete(this.keys.keys().next().value!);
  }

  /** Whether an event of a thing has its key read. */
  public admits(reports: Report, key: string, now: number): boolean {
    return reports === 'creation' ? this.admitsCreation(key, now) : this.admitsUpdate(key, now);
  }

  /** Not if the same was reported within a minute: the last reading for that comes a minute later than this report, or more. */
  private admitsCreation(key: string, now: number): boolean {
    const before = this.of(key);
    if (before.createdAt !== undefined && now < before.createdAt + MINUTE_MS) return false;
    this.remember(key, { ...before, createdAt: now });
    return true;
  }

  /**
   * Not if a message about the thing returns anyway, nor if there are many: a fleet whose things are updated all the time would take the whole pace, and pay for readings that
   * find nothing.
   */
  private admitsUpdate(key: string, now: number): boolean {
    const { dueAt } = this.of(key);
    if (dueAt !== undefined && now < dueAt) return false;
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.minute) [this.minute, this.updates] = [minute, 0];
    if (this.updates >= UPDATES_PER_MINUTE) return false;
    this.updates += 1;
    return true;
  }
}
