import { BacklogFacts, HeartbeatFacts, isoTime, PartFacts, QueueFacts, SweepFacts } from './facts';
import { DestinationGap, DestinationGapCode, Gap, Gaps, SourceGap, SourceGapCode } from './gap';
import type { PartWords } from './part';
import { STREAM_MAX_AGE_HOURS } from '../limits';

const MINUTE_MS = 60_000;

/** A sweep defers what changed in the five minutes before, and listings lag: a sweep that began earlier may have missed the last losses. */
const SWEEP_MARGIN_MS = 5 * MINUTE_MS;

/** A drift check looks again at the differences of its listings. The rest is a margin for the clocks of two services. */
const DRIFT_MARGIN_MS = MINUTE_MS;

/** Changes that waited for less than this were still in the stream: an hour less than the age at which records are discarded. */
export const STREAM_HOURS_MS = (STREAM_MAX_AGE_HOURS - 1) * 60 * MINUTE_MS;

/** Of two gaps the one that ends later. */
export function later<G extends Gap<unknown>>(one: G | undefined, other: G | undefined): G | undefined {
  return one && (!other || one.until >= other.until) ? one : other;
}

/** The gap with an end that proofs can reach: a gap that is reported now has ended by now, whatever time its record contains. */
export function endedBy<G extends Gap<unknown>>(now: number, gap: G): G {
  return Date.parse(gap.until) > now ? { ...gap, until: isoTime(now) } : gap;
}

export function laterOfEach(one: Gaps, other: Gaps): Gaps {
  return { sourceGap: later(one.sourceGap, other.sourceGap), destinationGap: later(one.destinationGap, other.destinationGap) };
}

/** What may have been lost before the first heartbeat that was applied here: only the source knows. Where it does not say, anything may. */
export function gapBefore({ sentAt, uninterruptedSince: until = sentAt }: HeartbeatFacts, now: number): SourceGap | undefined {
  return Date.parse(until) > 0 ? endedBy(now, { code: SourceGapCode.SOURCE_INTERRUPTED, until }) : undefined;
}

/** What may have been lost between two heartbeats, the second of which was the next to be applied. */
export function gapsBetween(before: HeartbeatFacts, next: HeartbeatFacts, silenceMs: number): Gaps {
  const { sentAt: until } = next;
  const were = (code: SourceGapCode, then: readonly string[], now: readonly string[]): SourceGap | undefined => {
    // A lasting condition is a reason of its own.
    const over = then.filter((kind) => !now.includes(kind));
    return over.length > 0 ? { code, until, detail: over.join(', ') } : undefined;
  };
  const wasSilent = Date.parse(until) - Date.parse(before.sentAt) > silenceMs;
  const sourceGaps = [
    were(SourceGapCode.EVENTS_WERE_OFF, before.registryEventsOff, next.registryEventsOff),
    were(SourceGapCode.EVENTS_WERE_UNKNOWN, before.registryEventsUnknown, next.registryEventsUnknown),
    wasSilent ? { code: SourceGapCode.HEARTBEATS_MISSED, until, detail: `none after ${before.sentAt}` } : undefined,
  ];
  return {
    sourceGap: sourceGaps.reduce(later),
    // Changes that arrived right after the first may have been in the stream until the second was applied.
    destinationGap: streamGap(Date.parse(next.appliedAt), Date.parse(before.sentAt)),
  };
}

/** What a shard that lags that far may have lost. */
export function gapOfBacklog({ seenAt, ageMs }: BacklogFacts): DestinationGap | undefined {
  return streamGap(Date.parse(seenAt), Date.parse(seenAt) - ageMs);
}

/**
 * Discarded changes had arrived before the stream's hours; later ones are still in the stream, and are applied. So a drift check that began since
 * then counts as proof, even during the pause: it compared the registry with everything that had arrived by then.
 *
 * @param waitingSince when the oldest record arrived that may have been in the stream at `readAt`; milliseconds, as that is
 */
function streamGap(readAt: number, waitingSince: number): DestinationGap | undefined {
  const until = readAt - STREAM_HOURS_MS;
  return waitingSince < until ? { code: DestinationGapCode.STREAM_EXPIRED, until: isoTime(until) } : undefined;
}

