import { MAX_LAG_MS } from '../limits';
import { IdentityFacts, StatusInputs, isoTime, OtherReplication, PartFacts } from './facts';
import { DestinationGapCode } from './gap';
import { sentenceOf } from './gaps';
import { graceMs, lateAfterMs, rhythmMs, RunIntervals, ScheduledRun } from './lateness';
import type { MergeOptions } from './merge';
import { Part, WORDS } from './part';
import { codeOf, PartReasonCode, ReasonCode } from './reason-code';
import { saidOf } from './replicated';
import { replicateTheSame, TOPIC_RULE_OF } from '../../record/signal';
import { counted } from '../../runtime/counted';

/** Whether you can rely on a destination, in one word. */
export const Readiness = {
  /** Every change of the source is here. */
  IN_SYNC: 'IN_SYNC',
  /** Changes are pending. */
  CATCHING_UP: 'CATCHING_UP',
  /** Something does not arrive, and a person has to act. */
  DEGRADED: 'DEGRADED',
  /** No heartbeat of the source has arrived lately. */
  UNKNOWN: 'UNKNOWN',
} as const;
export type Readiness = (typeof Readiness)[keyof typeof Readiness];

export interface Status {
  readonly state: Readiness;
  /**
   * Whether the registry has all that has arrived in this Region, proven by a sweep and a drift check that began after the last known gap. That the
   * source is silent, late or can't be asked does not change that while it lasts: what it changed after its last heartbeat is not known here. Once it
   * is over, it is a gap.
   */
  readonly registryInSync: boolean;
  /**
   * The same of certificates, policies and what they are attached to, by their own sweeps, drift checks and certificate checks; that these stay away does not change
   * it either. Absent where they are not replicated.
   */
  readonly identitiesInSync?: boolean;
  /** At least every so many hours, each certificate, policy, thing and group is read in the source with what is attached to it. Absent where sweeps of identities don't run. */
  readonly identitiesReadEveryHours?: number;
  /** Whether all that is replicated is in sync. */
  readonly readyToFailOver: boolean;
  /** Why the state is not `IN_SYNC`: a code, a colon, a sentence. */
  readonly reasons: readonly string[];
}

export interface StatusOptions extends MergeOptions {
  /** Milliseconds between two heartbeats. */
  readonly intervalMs: number;
  /** Milliseconds for which a sweep counts as proof. */
  readonly sweepProofMs: number;
  /** The same for a drift check. */
  readonly driftProofMs: number;
  /** Absent: identities are not replicated. */
  readonly identities?: IdentityStatusOptions;
  /** Whether the Region is paused. */
  readonly isPaused: boolean;
}

export interface IdentityStatusOptions {
  /** Milliseconds for which a sweep of identities counts as proof. */
  readonly sweepProofMs: number;
  /** The same for a drift check of them. */
  readonly driftProofMs: number;
  /** Milliseconds between two sweeps of identities; absent where none run. */
  readonly sweepIntervalMs?: number;
  /** The same of drift checks of them. */
  readonly driftIntervalMs?: number;
  /** A digest of how policies are to be written here; absent with the defaults. */
  readonly rewriting?: string;
  /** Milliseconds between two certificate checks; absent where none run. */
  readonly certificateCheckMs?: number;
}

/** A backlog without a report for this long has ended: while it lasts, its shard reports it every 30 seconds. */
const BACKLOG_MEMORY_MS = 2 * 60_000;
const HOUR_MS = 3_600_000;

/** The most severe first: the first state with a reason applies. */
const GRAVITY = [Readiness.UNKNOWN, Readiness.DEGRADED, Readiness.CATCHING_UP] as const;

interface Reason<Code extends ReasonCode = ReasonCode> {
  readonly state: (typeof GRAVITY)[number];
  readonly code: Code;
  readonly text: string;
  /** It does not concern changes that have arrived here. */
  readonly isOfSource?: boolean;
  /** Absent: it concerns every part. */
  readonly part?: Part;
}

