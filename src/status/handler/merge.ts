import {
  DriftFacts, IdentityFacts, StatusInputs, HeartbeatFacts, isoTime, StatusUpdate, Observations, OtherReplicationsFacts, PartFacts, SweepFacts,
} from './facts';
import { Gaps } from './gap';
import { endedBy, gapBefore, gapOfBacklog, gapOfQueues, gapsBetween, laterOfEach, openGaps } from './gaps';
import { intervalOf, RunIntervals, SCHEDULED_RUNS } from './lateness';
import { knowingOfChange, clearedBy } from './replicated';

export interface MergeOptions extends RunIntervals {
  /** Milliseconds without a heartbeat after which the state is unknown. */
  readonly silenceMs: number;
}

/** Clocks of two Regions differ by less. Signals with a later time are ignored; otherwise one would hide all real ones. */
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Merges new facts into known ones: nothing older replaces anything newer, because streams and workflows report twice, and a gap that no proof
 * has ended is kept.
 */
export function merged(before: StatusInputs, news: StatusUpdate & Observations, now: number, options: MergeOptions): StatusInputs {
  const { silenceMs, identities } = options;
  const isPast = (time: string | undefined) => time !== undefined && Date.parse(time) <= now + MAX_AHEAD_MS;
  const known = isPast(before.heartbeat?.sentAt) ? before.heartbeat : undefined;
  const { heartbeat, gaps } = followed(known, (news.heartbeats ?? []).filter(({ sentAt }) => isPast(sentAt)), silenceMs, now);
  const arrived = [news.arrived, before.arrived].find(isPast);
  const queues = news.queues ?? before.queues;
  /** What may have been lost is lost for each part, until its own runs prove the opposite. */
  const found: Gaps[] = [
    { sourceGap: news.sourceGap && endedBy(now, news.sourceGap), destinationGap: news.destinationGap && endedBy(now, news.destinationGap) },
    gaps,
    { destinationGap: news.backlog && gapOfBacklog(news.backlog) },
    { destinationGap: queues && gapOfQueues(queues, now) },
  ];
  const partAfter = (part: PartFacts, sweep: SweepFacts | undefined, drift: DriftFacts | undefined): PartFacts => {
    const lastSweep = [sweep, part.lastSweep].find((each) => isPast(each?.startedAt));
    const lastDrift = newest(part.lastDrift, drift, ({ startedAt }) => startedAt);
    return { lastSweep, lastDrift, ...openGaps(found.reduce(laterOfEach, part), { lastSweep, lastDrift, heartbeat }) };
  };
  const registry = partAfter(before, news.lastSweep, news.lastDrift);
  const ofIdentities = identities && partAfter(before.identities ?? {}, news.lastIdentitySweep, news.lastIdentityDrift);
  const lastCertificateCheck = [news.lastCertificateCheck, before.identities?.lastCertificateCheck].find((check) => isPast(check?.startedAt));
  return {
    expected: expectedRuns(before, now, options),
    heartbeat: clearedBy('identities', ofIdentities?.lastSweep, clearedBy('registry', registry.lastSweep, heartbeat)),
    arrived,
    unapplied: [before.unapplied, arrived].find((sentAt) => sentAt !== undefined && isPast(sentAt) && !(heartbeat && sentAt <= heartbeat.sentAt)),
    queues,
    retainedUntil: news.retainedUntil ?? before.retainedUntil,
    backlog: newest(before.backlog, news.backlog, ({ seenAt }) => seenAt),
    otherReplications: othersKnown(before.otherReplications, news.otherReplications),
    ...registry,
    identities: ofIdentities
      ? { replicated: true, replicatedSince: replicatedSince(before.identities, now), ...ofIdentities, lastCertificateCheck }
      : { replicated: false, replicatedUntil: replicatedUntil(before.identities, now) },
  };
}

function expectedRuns({ expected = {} }: StatusInputs, now: number, intervals: RunIntervals): StatusInputs['expected'] {
  return Object.fromEntries(SCHEDULED_RUNS.flatMap((run) => {
    const intervalMs = intervalOf(run, intervals);
    if (intervalMs === undefined) return [];
    const [known, intervalSeconds] = [expected[run], intervalMs / 1000];
    return [[run, known?.intervalSeconds === intervalSeconds ? known : { since: isoTime(now), intervalSeconds }]];
  }));
}

function replicatedSince(before: IdentityFacts | undefined, now: number): string | undefined {
  return before?.replicated === false ? isoTime(now) : before?.replicatedSince;
}

function replicatedUntil(before: IdentityFacts | undefined, now: number): string | undefined {
  return before?.replicated ? isoTime(now) : before?.replicatedUntil;
}

interface Followed {
  readonly heartbeat?: HeartbeatFacts;
  readonly gaps: Gaps;
}

/** Follows heartbeats from one to the next. One that is no newer than what is known was followed before. */
function followed(known: HeartbeatFacts | undefined, beats: readonly HeartbeatFacts[], silenceMs: number, now: number): Followed {
  const sorted = [...beats].sort((a, b) => a.sentAt.localeCompare(b.sentAt));
  return sorted.reduce<Followed>(({ heartbeat, gaps }, beat) => {
    if (!heartbeat) return { heartbeat: beat, gaps: { ...gaps, sourceGap: gapBefore(beat, now) } };
    if (beat.sentAt <= heartbeat.sentAt) return { heartbeat, gaps };
    const next = knowingOfChange(heartbeat, knowingOf(heartbeat, beat));
    return { heartbeat: next, gaps: laterOfEach(gaps, gapsBetween(heartbeat, next, silenceMs)) };
  }, { heartbeat: known, gaps: {} });
}

/** Events that were off stay off until a heartbeat reports that they are on: one that can't read the setting ends nothing. */
function knowingOf({ registryEventsOff: off }: HeartbeatFacts, next: HeartbeatFacts): HeartbeatFacts {
  const { registryEventsOff, registryEventsUnknown } = next;
  return { ...next, registryEventsOff: [...registryEventsOff, ...off.filter((kind) => registryEventsUnknown.includes(kind))] };
}

function newest<T>(before: T | undefined, news: T | undefined, timeOf: (fact: T) => string): T | undefined {
  return before && news && timeOf(before) > timeOf(news) ? before : news ?? before;
}

/** A failed look changes nothing: earlier findings stay known. */
function othersKnown(before: OtherReplicationsFacts | undefined, look: StatusUpdate['otherReplications']): OtherReplicationsFacts | undefined {
  if (!look || before && before.lookedAt > look.lookedAt) return before;
  return 'found' in look ? look : { found: before?.found ?? [], notFound: before?.notFound ?? [], ...look };
}
