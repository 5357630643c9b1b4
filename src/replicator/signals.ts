import type { DynamoDBRecord } from 'aws-lambda';
import { describe, StreamDependencies } from './dependencies';
import { HeartbeatFacts, isoTime, MAX_LAG_MS } from '../status/status';
import type { News } from '../status/status-store';
import { HeartbeatSignal, Signal, SignalKind } from '../table/signal';

/** While there is a backlog it is told of so often: each time is a write, and what nobody tells of for two minutes is over. */
const BACKLOG_INTERVAL_MS = 30_000;

/** Has the status tell what the stream tells of the pipeline. */
export class SignalKeeper {
  private toldAt = -Infinity;

  constructor(private readonly dependencies: StreamDependencies) {}

  /**
   * Works through a batch. If it was read late, the status says so as long as that takes: a batch can take minutes, and heartbeats pass one
   * shard only, which need not be this one.
   */
  public async whileBehind<T>([oldest]: readonly (DynamoDBRecord | undefined)[], work: () => Promise<T>): Promise<T> {
    const seconds = oldest?.dynamodb?.ApproximateCreationDateTime;
    const writtenAt = seconds === undefined ? undefined : seconds * 1000;
    if (writtenAt === undefined || this.dependencies.now() - writtenAt <= MAX_LAG_MS) return work();
    let telling = this.tellOfBacklog(writtenAt);
    await telling;
    const timer = setInterval(() => { telling = this.tellOfBacklog(writtenAt); }, BACKLOG_INTERVAL_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      // Once the invocation is over, the process may be frozen for minutes.
      await telling;
    }
  }

  /**
   * Has the status written, once what came before the signals has been dealt with.
   *
   * A status that can't be written is not tried again here: the next heartbeat is on its way, and one that is not written down does not count. What
   * a sweep came to is in the replica, for any later try.
   *
   * @param onLag told of the lag of each heartbeat that counts, in milliseconds
   * @returns how many heartbeats count
   */
  public async note(signals: readonly Signal[], onLag: (lagMs: number) => void): Promise<number> {
    const { config, now: clock } = this.dependencies;
    const own = signals.filter(({ sourceRegion }) => sourceRegion === config.sourceRegion);
    if (own.length === 0) return 0;
    const heartbeats = own.filter((signal): signal is HeartbeatSignal => signal.kind === SignalKind.HEARTBEAT);
    const now = clock();
    if (!await this.refresh({ heartbeat: factsOf(newest(heartbeats), now) })) return 0;
    for (const { timestamp } of heartbeats) onLag(now - timestamp);
    return heartbeats.length;
  }

  private async tellOfBacklog(writtenAt: number): Promise<void> {
    const now = this.dependencies.now();
    if (now - this.toldAt < BACKLOG_INTERVAL_MS) return;
    this.toldAt = now;
    await this.refresh({ backlog: { seenAt: isoTime(now), ageMs: now - writtenAt } });
  }

  /** @returns whether it could be written */
  private async refresh(news: News): Promise<boolean> {
    const { status, logger } = this.dependencies;
    try {
      await status.refresh(news);
      return true;
    } catch (error) {
      logger.warn('the status was not written', describe(error));
      return false;
    }
  }
}

function newest(signals: readonly HeartbeatSignal[]): HeartbeatSignal | undefined {
  return signals.reduce<HeartbeatSignal | undefined>((last, each) => (last && last.timestamp > each.timestamp ? last : each), undefined);
}

function factsOf(beat: HeartbeatSignal | undefined, now: number): HeartbeatFacts | undefined {
  if (!beat) return undefined;
  const { timestamp, registryEventsOff, registryEventsUnknown } = beat;
  return { sentAt: isoTime(timestamp), appliedAt: isoTime(now), lagMs: Math.max(now - timestamp, 0), registryEventsOff, registryEventsUnknown };
}
