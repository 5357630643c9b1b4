import type { HeartbeatFacts, SweepFacts } from './facts';
import { isApplied } from './gaps';
import { Part, PARTS } from './part';
import { Replicated, replicateTheSame } from '../../record/signal';

/** The fields of a heartbeat about each part. */
const FIELDS = {
  registry: { selection: 'selection', otherwiseUntil: 'otherwiseUntil' },
  identities: { selection: 'identitySelection', otherwiseUntil: 'identitiesOtherwiseUntil' },
} as const satisfies Readonly<Record<Part, Readonly<Record<'selection' | 'otherwiseUntil', keyof HeartbeatFacts>>>>;

/** What heartbeats say about what is replicated of a part. */
export interface Said extends Replicated {
  /** When the last heartbeat was sent that reported another selection. None once a sweep has compared the new selection. */
  readonly otherwiseUntil?: string;
}

export function saidOf(heartbeat: HeartbeatFacts, part: Part): Said {
  const selection = heartbeat[FIELDS[part].selection];
  // No router passes what is not replicated.
  const routerVersion = selection === undefined ? undefined : heartbeat.routerVersion;
  return { selection, routerVersion, otherwiseUntil: heartbeat[FIELDS[part].otherwiseUntil] };
}

/**
 * A heartbeat after another one, with the times until when the selections were different: entities selected since then may have changed without an event. Its own times are news only in the first
 * one that is applied here: the source does not know which of them sweeps have ended.
 */
export function knowingOfChange(before: HeartbeatFacts, told: HeartbeatFacts): HeartbeatFacts {
  const { otherwiseUntil: _, identitiesOtherwiseUntil: __, ...next } = told;
  return PARTS.reduce<HeartbeatFacts>((heartbeat, part) => {
    const otherwiseUntil = otherwiseUntilOf(before, next, part);
    return otherwiseUntil === undefined ? heartbeat : { ...heartbeat, [FIELDS[part].otherwiseUntil]: otherwiseUntil };
  }, next);
}

function otherwiseUntilOf(before: HeartbeatFacts, next: HeartbeatFacts, part: Part): string | undefined {
  const then = saidOf(before, part);
  if (replicateTheSame(then, saidOf(next, part))) return then.otherwiseUntil;
  // Where no heartbeat has ever said that identities are replicated, no sweep of them is older than the first that does. Destinations are deployed after their
  // source, whose first sweep may have begun before an earlier version of this status was replaced, which did not store what heartbeats say about identities.
  const isFirst = part === 'identities' && then.selection === undefined && then.otherwiseUntil === undefined;
  return isFirst ? undefined : before.sentAt;
}

/** A heartbeat without the time of another selection, once a sweep has compared the current selection, began after the change, and its records are applied. */
export function clearedBy(part: Part, lastSweep: SweepFacts | undefined, heartbeat: HeartbeatFacts | undefined): HeartbeatFacts | undefined {
  if (!heartbeat || !lastSweep) return heartbeat;
  const { [FIELDS[part].otherwiseUntil]: otherwiseUntil, ...cleared } = heartbeat;
  if (otherwiseUntil === undefined) return heartbeat;
  const vouches = replicateTheSame(lastSweep, saidOf(heartbeat, part)) && lastSweep.startedAt > otherwiseUntil && isApplied(lastSweep, heartbeat);
  return vouches ? cleared : heartbeat;
}