/** Any letter is a gap until a drift check that began after it was gone: a redriven letter looks like a deleted one. */
export function gapOfQueues({ deadLetters }: QueueFacts, now: number): DestinationGap | undefined {
  return deadLetters > 0 ? { code: DestinationGapCode.DEAD_LETTERS_GONE, until: isoTime(now) } : undefined;
}

/** Copied changes have not passed the stream of the replica; later writes do. */
export function unreadGap(now: number): DestinationGap {
  return { code: DestinationGapCode.STREAM_UNREAD, until: isoTime(now) };
}

/** Whether a drift check that begins now proves what was copied into the replica while nothing read its stream; without such a gap there is nothing to check. */
export function mayCheckCopy({ destinationGap }: Gaps, now: number): boolean {
  return destinationGap?.code === DestinationGapCode.STREAM_UNREAD && now > provesFrom(destinationGap, DRIFT_MARGIN_MS);
}

/** The existing proofs, and how far their writes have been applied. */
export interface Proofs extends Pick<PartFacts, 'lastSweep' | 'lastDrift'> {
  readonly heartbeat?: HeartbeatFacts;
}

/** The gaps that no proof has ended. */
export function openGaps({ sourceGap, destinationGap }: Gaps, { lastSweep, lastDrift, heartbeat }: Proofs): Gaps {
  const isSwept = sourceGap && lastSweep && hasBegunAfter(lastSweep, provesFrom(sourceGap, SWEEP_MARGIN_MS)) && isApplied(lastSweep, heartbeat);
  const isChecked = destinationGap && lastDrift && hasBegunAfter(lastDrift, provesFrom(destinationGap, DRIFT_MARGIN_MS));
  return { sourceGap: isSwept ? undefined : sourceGap, destinationGap: isChecked ? undefined : destinationGap };
}

/**
 * Whether what a sweep wrote has arrived and is applied, as far as heartbeats show: its result may overtake its last records. A shard that is behind
 * reports itself.
 */
export function isApplied({ startedAt, durationSeconds }: SweepFacts, heartbeat: HeartbeatFacts | undefined): boolean {
  return heartbeat !== undefined && Date.parse(heartbeat.sentAt) > Date.parse(startedAt) + (durationSeconds + 1) * 1000;
}

function hasBegunAfter({ startedAt }: { readonly startedAt: string }, time: number): boolean {
  return Date.parse(startedAt) > time;
}

function provesFrom({ until }: Gap<unknown>, marginMs: number): number {
  return Date.parse(until) + marginMs;
}

const WHAT_HAPPENED: Readonly<Record<SourceGapCode | DestinationGapCode, string>> = {
  EVENTS_WERE_OFF: 'registry events were switched off in the source',
  EVENTS_WERE_UNKNOWN: 'the source could not read whether registry events and topic rules were on',
  HEARTBEATS_MISSED: 'heartbeats of the source were missing',
  SOURCE_INTERRUPTED: 'before this destination heard of it, the source was interrupted or did not say whether it was',
  EVENTS_MISSED: 'an event of the source was missing',
  TIME_WENT_BACK: 'a record was older than the one that it replaced, or later than its arrival, so the clock of the source is or was wrong',
  STREAM_EXPIRED: 'changes may have expired in the stream before they were applied',
  STREAM_UNREAD: 'nothing read the stream of the replica, so its content may not have been applied',
  DEAD_LETTERS_GONE: 'there were dead letters',
};

/** The reason for a gap: what happened, until when, and which run of the part ends it. */
export function sentenceOf(gap: SourceGap | DestinationGap, { sweep, driftCheck }: PartWords): string {
  const { code, until, detail } = gap;
  const isOfSource = code in SourceGapCode;
  const from = isoTime(provesFrom(gap, isOfSource ? SWEEP_MARGIN_MS : DRIFT_MARGIN_MS));
  const missing = isOfSource ? `no ${sweep} that began after ${from} has completed and been applied` : `no ${driftCheck} that began after ${from} has completed`;
  return `${WHAT_HAPPENED[code]}${detail === undefined ? '' : ` (${detail})`} until ${until}, and ${missing}`;
}