export function statusOf(facts: StatusInputs, now: number, options: StatusOptions): Status {
  const reasons = [
    ...ofHeartbeat(facts, now, options),
    ...ofBacklog(facts, now),
    ...ofQueues(facts, options),
    ...ofPart('registry', facts, facts, now, proofsOf('registry', facts, options, options)),
    ...options.identities ? ofIdentities(facts, now, options.identities) : [],
    ...ofOthers(facts),
  ];
  const isInSync = (part: Part) => reasons.every((reason) => reason.isOfSource || (reason.part ?? part) !== part);
  const registryInSync = isInSync('registry');
  const identitiesInSync = options.identities && isInSync('identities');
  return {
    state: GRAVITY.find((state) => reasons.some((reason) => reason.state === state)) ?? Readiness.IN_SYNC,
    registryInSync,
    identitiesInSync,
    identitiesReadEveryHours: options.identities && readEveryHours(facts.identities, options.identities),
    readyToFailOver: registryInSync && identitiesInSync !== false,
    reasons: reasons.map(({ code, text }) => `${code}: ${text}`),
  };
}

/** Milliseconds for which runs count as proof. */
type ProofOptions = Pick<StatusOptions, 'sweepProofMs' | 'driftProofMs'>;

const RUNS = {
  registry: { sweep: 'sweep', drift: 'driftCheck' },
  identities: { sweep: 'identitySweep', drift: 'identityDriftCheck' },
} as const satisfies Readonly<Record<Part, Readonly<Record<'sweep' | 'drift', ScheduledRun>>>>;

/** Runs that take longer than their interval prove something for longer: until the next one has ended, there is no other proof. */
function proofsOf(
  part: Part, { lastSweep, lastDrift }: PartFacts, { sweepProofMs, driftProofMs }: ProofOptions, intervals: RunIntervals,
): ProofOptions {
  const { sweep, drift } = RUNS[part];
  return {
    sweepProofMs: sweepProofMs + graceMs(sweep, intervals, lastSweep?.durationSeconds ?? 0),
    driftProofMs: driftProofMs + graceMs(drift, intervals, lastDrift?.durationSeconds ?? 0),
  };
}

/** The reasons about one part: the same rules for each, about its own sweeps and drift checks. */
function ofPart(
  part: Part, known: PartFacts, facts: StatusInputs, now: number, options: ProofOptions,
): Reason[] {
  const reasons = [
    ...ofGaps(part, known, facts),
    ...ofSelection(part, known, facts),
    ...ofSweep(part, known, facts, now, options),
    ...ofDrift(part, known, now, options),
  ];
  return reasons.map((reason) => ({ ...reason, part, code: codeOf(part, reason.code) }));
}

function ofIdentities(facts: StatusInputs, now: number, ofThem: IdentityStatusOptions): Reason[] {
  const own = [
    ...ofCertificateCheck(facts, now, ofThem),
    ...ofRewriting(facts.identities, ofThem),
    ...ofCoverage(facts.identities, ofThem),
    ...ofRejectedPolicies(facts.identities),
  ];
  return [
    ...ofPart('identities', facts.identities ?? {}, facts, now, proofsOf('identities', facts.identities ?? {}, ofThem, { identities: ofThem })),
    ...own.map((reason): Reason => ({ ...reason, part: 'identities' })),
  ];
}

/**
 * Hours between two readings of the same certificate, policy, thing or group by sweeps, none of which begins while another one runs; undefined where none run
 * automatically, or none has ended.
 */
function readEveryHours({ lastSweep }: Pick<IdentityFacts, 'lastSweep'> = {}, { sweepIntervalMs }: IdentityStatusOptions): number | undefined {
  if (!lastSweep || sweepIntervalMs === undefined) return undefined;
  return Math.ceil(rhythmMs(sweepIntervalMs, lastSweep.durationSeconds) / HOUR_MS);
}

/** It concerns only what the source changed and no sweep has read: how old that may be is the rule of `OLD_SWEEP`. */
function ofCoverage(identities: IdentityFacts | undefined, options: IdentityStatusOptions): Reason[] {
  const { startedAt, durationSeconds } = identities?.lastSweep ?? { durationSeconds: 0 };
  const { sweepIntervalMs } = options;
  const everyHours = readEveryHours(identities, options);
  if (sweepIntervalMs === undefined || everyHours === undefined || durationSeconds * 1000 <= sweepIntervalMs) return [];
  const text = `the sweep of certificates and policies of ${startedAt} took ${counted(Math.ceil(durationSeconds / 3600), 'hour')}, longer than its interval: changed policies and attachments are found every ${counted(everyHours, 'hour')} only`;
  return [{ state: Readiness.DEGRADED, code: 'COVERAGE', text, isOfSource: true }];
}

