import { describe, StreamDependencies } from './dependencies';
import type { Facts } from '../status/status';
import { HeartbeatSignal, Signal, SignalKind, SweepSignal } from '../table/signal';

/**
 * Writes down what the signals tell, once what came before them has been dealt with.
 *
 * A status that can't be written is not tried again here: the next heartbeat is on its way, and one that is not written down does not count.
 *
 * @param onLag told of the lag of each heartbeat that counts, in milliseconds
 * @returns how many heartbeats count
 */
export async function noteSignals(signals: readonly Signal[], dependencies: StreamDependencies, onLag: (lagMs: number) => void): Promise<number> {
  const own = signals.filter(({ sourceRegion }) => sourceRegion === dependencies.config.sourceRegion);
  if (own.length === 0) return 0;
  const heartbeats = own.filter((signal): signal is HeartbeatSignal => signal.kind === SignalKind.HEARTBEAT);
  const sweeps = own.filter((signal): signal is SweepSignal => signal.kind === SignalKind.SWEEP);
  const now = dependencies.now();
  try {
    await dependencies.status.refresh({ heartbeat: factOfHeartbeat(newest(heartbeats), now), lastSweep: factOfSweep(newest(sweeps)) });
  } catch (error) {
    dependencies.logger.warn('the status was not written', describe(error));
    return 0;
  }
  for (const { timestamp } of heartbeats) onLag(now - timestamp);
  return heartbeats.length;
}

function newest<S extends Signal>(signals: readonly S[]): S | undefined {
  return signals.reduce<S | undefined>((last, each) => (last && last.timestamp > each.timestamp ? last : each), undefined);
}

function factOfHeartbeat(beat: HeartbeatSignal | undefined, now: number): Facts['heartbeat'] {
  if (!beat) return undefined;
  const { timestamp, registryEventsOff, registryEventsUnknown } = beat;
  const [sentAt, appliedAt] = [timestamp, now].map((time) => new Date(time).toISOString());
  return { sentAt, appliedAt, lagMs: Math.max(now - timestamp, 0), registryEventsOff, registryEventsUnknown };
}

function factOfSweep(sweep: SweepSignal | undefined): Facts['lastSweep'] {
  if (!sweep) return undefined;
  const { kind: _, timestamp, sourceRegion: __, ...result } = sweep;
  return { startedAt: new Date(timestamp).toISOString(), ...result };
}
