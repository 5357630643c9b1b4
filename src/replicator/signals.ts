import type { DynamoDBRecord } from 'aws-lambda';
import { describe, StreamDependencies } from './dependencies';
import { BacklogFacts, HeartbeatFacts, MAX_LAG_MS } from '../status/status';
import { HeartbeatSignal, Signal, SignalKind } from '../table/signal';

/** A backlog is told of so often at most: each time is a write. */
const BACKLOG_INTERVAL_MS = 30_000;

/** Writes down what the stream tells of the pipeline. */
export class SignalKeeper {
  private toldAt = -Infinity;

  constructor(private readonly dependencies: StreamDependencies) {}

  /** How late a batch is read, if it is late, and nobody has told of that lately. Its first record is its oldest. */
  public backlogOf([oldest]: readonly DynamoDBRecord[]): BacklogFacts | undefined {
    const { ApproximateCreationDateTime: seconds } = oldest.dynamodb!;
    const now = this.dependencies.now();
    const ageMs = seconds === undefined ? 0 : now - seconds * 1000;
    if (ageMs <= MAX_LAG_MS || now - this.toldAt < BACKLOG_INTERVAL_MS) return undefined;
    this.toldAt = now;
    return { readAt: isoTime(now), ageMs };
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
  public async note(signals: readonly Signal[], backlog: BacklogFacts | undefined, onLag: (lagMs: number) => void): Promise<number> {
    const { config, status, logger, now: clock } = this.dependencies;
    const own = signals.filter(({ sourceRegion }) => sourceRegion === config.sourceRegion);
    if (own.length === 0 && !backlog) return 0;
    const heartbeats = own.filter((signal): signal is HeartbeatSignal => signal.kind === SignalKind.HEARTBEAT);
    const now = clock();
    try {
      await status.refresh({ heartbeat: factsOf(newest(heartbeats), now), backlog });
    } catch (error) {
      logger.warn('the status was not written', describe(error));
      return 0;
    }
    for (const { timestamp } of heartbeats) onLag(now - timestamp);
    return heartbeats.length;
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

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