/** A drift check covers only what it compared with: with other settings, the same document may have to become another one here. */
function ofRewriting({ lastDrift }: Pick<IdentityFacts, 'lastDrift'> = {}, { rewriting }: IdentityStatusOptions): Reason[] {
  if (!lastDrift || lastDrift.rewriting === rewriting) return [];
  const text = `the drift check of ${lastDrift.startedAt} compared policies by another domainNames or adoptPolicies than they are written with now`;
  return [{ state: Readiness.CATCHING_UP, code: 'IDENTITY_SELECTION_CHANGED', text }];
}

/** They are among the differences of the drift check that found them. */
function ofRejectedPolicies(identities: IdentityFacts | undefined): Reason[] {
  const { startedAt, rejected = 0 } = identities?.lastDrift ?? {};
  const text = `the drift check of ${startedAt} found ${counted(rejected, 'policy', 'policies')} that can't be replicated here before somebody acts: devices have what an earlier document allows, or nothing`;
  return rejected > 0 ? [{ state: Readiness.DEGRADED, code: 'REJECTED_POLICY', text }] : [];
}

/**
 * As sweeps, certificate checks do not age while the source is silent. That they stay away says only that the source may have changed since: services of a Region fail one after
 * the other, and on the day that the rest follows, the destination still has all that has arrived.
 *
 * Where none runs automatically, none is expected. What one that somebody has started left counts until another check, or a sweep that began after it.
 */
function ofCertificateCheck(facts: StatusInputs, now: number, { certificateCheckMs }: IdentityStatusOptions): Reason[] {
  const { lastCertificateCheck: last, lastSweep } = facts.identities ?? {};
  if (!last) return certificateCheckMs === undefined ? [] : [{ state: Readiness.CATCHING_UP, code: 'NO_CERTIFICATE_CHECK', text: 'no check has compared the certificates of the source with the table yet' }];
  const { startedAt, durationSeconds, remaining, failure } = last;
  if (certificateCheckMs === undefined && lastSweep && lastSweep.startedAt > startedAt) return [];
  const isLate = certificateCheckMs !== undefined && isOld(startedAt, heardAt(facts) ?? now, lateAfterMs('certificateCheck', certificateCheckMs, durationSeconds));
  const failed = failure === undefined ? '' : ` and failed with ${failure}`;
  return [
    ...isLate ? [{ state: Readiness.DEGRADED, code: 'OLD_CERTIFICATE_CHECK' as const, text: `the last certificate check began at ${startedAt}, so certificates that were deactivated or revoked since may be active here`, isOfSource: true }] : [],
    ...remaining > 0 || failure !== undefined ? [{ state: Readiness.DEGRADED, code: 'CERTIFICATE_CHECK' as const, text: `the certificate check of ${startedAt} left ${counted(remaining, 'difference')} between the source and the table${failed}` }] : [],
  ];
}

/** When the source was last heard of; milliseconds. */
function heardAt({ arrived, heartbeat }: StatusInputs): number | undefined {
  const heard = arrived ?? heartbeat?.sentAt;
  return heard === undefined ? undefined : Date.parse(heard);
}

function ofHeartbeat({ arrived, unapplied, heartbeat }: StatusInputs, now: number, { intervalMs, silenceMs, isPaused }: StatusOptions): Reason[] {
  const reasons: Reason[] = isPaused ? [{ state: Readiness.DEGRADED, code: 'PAUSED', text: 'the Region is paused: changes that arrive are not applied' }] : [];
  if (!heartbeat) return [...reasons, { state: Readiness.UNKNOWN, code: 'NO_HEARTBEAT', text: 'no heartbeat of the source has been applied yet' }];
  const { sentAt, lagMs, registryEventsOff, registryEventsUnknown } = heartbeat;
  const applied = Date.parse(sentAt);
  const unheard = unapplied === undefined ? 0 : Date.parse(unapplied);
  // A heartbeat with a wrong clock can replace one that is not applied, and does not refute it.
  const last = Math.max(applied, unheard, arrived ? Date.parse(arrived) : 0);
  // Silence with an unapplied heartbeat is not caused by the source: then a change has arrived that the registry lacks.
  const oldest = unheard > applied ? unheard : last;
  if (last > applied && (now - oldest > MAX_LAG_MS || last - applied > 2 * intervalMs)) {
    const text = `the heartbeat of ${isoTime(oldest)} has arrived and is not applied, so changes are not applied either`;
    reasons.push({ state: Readiness.CATCHING_UP, code: 'BACKLOG', text });
  }
  if (now - last > silenceMs) {
    const text = `the last heartbeat was sent at ${isoTime(last)}; later changes of the source are unknown here, and drift checks only report until somebody starts one with { "mode": "repair" }`;
    reasons.push({ state: Readiness.UNKNOWN, code: 'SILENCE', text, isOfSource: true });
  }
  // It has arrived nevertheless, like everything before it.
  if (lagMs > MAX_LAG_MS) {
    reasons.push({ state: Readiness.CATCHING_UP, code: 'LAG', text: `the last heartbeat took ${counted(Math.round(lagMs / 1000), 'second')}`, isOfSource: true });
  }
  const rulesOff = registryEventsOff.filter((name) => name.startsWith(TOPIC_RULE_OF));
  const eventsOff = registryEventsOff.filter((name) => !rulesOff.includes(name));
  if (eventsOff.length > 0) {
    reasons.push({ state: Readiness.DEGRADED, code: 'EVENTS_OFF', text: `registry events are switched off in the source: ${eventsOff.join(', ')}` });
  }
  if (rulesOff.length > 0) {
    const kinds = rulesOff.map((name) => name.slice(TOPIC_RULE_OF.length));
    reasons.push({ state: Readiness.DEGRADED, code: 'RULES_OFF', text: `topic rules are disabled or deleted in the source: those of ${kinds.join(', ')}` });
  }
  if (registryEventsUnknown.length > 0) {
    // This happens when AWS IoT fails there, a day on which people rely on this registry.
    const text = `the source can't read whether these registry events and topic rules are on: ${registryEventsUnknown.join(', ')}`;
    reasons.push({ state: Readiness.DEGRADED, code: 'EVENTS_UNKNOWN', text, isOfSource: true });
  }
  return reasons;
}

