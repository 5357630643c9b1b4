import { ROUTINE_READS_PER_MINUTE } from '../sizing';

/** What a reader remembers of a key. In milliseconds since the epoch. */
export interface Remembered {
  /** The moment before it was last read. */
  readonly readAt?: number;
  /** When the last message about it that was put off returns. */
  readonly dueAt?: number;
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
  private routineReadings = 0;

  public of(key: string): Remembered {
    return this.keys.get(key) ?? NOTHING;
  }

  public remember(key: string, value: Remembered): void {
    this.keys.delete(key);
    this.keys.set(key, value);
    if (this.keys.size > MAX_REMEMBERED) this.keys.delete(this.keys.keys().next().value!);
  }

  /**
   * Whether a routine hint has its key read. Not if a message about it returns anyway, nor if there are many: a fleet whose things are updated all the time would take the
   * whole pace, and pay for readings that find nothing.
   */
  public admitsRoutine(key: string, now: number): boolean {
    const { dueAt } = this.of(key);
    if (dueAt !== undefined && now < dueAt) return false;
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.minute) [this.minute, this.routineReadings] = [minute, 0];
    if (this.routineReadings >= ROUTINE_READS_PER_MINUTE) return false;
    this.routineReadings += 1;
    return true;
  }
}
