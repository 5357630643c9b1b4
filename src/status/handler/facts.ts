import type { SourceGap, DestinationGap } from './gap';
import type { ScheduledRun } from './lateness';
import type { Part } from './part';
import type { CertificateCheckResult, Replicated, SweepResult } from '../../record/signal';

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
  /**
   * Since when the source was not interrupted, as far as it knows; 1970 if it never was. Absent in a heartbeat of an earlier version of the source, which does not say.
   */
  readonly uninterruptedSince?: string;
  /** Kinds of registry events that are switched off in the source. */
  readonly registryEventsOff: readonly string[];
  readonly registryEventsUnknown: readonly string[];
  /** When the last heartbeat was sent that reported another selection, if it was before the first one here by what that says. None once a sweep has compared the new selection. */
  readonly otherwiseUntil?: string;
  /** A digest of the kinds and prefixes of identities that the source replicates. */
  readonly identitySelection?: string;
  /** As `otherwiseUntil`, for identities. */
  readonly identitiesOtherwiseUntil?: string;
}

/** The approximate number of messages in the queues of the destination, as SQS reports it. */
export interface QueueFacts {
  readonly waiting: number;
  readonly deadLetters: number;
  /** The number of things, groups, types or keys that stored changes wait for: without a message, if they are parked or dead-lettered. */
  readonly awaited?: number;
}

/** The result of the last sweep of the source. */
export interface SweepFacts extends SweepResult {
  /** By the clock of the source. */
  readonly startedAt: string;
}

/** The result of the last drift check. */
export interface DriftFacts {
  readonly startedAt: string;
  /** What it compared; none if it was of an older deployment. */
  readonly selection?: string;
  /** How policies were to be written; none with the defaults. */
  readonly rewriting?: string;
  readonly mode: string;
  readonly durationSeconds: number;
  readonly found: number;
  readonly repaired: number;
  /** Remaining differences: those that were not repaired, and those that still differ after a repair. */
  readonly remaining: number;
  /** Entities in the registry without a record: no differences. */
  readonly unmanaged: number;
  /** Of the differences, policies that can't be replicated before somebody acts; absent where there are none. */
  readonly rejected?: number;
}

/** The result of the last certificate check of the source. */
export interface CertificateCheckFacts extends CertificateCheckResult {
  /** By the clock of the source. */
  readonly startedAt: string;
}

/** A shard of the stream that is behind. */
export interface BacklogFacts {
  readonly seenAt: string;
  /** Age, at that time, of a record in the replica that was not applied yet. */
  readonly ageMs: number;
}

/** Another replication whose changes can overlap with those of this one. */
export interface OtherReplication {
  readonly replicationName: string;
  /** Whether it writes to this registry, or replicates this registry back to its source. */
  readonly does: 'WRITES_HERE' | 'REPLICATES_BACK';
  /** None if its marker does not contain it. */
  readonly sourceRegion?: string;
  /** Name of the stack to delete if the replication is not intended. */
  readonly stackName?: string;
  readonly isPaused: boolean;
  readonly isAcknowledged: boolean;
}

/** The result of a look for other replications. */
export interface OtherReplicationsFacts {
  readonly lookedAt: string;
  readonly found: readonly OtherReplication[];
  /** Acknowledged names that no replication has. */
  readonly notFound: readonly string[];
  /** Why the last look failed, if it did: then everything else comes from the last successful one. */
  readonly failure?: string;
}

/** A failed look. */
export interface FailedLook {
  readonly lookedAt: string;
  readonly failure: string;
}

/** What is known about one part of what is replicated. */
export interface PartFacts {
  readonly lastSweep?: SweepFacts;
  readonly lastDrift?: DriftFacts;
  /** None once a sweep has ended it. */
  readonly sourceGap?: SourceGap;
  /** None once a drift check has ended it. */
  readonly destinationGap?: DestinationGap;
}

/** What is known about certificates, policies and their attachments: nothing where they are not replicated. */
export interface IdentityFacts extends PartFacts {
  readonly replicated: boolean;
  /** The first time that the status was written after they were switched on, if it was written while they were off before. */
  readonly replicatedSince?: string;
  /** The last time that the status was written while they were replicated, if that is over: what is left here follows the source no more. */
  readonly replicatedUntil?: string;
  readonly lastCertificateCheck?: CertificateCheckFacts;
}

/** A run that a schedule starts. */
export interface ExpectedRun {
  /** The first time that the status was written with this interval: none is late by what was before, such as a time in which none ran. */
  readonly since: string;
  readonly intervalSeconds: number;
}

/** The facts behind the status; those of `PartFacts` are about the registry. */
export interface StatusInputs extends PartFacts {
  /** The runs that schedules start. None in the item of an earlier version. */
  readonly expected?: Readonly<Partial<Record<ScheduledRun, ExpectedRun>>>;
  /** The time of the heartbeat in the replica, applied or not. */
  readonly arrived?: string;
  /** The time of the oldest unapplied heartbeat seen in the replica: the next heartbeat replaces it there, but not here. */
  readonly unapplied?: string;
  /** The last time that the status was written while deletions were not replicated: entities deleted before are intentionally still here. */
  readonly retainedUntil?: string;
  /** The newest that was applied. */
  readonly heartbeat?: HeartbeatFacts;
  /** The last time that a shard reported it: a shard reports nothing once its backlog has ended. */
  readonly backlog?: BacklogFacts;
  readonly queues?: QueueFacts;
  /** None before the first look. */
  readonly otherReplications?: OtherReplicationsFacts;
  /** None in the item of an earlier version. */
  readonly identities?: IdentityFacts;
}

/** What is known about a part. */
export function partOf(facts: StatusInputs, part: Part): PartFacts {
  return part === 'registry' ? facts : facts.identities ?? {};
}

/** The report of a writer of the status. Everything else is looked up with each write. */
export interface StatusUpdate extends Pick<StatusInputs, 'backlog' | 'lastDrift' | 'sourceGap' | 'destinationGap'> {
  readonly lastIdentityDrift?: DriftFacts;
  /** All heartbeats applied since the last report, not only the newest: a condition of one may have ended by the next. */
  readonly heartbeats?: readonly HeartbeatFacts[];
  readonly otherReplications?: OtherReplicationsFacts | FailedLook;
}

/** Looked up with each write of the status. */
export interface Observations extends Pick<StatusInputs, 'queues' | 'arrived' | 'lastSweep' | 'retainedUntil'> {
  readonly lastIdentitySweep?: SweepFacts;
  readonly lastCertificateCheck?: CertificateCheckFacts;
}
