import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';
import { describe, SetTimer, StreamContext } from './context';
import { HeartbeatSignal, isTrusted, Signal, SignalKind } from '../../record/signal';
import { BacklogFacts, HeartbeatFacts, isoTime, StatusUpdate } from '../../status/handler/facts';
import type { SourceGap } from '../../status/handler/gap';
import { MAX_LAG_MS } from '../../status/limits';

/** How often a backlog is reported: each report is a write, and a backlog without a report for two minutes has ended. */
const BACKLOG_INTERVAL_MS = 30_000;

/** A timer that outlives its invocation by a crash keeps no process alive. */
const realTimer: SetTimer = (work, milliseconds) => {
  const timer = setTimeout(work, milliseconds).unref();
  return () => clearTimeout(timer);
};

/** The outcome for the signals of a batch. */
export interface NotedSignals {
  /** How many heartbeats count. */
  readonly heartbeats: number;
  /** Whether the stream has to deliver them again: one of them contained facts that later ones may not, and it could not be stored. */
  readonly isLost: boolean;
}

/** Updates the status from heartbeats, sweep results and lag in the stream. */
export class StatusReporter {
  private reportedAt = -Infinity;
  /** A backlog that could not be stored: the next write includes it; otherwise it would report in sync. */
  private unreported?: BacklogFacts;

  constructor(private readonly dependencies: StreamContext) {}

  /**
   * Processes a batch. Once its oldest record is late, the status reports that as long as the work takes: a batch can take minutes, and
   * heartbeats pass one shard only, which need not be this one. A batch that is done in time costs no write.
   */
  public async whileBehind<T>(records: readonly DynamoDBRecord[], work: () => Promise<T>): Promise<T> {
    const writtenAt = oldestOf(records);
    if (writtenAt === undefined) return work();
    const { now, setTimer = realTimer } = this.dependencies;
    let reporting = Promise.resolve();
    let cancel: () => void;
    const watch = () => {
      const seenAt = now();
      const left = writtenAt + MAX_LAG_MS - seenAt;
      if (left < 0) reporting = reporting.then(() => this.reportBacklog(writtenAt, seenAt));
      // A millisecond later, it is late.
      cancel = setTimer(watch, left < 0 ? BACKLOG_INTERVAL_MS : left + 1);
    };
    watch();
    await reporting;
    try {
      return await work();
    } finally {
      cancel!();
      // Once the invocation is over, the process may be frozen for minutes.
      await reporting;
    }
  }

  /**
   * Writes the status, after everything before the signals has been processed.
   *
   * A heartbeat that can't be stored does not count, and is not retried: the next one is due in a minute. The exception is one that reports
   * registry events as off or unknown: without it, the gap would never be known. The result of a sweep is in the replica, for any later attempt.
   *
   * @param sourceGap what records show: changes of the source that were recorded nowhere, or with a wrong time
   * @param onLag gets the lag of each heartbeat that counts, in milliseconds
   */
  public async note(signals: readonly Signal[], sourceGap: SourceGap | undefined, onLag: (lagMs: number) => void): Promise<NotedSignals> {
    const { config, logger, now: clock } = this.dependencies;
    const now = clock();
    const own = signals.filter((signal) => isTrusted(signal, { sourceRegion: config.sourceRegion, now }));
    if (own.length < signals.length) logger.warn('signals of another Region, or with a time in the future, were ignored', { signals: signals.length - own.length });
    if (own.length === 0 && !sourceGap) return { heartbeats: 0, isLost: false };
    const heartbeats = own.filter((signal): signal is HeartbeatSignal => signal.kind === SignalKind.HEARTBEAT);
    if (!await this.refresh({ heartbeats: heartbeats.map((beat) => factsOf(beat, now)), sourceGap })) {
      const wereOff = heartbeats.some((beat) => beat.registryEventsOff.length + beat.registryEventsUnknown.length > 0);
      return { heartbeats: 0, isLost: sourceGap !== undefined || wereOff };
    }
    for (const { timestamp } of heartbeats) onLag(now - timestamp);
    return { heartbeats: heartbeats.length, isLost: false };
  }

  private async reportBacklog(writtenAt: number, seenAt: number): Promise<void> {
    if (seenAt - this.reportedAt < BACKLOG_INTERVAL_MS) return;
    this.reportedAt = seenAt;
    this.unreported = { seenAt: isoTime(seenAt), ageMs: seenAt - writtenAt };
    if (!await this.refresh({})) this.reportedAt = -Infinity;
  }

  /** @returns whether it could be written */
  private async refresh(news: StatusUpdate): Promise<boolean> {
    const { status, logger } = this.dependencies;
    const { unreported: backlog } = this;
    try {
      await status.refresh(backlog ? { ...news, backlog } : news);
      if (this.unreported === backlog) this.unreported = undefined;
      return true;
    } catch (error) {
      logger.warn('the status was not written', describe(error));
      return false;
    }
  }
}

/** When the oldest of the records was written to the replica: milliseconds since the epoch. */
function oldestOf(records: readonly DynamoDBRecord[]): number | undefined {
  const times = records.flatMap(({ dynamodb }) => (dynamodb && arrivalOf(dynamodb)) ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** When a record was written to the replica, to the second: milliseconds since the epoch. */
export function arrivalOf({ ApproximateCreationDateTime: seconds }: StreamRecord): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function factsOf(signal: HeartbeatSignal, now: number): HeartbeatFacts {
  const { kind: _, sourceRegion: __, timestamp, uninterruptedSince, otherwiseUntil, identitiesOtherwiseUntil, ...facts } = signal;
  const times = Object.entries({ uninterruptedSince, otherwiseUntil, identitiesOtherwiseUntil });
  const left = times.flatMap(([name, time]) => (time === undefined ? [] : [[name, isoTime(time)]]));
  return { sentAt: isoTime(timestamp), appliedAt: isoTime(now), lagMs: Math.max(now - timestamp, 0), ...Object.fromEntries(left), ...facts };
}
