import type { HeartbeatFacts, SweepFacts } from './facts';
import { isApplied } from './gaps';
import { replicateTheSame } from '../../record/signal';

/**
 * A heartbeat after another one, with the time until when the selection was different: entities selected since then may have changed without an event.
 */
export function knowingOfChange(before: HeartbeatFacts, next: HeartbeatFacts): HeartbeatFacts {
  const otherwiseUntil = replicateTheSame(before, next) ? before.otherwiseUntil : before.sentAt;
  return otherwiseUntil === undefined ? next : { ...next, otherwiseUntil };
}

/** A heartbeat without the time of another selection, once a sweep has compared the current selection, began after the change, and its records are applied. */
export function clearedBy(lastSweep: SweepFacts | undefined, heartbeat: HeartbeatFacts | undefined): HeartbeatFacts | undefined {
  if (!heartbeat || heartbeat.otherwiseUntil === undefined || !lastSweep) return heartbeat;
  const { otherwiseUntil, ...cleared } = heartbeat;
  const vouches = replicateTheSame(lastSweep, heartbeat) && lastSweep.startedAt > otherwiseUntil && isApplied(lastSweep, heartbeat);
  return vouches ? cleared : heartbeat;
}
