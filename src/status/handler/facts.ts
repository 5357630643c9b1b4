import type { SourceGap, DestinationGap } from './gap';
import type { Replicated, SweepResult } from '../../record/signal';

/** A time as the status has it. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The content of a heartbeat. Times are ISO 8601. */
export interface HeartbeatFacts extends Replicated {
  /** By the clock of the source. */
  readonly sentAt: string;
  readonly appliedAt: string;
  readonly lagMs: number;
  /** Kinds of registry events that are switched off in the source. */
  readonly registryEventsOff: readonly string[];
  readonly registryEventsUnknown: readonly string[];
  /** When the last heartbeat was sent that said that something else is replicated. None once a sweep has vouched for what is replicated since. */
  readonly otherwiseUntil?: string;
}

/** The approximate number of messages in the queues of the destination, as SQS reports it. */
export interface QueueFacts {
  readonly waiting: number;
  readonly deadLetters: number;
  /** Of how many things, groups, types or keys the destination remembers that changes wait for them: without a message, if they are parked or dead-lettered. */
  readonly awaited?: number;
}

/** What the last sweep of the source came to. */
export interface SweepFacts extends SweepResult {
  /** By the clock of the source. */
  readonly startedAt: string;
}

/** What the last drift check came to. */
export interface DriftFacts {
  readonly startedAt: string;
  /** What it compared; none if it was of an older deployment. */
  readonly selection?: string;
  readonly mode: string;
  readonly durationSeconds: number;
  readonly found: number;
  readonly repaired: number;
  /** Remaining differences: those that were not repaired, and those that still differ after a repair. */
  readonly remaining: number;
  /** In the registry, and no record of it: no difference. */
  readonly unmanaged: number;
}

/** That a shard of the stream, whichever, is behind. */
export interface BacklogFacts {
  readonly seenAt: string;
  /** By then, from the arrival of a record in the replica that was not applied yet. */
  readonly ageMs: number;
}

/** Another replication whose changes can meet those of this one. */
export interface OtherReplication {
  readonly replicationName: string;
  /** Whether it writes to this registry, or replicates this registry to where its own changes come from. */
  readonly does: 'WRITES_HERE' | 'REPLICATES_BACK';
  /** None if its marker does not say so. */
  readonly sourceRegion?: string;
  /** Of the stack to delete if it is not meant to be there. */
  readonly stackName?: string;
  readonly isPaused: boolean;
  readonly isAcknowledged: boolean;
}

/** What a look for other replications found. */
export interface OtherReplicationsFacts {
  readonly lookedAt: string;
  readonly found: readonly OtherReplication[];
  /** Names that are acknowledged, and that none of them has. */
  readonly notFound: readonly string[];
  /** Why the last look failed, if it did: then everything else comes from the last successful one. */
  readonly failure?: string;
}

/** A look that failed. */
export interface FailedLook {
  readonly lookedAt: string;
  readonly failure: string;
}

/** What the status rests on. */
export interface StatusInputs {
  /** When the status was written for the first time: before that, nobody expected a sweep or a drift check. */
  readonly watchedSince?: string;
  /** When the heartbeat was sent that is in the replica, applied or not. */
  readonly arrived?: string;
  /** When the oldest heartbeat was sent that was seen in the replica and is not applied: the next one takes its place there, and makes it no younger. */
  readonly unapplied?: string;
  /** The last time that the status was written while deletions were not replicated: what was deleted before is here still, on purpose. */
  readonly retainedUntil?: string;
  /** The newest that was applied. */
  readonly heartbeat?: HeartbeatFacts;
  /** The last time that it was so: a shard reports nothing once it is over. */
  readonly backlog?: BacklogFacts;
  readonly queues?: QueueFacts;
  readonly lastSweep?: SweepFacts;
  readonly lastDrift?: DriftFacts;
  /** None before the first look. */
  readonly otherReplications?: OtherReplicationsFacts;
  /** None once a sweep has vouched for what it may have lost. */
  readonly sourceGap?: SourceGap;
  /** None once a drift check has vouched for what it may have lost. */
  readonly destinationGap?: DestinationGap;
}

/** What a writer of the status reports. All else is looked up with each writing. */
export interface StatusUpdate extends Pick<StatusInputs, 'backlog' | 'lastDrift' | 'sourceGap' | 'destinationGap'> {
  /** All that were applied since the last report, not only the newest: what one of them says may be over by the next. */
  readonly heartbeats?: readonly HeartbeatFacts[];
  readonly otherReplications?: OtherReplicationsFacts | FailedLook;
}

/** What is looked up with each writing of the status. */
export type Observations = Pick<StatusInputs, 'queues' | 'arrived' | 'lastSweep' | 'retainedUntil'>;
