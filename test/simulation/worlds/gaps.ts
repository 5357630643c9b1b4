/** A time in which changes of the source may be lost, and in which something tells the destination so. */
export interface Outage {
  /** `off`: registry events of a kind. `unknown`: nobody can ask whether they are on. `dark`: neither events nor heartbeats come out of the source. `future`: a record is so late that what follows is older. */
  readonly what: 'off' | 'unknown' | 'dark' | 'future';
  /** The kind of events; all if it is not said. */
  readonly kind?: string;
  readonly from: number;
  to: number;
  /** When the destination's stream had brought the record of the future to its consumer, and that had ended well. */
  appliedAt?: number;
}

/** A heartbeat and the moment at which it was sent, by the simulation's clock. */
export interface Beat {
  readonly at: number;
  /** The same by the source's clock, which is what it says. */
  readonly timestamp: number;
  readonly off: readonly string[];
  readonly isUnknown: boolean;
  /** Whether the table of the source has taken it. */
  isStored?: boolean;
  /** When the destination's stream had brought it to its consumer, and that had ended well. */
  appliedAt?: number;
}

/** A record shows that events may have been lost until some moment. */
export interface Notice {
  /** When, by the simulation's clock: a sweep that began later has found all of them. */
  readonly at: number;
  /** When the destination's stream had brought the record to its consumer. */
  readonly appliedAt: number;
}

/** Whether a destination that was added at some moment knows: it has had the record, or hears from the source with its first heartbeat. */
export function isNotedBy({ at, appliedAt }: Notice, addedAt: number, beats: readonly Beat[], appliedBy: number): boolean {
  if (appliedAt > addedAt) return appliedAt <= appliedBy;
  const heard = beats.filter((beat) => beat.appliedAt !== undefined && beat.appliedAt >= addedAt && beat.appliedAt <= appliedBy);
  const [first] = heard.sort((one, other) => one.appliedAt! - other.appliedAt! || one.at - other.at);
  return first !== undefined && first.at >= at;
}

/**
 * The heartbeats that a destination knows of which was added at some moment: those that have arrived since, and with the first of them all that the source
 * knew by then.
 */
export function knownSince(addedAt: number, beats: readonly Beat[]): readonly Beat[] {
  const own = beats.filter(({ at, appliedAt }) => at >= addedAt || (appliedAt !== undefined && appliedAt >= addedAt));
  const heardAt = own.reduce((first, { appliedAt = Infinity }) => Math.min(first, appliedAt), Infinity);
  const before = beats.filter((beat) => !own.includes(beat) && beat.isStored);
  return [...before.map((beat) => ({ ...beat, appliedAt: heardAt })), ...own];
}

/**
 * Whether the heartbeats that were applied say that there was a gap in which changes may have been lost.
 *
 * @param appliedBy a moment; what was applied later is not known yet
 */
export function isKnown({ what, kind, from, to, appliedAt: toldAt = Infinity }: Outage, beats: readonly Beat[], silenceMs: number, appliedBy: number): boolean {
  const applied = beats.filter(({ appliedAt }) => appliedAt !== undefined && appliedAt <= appliedBy);
  const during = applied.filter(({ at }) => at >= from && at < to);
  const after = applied.find(({ at }) => at >= to);
  switch (what) {
    case 'off': return during.some(({ off }) => off.includes(kind!));
    // While it lasts, the destination knows nothing that speaks against its own registry.
    case 'unknown': return during.some(({ isUnknown }) => isUnknown) && applied.some(({ at, isUnknown }) => at >= to && !isUnknown);
    case 'future': return toldAt <= appliedBy;
    case 'dark': {
      const before = applied.filter(({ at }) => at < from).at(-1);
      return after !== undefined && before !== undefined && after.at - before.at > silenceMs && after.timestamp - before.timestamp > silenceMs;
    }
  }
}
