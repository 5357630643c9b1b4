import type { HeartbeatFacts, SweepFacts } from './facts';
import { isApplied } from './gaps';
import { replicateTheSame } from '../../record/signal';

/**
 * A heartbeat that follows another, with it until when something else was replicated: what is selected since then can have changed unheard.
 */
export function knowingOfChange(before: HeartbeatFacts, next: HeartbeatFacts): HeartbeatFacts {
  const otherwiseUntil = replicateTheSame(before, next) ? before.otherwiseUntil : before.sentAt;
  return otherwiseUntil === undefined ? next : { ...next, otherwiseUntil };
}

/** A heartbeat without what a sweep has vouched for: it compared what is replicated now, began since then, and what it wrote is applied. */
export function clearedBy(lastSweep: SweepFacts | undefined, heartbeat: HeartbeatFacts | undefined): HeartbeatFacts | undefined {
  if (!heartbeat || heartbeat.otherwiseUntil === undefined || !lastSweep) return heartbeat;
  const { otherwiseUntil, ...cleared } = heartbeat;
  const vouches = replicateTheSame(lastSweep, heartbeat) && lastSweep.startedAt > otherwiseUntil && isApplied(lastSweep, heartbeat);
  return vouches ? cleared : heartbeat;
}