/** Heartbeats pass through one shard of the stream. This covers all shards. */
function ofBacklog({ backlog }: StatusInputs, now: number): Reason[] {
  if (!backlog || now - Date.parse(backlog.seenAt) > BACKLOG_MEMORY_MS) return [];
  return [{ state: Readiness.CATCHING_UP, code: 'BACKLOG', text: `at ${backlog.seenAt} a change had been in the replica without being applied for ${counted(Math.round(backlog.ageMs / 1000), 'second')}` }];
}

/** Changes that may have been lost and were not found yet. A lasting gap is not included: it has a reason of its own. */
function ofGaps(part: Part, { sourceGap, destinationGap }: PartFacts, { queues }: StatusInputs): Reason<PartReasonCode>[] {
  const letters = destinationGap?.code === DestinationGapCode.DEAD_LETTERS_GONE && queues !== undefined && queues.deadLetters > 0;
  return [sourceGap, letters ? undefined : destinationGap].flatMap((gap) => (
    gap ? [{ state: Readiness.DEGRADED, code: gap.code, text: sentenceOf(gap, WORDS[part]) }] : []
  ));
}

/** A proof covers only what it compared. A source of an older deployment does not report what it replicates. */
function ofSelection(part: Part, { lastSweep, lastDrift }: PartFacts, { heartbeat }: StatusInputs): Reason<PartReasonCode>[] {
  if (!heartbeat) return [];
  const { sweep, driftCheck } = WORDS[part];
  const changed = (text: string): Reason<PartReasonCode> => ({ state: Readiness.CATCHING_UP, code: 'SELECTION_CHANGED', text });
  const said = saidOf(heartbeat, part);
  if (said.selection === undefined) return part === 'registry' ? [] : [changed('the last heartbeat does not say that the source replicates certificates and policies')];
  const isSwept = !lastSweep || (said.otherwiseUntil === undefined && replicateTheSame(said, lastSweep));
  const isChecked = !lastDrift || lastDrift.selection === said.selection;
  return [
    ...isSwept ? [] : [changed(`prefixes, kinds or the router of the source are not those of before, and no ${sweep} that began since has compared these, ended and been applied`)],
    ...isChecked ? [] : [changed(`the ${driftCheck} of ${lastDrift.startedAt} compared other prefixes or kinds than the source replicates`)],
  ];
}

const OF_REGISTRY = ['thing, group or type that does not exist here', 'things, groups or types that do not exist here'] as const;
const OF_ALL = ['thing, group, type, policy or certificate that does not exist here', 'things, groups, types, policies or certificates that do not exist here'] as const;

function ofQueues({ queues }: StatusInputs, { identities }: StatusOptions): Reason[] {
  const { waiting = 0, deadLetters = 0, awaited = 0 } = queues ?? {};
  return [
    ...deadLetters > 0 ? [{ state: Readiness.DEGRADED, code: 'DEAD_LETTERS' as const, text: `${counted(deadLetters, 'change')} could not be applied` }] : [],
    ...waiting > 0 ? [{ state: Readiness.CATCHING_UP, code: 'WAITING' as const, text: counted(waiting, 'change waits', 'changes wait') }] : [],
    ...awaited > 0 ? [{ state: Readiness.CATCHING_UP, code: 'WAITING' as const, text: `changes wait for ${identities ? counted(awaited, ...OF_ALL) : counted(awaited, ...OF_REGISTRY)}` }] : [],
  ];
}

/** A silent source no longer sweeps: its last sweep keeps the age that it had at the last heartbeat. */
function ofSweep(part: Part, { lastSweep }: PartFacts, facts: StatusInputs, now: number, { sweepProofMs }: ProofOptions): Reason<PartReasonCode>[] {
  const { sweep } = WORDS[part];
  if (!lastSweep) return [{ state: Readiness.CATCHING_UP, code: 'NO_SWEEP', text: `no ${sweep} has compared the source with the table yet` }];
  const { startedAt, remaining } = lastSweep;
  return [
    ...isOld(startedAt, heardAt(facts) ?? now, sweepProofMs) ? [{ state: Readiness.DEGRADED, code: 'OLD_SWEEP' as const, text: `the last completed ${sweep} began at ${startedAt}` }] : [],
    ...remaining > 0 ? [{ state: Readiness.DEGRADED, code: 'SWEEP' as const, text: `the ${sweep} of ${startedAt} left ${counted(remaining, 'difference')} between the source and the table` }] : [],
  ];
}

function ofDrift(part: Part, { lastDrift }: PartFacts, now: number, { driftProofMs }: ProofOptions): Reason<PartReasonCode>[] {
  const { driftCheck } = WORDS[part];
  if (!lastDrift) return [{ state: Readiness.CATCHING_UP, code: 'NO_DRIFT_CHECK', text: `no ${driftCheck} has compared the registry with the table yet` }];
  const { startedAt, remaining } = lastDrift;
  return [
    ...isOld(startedAt, now, driftProofMs) ? [{ state: Readiness.DEGRADED, code: 'OLD_DRIFT_CHECK' as const, text: `the last completed ${driftCheck} began at ${startedAt}` }] : [],
    ...remaining > 0 ? [{ state: Readiness.DEGRADED, code: 'DRIFT' as const, text: `the ${driftCheck} of ${startedAt} left ${counted(remaining, 'difference')}` }] : [],
  ];
}

/** Two replications that write to one registry undo each other's changes, whatever their tables contain. */
function ofOthers({ otherReplications }: StatusInputs): Reason[] {
  if (!otherReplications) return [];
  const { lookedAt, found, notFound, failure } = otherReplications;
  const named = notFound.length > 0 ? `, where ${notFound.map(shownName).join(', ')} may be misspelt: no such replication exists here` : '';
  return [
    ...found.filter(({ isAcknowledged }) => !isAcknowledged).map((other): Reason => ({
      state: Readiness.DEGRADED, code: 'OTHER_REPLICATION', text: `${whatItDoes(other)}; delete its stack${other.stackName ? ` ${shownName(other.stackName)}` : ''}, or name it in acknowledgedReplications if it is meant to${named}`,
    })),
    // That proves nothing about what has arrived, and services fail on days when people rely on this registry.
    ...failure === undefined ? [] : [{
      state: Readiness.DEGRADED, code: 'OTHER_REPLICATIONS_UNKNOWN' as const, text: `at ${lookedAt} it could not be looked up whether other replications write to this registry: ${failure}`, isOfSource: true,
    }],
  ];
}

function whatItDoes({ replicationName, does, sourceRegion, isPaused }: OtherReplication): string {
  const name = `the replication ${shownName(replicationName)}${sourceRegion ? ` of ${sourceRegion}` : ''}`;
  if (does === 'REPLICATES_BACK') return `${name} replicates this registry to the Region that changes come here from, so that changes may go in circles`;
  return isPaused ? `${name} is paused here, and may write to this registry too once it is not` : `${name} may write to this registry too`;
}

function shownName(name: string): string {
  return `'${name}'`;
}

function isOld(time: string, now: number, maxMs: number): boolean {
  return now - Date.parse(time) > maxMs;
}

/** The item of the state table, without its key. */
export interface StatusItem extends Status, StatusInputs {
  /** When it was written: ISO 8601. */
  readonly asOf: string;
  /** Counts the writes. */
  readonly revision: number;
  /** The table that it is about. None in the item of an earlier version. */
  readonly tableName?: string;
}
